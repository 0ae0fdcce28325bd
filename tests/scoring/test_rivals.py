import numpy as np
import pandas as pd
import pytest

from globo.forecast import scale
from globo.forecast.walk import symmetric_walk, transitions
from globo.scoring import scores
from globo.scoring.rivals import BASELINES, persistence

UNITS = [f"u{i}" for i in range(30)]
TRAITS = pd.DataFrame(
    {"altitude": np.arange(30.0), "zone": ["north"] * 20 + ["south"] * 10}, index=UNITS
)


def walk(years, seed, spread=0.4):
    """Areas whose asinh(ha / 10) is a Gaussian random walk."""
    rng = np.random.default_rng(seed)
    level = 4.0 + np.cumsum(rng.normal(0.0, spread, (years, len(UNITS))), axis=0)
    return pd.DataFrame(scale.from_scale(level, 10.0), range(2001, 2001 + years), UNITS)


@pytest.mark.parametrize("name", BASELINES)
def test_nothing_after_the_origin_is_seen(name):
    whole = walk(6, seed=1)
    poisoned = whole.copy()
    poisoned.iloc[4:] = 1e6
    first, second = (
        BASELINES[name](table.iloc[:4], 2, 40, seed=5, covariates=TRAITS)
        for table in (whole, poisoned)
    )
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("name", BASELINES)
def test_what_was_known_at_the_origin_is_used(name):
    whole = walk(6, seed=1)
    other = whole.copy()
    other.loc[2004] *= 3.0
    first, second = (
        BASELINES[name](table.loc[:2004], 2, 40, seed=5, covariates=TRAITS)
        for table in (whole, other)
    )
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("name", BASELINES)
@pytest.mark.parametrize("years", [1, 2, 3, 12])
def test_every_history_gives_finite_areas_of_the_right_shape(name, years):
    found = BASELINES[name](walk(years, seed=2), 4, 30, seed=0, covariates=TRAITS)
    assert found.shape == (30, 4, 30)
    assert np.isfinite(found).all()
    assert (found >= 0.0).all()


@pytest.mark.parametrize("name", BASELINES)
def test_one_year_of_history_is_persistence(name):
    past = walk(1, seed=2)
    found = BASELINES[name](past, 3, 20, seed=0, covariates=TRAITS)
    np.testing.assert_allclose(found, persistence(past, 3, 20, seed=0), rtol=1e-9)


@pytest.mark.parametrize("name", BASELINES)
def test_one_unit_without_traits_can_be_forecast(name):
    found = BASELINES[name](walk(9, seed=3)[["u0"]], 3, 20, seed=0, scale=100.0)
    assert found.shape == (20, 3, 1)


@pytest.mark.parametrize("name", BASELINES)
def test_units_that_start_late_are_forecast_from_what_they_have(name):
    past = walk(5, seed=4)
    past.iloc[:4, 3] = np.nan
    found = BASELINES[name](past, 2, 20, seed=0, covariates=TRAITS)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("name", ["pooled walk", "symmetric walk", "analogues"])
def test_intervals_of_a_simulated_walk_cover(name):
    hits = []
    for seed in range(12):
        whole = walk(11, seed=seed)
        found = BASELINES[name](whole.iloc[:8], 3, 400, seed=seed, covariates=TRAITS)
        hits.append(scores.covered(whole.iloc[8:].to_numpy(), found, 0.8))
    assert np.mean(hits) == pytest.approx(0.8, abs=0.05)


def test_the_symmetric_walk_has_no_drift_where_the_pooled_one_has():
    level = 3.0 + 0.5 * np.arange(4)[:, None] + np.zeros((1, 30))
    past = pd.DataFrame(scale.from_scale(level, 10.0), range(2001, 2005), UNITS)
    up = scale.to_scale(BASELINES["pooled walk"](past, 1, 500, seed=0), 10.0)
    both = scale.to_scale(symmetric_walk(past, 1, 500, seed=0), 10.0)
    np.testing.assert_allclose(up, level[-1, 0] + 0.5)
    np.testing.assert_allclose(both.mean(), level[-1, 0], atol=0.02)


def test_damped_drift_carries_half_a_step_on_at_070_then_049():
    level = 3.0 + 0.5 * np.arange(4)[:, None] + np.zeros((1, 30))
    past = pd.DataFrame(scale.from_scale(level, 10.0), range(2001, 2005), UNITS)
    found = scale.to_scale(BASELINES["damped drift"](past, 2, 10, seed=0), 10.0)
    # Each step misses by 0.5 - 0.7 x 0.5 = 0.15, which is the only error there is to draw.
    np.testing.assert_allclose(found[:, 0] - level[-1, 0], 0.35 + 0.15)
    np.testing.assert_allclose(found[:, 1] - level[-1, 0], 0.35 + 0.245 + 0.30)


def test_steps_longer_than_the_history_are_sums_of_shorter_ones():
    past = pd.DataFrame(scale.from_scale([[2.0, 5.0], [3.0, 6.0]], 10.0), [2001, 2002])
    found = scale.to_scale(BASELINES["pooled walk"](past, 3, 5, seed=0), 10.0)
    np.testing.assert_allclose(found[0], [[4.0, 7.0], [5.0, 8.0], [6.0, 9.0]])


def test_analogues_prefer_their_own_zone():
    level = np.full((6, 30), 4.0)
    level[:, 20:] += 0.3 * np.arange(6)[:, None] - 0.9
    past = pd.DataFrame(scale.from_scale(level, 10.0), range(2001, 2007), UNITS)
    found = scale.to_scale(BASELINES["analogues"](past, 1, 800, 0, covariates=TRAITS), 10.0)
    moves = (found[:, 0] - level[-1]).mean(axis=0)
    assert moves[:20].mean() < 0.1
    assert moves[20:].mean() > 0.2


def test_transitions_hold_level_gap_and_change():
    past = pd.DataFrame(scale.from_scale([[4.0], [1.0], [2.0]], 10.0), [2001, 2002, 2003], ["u"])
    table = transitions(past, 1, 10.0).set_index("year")
    np.testing.assert_allclose(table["level"], [4.0, 1.0])
    np.testing.assert_allclose(table["gap"], [0.0, 3.0])
    np.testing.assert_allclose(table["last"], [0.0, -3.0])
    np.testing.assert_allclose(table["change"], [-3.0, 1.0])
