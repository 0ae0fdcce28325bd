"""The pages beside the page: whole in both languages, true to the code, nothing from outside."""

import json
import re
from pathlib import Path

import pytest

from globo import countries, facts
from globo.model import mechanisms, parameters
from globo.results import variables
from globo.scoring.rivals import BASELINES
from globo.scoring.scoreboard import LOOKED_AT
from globo.server import beside

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("lang", ["es", "en"])
def test_the_document_is_served_and_stands_alone(client, lang):
    answer = client.get(f"/about.{lang}.html")
    assert answer.status_code == 200
    assert f'<html lang="{lang}' in answer.text
    assert "<style" not in answer.text  # the server's policy lets none stand inside
    assert ' style="' not in answer.text
    loaded = re.findall(r'(?:src|<link[^>]* href)="([^"]+)"', answer.text)
    assert [one for one in loaded if one not in (beside.STYLE, "data:,")] == []
    assert client.get(f"/{beside.STYLE}").headers["content-type"].startswith("text/css")


def test_the_usual_address_of_an_api_leads_there(client):
    answer = client.get("/docs", headers={"accept-language": "en-US"}, follow_redirects=False)
    assert answer.headers["location"] == "about.en.html#api"
    assert client.get("/docs").status_code == 200


def test_no_other_language_is_served(client):
    assert client.get("/about.fr.html").status_code in (404, 422)


def test_every_call_is_told(client):
    paths = client.get("/openapi.json").json()["paths"]
    calls = {(method.upper(), path) for path, calls in paths.items() for method in calls}
    assert {(row["method"], row["path"]) for row in beside.read("api.csv")} == calls


def test_every_step_is_told_by_its_file_and_its_parameters():
    folder = Path(mechanisms.__file__).parent
    files = {p.name for p in folder.glob("*.py") if not p.name.startswith("_")}
    rows = beside.read("method.csv")
    tables = countries.load().folder.glob("*.csv")  # a country's tables name parameters too
    named = "\n".join(p.read_text(encoding="utf-8") for p in tables if p.stem == "neighbours")
    assert {row["file"] for row in rows} == files
    for row in rows:
        own = {row["file"].removesuffix(".py")}
        text = (folder / row["file"]).read_text(encoding="utf-8")
        for name in row["names"].split():
            assert name in parameters.table(), name
            where = text + named * ("world.yields" in text)
            assert re.search(rf"\b{name}\b", where), f"{own}: {name}"
        told = set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", row["equation"]))
        assert told <= set(parameters.table()), told


def test_the_scores_are_those_of_the_scoreboard():
    told = [
        [part.strip() for part in line.strip().strip("|").split("|")]
        for line in (ROOT / "docs" / "scoreboard.md").read_text(encoding="utf-8").splitlines()
    ]
    drawn = [c for c in told if len(c) == 13 and c[2] == "drawn"]
    drawn = [c for c in drawn if int(c[3][-4:]) <= LOOKED_AT]
    kept = [list(row.values()) for row in beside.read("scores.csv")]
    assert kept == [[c[0], c[1], c[3], c[5], c[7], c[8], c[9], c[11]] for c in drawn]


@pytest.mark.parametrize("lang", ["es", "en"])
def test_whichever_rival_is_best_has_a_name(lang):
    texts = ROOT / "src" / "globo" / "texts" / f"{lang}.json"
    assert {f"page.rival.{name}" for name in BASELINES} <= set(
        json.loads(texts.read_text(encoding="utf-8"))
    )


@pytest.mark.parametrize("lang", ["es", "en"])
def test_every_variable_and_every_source_is_there(lang):
    html = beside.document(lang)
    assert all(f">{name}</th>" in html for name in variables())
    assert html.count("<a href=") > 0.5 * len(facts.load().sources)


def test_both_languages_have_every_word():
    for name in ("words.csv", "method.csv", "api.csv"):
        for row in beside.read(name):
            assert all(row.values()), row
