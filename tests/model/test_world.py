"""Laws of the world: districts, households, zones and neighbours as arrays."""

import dataclasses

import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

from globo import facts
from globo.model import places
from globo.model import world as worlds

FACTS = facts.load().through(2017)
DATES = ["2005-12-31", "2010-12-31", "2016-05-15", None]
SHARES = (
    "suitability", "coffee_share", "state_presence", "registered", "legitimacy_start",
    "forest_share",
)  # fmt: skip


def few(known=FACTS, a_zone=2):
    """Return the facts with the first districts of every zone alone."""
    kept = known.districts.sort_index().groupby("zone").head(a_zone).index
    return dataclasses.replace(known, districts=known.districts.loc[kept])


@pytest.fixture(scope="module")
def world():
    return worlds.build(FACTS)


@pytest.fixture(scope="module")
def small():
    return {size: worlds.build(few(), size) for size in (None, 1, 10, 100)}


# districts and zones


def test_every_district_lies_in_one_zone(world):
    assert len(world.districts) == len(FACTS.districts) == 394
    np.testing.assert_array_equal(world.in_zone.sum(0), 1.0)
    np.testing.assert_array_equal(jnp.argmax(world.in_zone, 0), world.zone)
    assert (world.in_zone.sum(1) > 0).all()
    assert world.zones[-1] == places.ELSEWHERE
    named = FACTS.districts.loc[list(world.districts)].zone
    assert [world.zones[z] for z in np.asarray(world.zone)] == named.tolist()


@pytest.mark.parametrize("as_of", DATES)
def test_the_zones_that_the_survey_covered_in_2001_add_up_to_it(as_of):
    known = facts.load(as_of=as_of)
    districts = places.districts(known)
    area = places.first_areas(known, districts).groupby(districts.zone).sum()
    covered = known.surveyed(area.index, [2001]).loc[2001]
    total = known.series("Peru", "coca_ha").get(2001, 46_200.0)
    counted = area[covered] if covered.any() else area
    np.testing.assert_allclose(counted.sum(), total, rtol=1e-9)
    assert (area >= 0).all()


def test_zones_that_the_survey_came_to_cover_have_coca_of_their_own_before(world):
    by_zone = dict(zip(world.zones, np.asarray(world.by_zone(world.coca_start)), strict=True))
    first = FACTS.coca("zone")["Putumayo"].dropna().iloc[0]
    assert by_zone["Putumayo"] == pytest.approx(first)


def test_zones_share_the_area_of_2001_as_first_published(world):
    by_zone = np.asarray(world.by_zone(world.coca_start))
    main = [world.zones.index(z) for z in ("VRAEM", "Huallaga", "La Convención-Lares")]
    assert by_zone[main].sum() > 0.7 * by_zone.sum()


@pytest.mark.parametrize("as_of", DATES)
def test_covariates_stay_in_their_ranges_whenever_the_world_is_built(as_of):
    w = worlds.build(facts.load(as_of=as_of))
    for name in SHARES:
        x = getattr(w, name)
        assert 0 <= float(x.min()), name
        assert float(x.max()) <= 1, name
    for name in ("land", "leaf_yield", "licit_income", "licit_ha", "haul"):
        assert float(getattr(w, name).min()) > 0, name
    assert (w.land >= w.coca_start).all()
    assert (w.households * w.plot > 0).any()
    assert w.cohort_district.shape == w.households.shape
    assert (w.frontier >= 0).all()
    assert ((w.terrain >= 0) & (w.terrain <= 1)).all()
    assert (w.leaf_price > 0) & (w.leaf_price < 60)


def test_nothing_hangs_on_a_districts_name():
    renamed = FACTS.districts.assign(district="X", province="Y", department="Z")
    a = worlds.build(few())
    b = worlds.build(few(dataclasses.replace(FACTS, districts=renamed)))
    for name in (*SHARES, "land", "frontier", "coca_start", "terrain"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))


def test_the_world_changes_only_on_days_when_something_became_public():
    day = "2009-12-31"
    tables = (
        FACTS.coca_zone,
        FACTS.coca_district,
        FACTS.district_year,
        FACTS.yields,
        FACTS.national,
    )
    later = min(t.known_at[t.known_at > day].min() for t in tables)
    eve = str((later - pd.Timedelta(days=1)).date())
    early, still, now = (worlds.build(few(facts.load(as_of=d))) for d in (day, eve, None))
    np.testing.assert_array_equal(early.coca_start, still.coca_start)
    np.testing.assert_array_equal(early.volatility, still.volatility)
    assert not np.array_equal(early.coca_start, now.coca_start)


