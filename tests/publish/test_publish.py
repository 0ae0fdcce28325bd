"""A published folder: every answer of the server as a file, none of it missing."""

import json
import re

import pytest
from fastapi.testclient import TestClient
from small import STORIES, TABLE, SmallEngine

from globo.errors import UserError
from globo.publish import publish, site
from globo.results.outcomes import outcomes
from globo.server import budget
from globo.server.app import create_app
from globo.server.coming import coming
from globo.server.pages import page_folder
from globo.server.session import Session

pytestmark = pytest.mark.skipif(
    not (page_folder() / "index.html").exists(), reason="the page is not built"
)


OPENED = []


@pytest.fixture(scope="module", autouse=True)
def _ended():
    yield
    for one in OPENED:
        one.close(10)


def session(tmp_path, engine=None):
    levers = tmp_path / "levers.csv"
    levers.write_text(TABLE, encoding="utf-8")
    stories = tmp_path / "stories.json"
    stories.write_text(STORIES, encoding="utf-8")
    OPENED.append(Session(engine or SmallEngine(), levers, stories))
    return OPENED[-1]


def written(folder, name):
    text = (folder / "data" / f"{name}.js").read_text(encoding="utf-8")
    return json.loads(text.partition("]=")[2].rstrip(";\n"))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    at = tmp_path_factory.mktemp("made")
    keep = at / "keep"
    found = publish(
        at / "site", session(at), 16, 8, keep, "https://example.org/globo", False, False
    )
    return at, found


def test_every_answer_that_the_page_asks_for_is_a_file(made):
    at, _ = made
    names = {p.stem for p in (at / "site" / "data").glob("*.js")}
    asked = {
        "texts",
        "levers",
        "stories",
        "geography",
        "baseline",
        "districts",
        "forecasts",
        "coming",
        "budget",
        "site",
    }
    assert asked | {f"evidence.{m.replace('|', '.')}" for m in outcomes()} <= names


def test_a_story_is_answered_as_the_server_answers_it(made, tmp_path):
    at, _ = made
    server = session(tmp_path)
    server.prepare()
    asked = server.question({"eradication_budget": 2000.0}, None, None)
    assert written(at / "site", "story.more") == json.loads(server.whole(asked))


def test_evidence_shared_between_places_is_told_once(made):
    at, _ = made
    whole = written(at / "site", "evidence.coca_ha.zone")
    assert set(whole["places"]) == {"", "VRAEM", "Huallaga", "Elsewhere"}
    assert all(one["at"] < len(whole["shared"]) for one in whole["places"].values())


def test_the_page_loads_nothing_that_a_disk_refuses(made):
    at, _ = made
    html = (at / "site" / "index.html").read_text(encoding="utf-8")
    assert "module" not in html
    assert "crossorigin" not in html
    assert html.index("data/site.js") < html.index("assets/")
    for path in re.findall(r'(?:src|href)="\./([^"]+)"', html):
        assert (at / "site" / path).is_file(), path


def test_a_link_has_a_picture_where_it_will_stand(made):
    at, _ = made
    html = (at / "site" / "index.html").read_text(encoding="utf-8")
    assert '"og:image" content="https://example.org/globo/preview.png"' in html
    head = (at / "site" / "preview.png").read_bytes()[:24]
    size = [int.from_bytes(head[i : i + 4], "big") for i in (16, 20)]
    assert head.startswith(b"\x89PNG")
    assert size == [1200, 630]


def test_the_error_of_the_fit_stands_in_the_site(made):
    at, found = made
    text = (at / "site" / "data" / "site.js").read_text(encoding="utf-8")
    told = json.loads(text.partition("globo.site=")[2])["error"]
    assert told["within"] == pytest.approx(found.error.within)
    assert told["settings"] == found.error.settings


def test_a_second_build_runs_nothing_again(made):
    at, _ = made
    engine = SmallEngine()
    publish(at / "again", session(at, engine), 16, 8, at / "keep", forecasts=False, why=False)
    assert [levers for levers, _ in engine.calls] == [{"eradication_budget": 2000}]  # the story


def test_what_no_forecast_was_made_of_says_so(made):
    at, _ = made
    cards = written(at / "site", "forecasts")
    assert cards
    assert all(one["years"] == [] and not one["computing"] for one in cards.values())


def test_a_site_tells_what_is_coming_by_zone_and_on_the_cards_of_districts(tmp_path):
    publish(tmp_path / "site", session(tmp_path), 0, 0, forecasts=True, why=False)
    assert written(tmp_path / "site", "coming") == json.loads(json.dumps(coming()))
    assert written(tmp_path / "site", "forecasts")["050501"]["years"][0]["mid"] == 2.0


def test_the_answer_to_a_budget_is_stored_as_the_page_asks_for_it(tmp_path, monkeypatch):
    told = {"front": [{"cost": 1.0, "levers": {"eradication_budget": 2500.0}}]}
    told |= {"problem": {"levers": {"eradication_budget": {}}}, "fails_when": [], "made": {}}
    monkeypatch.setattr(budget, "stored", lambda: told)
    publish(tmp_path / "site", session(tmp_path), 0, 0, forecasts=False, why=False)
    text = (tmp_path / "site" / "data" / "site.js").read_text(encoding="utf-8")
    about = json.loads(text.partition("globo.site=")[2])
    one = {"levers": {"eradication_budget": 2500.0}, "file": "portfolio.1", "why": None}
    assert one in about["stored"]
    assert written(tmp_path / "site", "portfolio.1")["levers"] == {"eradication_budget": 2500.0}
    assert about["covered"] == []


def test_stories_alone_have_the_levers_that_they_move(tmp_path):
    found = publish(tmp_path / "site", session(tmp_path), 0, 0, forecasts=False, why=False)
    levers = written(tmp_path / "site", "levers")["levers"]
    assert [one["key"] for one in levers] == ["eradication_budget"]
    assert found.error is None


def test_no_built_page_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(site, "page_folder", lambda: tmp_path)
    with pytest.raises(UserError, match="no built page"):
        publish(tmp_path / "site", session(tmp_path), 0, 0)


@pytest.mark.slow
def test_a_story_tells_why_as_the_server_does_and_is_split_once(tmp_path):
    keep, engines = tmp_path / "keep", (SmallEngine(), SmallEngine())
    for n, engine in enumerate(engines):
        at = tmp_path / str(n)
        at.mkdir()
        publish(at / "site", session(at, engine), 0, 0, keep, forecasts=False, why=True)
        told = written(at / "site", "why.story.more")
        assert set(told) == {str(year) for year in OPENED[-1].years}
        text = (at / "site" / "data" / "site.js").read_text(encoding="utf-8")
        (story, *_) = json.loads(text.partition("globo.site=")[2])["stored"]
        assert story["why"] == "why.story.more"
    split = [[what for _, what in engine.calls].count("trades") for engine in engines]
    assert split == [1, 0]
    with TestClient(create_app(OPENED[0])) as client:
        body = {"levers": {"eradication_budget": 2000.0}, "year": int(max(told))}
        last = json.loads(client.post("/api/why", json=body).text.splitlines()[-1])
    assert told[max(told)] == {"told": last["told"], "year": last["year"]}
