"""Regret on a table small enough to work out by hand; failures whose limits are known."""

import numpy as np
import pandas as pd
import pytest

from globo.decisions.portfolio.discovery import fails_when
from globo.decisions.portfolio.robustness import missed, regret_table, regrets, scores

# three candidates, two worlds, two objectives; less is better
WORTH = np.array([[[0.0, 10.0], [8.0, 10.0]], [[4.0, 0.0], [0.0, 30.0]], [[4.0, 4.0], [4.0, 14.0]]])
STEPS = np.array([1.0, 1.0])


def test_regret_is_the_distance_from_the_best_of_the_same_world():
    found = regrets(WORTH, STEPS)
    spread = np.array([(4 + 8) / 2, (10 + 20) / 2])
    np.testing.assert_allclose(found[0], np.array([[0, 10], [8, 0]]) / spread)
    np.testing.assert_allclose(found[2], np.array([[4, 4], [4, 4]]) / spread)
    assert (found.min(axis=0) == 0).all()


def test_regret_does_not_change_with_the_unit_nor_with_what_all_share():
    scaled = WORTH * np.array([1000.0, 0.5]) + np.array([7.0, -3.0])
    np.testing.assert_allclose(regrets(scaled, STEPS * 1e-6), regrets(WORTH, STEPS * 1e-6))


def test_a_spread_below_the_step_makes_no_regret_to_speak_of():
    assert regrets(WORTH * 1e-6, STEPS).max() < 1e-4


def test_the_compromise_is_safer_than_the_specialists():
    score = scores(regrets(WORTH, STEPS))
    assert score.argmin() == 2


def test_a_measure_is_missed_by_what_the_best_without_it_is_regretted_more():
    regret = np.array([0.2, 0.5, 0.3])[:, None, None] + np.zeros((3, 6, 1))
    absent = np.array([[False, False, True], [True, False, False], [True, False, False]])
    added = missed(regret, absent, seed=1)
    np.testing.assert_allclose(added, np.tile([0.1, np.inf, 0.0], (len(added), 1)), atol=1e-12)


def test_what_hangs_on_one_world_is_missed_only_where_that_world_is_drawn():
    regret = np.zeros((2, 20, 1))
    regret[1, 7] = 1.0  # without the measure, one world in twenty goes wrong
    regret[0] = 0.05
    added = missed(regret, np.array([[False], [True]]), seed=1)[:, 0]
    # the tail is nine in ten: it must be drawn three times or more, or twice at the quantile
    assert added.min() == 0.0
    assert added.max() == pytest.approx(0.95)
    assert 0.02 < (added > 0.5).mean() < 0.2
    np.testing.assert_array_equal(added, missed(regret, np.array([[False], [True]]), seed=1)[:, 0])


def test_rows_come_safest_first_and_name_the_worst_objective():
    rows = regret_table(["a", "b", "c"], ["area", "acts"], regrets(WORTH, STEPS))
    assert [row["portfolio"] for row in rows] == ["c", "a", "b"]
    assert rows[1]["worst_objective"] == "area"
    assert rows[1]["objectives"]["acts"]["p50"] == pytest.approx(5 / 15, rel=1e-5)


def unknowns(n, seed):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(rng.random((n, 12)), columns=[f"u{i}" for i in range(12)])


def test_the_limits_that_make_it_fail_are_found_and_no_others():
    worlds = unknowns(600, 1)
    failed = ((worlds.u2 > 0.6) & (worlds.u7 < 0.5)).to_numpy()
    told = fails_when(worlds, failed)
    assert set(told["limits"]) == {"u2", "u7"}
    assert told["limits"]["u2"][0] == pytest.approx(0.6, abs=0.06)
    assert told["limits"]["u2"][1] is None
    assert told["limits"]["u7"][0] is None
    assert told["limits"]["u7"][1] == pytest.approx(0.5, abs=0.06)
    assert told["density"] > 0.85
    assert told["coverage"] > 0.8
    assert told["base_rate"] == pytest.approx(failed.mean())


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_failures_that_follow_no_unknown_are_not_explained(seed):
    worlds = unknowns(256, seed)
    failed = np.random.default_rng(seed + 50).random(256) < 0.4
    told = fails_when(worlds, failed)
    assert told["limits"] == {}
    assert told["density"] is None


def test_a_portfolio_that_never_or_always_fails_has_no_limits():
    worlds = unknowns(100, 6)
    assert fails_when(worlds, np.zeros(100, bool))["limits"] == {}
    always = fails_when(worlds, np.ones(100, bool))
    assert always["limits"] == {}
    assert always["base_rate"] == 1.0


def test_a_cause_is_found_among_a_hundred_unknowns_that_do_nothing():
    rng = np.random.default_rng(8)
    worlds = pd.DataFrame(rng.random((256, 100)), columns=[f"u{i:02d}" for i in range(100)])
    failed = rng.random(256) < np.where(worlds["u37"] > 0.7, 0.8, 0.2)
    told = fails_when(worlds, failed, seed=3)
    assert "u37" in told["limits"]
    assert told["density"] > 1.25 * told["base_rate"]


@pytest.mark.parametrize("seed", range(4))
def test_a_cause_is_found_where_failures_are_rare_even_inside_its_limits(seed):
    rng = np.random.default_rng(seed)
    worlds = pd.DataFrame(rng.random((1000, 8)), columns=[f"u{i}" for i in range(8)])
    failed = rng.random(1000) < np.where(worlds["u3"] > 0.6, 0.35, 0.02)
    told = fails_when(worlds, failed, seed=2)
    assert set(told["limits"]) == {"u3"}
    assert told["limits"]["u3"][0] == pytest.approx(0.6, abs=0.1)
    assert told["density"] < 0.5
