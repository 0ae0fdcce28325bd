"""My budget: the stored answer is to the question that ships, and tells of which model it is."""

from pathlib import Path

import pytest

from globo import simulation
from globo.decisions import problem
from globo.ensemble import code_version
from globo.results import variables
from globo.scenario.controls import controls
from globo.server import budget
from globo.server.model_engine import ModelEngine
from globo.server.words import words

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "portfolio.yaml"
TABLE = controls(ModelEngine().places)
STORED = budget.stored()
made = pytest.mark.skipif(STORED is None, reason="no answer is stored")


SIZES = {"runs", "draws", "fresh_draws", "discovery_draws", "largest_front"}


@made
def test_the_stored_answer_is_to_the_question_that_ships_however_long_it_was_searched():
    asked = problem(EXAMPLE).model_dump(mode="json", by_alias=True)
    told = budget.stored()["problem"]
    assert {k: v for k, v in told.items() if k not in SIZES} == {
        k: v for k, v in asked.items() if k not in SIZES
    }


@made
def test_every_portfolio_is_paid_and_can_be_set_on_the_page():
    told = budget.stored()
    assert all(one["cost"] <= told["problem"]["budget_usd_year"] * 1.001 for one in told["front"])
    set_here = budget.answers(TABLE)
    assert set_here
    assert all(set(levers) <= set(told["problem"]["levers"]) for levers in set_here)


@made
def test_each_measure_alone_is_told_for_the_country_and_every_zone():
    told = budget.stored()
    zones = {f"coca_ha@{zone}" for zone in simulation.labels(None)["zone"]}
    whole = zones | set(told["problem"]["objectives"])
    assert told["alone"]["measures"]
    assert all(set(buys) == whole for buys in told["alone"]["measures"].values())


def test_the_answer_of_every_budget_is_among_those_told(monkeypatch):
    def one(cost, help_, **more):
        return {"cost": cost, "levers": {"technical_help@VRAEM": help_, **more}}

    front = [one(200.0, 4.0), one(250.0, 5.0), one(90.0, 3.0), one(120.0, 2.0), one(60.0, 1.0)]
    front.append(one(10.0, 6.0, unheard_of=1.0))
    monkeypatch.setattr(budget, "stored", lambda: {"front": front})
    assert [levers["technical_help@VRAEM"] for levers in budget.answers(TABLE)] == [4.0, 3.0, 1.0]


@made
@pytest.mark.parametrize(("code", "is_current"), [(None, True), ("0.1.0+0123456789ab", False)])
def test_an_answer_of_another_model_says_so(monkeypatch, code, is_current):
    made = {"code": code or code_version("decisions"), "facts": simulation.known(None).hash}
    monkeypatch.setattr(budget, "stored", lambda: {**STORED, "made": made})
    assert budget.budget(TABLE)["is_current"] is is_current


def test_where_no_answer_is_stored_there_is_no_portfolio(monkeypatch):
    monkeypatch.setattr(budget, "stored", lambda: None)
    assert budget.budget(TABLE) == {"front": []}
    assert budget.answers(TABLE) == []


@made
def test_the_page_gets_what_the_command_found_with_words_for_all_of_it(client):
    told = client.get("/api/budget").json()
    assert told["front"] == STORED["front"]
    small = ["eradication_budget", "eradication_where@VRAEM"]  # the small table's
    assert [c["key"] for c in told["controls"]] == small
    for lang in ("es", "en"):
        has = words(lang)
        assert all(f"page.budget.of.{name}" in has for name in STORED["problem"]["objectives"])
        assert all(f"page.budget.why.{row['why']}" in has for row in STORED["dominated"])
        unknowns = {name for row in STORED["fails_when"] for name in row["limits"]}
        named = {f"page.parameter.{n}" for n in unknowns if n not in told["names"] and "@" not in n}
        assert named <= set(has)
    assert set(STORED["problem"]["objectives"]) <= set(variables())
