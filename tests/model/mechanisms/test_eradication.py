"""Laws of eradication: brigades clear what they can reach, where they can work."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from paper import KEY, SMOOTH, WORLD, P, month, state

from globo.model.constants import constants
from globo.model.mechanisms import eradication

step = jax.jit(eradication.step)
clear = jax.jit(eradication.clear)

COCA = jnp.array([100.0, 40.0, 7.0, 900.0])
REACH = jnp.array([0.5, 1.0, 0.0, 0.8])
DRAW = COCA / (COCA + 120.0)
MOST = P.clear_rate * COCA * REACH
OPEN = {"is_open": 1.0, "hold": 0.0, "legitimacy": 1.0}


@pytest.mark.parametrize("budget", [0.0, 1.0, 30.0, 300.0, 1e6])
def test_the_budget_is_met_until_reach_runs_out(budget):
    cleared = clear(P, COCA, REACH, DRAW, jnp.float32(budget))
    np.testing.assert_allclose(cleared.sum(), min(budget, float(MOST.sum())), rtol=1e-4)
    assert cleared.sum() <= budget * (1 + 1e-6)
    assert (cleared <= MOST * (1 + 1e-6)).all()
    assert cleared[2] == 0.0  # no reach, no clearing


@pytest.mark.parametrize("share", [0.9, 0.95, 1.0, 1.05])
def test_a_budget_close_to_all_within_reach_is_nearly_spent(share):
    budget = share * float(MOST.sum())
    cleared = float(clear(P, COCA, REACH, DRAW, jnp.float32(budget)).sum())
    assert 0.93 * min(budget, MOST.sum()) < cleared <= budget * (1 + 1e-6)


def test_a_short_budget_goes_first_where_there_is_more_to_clear():
    share = clear(P, COCA, jnp.ones(4), DRAW, jnp.float32(20.0)) / COCA
    order = np.argsort(COCA)
    assert (np.diff(np.asarray(share)[order]) > 0).all()


def test_no_coca_is_cleared_where_there_is_none():
    nothing = clear(P, jnp.zeros(4), REACH, jnp.zeros(4), jnp.float32(50.0))
    np.testing.assert_array_equal(nothing, 0.0)


@pytest.mark.parametrize("budget", [0.0, 5.0, 1e5])
def test_coca_left_and_cleared_add_up(budget):
    before = state(**OPEN)
    after, said = step(P, WORLD, before, month(budget=budget), KEY)
    np.testing.assert_allclose(after.coca + after.cleared, before.coca, rtol=1e-5)
    np.testing.assert_array_equal(said["eradicated_ha"], after.cleared)
    np.testing.assert_allclose(
        said["spent_eradication"], P.eradication_cost * after.cleared.sum(), rtol=1e-6
    )
    assert after.cleared.sum() <= budget * (1 + 1e-5)
    # every age class loses the same share
    np.testing.assert_allclose(
        after.young * before.old, after.old * before.young, rtol=1e-4, atol=1e-4
    )
    if budget > 1e4:
        assert (after.cleared[:4] > 0).all()


def test_registered_coca_is_left_alone():
    s = state(**OPEN)
    after, _ = step(P, WORLD, s, month(budget=1e6), KEY)
    most = P.clear_rate * s.coca * (1.0 - WORLD.registered)
    assert (after.cleared <= most * (1 + 1e-5)).all()


def test_a_zone_that_is_not_allowed_is_not_entered():
    after, _ = step(P, WORLD, state(**OPEN), month(budget=1e6, allowed=[1.0, 0.0, 1.0]), KEY)
    assert after.cleared[2:4].sum() == 0
    assert (after.cleared[jnp.array([0, 1, 4])] > 0).all()


def test_an_escort_opens_a_closed_district_by_its_share():
    closed = {"is_open": 0.0, "hold": 1.0, "legitimacy": 0.0}
    found = []
    for where in (0.0, 0.5, 1.0):
        now = month(budget=1e6, where=[0.0, where, 0.0])
        found.append(step(P, WORLD, state(**closed), now, KEY)[0].cleared)
    assert found[0].sum() == 0
    for cleared in found[1:]:
        assert cleared[jnp.array([0, 1, 4])].sum() == 0
    theirs = P.clear_rate * state().coca * (1 - WORLD.registered)
    np.testing.assert_allclose(found[2][2:4], theirs[2:4], rtol=1e-5)
    assert (found[1] <= found[2]).all()
    assert found[1].sum() > 0


# open and closed


def test_armed_hold_or_a_state_that_is_refused_closes_a_district_alone():
    hold, legitimacy = jnp.array([1.0, 0.0, 0.0]), jnp.array([1.0, 0.0, 1.0])
    feasible = eradication.feasible(P, hold, legitimacy)
    np.testing.assert_array_equal(feasible[:2], 0.0)
    np.testing.assert_allclose(feasible[2], 1 / (1 + P.acceptance**2), rtol=1e-6)


@pytest.mark.parametrize(
    ("hold", "legitimacy"), list(itertools.product((0.5, 0.8, 0.97), (0.05, 0.2, 0.4)))
)
def test_removing_either_alone_opens_less_than_removing_both(hold, legitimacy):
    now, freed, won, both = (
        float(eradication.feasible(P, jnp.array([h]), jnp.array([g]))[0])
        for h, g in ((hold, legitimacy), (0.05, legitimacy), (hold, 0.7), (0.05, 0.7))
    )
    assert freed > now
    assert won > now
    assert (freed - now) + (won - now) < both - now - 1e-4  # each needs the other


def switched(is_open, chance, effort=1.0, p=P, smooth=False, key=KEY):
    n = 50_000
    return eradication.switch(
        p, jnp.full(n, is_open), jnp.full(n, chance), jnp.full(n, effort), key, smooth
    )


def test_an_unfeasible_district_never_opens_and_a_feasible_one_never_closes():
    assert switched(0.0, 0.0, 6.0).sum() == 0
    assert (switched(1.0, 1.0) == 1).all()


def test_switches_are_rare_and_average_to_the_smooth_shares():
    for is_open, chance in ((0.0, 0.5), (1.0, 0.4)):
        drawn, smooth = switched(is_open, chance), switched(is_open, chance, smooth=True)
        assert abs(drawn.mean() - smooth[0]) < 4 * 0.5 / 50_000**0.5
        assert set(np.unique(drawn)) <= {0.0, 1.0}
        assert abs(drawn.mean() - is_open) < 0.2


def test_brigades_with_too_little_to_do_open_more():
    opened = [float(switched(0.0, 0.6, effort, smooth=True)[0]) for effort in (0.2, 1.0, 6.0)]
    assert (np.diff(opened) > 0).all()
    np.testing.assert_allclose(opened[1], P.open_rate * 0.6**5, rtol=1e-5)


def test_a_campaign_opens_where_a_base_is_near_and_coca_is_worth_a_camp():
    slow = P.replace(open_rate=jnp.float32(0.05))

    def opened(coca, now):
        s = state(SMOOTH, is_open=0.0, hold=0.0, legitimacy=0.8, young=0.0, prime=coca, old=0.0)
        return np.asarray(step(slow, SMOOTH, s, now, KEY)[0].is_open)

    by_reach = opened(50.0, month())[np.argsort(eradication.reach_of(P, SMOOTH, month()))]
    assert (np.diff(by_reach) > 0).all()
    by_area = opened(jnp.array([5.0, 20.0, 80.0, 320.0, 1280.0]), month(where=1.0))
    assert (np.diff(by_area) > 0).all()
    assert opened(50.0, month(base_open=0.0)).sum() == 0
    assert opened(0.0, month()).sum() == 0


def test_the_nearest_open_base_counts_and_none_reaches_nowhere():
    for opened in ([1.0, 1.0], [1.0, 0.0]):
        nearest = jnp.where(jnp.array(opened)[:, None] > 0, WORLD.base_km, jnp.inf).min(0)
        reach = eradication.reach_of(P, WORLD, month(base_open=opened))
        np.testing.assert_allclose(reach, jnp.exp(-nearest / P.base_range_km), rtol=1e-5)
    assert eradication.reach_of(P, WORLD, month(base_open=0.0)).sum() == 0


# memory and money


def test_memory_goes_to_the_yearly_share_cleared_and_fades_at_its_rate():
    s = state(memory=0.5)
    for _ in range(10):
        s, _ = step(P, WORLD, s, month(budget=0.0), KEY)
    np.testing.assert_allclose(s.memory, 0.5 * (1 - P.memory_fade) ** 10, rtol=1e-4)
    s, _ = step(P, WORLD, state(memory=0.0, **OPEN), month(budget=1e6), KEY)
    share = s.cleared / (s.coca + s.cleared)
    np.testing.assert_allclose(s.memory, P.memory_fade * 12 * share, rtol=1e-4)


def test_only_budgets_not_yet_known_are_shaken():
    budgets = []
    for known, shock in ((1.0, 0.0), (1.0, 1.0), (0.0, 0.0), (0.0, 1.0)):
        p = P.replace(budget_shock=jnp.float32(0.0))
        s = state(budget_shock=shock, **OPEN)
        after, _ = step(p, WORLD, s, month(budget=10.0, budget_known=known), KEY)
        budgets.append(float(after.cleared.sum()))
    np.testing.assert_allclose(budgets[:3], 10.0, rtol=1e-4)
    np.testing.assert_allclose(budgets[3], 10.0 * np.exp(0.94), rtol=1e-4)


def test_means_stand_for_draws_where_the_world_is_smooth():
    s = state(SMOOTH, is_open=0.3, hold=0.2, legitimacy=0.6)
    after, _ = step(P, SMOOTH, s, month(), KEY)
    assert ((after.is_open > 0) & (after.is_open < 1)).all()


def test_switched_off_nothing_is_cleared():
    s, _ = step(P, WORLD, state(**OPEN), month(budget=50.0), KEY)
    assert s.cleared.sum() > 0
    assert eradication.off(s).cleared.sum() == 0


TOLD = {"placed": jnp.array([0.0, 30.0, 5.0]), "area": jnp.array([1, 1, 2, 0, 0])}


def test_what_was_told_of_a_place_is_cleared_there_whatever_keeps_brigades_out():
    shut = state(is_open=0.0, hold=1.0, legitimacy=0.0)
    after, said = step(P, WORLD, shut, month(budget=35.0, **TOLD), KEY)
    cleared = np.asarray(after.cleared)
    np.testing.assert_allclose(cleared[:2].sum(), 30.0, rtol=1e-4)
    np.testing.assert_allclose(cleared[2], 5.0, rtol=1e-4)
    np.testing.assert_array_equal(cleared[3:], 0.0)
    np.testing.assert_allclose(after.coca + after.cleared, shut.coca, rtol=1e-5)
    np.testing.assert_allclose(said["spent_eradication"], P.eradication_cost * 35.0, rtol=1e-4)


def test_no_more_is_cleared_in_a_place_than_can_be():
    much = TOLD | {"placed": jnp.array([0.0, 30.0, 1e5])}
    now = state(**OPEN)
    after, _ = step(P, WORLD, now, month(budget=1e5, **much), KEY)
    # one of the two is told far more than it has; what is left of it is cleared by nobody else
    theirs = float(now.coca[2] * (1.0 - WORLD.registered[2]))
    most = constants.placed_rate * theirs
    np.testing.assert_allclose(after.cleared[2], most, rtol=1e-4)


def test_the_rest_of_the_budget_goes_where_brigades_choose():
    now = state(**OPEN)
    more, _ = step(P, WORLD, now, month(budget=75.0, **TOLD), KEY)
    np.testing.assert_allclose(more.cleared.sum(), 75.0, rtol=1e-3)
    assert float(more.cleared[:2].sum()) >= 30.0 * (1 - 1e-4)
    assert float(more.cleared[2]) >= 5.0 * (1 - 1e-4)


def test_coca_that_was_cleared_by_the_facts_lies_open_to_brigades_after():
    shut, much = state(is_open=0.0), TOLD | {"placed": jnp.array([0.0, 0.0, 200.0])}
    opened = [
        float(step(P, WORLD, shut, month(budget=200.0, **much), jax.random.key(i))[0].is_open[2])
        for i in range(8)
    ]
    assert max(opened) == 1.0
    quiet = step(P, SMOOTH, shut, month(budget=0.0), KEY)[0]
    np.testing.assert_array_equal(quiet.is_open[2] > 0.5, False)
