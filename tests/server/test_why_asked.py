"""Why a change, asked of the server: once, in both languages, for any year."""

import json

import pytest
from small import SmallEngine

MORE = {"levers": {"eradication_budget": 2000}, "start": 2018}


@pytest.fixture
def engine(opened):
    small = SmallEngine()
    with opened(small) as (_, client):
        yield small, client


def lines(client, **body):
    answer = client.post("/api/why", json={**MORE, **body})
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def ask(client, **body):
    return lines(client, **body)[-1]


def test_the_parts_of_each_place_add_up_to_its_change(engine):
    told = ask(engine[1])
    for place, total in {"VRAEM": -1195.0, "Elsewhere": 597.5, "Peru": -597.5}.items():
        one = told["places"][place]
        assert one["total_ha"]["p50"] == total
        assert sum(part["ha"] for part in one["channels"].values()) == pytest.approx(total)
    assert told["places"]["VRAEM"]["channels"]["growers"]["ha"] == 0.0
    assert (told["runs"], told["year"], told["first_year"]) == (5, 2020, 2018)


def test_it_is_told_in_both_languages_with_what_it_hangs_on(engine):
    told = ask(engine[1])["told"]
    assert told["en"]["sentences"][0] == (
        "Of 1,195 ha less in the VRAEM: 1,195 because brigades clear more there."
    )
    assert told["es"]["sentences"][0].startswith("De 1,195 ha menos en el VRAEM: 1,195 porque las")
    # the change grows with the number of the draw, as the first unknown does
    assert "100 %" in told["en"]["hinges"][0]
    assert len(told["es"]["rows"]) == 1 + 3 + 1


def test_how_far_it_is_is_told_from_the_start_to_the_end(engine):
    *told, _ = lines(engine[1])
    shares = [line["share"] for line in told]
    assert shares[0] == 0.0
    assert shares[-1] == 1.0
    assert shares == sorted(set(shares))
    assert len(shares) == 1 + 2 * 4  # two batches of one step with both sides, then three sets


def test_it_is_run_once_for_all_years(engine):
    small, client = engine
    first, last = ask(client, year=2018), ask(client, year=2020)
    assert len(lines(client, year=2019)) == 1
    assert [first["year"], last["year"]] == [2018, 2020]
    assert [what for _, what in small.calls].count("trades") == 1


def test_it_is_held_against_another_scenario_where_one_is_kept(engine):
    told = ask(engine[1], against={"eradication_budget": 1500})
    assert told["places"]["VRAEM"]["total_ha"]["p50"] == -597.5


def test_where_nothing_is_moved_nothing_is_told(engine):
    told = ask(engine[1], levers={})
    assert told["told"]["en"]["sentences"] == told["told"]["es"]["hinges"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [({"year": 2017}, "year"), ({"levers": {"nothing": 1}}, "levers")],
)
def test_what_cannot_be_told_is_refused(engine, body, field):
    answer = engine[1].post("/api/why", json={**MORE, **body})
    assert answer.status_code == 422
    assert field in answer.json()["errors"][0]["field"] + answer.json()["errors"][0]["found"]
