"""A language is three files: a third one, added to a copy of the package, is spoken everywhere."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import globo
from globo.model import parameters
from globo.model.levers import levers
from globo.model.variables import variables
from globo.texts import LANGUAGES, in_every_language

PACKAGE = Path(globo.__file__).parent
SAID = """
import json
from globo import countries, texts
from globo.model.levers import levers
from globo.model.variables import variables
from globo.report.texts import texts as of_report
from globo.scenario import load
from globo.scenario.controls import controls
from globo.server.words import texts as of_page
from globo.texts import terminal

places = {k: ["X"] for k in ("zone", "port", "market", "neighbour", "group", "authority")}
print(json.dumps({
    "languages": texts.LANGUAGES,
    "lever": levers()["roads"]["label_pt"],
    "left": levers()["roads"]["meaning_pt"],
    "variable": variables()["coca_ha"].meaning["pt"],
    "page": json.loads(of_page())["pt"]["page.tagline"],
    "report": of_report("pt")("page.motto"),
    "terminal": terminal.say("allowed", "pt"),
    "glossary": texts.glossary()[0]["pt"],
    "title": load({"title": {"pt": "Sem estradas"}}).title["pt"],
    "country": countries.load().title["pt"],
}))
"""
OWN = """table,row,column,text
levers,roads,label,Estradas
variables,coca_ha,meaning,coca que um monitoramento conta
terminal,allowed,,permitido
glossary,draw,,sorteio
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("third") / "globo"
    shutil.copytree(PACKAGE, folder, ignore=shutil.ignore_patterns("page", "__pycache__"))
    for of, key in (("texts", "page.tagline"), ("texts/report", "page.motto")):
        own = json.loads((folder / of / "en.json").read_text("utf-8")) | {key: "Aperta-se aqui."}
        (folder / of / "pt.json").write_text(json.dumps(own), "utf-8")
    (folder / "texts" / "tables").mkdir(exist_ok=True)
    (folder / "texts" / "tables" / "pt.csv").write_text(OWN, "utf-8")
    return folder.parent


def test_a_third_language_is_spoken_wherever_its_files_say_something(package):
    env = {**os.environ, "PYTHONPATH": str(package)}
    done = subprocess.run(
        [sys.executable, "-c", SAID], env=env, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "languages": ["en", "es", "pt"],
        "lever": "Estradas",
        "left": levers()["roads"]["meaning_en"],  # what it lacks is English
        "variable": "coca que um monitoramento conta",
        "page": "Aperta-se aqui.",
        "report": "Aperta-se aqui.",
        "terminal": "permitido",
        "glossary": "sorteio",
        "title": "Sem estradas",
        "country": "Peru",
    }


def test_what_a_language_says_for_a_table_names_a_row_and_a_column_of_it():
    rows = [{"name": "roads", "label_en": "Roads", "label_es": "Caminos", "cost": "dear",
             "cost_es": "caro"}]  # fmt: skip
    (row,) = in_every_language("levers", rows, "name")
    assert {lang: row[f"label_{lang}"] for lang in ("en", "es")} == {"en": "Roads", "es": "Caminos"}
    assert row["cost_en"] == "dear"
    assert set(LANGUAGES) >= {"en", "es"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_unit_that_the_page_shows_is_said_in_every_language(lang):
    words = json.loads((PACKAGE / "texts" / f"{lang}.json").read_text(encoding="utf-8"))
    units = {row["unit"] for row in levers().values()}
    units |= {row.unit for row in parameters.table().values()}
    units |= {one.unit for one in variables().values() if "month" not in one.dims}
    bare = {"1", "relative error", "ratio to 2001"}  # shown as no word, or not shown
    assert {unit for unit in units - bare if f"page.unit.{unit}" not in words} == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_lever_s_unit_is_said_in_the_report(lang):
    path = PACKAGE / "texts" / "report" / f"{lang}.json"
    words = json.loads(path.read_text(encoding="utf-8"))
    assert {u for u in (r["unit"] for r in levers().values()) if f"unit.{u}" not in words} == set()
