import numpy as np
import pandas as pd
import pytest

from globo.errors import UserError
from globo.evidence.compact_model import Start, paths
from globo.evidence.compact_prior import Taught, learn
from globo.evidence.compact_settings import MECHANISMS, Settings
from globo.evidence.scores import from_scale, to_scale

ZONES = ["north", "south"]
ZONE_OF = np.array([0, 0, 1, 1])
STILL = {"unit_noise": 0.0, "year_noise": 0.0, "budget_noise": 0.0}
DRAWS = 4000


def start(area, most=None, budget=(10_000.0,)):
    area = np.array(area, dtype=float)
    return Start(
        area=area,
        most=area if most is None else np.array(most, dtype=float),
        zone_of=ZONE_OF,
        zones=ZONES,
        surveyed=np.array([True, True, True, False]),
        budget=pd.Series(budget),
    )


def taught(visits=(0.0, 0.0), shock=(0.0, 0.0), noise=1.0, born=(0.0, 0.0), draws=DRAWS):
    def wide(values):
        return np.broadcast_to(np.array(values, dtype=float), (draws, 2)).copy()

    return Taught(
        visit_rate=wide(visits),
        if_open=wide(visits),
        shock_scale=wide(shock),
        noise_ratio=np.full((draws, 4), noise),
        born_never=wide(born),
        born_again=wide(born),
        trend=np.zeros(2),
    )


def run(where, known, horizon, seed=0, **changes):
    settings = Settings(**changes)
    return paths(where, known, horizon, np.random.default_rng(seed), settings)


def test_with_every_mechanism_off_nothing_changes():
    found = run(start([700, 40, 3, 0]), taught(draws=9), 5, without=frozenset(MECHANISMS), **STILL)
    np.testing.assert_allclose(found, np.broadcast_to([700, 40, 3, 0], found.shape), atol=1e-9)


def test_regrowth_closes_its_share_of_the_gap_each_year():
    where = start([10, 200, 0, 0], most=[1000, 200, 50, 0])
    found = run(where, taught(draws=3), 2, regrowth=(0.2, 0.2), without=frozenset(["bursts"]),
                **STILL)  # fmt: skip
    low, high = to_scale(10, 10), to_scale(1000, 10)
    levels = to_scale(found[0, :, 0], 10)
    np.testing.assert_allclose(levels, [high - 0.8 * (high - low), high - 0.64 * (high - low)])
    np.testing.assert_allclose(found[:, :, 1], 200)
    np.testing.assert_allclose(found[:, :, 2:], 0.0)  # what is gone needs to appear first


def test_visits_clear_by_their_range_and_spare_small_units():
    where = start([800, 99, 800, 0])
    found = run(where, taught(visits=(0.95, 0.0)), 1, without=frozenset(["regrowth"]), **STILL)
    fall = to_scale(800, 10) - to_scale(found[:, 0, 0], 10)
    assert (fall > 0).mean() == pytest.approx(0.95, abs=0.02)
    assert fall[fall > 0].min() > 0.69
    assert fall.max() < 2.31
    np.testing.assert_allclose(found[:, 0, 1], 99)
    np.testing.assert_allclose(found[:, 0, 2], 800)


def test_units_of_a_zone_are_visited_together():
    where = start([800, 800, 800, 0])
    found = run(where, taught(visits=(0.3, 0.3)), 1, without=frozenset(["regrowth"]), **STILL)
    hit = found[:, 0] < 790
    same, other = (np.corrcoef(hit[:, 0], hit[:, k])[0, 1] for k in (1, 2))
    assert same > 0.4
    assert abs(other) < 0.06
    assert hit[:, 0].mean() == pytest.approx(0.3, abs=0.03)


def test_cleared_units_are_visited_less():
    where = start([300, 300, 300, 0], most=[3000, 300, 300, 0])
    found = run(where, taught(visits=(0.5, 0.5)), 1, without=frozenset(["regrowth"]),
                revisit=(0.4, 0.4), **STILL)  # fmt: skip
    hit = (found[:, 0] < 290).mean(axis=0)
    np.testing.assert_allclose(hit[:2], [0.2, 0.5], atol=0.03)


def test_a_surge_of_the_budget_fades():
    surge = start([800, 800, 800, 0], budget=(10_000.0,) * 9 + (40_000.0,))
    flat = start([800, 800, 800, 0], budget=(40_000.0,))
    loss = []
    for where in (surge, flat):
        found = run(where, taught(visits=(0.3, 0.3)), 1, **STILL)
        loss.append((found[:, 0, :3] < 790).mean())
    assert loss[0] < 0.75 * loss[1]


