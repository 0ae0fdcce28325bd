"""Two hand-made runs of three zones; every difference is known exactly."""

import json

import numpy as np
import pytest

from globo.decisions import compare, cost_table
from globo.errors import UserError
from globo.results import dataset

ZONES = ["VRAEM", "Huallaga", "Putumayo"]
CODES = ["080911", "050401", "100601", "160401"]
OF = ["VRAEM", "VRAEM", "Huallaga", "Putumayo"]
BASE = np.array([1000.0, 200.0, 5000.0, 700.0])


def run(name, rows, status=None, draws=None, until="2017-12", seed=7, codes=CODES):
    """Return a run of two years: the first as BASE, the last BASE plus one row a draw."""
    last = BASE + np.array(rows, dtype=float)
    coca = np.stack([np.broadcast_to(BASE, last.shape), last], axis=1)
    n = len(last)
    arrays = {"coca_ha": coca, "outside_ha": np.full((n, 2), 10.0)}
    arrays["status"] = np.array(status or [0] * n)
    coords = {
        "draw": np.arange(n) if draws is None else draws,
        "year": [2016, 2017],
        "district": codes,
        "zone": ZONES,
        "district_zone": ("district", OF),
    }
    attrs = {"scenario": name, "seed": seed, "from": "2001-01", "until": until}
    return dataset(arrays, coords, attrs)


NOTHING = [[0, 0, 0, 0]] * 4
PUSH = [[-300, -100, 0, 100], [-400, 0, 0, 300], [-200, 0, 50, 50], [-100, 0, -100, 0]]


@pytest.fixture
def told():
    return compare(run("baseline", NOTHING), run("push", PUSH)).to_json()


def test_differences_are_taken_draw_by_draw_and_then_summarised(told):
    zones = {name: told["zones"][name]["delta_ha"]["p50"] for name in ZONES}
    assert zones == {"VRAEM": -300.0, "Huallaga": 0.0, "Putumayo": 75.0}
    assert told["districts"]["050401"]["delta_ha"] == {"p05": -85.0, "p50": 0.0, "p95": 0.0}
    assert told["national"]["delta_ha"]["p50"] == -150.0
    assert told["zones"]["VRAEM"]["delta_ha"]["p05"] == pytest.approx(-400)


def test_the_country_changes_by_all_its_coca_whether_surveyed_by_then_or_not(told):
    late = {"district_surveyed": ("district", [9999] * len(CODES))}
    pair = (run(name, rows).assign_coords(late) for name, rows in (("a", NOTHING), ("b", PUSH)))
    assert compare(*pair).to_json()["national"] == told["national"]


def test_a_draw_that_stays_as_it_was_counts_half_in_the_probability(told):
    assert told["zones"]["VRAEM"]["probability_up"] == 0.0
    assert told["zones"]["Huallaga"]["probability_up"] == 0.5  # up, down and two ties
    assert told["zones"]["Putumayo"]["probability_up"] == 0.875
    assert told["districts"]["100601"]["probability_up"] == 0.5


def test_what_reappears_is_the_change_elsewhere_over_the_loss_where_coca_falls(told):
    assert told["falls"] == ["VRAEM"]
    shares = [100 / 400, 300 / 400, 100 / 200, -100 / 100]
    levels = np.quantile(shares, [0.05, 0.5, 0.95])
    assert list(told["reappears"].values()) == pytest.approx(levels, rel=1e-5)
    assert (told["removed_ha"]["p50"], told["elsewhere_ha"]["p50"]) == (300.0, 100.0)


def test_growth_beyond_the_area_removed_is_said_and_not_cut():
    both = compare(run("baseline", NOTHING), run("push", [[-60, 0, 0, 90]] * 4))
    assert both.to_json()["reappears"] == {"p05": 1.5, "p50": 1.5, "p95": 1.5}
    assert "More grows than is removed." in str(both)


def test_coca_that_falls_elsewhere_too_is_said_and_not_cut():
    both = compare(run("baseline", NOTHING), run("push", [[-100, 0, 0, -10]] * 4))
    assert both.to_json()["reappears"]["p50"] == -0.1
    assert "Elsewhere coca falls too." in str(both)


def test_the_terminal_and_the_costs_tell_one_share():
    base, push = run("baseline", NOTHING), run("push", PUSH)
    last = [ds.sel(year=[2017]) for ds in (base, push)]
    money = {"spending_usd": (("draw", "year", "item"), np.zeros((4, 1, 1)))}
    money |= {"delivered_t": (("draw", "year", "market"), np.zeros((4, 1, 1)))}
    money |= {"armed_acts": (("draw", "year", "group"), np.zeros((4, 1, 1)))}
    money |= {"market_price_usd_kg": (("draw", "year", "market"), np.ones((4, 1, 1)))}
    (row,) = cost_table(last[0].assign(money), {"push": last[1].assign(money)})
    told = compare(base, push).to_json()
    assert row["leak_share"] == told["reappears"]
    assert (row["home"], row["home_ha"]) == (told["falls"], told["removed_ha"])
    assert row["other_zones_ha"] == told["elsewhere_ha"]


