import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from globo.forecast import scale
from globo.scoring import scores


def gaussian_crps(mean, spread, came):
    """Closed form of Gneiting and Raftery (2007)."""
    z = (came - mean) / spread
    return spread * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))


@pytest.mark.parametrize("came", [-2.0, 0.0, 0.7, 3.0])
def test_crps_of_normal_draws_is_the_closed_form(came):
    draws = 1.0 + 2.0 * norm.ppf((np.arange(20_000) + 0.5) / 20_000)[:, None]
    found = scores.crps(np.array([came]), draws, scale=None)
    np.testing.assert_allclose(found, gaussian_crps(1.0, 2.0, came), rtol=2e-3)


def test_crps_of_one_value_is_the_distance_on_the_scale():
    draws = np.full((7, 2), 25.0)
    found = scores.crps(np.array([25.0, 400.0]), draws, scale=10.0)
    np.testing.assert_allclose(found, [0.0, np.arcsinh(40.0) - np.arcsinh(2.5)], atol=1e-12)


def test_crps_does_not_depend_on_the_number_of_draws():
    rng = np.random.default_rng(3)
    few = scores.crps(np.zeros(4000), rng.normal(size=(5, 4000)), None).mean()
    many = scores.crps(np.zeros(400), rng.normal(size=(400, 400)), None).mean()
    assert few == pytest.approx(many, abs=0.01)


def test_the_scale_is_undone():
    area = np.array([0.0, 3.0, 18_000.0])
    np.testing.assert_allclose(scale.from_scale(scale.to_scale(area, 10.0), 10.0), area)
    assert scale.from_scale(-1.0, 10.0) == 0.0


@pytest.mark.parametrize("level", [0.5, 0.8, 0.95])
def test_intervals_cover_as_often_as_they_say_when_the_forecast_is_right(level):
    rng = np.random.default_rng(0)
    found = scores.covered(rng.normal(size=20_000), rng.normal(size=(400, 20_000)), level)
    assert found.mean() == pytest.approx(level, abs=0.012)


def test_interval_ends_count_as_covered():
    assert scores.covered([0.0, 1.0], np.zeros((9, 2)), 0.8).tolist() == [True, False]


def test_pit_is_uniform_even_where_most_draws_are_zero():
    rng = np.random.default_rng(1)
    came = np.maximum(rng.normal(size=8000), 0.0)
    found = scores.pit(came, np.maximum(rng.normal(size=(300, 8000)), 0.0), seed=2)
    np.testing.assert_allclose(np.histogram(found, bins=10, range=(0, 1))[0] / 8000, 0.1, atol=0.02)


@pytest.mark.parametrize(
    ("last", "area", "appears"), [(9.9, 50.0, True), (10.0, 500.0, False), (0.0, 49.9, False)]
)
def test_appearance_runs_from_under_10_to_50_ha(last, area, appears):
    assert bool(scores.appearance(last, area)) is appears


def test_brier_and_roc_have_their_known_values():
    assert scores.brier([1, 0, 0, 1], [0.8, 0.1, 0.4, 0.5]) == pytest.approx(
        (0.04 + 0.01 + 0.16 + 0.25) / 4
    )
    assert scores.roc_area([1, 0, 0, 1], [0.8, 0.1, 0.6, 0.5]) == pytest.approx(0.75)
    assert np.isnan(scores.roc_area([0, 0], [0.1, 0.2]))


def cells(own, other, years=5, units=40, seed=0):
    """Two forecasters on the same cells, with luck that a year's cells share."""
    rng = np.random.default_rng(seed)
    rows = []
    for year in range(years):
        hard = rng.gamma(4.0, 0.25)
        for unit in range(units):
            luck = hard * rng.gamma(4.0, 0.25)
            for name, size in (("own", own), ("other", other)):
                rows.append((name, 0, f"u{unit}", year, size * luck))
    return pd.DataFrame(rows, columns=["forecaster", "origin", "unit", "year", "crps"])


def test_skill_interval_is_a_point_when_the_ratio_is_the_same_everywhere():
    found = scores.skill_interval(cells(0.9, 1.0), "own", "other", samples=50)
    np.testing.assert_allclose(found, 0.1, atol=1e-12)


def test_skill_interval_widens_when_a_whole_year_decides():
    table = cells(1.0, 1.0)
    table.loc[(table["forecaster"] == "own") & (table["year"] == 0), "crps"] *= 0.2
    value, low, high = scores.skill_interval(table, "own", "other", samples=400)
    assert low <= 0.0 < value < high
    assert high - low > 0.2


def test_skill_interval_uses_only_cells_that_both_forecast():
    table = cells(0.5, 1.0)
    alone = table[table["forecaster"] == "own"].assign(unit="only own", crps=100.0)
    found = scores.skill_interval(pd.concat([table, alone]), "own", "other", samples=20)
    assert found.value == pytest.approx(0.5)
