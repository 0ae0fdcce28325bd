"""Two runs whose yearly differences are round numbers; money over units by hand."""

import numpy as np
import pytest

from globo import facts
from globo.decisions.costs import abroad_shares, cost_table, published, unit_cost
from globo.errors import UserError
from globo.results import dataset

ZONES = ["VRAEM", "Huallaga", "Elsewhere"]
N = 4
COORDS = {
    "year": [2016, 2017, 2018],
    "district": ["080911", "100601", "010101"],
    "zone": ZONES,
    "market": ["Europe", "North America"],
    "group": ["VRAEM faction", "Family clans"],
    "item": ["eradication", "development"],
    "district_zone": ("district", ZONES),
}
ATTRS = {"scenario": "x", "seed": 1, "from": "2001-01", "until": "2018-12"}


def run(vraem=0.0, huallaga=0.0, spent=0.0, kg=0.0, acts=0.0, price=1.0, status=None):
    """Return a run that leaves the baseline in 2017: the differences are those given."""

    def moved(base, change):
        after = np.broadcast_to(np.asarray(base, float), (N, 3, len(base))).copy()
        after[:, 1:] += np.asarray(change, float)[..., None, :]
        return after

    zeros = np.zeros(N)
    coca = np.stack([zeros + vraem, zeros + huallaga, zeros], axis=1)
    arrays = {
        "coca_ha": moved([9000, 4000, 0], coca),
        "outside_ha": np.full((N, 3), 50.0),
        "spending_usd": moved([1e7, 0], np.stack([zeros + spent, zeros], axis=1)),
        "delivered_t": moved([100, 50], np.stack([zeros - kg / 1000, zeros], axis=1)),
        "armed_acts": moved([20, 5], np.stack([zeros, zeros - acts], axis=1)),
        "market_price_usd_kg": moved([40000, 30000], [0, 0]) * [price, 1.0],
        "household_income_usd": moved([900, 1500, 9000], [0, 0, 0]),
        "leaf_price_usd_kg": moved([4, 2, 9], [0, 0, 0]),
        "leaf_t": moved([10, 30, 0], [0, 0, 0]),
        "status": np.array(status or [0] * N),
    }
    return dataset(arrays, COORDS, ATTRS)


BASE = run()


def row(push, **options):
    return cost_table(BASE, {"push": push}, **options)[0]


def test_cost_is_money_over_what_is_avoided_draw_by_draw():
    found = row(run(vraem=[-100, -200, -400, -500], spent=1e6, kg=2000, acts=[1, 2, 2, 4]))
    assert found["years"] == [2017, 2018]  # those in which the runs differ
    assert found["spent_usd"] == {"p05": 1e6, "p50": 1e6, "p95": 1e6}
    assert found["home"] == ["VRAEM"]
    assert found["net_ha"]["p50"] == 300
    assert found["usd_per_ha"] == {"p05": 2000, "p50": 2500, "p95": 10000}
    assert found["usd_per_kg"]["p50"] == pytest.approx(500)
    assert found["usd_per_attack"]["p95"] == 1e6


def test_what_other_zones_gain_leaks_from_what_home_loses():
    found = row(run(vraem=-400, huallaga=[100, 200, 300, 400], spent=1e6))
    assert found["home_ha"]["p50"] == 400
    assert found["other_zones_ha"]["p50"] == 250
    assert found["net_ha"]["p50"] == 150
    assert found["leak_share"]["p50"] == 0.625
    assert found["usd_per_home_ha"]["p50"] == 2500
    assert found["usd_per_ha"]["p50"] == 5000
    assert found["usd_per_ha"]["p95"] is None  # in one draw nothing is left of it
    assert found["works"] == {"home_ha": 1.0, "ha": 0.75, "kg": 0.0, "attack": 0.0}


def test_home_may_be_named_and_must_be_a_zone():
    found = row(run(vraem=-400, huallaga=-100, spent=1e6), homes={"push": ["Huallaga"]})
    assert found["home"] == ["Huallaga"]
    assert found["other_zones_ha"]["p50"] == -400  # others lose too, four times as much
    assert found["leak_share"]["p50"] == -4.0
    with pytest.raises(UserError, match="VRAEM, Huallaga"):
        row(run(vraem=-400), homes={"push": ["Vraem"]})


def test_coca_that_no_survey_covers_yet_is_avoided_too():
    covered = {"district_surveyed": ("district", [2018, 2001, 9999])}  # the VRAEM from 2018 on
    pair = [ds.assign_coords(covered) for ds in (BASE, run(vraem=-400, huallaga=100, spent=1e6))]
    found = cost_table(pair[0], {"push": pair[1]})[0]
    assert found["net_ha"]["p50"] == 300  # by what surveys see, 100 ha less in 2017: 100
    assert found["leak_share"]["p50"] == 0.25


def test_what_the_model_does_not_price_can_be_added():
    push = run(vraem=-100)
    assert row(push)["usd_per_ha"] == {"p05": None, "p50": None, "p95": None}
    assert row(push, extra_usd={"push": 5e5})["usd_per_ha"]["p50"] == 5000


def test_a_measure_that_avoids_nothing_has_no_unit_cost():
    found = row(run(vraem=50, spent=1e6))
    assert found["usd_per_ha"] == {"p05": None, "p50": None, "p95": None}
    assert found["leak_share"] is None
    assert found["works"]["ha"] == 0.0


def test_failed_draws_are_left_out():
    found = row(run(vraem=[-100, -200, -400, -9e3], spent=1e6, status=[0, 0, 0, 2]))
    assert found["draws"] == 3
    assert found["net_ha"]["p50"] == 200


def test_leakage_abroad_is_told_by_published_shares_and_by_prices():
    low, high = abroad_shares(facts.load())
    assert (low, high) == (0.1, 0.9)
    found = row(run(vraem=-400, spent=1e6, price=1.1))
    assert low * 400 <= found["abroad_ha"]["p05"] < found["abroad_ha"]["p95"] <= high * 400
    assert found["price_abroad"]["p50"] == pytest.approx(0.05 * 1.0, rel=1e-5)
    assert abroad_shares(facts.load(as_of="1999-01-01")) == (0.0, 1.0)


def test_unit_costs_of_half_the_draws_can_be_told_without_the_rest():
    found = unit_cost(np.full(10, 100.0), np.array([10, 10, 10, 10, 10, 5, 5, 0, 0, -3]), 1.0)
    assert found == {"p05": 10.0, "p50": 10.0, "p95": None}


def test_published_estimates_stand_beside_with_their_source():
    rows = published().set_index("id")
    assert rows.loc["E028", "estimate"] == 940_000
    assert rows.loc["E028", "source"]
    assert {"cost_per_ha", "cost_per_kg", "cost_ratio"} <= set(rows["question"])
    assert len(published(facts.load(as_of="2000-01-01"))) < len(rows)


def test_a_measure_that_moves_what_has_no_price_has_no_unit_cost_and_says_what_is_missing():
    push = run(vraem=-100, spent=5e5, kg=1000)
    push.attrs["scenario_yaml"] = "levers: {eradication_where: {VRAEM: 1.0}, road_control: 3.0}"
    found = row(push)
    assert found["left_out"] == ["eradication_where"]
    assert found["spent_usd"]["p50"] == 5e5  # what is priced is still told
    assert found["usd_per_ha"] == found["usd_per_kg"] == {"p05": None, "p50": None, "p95": None}
    priced = row(push, extra_usd={"push": 5e5})
    assert priced["left_out"] == []
    assert priced["usd_per_ha"]["p50"] == 10_000