def test_nothing_removed_leaves_no_share_to_speak_of():
    told = compare(run("baseline", NOTHING), run("push", [[0, 0, 0, 40]] * 4)).to_json()
    assert told["reappears"] is None
    few = [[-500, 0, 0, 0], *NOTHING[:3]]
    assert compare(run("baseline", NOTHING), run("push", few)).to_json()["reappears"] is None


def test_only_zones_that_likely_grow_bulge():
    rows = [[0, 9, 90, 90], [0, 9, 90, 90], [0, 9, 90, -1], [0, 9, -90, -1]]
    told = compare(run("baseline", NOTHING), run("push", rows)).to_json()
    assert told["bulges"] == ["Huallaga"]  # Putumayo grows in half of the draws


def test_a_run_against_itself_moves_nothing():
    same = run("baseline", PUSH)
    told = compare(same, same).to_json()
    every = [*told["zones"].values(), *told["districts"].values(), told["national"]]
    assert all(one["delta_ha"] == {"p05": 0.0, "p50": 0.0, "p95": 0.0} for one in every)
    assert {one["probability_up"] for one in every} == {0.5}
    assert told["bulges"] == []


def test_signs_turn_when_the_runs_change_places():
    a, b = run("baseline", NOTHING), run("push", PUSH)
    there, back = compare(a, b).to_json(), compare(b, a).to_json()
    for name in ZONES:
        one, other = there["zones"][name], back["zones"][name]
        assert one["delta_ha"]["p50"] == -other["delta_ha"]["p50"]
        assert one["probability_up"] == 1 - other["probability_up"]


def test_draws_that_failed_in_either_run_are_left_out_of_both():
    base = run("baseline", NOTHING, status=[0, 3, 0, 0])
    push = run("push", PUSH, status=[0, 0, 0, 5])
    told = compare(base, push).to_json()
    assert (told["draws"], told["failed_draws"]) == (2, 2)
    assert told["zones"]["VRAEM"]["delta_ha"]["p50"] == -300.0  # of -400 and -200


def test_draws_are_matched_by_number_not_by_place():
    push = run("push", PUSH[::-1], draws=[3, 2, 1, 0])
    told = compare(run("baseline", NOTHING), push)
    straight = compare(run("baseline", NOTHING), run("push", PUSH))
    np.testing.assert_array_equal(told.zones.values, straight.zones.values)
    assert compare(run("baseline", NOTHING[:2]), push).to_json()["draws"] == 2


def test_a_difference_below_what_results_can_hold_is_none():
    push = run("push", [[1e-4, 0, 0, 0]] * 4)
    assert compare(run("baseline", NOTHING), push).to_json()["zones"]["VRAEM"] == {
        "delta_ha": {"p05": 0.0, "p50": 0.0, "p95": 0.0},
        "probability_up": 0.5,
    }


def test_an_earlier_year_can_be_asked_for():
    both = compare(run("baseline", NOTHING), run("push", PUSH))
    assert both.to_json(2016)["national"]["delta_ha"]["p50"] == 0.0
    with pytest.raises(UserError, match="2016 to 2017"):
        both.to_json(2031)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"seed": 8}, "seed 7 and 8"),
        ({"until": "2025-12"}, "until 2017-12 and 2025-12"),
        ({"codes": ["080911", "050401", "100601", "160402"]}, "different districts"),
        ({"status": [1, 2, 3, 4]}, "no draw that ended well"),
    ],
)
def test_runs_that_do_not_share_their_luck_are_refused(other, said):
    with pytest.raises(UserError, match=said):
        compare(run("baseline", NOTHING), run("push", PUSH, **other))


@pytest.mark.parametrize("name", ["version", "facts_hash", "made_by", "parameters"])
def test_runs_of_other_code_facts_machines_or_readings_are_compared_with_a_warning(name, caplog):
    base, push = run("baseline", NOTHING), run("push", PUSH)
    compare(base.assign_attrs({name: "one"}), push.assign_attrs({name: "one"}))
    assert caplog.text == ""
    compare(base.assign_attrs({name: "one"}), push.assign_attrs({name: "two"}))
    (told,) = [r.getMessage() for r in caplog.records]
    assert "(one and two)" in told
    assert "\n" not in told


def test_the_table_has_a_line_for_each_zone_and_says_what_it_means():
    both = compare(run("baseline", NOTHING), run("push", PUSH))
    lines = str(both).splitlines()
    assert lines[0] == "push against baseline: coca at the end of 2017 (4 draws)"
    assert [line.split()[0] for line in lines[3:7]] == ["Putumayo", "Huallaga", "VRAEM", "Peru"]
    assert lines[5].split() == "VRAEM -300 -400 to -115 0 %".split()
    assert lines[-2:] == [
        "Of the area removed in VRAEM, 38 % reappears elsewhere (-81 to 71 %).",
        "It likely bulges in: Putumayo.",
    ]


def test_the_json_has_the_agreed_keys_and_is_plain(told):
    plain = json.loads(json.dumps(told, allow_nan=False))
    assert plain == told
    keys = "scenario baseline year draws zones districts national reappears bulges"
    assert set(keys.split()) <= set(told)
    assert (told["scenario"], told["baseline"], told["year"]) == ("push", "baseline", 2017)