def test_by_zone_adds_up_and_a_zones_mean_is_weighted(world):
    x = jnp.arange(394, dtype=jnp.float32)
    np.testing.assert_allclose(world.by_zone(x).sum(), x.sum(), rtol=1e-6)
    weight = jnp.where(x % 3 == 0, 5.0, 0.0)
    zone = np.asarray(world.zone)
    for z in range(len(world.zones)):
        mine = zone == z
        w = np.asarray(weight)[mine] + 1e-3
        expected = (np.asarray(x)[mine] * w).sum() / w.sum()
        np.testing.assert_allclose(world.zone_mean(x, weight)[z], expected, rtol=1e-4)
    flat = world.zone_mean(x, jnp.zeros(394))
    np.testing.assert_allclose(flat * world.in_zone.sum(1), world.by_zone(x), rtol=1e-4)


def test_neighbours_weights_add_up_and_leave_out_the_own_place(world):
    kernels = {name: np.asarray(getattr(world, name)) for name in ("near", "far", "beside")}
    for kernel in kernels.values():
        np.testing.assert_array_equal(np.diag(kernel) < 1e-6, True)
    for name in ("near", "far"):
        np.testing.assert_allclose(kernels[name].sum(1).mean(), 1.0, rtol=1e-4)
        np.testing.assert_allclose(kernels[name], kernels[name].T, rtol=1e-5)
    np.testing.assert_allclose(world.around(jnp.ones(394)), 1.0, rtol=1e-4)
    one = jnp.zeros(394).at[7].set(1.0)  # each sees of it what its weight for it says
    np.testing.assert_allclose(world.around(one), kernels["beside"][7], rtol=1e-5)
    at = FACTS.districts.loc[list(world.districts)]
    km = worlds.network.haversine(
        at.lat.values[:, None], at.lon.values[:, None], at.lat.values[None], at.lon.values[None]
    )
    mean = [(kernels[name] * km).sum() / kernels[name].sum() for name in ("near", "far")]
    assert mean[0] < mean[1]


def test_zones_that_swung_more_are_shaken_more(world):
    wide = FACTS.coca_zone.query("confidence != 'low'").pivot_table(
        index="year", columns="zone", values="coca_ha"
    )
    spread = np.log((wide + 50) / (wide.shift() + 50)).std().reindex(list(world.zones)).dropna()
    at = [world.zones.index(z) for z in spread.index]
    volatility = np.asarray(world.volatility)[at]
    inside = (volatility > 0.35) & (volatility < 2.0)
    order = np.argsort(spread.to_numpy()[inside])
    assert (np.diff(volatility[inside][order]) >= 0).all()
    assert inside.sum() >= 4


# households


def test_a_districts_households_are_the_same_whatever_the_cohort_size(small):
    whole = small[None].by_district(small[None].households)
    for size in (1, 10, 100):
        w = small[size]
        np.testing.assert_array_equal(w.by_district(w.households), whole)
        assert w.households.max() <= size
        assert w.households.min() > 0


@pytest.mark.parametrize("size", [None, 1, 10, 100])
def test_cohorts_and_districts_map_back_and_forth(small, size):
    w = small[size]
    n = len(w.districts)
    each = jnp.arange(n, dtype=jnp.float32)
    np.testing.assert_array_equal(w.to_cohorts(each), w.cohort_district)
    counted = w.by_district(jnp.ones(w.households.shape[0]))
    np.testing.assert_array_equal(counted, np.bincount(w.cohort_district, minlength=n))
    np.testing.assert_allclose(w.by_district(w.type_share), 1.0, rtol=1e-3)


def test_types_differ_in_plot_risk_and_licit_income_but_not_on_average(small):
    w, kinds = small[None], worlds.households()
    share = kinds["share"]
    assert share.sum() == 1
    for name in ("plot", "risk", "licit"):
        assert kinds[name].nunique() > 1
    for name in ("plot", "licit"):
        np.testing.assert_allclose((share * kinds[name]).sum(), 1.0)
    people = np.asarray(w.households).reshape(len(kinds), -1).sum(1)
    np.testing.assert_allclose(people / people.sum(), share, atol=0.01)


def test_there_are_households_enough_for_the_coca(world):
    plots = world.by_district(world.households * world.plot)
    assert (0.9 * plots >= world.coca_start).all()
