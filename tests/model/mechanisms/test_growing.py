"""Laws of growing: who grows coca, and what bushes do with the months."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from paper import KEY, SMOOTH, WORLD, P, month, state, with_world

from globo.model.mechanisms import growing
from globo.model.state import change

step = jax.jit(growing.step)
tend = jax.jit(growing.tend)

YOUNG, PRIME, OLD = (
    jnp.array(x)
    for x in ([9.0, 0.0, 40.0, 0.0, 1.0], [100.0, 7.0, 0.0, 0.0, 2.0], [3.0, 70.0, 0.0, 0.0, 5.0])
)
STANDING = YOUNG + PRIME + OLD
WANTED = jnp.array([150.0, 20.0, 40.0, 30.0, 0.0])
CALM = {name: jnp.float32(0.0) for name in ("zone_shock", "district_shock", "year_shock")}


def frozen(**fields):
    return P.replace(**{k: jnp.float32(v) for k, v in fields.items()})


# bushes


def test_without_planting_and_giving_up_only_the_oldest_bushes_go():
    after = tend(frozen(replant_rate=0, abandon_rate=0), YOUNG, PRIME, OLD, WANTED)
    np.testing.assert_allclose(sum(after), STANDING - OLD / P.old_months, rtol=1e-6)
    ripe, past = YOUNG / P.mature_months, PRIME / (P.prime_months - P.mature_months)
    np.testing.assert_allclose(after[0], YOUNG - ripe, rtol=1e-6)
    np.testing.assert_allclose(after[1], PRIME + ripe - past, rtol=1e-6)


def test_without_planting_the_area_never_grows():
    bushes = (YOUNG, PRIME, OLD)
    for _ in range(40):
        after = tend(frozen(replant_rate=0), *bushes, 2 * STANDING)
        assert (sum(after) <= sum(bushes) + 1e-4).all()
        bushes = after


def test_what_is_planted_is_young_and_closes_the_gap_at_its_rate():
    after = tend(P, YOUNG, PRIME, OLD, WANTED)
    gap = np.maximum(WANTED - (STANDING - OLD / P.old_months), 0)
    young = YOUNG * (1 - 1 / P.mature_months) + P.replant_rate * gap
    np.testing.assert_allclose(after[0][gap > 0], young[gap > 0], rtol=1e-6)
    np.testing.assert_array_equal(gap > 0, [True, False, False, True, False])


@pytest.mark.parametrize("months", [1, 12, 600])
def test_classes_stay_positive_and_between_what_stands_and_what_is_wanted(months):
    bushes = (YOUNG, PRIME, OLD)
    for _ in range(months):
        bushes = tend(P, *bushes, WANTED)
        assert min(float(x.min()) for x in bushes) >= 0
    high = np.maximum(STANDING, WANTED)
    assert (sum(bushes) <= high * (1 + 1e-5)).all()


def test_in_the_end_what_stands_is_what_is_wanted_less_the_wait_for_new_bushes():
    bushes = (YOUNG, PRIME, OLD)
    for _ in range(900):
        bushes = tend(P, *bushes, WANTED)
    # at rest, planting makes up for the old bushes that go
    gone = bushes[2] / P.old_months
    np.testing.assert_allclose(
        sum(bushes), WANTED - gone * (1 - P.replant_rate) / P.replant_rate, rtol=2e-3, atol=1e-3
    )


def test_a_place_that_wants_no_coca_gives_it_up_at_its_rate():
    nothing = jnp.zeros(5)
    after = sum(tend(P, YOUNG, PRIME, OLD, nothing))
    left = (STANDING - OLD / P.old_months) * (1 - P.abandon_rate)
    np.testing.assert_allclose(after, left, rtol=1e-6)


def test_wanted_area_keeps_within_the_land_and_is_left_alone_far_below_it():
    land = jnp.array([100.0, 100.0, 100.0, 7.0, 0.0])
    wanted = jnp.array([1.0, 60.0, 1e6, 7.0, 3.0])
    kept = growing.bounded(wanted, land)
    assert (kept <= jnp.minimum(land, wanted) * (1 + 1e-6) + 1e-3).all()
    np.testing.assert_allclose(kept[0], 1.0, rtol=1e-6)
    np.testing.assert_allclose(kept[2], 100.0, rtol=1e-5)
    by_wish = growing.bounded(jnp.array([1.0, 50.0, 100.0, 200.0, 1e4]), jnp.full(5, 100.0))
    assert (jnp.diff(by_wish) > 0).all()


# households


def test_those_who_reconsider_choose_and_the_others_stay():
    growers, households = jnp.array([30.0, 0.0, 8.0]), jnp.array([100.0, 40.0, 8.0])
    chance, share = jnp.array([0.1, 0.6, 1.0]), jnp.float32(0.25)
    after = growing.reconsider(growers, households, chance, share, KEY, True)
    np.testing.assert_allclose(after, 0.75 * growers + 0.25 * households * chance, rtol=1e-6)
    none = growing.reconsider(growers, households, chance, jnp.float32(0.0), KEY, False)
    np.testing.assert_array_equal(none, growers)


def test_counts_of_growers_are_whole_and_within_the_households():
    growers, households = jnp.array([30.0, 0.0, 8.0, 700.0]), jnp.array([31.0, 4.0, 8.0, 5000.0])
    for chance in (0.0, 0.5, 1.0):
        n = growing.reconsider(
            growers, households, jnp.full(4, chance), jnp.float32(0.9), KEY, False
        )
        np.testing.assert_array_equal(n, jnp.round(n))
        assert (n >= 0).all()
        assert (n <= households).all()


N, GREW, CHANCE, SHARE, MONTHS, TRIES = 300, 0.3, 0.2, 0.2, 12, 4000


def grown(cohort):
    """Return the growers of a district after a year, in many tries, from cohorts of one size."""
    n = N // cohort
    households = jnp.full(n, float(cohort))
    if cohort == 1:
        first = jnp.asarray(np.arange(n) < GREW * N, jnp.float32)
    else:
        first = jnp.full(n, GREW * cohort)

    def one_month(growers, key):
        chance, share = jnp.full(n, CHANCE), jnp.float32(SHARE)
        return growing.reconsider(growers, households, chance, share, key, False), None

    def one_try(key):
        return jax.lax.scan(one_month, first, jax.random.split(key, MONTHS))[0].sum()

    return np.asarray(jax.jit(jax.vmap(one_try))(jax.random.split(KEY, TRIES)))


@pytest.mark.parametrize("cohort", [1, 10, 100])
def test_growers_of_a_district_are_distributed_alike_whatever_the_cohort_size(cohort):
    # each household is a two-state chain, so mean and variance are known exactly
    left = (1 - SHARE) ** MONTHS
    was, was_not = CHANCE + (1 - CHANCE) * left, CHANCE * (1 - left)
    mean = N * (GREW * was + (1 - GREW) * was_not)
    variance = N * (GREW * was * (1 - was) + (1 - GREW) * was_not * (1 - was_not))
    found = grown(cohort)
    assert abs(found.mean() - mean) < 4 * (variance / TRIES) ** 0.5
    assert abs(found.var() / variance - 1) < 4 * (2 / TRIES) ** 0.5 + 0.03  # rounding adds a little


RESPONSES = [  # what changes, low, high, which way the growers go
    ("leaf_price", 1.0, 4.0, +1),
    ("leaf_price", [1.0, 2.0, 2.0], [4.0, 2.0, 2.0], +1),
    ("memory", 0.0, 0.5, -1),
    ("memory", [0, 0, 0, 0, 0.0], [0, 0, 0.8, 0, 0], -1),
    ("legitimacy", 0.2, 0.6, -1),
    ("built", [[0.0], [0.0], [0.0], [0.0]], [[0.0], [0.0], [0.0], [0.5]], -1),  # price support
    ("built", [[0.0], [0.0], [0.0], [0.0]], [[0.0], [0.0], [0.5], [0.0]], -1),  # help
    ("coffee", 0.5, 2.0, -1),
    ("cacao", 0.5, 2.0, -1),
]


@pytest.mark.parametrize(("what", "low", "high", "sign"), RESPONSES)
def test_growers_respond_to_what_pays_and_what_threatens(what, low, high, sign):
    found = []
    for value in (low, high):
        now = month(**{what: value}) if what in ("coffee", "cacao") else month()
        s = state(SMOOTH) if what in ("coffee", "cacao") else state(SMOOTH, **{what: value})
        found.append(float(step(P, SMOOTH, s, now, KEY)[0].growers.sum()))
    assert sign * (found[1] - found[0]) > 1e-3


def test_practice_beside_a_district_draws_others_in():
    few = state(SMOOTH)
    share = jnp.tile(jnp.array([1.0, 0.0, 0.0, 0.0, 0.0]), 2)
    many = state(SMOOTH, growers=jnp.maximum(few.growers, share * few.households))
    pulls = [growing.pull(P, SMOOTH, s, month()) for s in (few, many)]
    more = pulls[1] - pulls[0]
    assert (more >= 0).all()
    assert more[1] > more[4]  # 30 km away against 900
    assert more[1] > 0.01


def test_averse_households_fear_more_and_nobody_fears_what_was_always_so():
    s = state(SMOOTH)
    np.testing.assert_allclose(
        growing.fear(P, SMOOTH, state(SMOOTH, memory=s.anchor.memory)), 0.0, atol=1e-6
    )
    fear = growing.fear(P, SMOOTH, state(SMOOTH, memory=s.anchor.memory + 0.4))
    fear = fear.reshape(2, 5)
    np.testing.assert_allclose(fear[0] / 1.3, fear[1] / 0.5, rtol=1e-5)
    assert (fear[0] > fear[1]).all()


def test_roads_bring_leaf_nearer_and_help_crops_only_where_the_state_is_present():
    bare = state(SMOOTH)
    roads = state(SMOOTH, built=[[0.5], [0.0], [0.0], [0.0]])
    assert (growing.coca_income(P, SMOOTH, roads) > growing.coca_income(P, SMOOTH, bare)).all()
    gain = growing.licit_income(P, SMOOTH, roads, month()) - growing.licit_income(
        P, SMOOTH, bare, month()
    )
    np.testing.assert_array_equal(np.sign(gain), np.sign(SMOOTH.state_presence - 0.5))


def test_coca_always_leaves_a_least_income():
    ruined = state(SMOOTH, leaf_price=0.02)
    income = growing.coca_income(P, SMOOTH, ruined)
    assert (income >= growing.LEAST_INCOME).all()
    # far above costs the soft bound is not felt: a dollar more a kilo is a dollar more earned
    dear, dearer = (
        growing.coca_income(P, SMOOTH, state(SMOOTH, leaf_price=x)) for x in (30.0, 31.0)
    )
    more, most = np.asarray(dearer - dear), 1000 * np.asarray(SMOOTH.leaf_yield)
    free = np.asarray(SMOOTH.registered) == 0
    np.testing.assert_allclose(more[free], most[free], rtol=1e-4)
    assert (more <= most * (1 + 1e-4)).all()
    assert (dear < 30_000 * SMOOTH.leaf_yield).all()  # haul and labour are paid


# how much a grower plants


def test_a_plot_answers_income_by_its_elasticity_and_within_what_a_household_can_tend():
    better = jnp.array([-9.0, -0.01, 0.0, 0.01, 9.0])
    eager = np.asarray(growing.eagerness(frozen(area_response=0.8), better))
    assert (np.diff(eager) > 0).all()
    assert eager[2] == 1.0
    np.testing.assert_allclose(np.log(eager[[1, 3]]) / 0.01, [-0.8, 0.8], rtol=1e-3)
    np.testing.assert_allclose(eager[[0, 4]], [1 / 2.5, 2.5], rtol=1e-2)
    np.testing.assert_array_equal(growing.eagerness(frozen(area_response=0), better), 1.0)


def test_growers_believe_a_new_income_little_by_little():
    s, dear = state(SMOOTH), state(SMOOTH, leaf_price=[4.0, 2.0, 2.0])
    np.testing.assert_array_equal(s.outlook, s.anchor.earned)
    new, _ = step(P, SMOOTH, dear, month(), KEY)
    gap = np.log(growing.coca_income(P, SMOOTH, dear)) - dear.outlook
    np.testing.assert_allclose(new.outlook - s.outlook, P.outlook_rate * gap, rtol=1e-3, atol=1e-6)
    assert (gap[:2] > 0.1).all()  # the districts of the dear zone
    np.testing.assert_allclose(gap[2:], 0.0, atol=1e-6)


def test_a_plot_shrinks_no_faster_than_its_oldest_bushes_go_and_grows_as_income_calls():
    poor = state(SMOOTH, outlook=-9.0, tended=1.3)
    s, kept = poor, 1 - 1 / float(P.old_months)
    answering = frozen(area_response=0.5)
    for months in range(1, 13):
        s, _ = step(answering, SMOOTH, change(s, outlook=poor.outlook), month(), KEY)
        np.testing.assert_allclose(s.tended, 1.3 * kept**months, rtol=1e-5)
    rich = state(SMOOTH, outlook=poor.anchor.earned + 0.4, tended=0.5)
    s, _ = step(answering, SMOOTH, rich, month(), KEY)
    eager = growing.eagerness(answering, s.outlook - s.anchor.earned)
    np.testing.assert_array_equal(s.tended, eager)
    assert (eager > 1).all()
    np.testing.assert_array_equal(state(SMOOTH).tended, 1.0)


def area_after(years, price, **fields):
    """Return the coca of the world, ha, some years after the leaf price came to be so."""
    p, s, now = frozen(**CALM, **fields), state(SMOOTH, leaf_price=price), month(budget=0.0)
    for _ in range(12 * years):
        s, _ = step(p, SMOOTH, s, now, KEY)
    return float(s.coca.sum())


def test_area_answers_a_price_through_those_who_grow_already_and_more_with_the_years():
    def elasticity(years, response):
        areas = [area_after(years, x, area_response=response, income_weight=0) for x in (2.0, 2.4)]
        return np.log(areas[1] / areas[0]) / np.log(1.2)

    assert elasticity(2, 0.0) == 0.0
    soon, late = elasticity(2, 0.5), elasticity(5, 0.5)
    assert 0.05 < soon < 0.8 * late
    assert late < elasticity(5, 1.0)


# the month


def test_the_start_is_at_rest_where_nothing_is_cleared_and_no_land_waits():
    w = with_world(SMOOTH, frontier=jnp.zeros(5), forest_share=jnp.zeros(5))
    p, now = P.replace(**CALM), month(budget=0.0)
    s = first = state(w, p, now)
    for _ in range(24):
        s, _ = step(p, w, s, now, KEY)
    np.testing.assert_allclose(s.growers, first.growers, rtol=1e-2)
    wait = (1 - P.replant_rate) / P.replant_rate / P.old_months  # bushes that wait for planting
    assert (s.coca < first.coca).all()
    assert (s.coca > first.coca * (1 - wait) * 0.97).all()


def test_shocks_are_named_by_place_and_stay_bounded():
    loud = frozen(zone_shock=0.2, district_shock=0.3, year_shock=0.08)
    s, now = state(), month()
    for i in range(60):
        s, _ = step(loud, WORLD, s, now, jax.random.fold_in(KEY, i))
    assert np.unique(s.shock_district).size == 5
    assert np.unique(s.shock_zone).size == 3
    assert float(jnp.abs(s.shock_zone).max()) <= 2
    assert float(jnp.abs(s.shock_district).max()) <= 2.5
    calm, _ = step(P.replace(**CALM), WORLD, state(), month(), KEY)
    assert calm.shock_zone.sum() == 0


@pytest.mark.parametrize("months", [0, 7, 400])
def test_luck_makes_no_hectares_on_average(months):
    p = frozen(year_shock=0.03, zone_shock=0.05, district_shock=0.06, shock_tail=0.0)
    keep = float(p.shock_memory) ** 2
    sd = ((1 - keep**months) / (1 - keep)) ** 0.5  # of a unit shock gathered so far
    first = state()

    def one(key):
        z = sd * jax.random.normal(key, (9,))
        fields = {"month": jnp.int32(months), "shock_year": p.year_shock * z[0]}
        fields |= {"shock_zone": p.zone_shock * z[1:4], "shock_district": p.district_shock * z[4:]}
        return growing.fortune(p, WORLD, change(first, **fields))

    found = np.asarray(jax.jit(jax.vmap(one))(jax.random.split(KEY, 20_000)))
    error = found.std(0) / 20_000**0.5
    assert (np.abs(found.mean(0) - 1) <= 4 * error + 1e-5).all()
    assert (found.std(0) > 0.1).all() == (months > 0)


def test_forest_falls_once_for_coca_that_never_stood_before():
    s = state(SMOOTH)
    more = state(SMOOTH, opened=s.opened * 0.5)  # half of what stands is new
    after, said = step(P, SMOOTH, more, month(), KEY)
    new = after.opened - more.opened
    np.testing.assert_allclose(
        said["forest_cleared_ha"], SMOOTH.by_zone(new * SMOOTH.forest_share), rtol=1e-5
    )
    assert (new > 0).all()
    old = state(SMOOTH, opened=s.opened * 9)
    assert step(P, SMOOTH, old, month(), KEY)[1]["forest_cleared_ha"].sum() == 0


def test_weighed_years_take_their_luck_and_later_ones_are_drawn():
    told = jnp.full_like(P.luck, 1.5)
    p = P.replace(luck=told)
    last = 12 * P.luck.shape[0]
    at = lambda p, month: growing.innovations(p, WORLD, jnp.int32(month), KEY)  # noqa: E731
    np.testing.assert_allclose(at(p, 0)[:4], 1.5 / 12**0.5, rtol=1e-6)
    np.testing.assert_allclose(at(p, last - 1)[:4], 1.5 / 12**0.5, rtol=1e-6)
    np.testing.assert_array_equal(at(p, last), at(P, last))  # no year is weighed any more
    np.testing.assert_array_equal(at(p, 0)[4:], at(P, 0)[4:])  # districts are always drawn


def test_a_weighed_year_is_as_strong_as_a_drawn_one():
    keys = jax.random.split(KEY, 4000)
    by_month = jax.vmap(lambda k: growing.innovations(P, WORLD, jnp.int32(0), k)[0])
    drawn = np.asarray(by_month(keys)).reshape(-1, 10).sum(1) * (12 / 10) ** 0.5
    normals = jax.random.normal(KEY, (400,))
    weighed = np.asarray(normals) * 12**0.5
    assert drawn.std() == pytest.approx(weighed.std(), rel=0.2)


def test_zones_take_the_luck_of_their_own_name():
    told = jnp.zeros_like(P.luck).at[:, 1 + WORLD.trait[1]].set(2.0)
    found = growing.innovations(P.replace(luck=told), WORLD, jnp.int32(5), KEY)
    expected = np.where(np.asarray(WORLD.trait) == int(WORLD.trait[1]), 2.0 / 12**0.5, 0.0)
    np.testing.assert_allclose(found[1:4], expected, rtol=1e-6)