def test_shocks_move_hectares_without_making_any():
    quiet = {"without": frozenset(["regrowth"])}
    found = run(start([900, 900, 900, 0]), taught(shock=(0.3, 0.3), draws=40_000), 3, **quiet)
    np.testing.assert_allclose(found[:, :, :3].mean(axis=(0, 2)) / 900, 1.0, atol=0.03)
    free = run(start([900, 900, 900, 0]), taught(shock=(0.3, 0.3), draws=40_000), 3,
               without=frozenset(["regrowth", "centring"]))  # fmt: skip
    assert free[:, 2, :3].mean() / 900 > 1.1


def test_zone_shocks_are_shared_inside_a_zone_only():
    found = run(start([900, 900, 900, 0]), taught(shock=(0.4, 0.4), noise=0.2), 1)
    logs = to_scale(found[:, 0], 10)
    assert np.corrcoef(logs[:, 0], logs[:, 1])[0, 1] > 0.7
    assert abs(np.corrcoef(logs[:, 0], logs[:, 2])[0, 1]) < 0.15


def test_coca_appears_at_its_chance_and_rarely_where_nobody_looked():
    found = run(start([0, 0, 0, 0]), taught(born=(0.2, 0.2)), 1, born_unseen=0.01, **STILL)
    np.testing.assert_allclose((found[:, 0] > 0).mean(axis=0), [0.2, 0.2, 0.2, 0.01], atol=0.02)
    none = run(start([0, 0, 0, 0]), taught(born=(0.2, 0.2)), 5,
               without=frozenset(["appearance"]), born_unseen=0.01)  # fmt: skip
    assert none[:, :, 3].max() == 0.0


def test_a_hundred_years_stay_finite_and_below_the_room_of_each_unit():
    found = run(start([5000, 40, 3, 0]), taught(shock=(1.0, 1.0), noise=2.5, born=(0.5, 0.5),
                draws=200), 100, without=frozenset(["transient noise"]))  # fmt: skip
    top = from_scale(to_scale(np.array([5000, 300, 300, 300]), 10) + 1.5, 10)
    assert np.isfinite(found).all()
    assert (found.max(axis=(0, 1)) <= top + 1e-6).all()


def teach(areas, series=None, zone_of=ZONE_OF, **changes):
    table = pd.DataFrame(areas, columns=list("abcd"), dtype=float)
    past = pd.DataFrame() if series is None else series
    rng = np.random.default_rng(0)
    return learn(table, ZONES, zone_of, past, DRAWS, rng, Settings(**changes))


def test_a_zone_that_was_cleared_is_taken_for_open():
    found = teach([[900, 800, 900, 800], [100, 90, 900, 800], [90, 80, 900, 800]])
    rate = found.visit_rate.mean(axis=0)
    assert rate[0] > 0.3
    assert rate[1] < 0.1


def test_quiet_years_of_the_long_series_close_a_zone():
    areas = [[900, 800, 900, 800]]
    series = pd.DataFrame({"north": np.full(13, 1700.0)}, index=range(2000, 2013))
    rate = teach(areas, series).visit_rate.mean(axis=0)
    assert rate[0] < 0.5 * rate[1]


def test_restless_units_and_zones_get_wider_noise():
    areas = [[200, 200, 200, 200], [400, 205, 205, 200], [210, 200, 200, 205], [430, 205, 205, 200]]
    by_zone = teach(areas).noise_ratio.mean(axis=0)
    assert by_zone[:2].min() > 1.3 * by_zone[2:].max()
    one_zone = teach(areas, zone_of=np.zeros(4, dtype=int)).noise_ratio.mean(axis=0)
    assert one_zone[0] > 1.2 * one_zone[1:].max()


def test_a_long_steady_series_narrows_the_shared_shock_and_sets_the_trend():
    series = pd.DataFrame({"north": 1000.0 * 1.05 ** np.arange(13)}, index=range(2000, 2013))
    found = teach([[900, 896, 900, 800]], series)
    assert found.shock_scale[:, 0].mean() < 0.7 * found.shock_scale[:, 1].mean()
    # 11 steps of log 1.05 before the survey year and one into it, against 8 years at rest.
    assert found.trend[0] == pytest.approx(np.log(1.05) * 12 / 20, rel=0.01)
    assert found.trend[1] == 0.0


def test_one_year_teaches_the_priors():
    found = teach([[900, 0, 0, 0]])
    np.testing.assert_allclose(found.born_never.mean(axis=0), 0.1, atol=0.01)
    np.testing.assert_allclose(found.born_again.mean(axis=0), 0.3, atol=0.01)


def test_unknown_mechanisms_are_refused():
    with pytest.raises(UserError, match="did you mean 'visits'"):
        Settings(without=frozenset(["visit"]))
