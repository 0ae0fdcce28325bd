"""Estimators of studies give back what a made-up panel was made with."""

import numpy as np
import pytest
import xarray as xr
from test_validate import HUALLAGA, ZONES, world

from globo.validation import estimators
from globo.validation.estimators import (
    ESTIMATES,
    differences,
    discontinuity,
    durbin,
    estimated,
    within,
)
from globo.validation.experiments import PUSHED
from globo.validation.response import effects
from globo.validation.studies import studies

PLACES, YEARS = 60, 40


def beside(n=PLACES):
    """Weights of a ring of places, each with two neighbours."""
    w = np.zeros((n, n))
    for i in range(n):
        w[i, [(i - 1) % n, (i + 1) % n]] = 0.5
    return w


def panel(lag, own, near, noise=0.01, seed=3):
    """A panel made by a spatial Durbin model, with effects of places and years."""
    luck, w = np.random.default_rng(seed), beside()
    x = luck.standard_normal((PLACES, YEARS))
    effects_ = 3 * luck.standard_normal((PLACES, 1)) + luck.standard_normal(YEARS)
    left = own * x + near * (w @ x) + effects_ + noise * luck.standard_normal(x.shape)
    return np.linalg.solve(np.eye(PLACES) - lag * w, left), x, w


@pytest.mark.parametrize(("lag", "own", "near"), [(0.4, -0.8, -0.3), (0.0, 0.5, 0.2), (-0.3, 0, 1)])
def test_a_panel_gives_back_the_effects_that_it_was_made_with(lag, own, near):
    y, x, w = panel(lag, own, near)
    found = durbin(y, x, w)
    spread = np.linalg.solve(np.eye(PLACES) - lag * w, own * np.eye(PLACES) + near * w)
    assert found.lag == pytest.approx(lag, abs=0.02)
    assert found.own == pytest.approx(spread.trace() / PLACES, abs=0.01)
    assert found.beside == pytest.approx((spread.sum() - spread.trace()) / PLACES, abs=0.02)


def test_what_is_the_places_own_is_not_taken_for_its_neighbours():
    y, x, w = panel(0.0, -1.0, 0.0)
    found = durbin(y, x, w)
    assert found.own == pytest.approx(-1.0, abs=0.01)
    assert found.beside == pytest.approx(0.0, abs=0.02)


def test_effects_of_places_and_years_leave_no_trace():
    place, year = np.arange(5.0)[:, None] ** 2, np.arange(4.0) * 7
    np.testing.assert_allclose(within(place + year), 0.0, atol=1e-12)


def test_a_difference_in_differences_takes_away_what_happened_to_all():
    treated, after = np.array([True, False, False]), np.array([False, False, True])
    flat = np.array([[1.0, 1.0, 1.0], [4.0, 4.0, 4.0], [9.0, 9.0, 9.0]]) + 2.5 * after
    assert differences(flat, treated, after) == pytest.approx(0.0)
    flat[0, 2] -= 0.7
    assert differences(flat, treated, after) == pytest.approx(-0.7)


def test_a_jump_at_a_border_is_told_from_what_slopes_across_it():
    luck = np.random.default_rng(5)
    beyond = luck.uniform(-80.0, 80.0, 400)
    measure = np.where(beyond > 0, 30.0, 2.0) + 0.05 * beyond
    slope = 0.3 * beyond + np.where(beyond > 0, 0.2 * beyond, 0.0)
    outcome = 7.0 + slope - 0.4 * measure + 0.1 * luck.standard_normal(400)
    assert discontinuity(outcome, measure, beyond, 60.0) == pytest.approx(-0.4, abs=0.01)
    far = np.abs(beyond) > 60.0  # places that do not count, whatever they do
    assert discontinuity(np.where(far, 1e6, outcome), measure, beyond, 60.0) == pytest.approx(
        -0.4, abs=0.01
    )
    assert np.isnan(discontinuity(outcome, 0.0 * measure, beyond, 60.0))
    few = (beyond < 0) | (np.cumsum(beyond > 0) <= 3)
    assert np.isnan(discontinuity(outcome[few], measure[few], beyond[few], 60.0))


def test_the_border_is_that_of_the_zone_which_brigades_enter():
    years, n = np.arange(2005, 2010), 24
    lat = np.linspace(-14.0, -10.0, n)
    gone = np.zeros((3, len(years), n))
    gone[:, 1:4, n // 2 :] = 50.0
    gone[:, 4] = 9e9  # after the three years
    coca = np.full((3, len(years), n), 500.0)
    coca[:, 3] += np.linspace(0.0, 90.0, n) + np.array([[-0.4], [0.0], [0.2]]) * gone[:, 1:4].sum(1)
    ds = xr.Dataset(
        {
            "eradicated_ha": (("draw", "year", "district"), gone),
            "coca_ha": (("draw", "year", "district"), coca),
        },
        coords={
            "year": years, "lat": ("district", lat), "lon": ("district", np.full(n, -74.0)),
            "district_zone": ("district", np.where(np.arange(n) < n // 2, "Huallaga", PUSHED)),
        },
    )  # fmt: skip
    found = estimators.at_the_border({"stick": ds})
    np.testing.assert_allclose(found, [-0.4, 0.0, 0.2], atol=0.02)


def test_help_is_held_against_the_zones_that_had_none():
    runs = world()
    later = {"year": list(range(2010, 2013))}
    runs["carrot"]["coca_ha"].loc[later] *= 2.0  # what happens to all
    runs["carrot"]["coca_ha"].loc[{**later, "district": HUALLAGA}] *= 1.0
    vraem = runs["carrot"]["district_zone"].values == PUSHED
    runs["carrot"]["coca_ha"].loc[{**later, "district": vraem, "draw": 0}] *= 0.8
    found = estimators.helped(runs)
    np.testing.assert_allclose(found, [-20.0, 0.0, 0.0], atol=1e-3)
    assert len(ZONES) > 2


def test_an_estimate_stands_beside_a_study_and_cites_rows_of_its_sign():
    ids = {one.id for one in studies().values()}
    for one in ESTIMATES:
        assert one.beside in ids
        assert set(one.rows) <= set(effects().index)
        assert (effects().loc[list(one.rows), "estimate"] * one.sign > 0).all()


def test_estimates_tell_of_the_runs_that_are_there_alone():
    runs = {"carrot": world()["carrot"]}
    (only,) = estimated(runs)
    assert only["id"] == "help-did"
    (none,) = estimated({"stick": world()["stick"]})  # too few districts for a border
    assert (none["id"], none["p50"], none["share"]) == ("border-rd", None, None)
    assert {"p05", "p50", "p95", "share", "sign", "rows", "beside", "what"} <= set(only)
