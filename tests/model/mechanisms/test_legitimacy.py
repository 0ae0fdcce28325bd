"""Legitimacy: slow, bounded, moved by what the state does."""

import jax.numpy as jnp
import numpy as np
import pytest
from chain_world import KEY, P, now, small, state

from globo.model.mechanisms import legitimacy

START = small().legitimacy_start


def calm(**changes):
    """State whose conduct is that of 2001."""
    s = state()
    return state(**{"memory": s.anchor.memory, "hold": s.anchor.hold, **changes})


def after(s, months, **levers):
    for _ in range(months):
        s, said = legitimacy.step(P, small(), s, now(**levers), KEY)
        assert said == {}
    return np.asarray(s.legitimacy)


def test_legitimacy_rests_while_the_state_does_what_it_did():
    np.testing.assert_allclose(after(calm(), 24), START, rtol=1e-4)


@pytest.mark.parametrize(("cause", "sign"), [("memory", -1), ("hold", -1), ("built", 1)])
def test_force_and_armed_hold_cost_legitimacy_and_services_earn_it(cause, sign):
    s = calm()
    more = getattr(s, cause) + 0.3
    moved = after(calm(**{cause: more}), 12) - np.asarray(START)
    assert np.all(sign * moved > 0)


@pytest.mark.parametrize(("kind", "counts"), [(0, False), (1, True), (2, True), (3, False)])
def test_titles_and_help_earn_it_and_roads_and_prices_do_not(kind, counts):
    s = calm()
    moved = after(calm(built=s.built.at[kind].set(1.0)), 3) - np.asarray(START)
    assert (np.abs(moved).max() > 1e-3) == counts


def test_the_way_left_shrinks_by_the_inertia_each_month():
    s = calm(memory=state().anchor.memory + 0.5)
    aim = np.asarray(legitimacy.aim(P, small(), s))
    gap = np.asarray(START) - aim
    left = after(s, 10) - aim
    np.testing.assert_allclose(left, gap * (1.0 - float(P.legitimacy_inertia)) ** 10, rtol=1e-3)


def test_it_takes_years():
    s = calm(memory=state().anchor.memory + 0.5)
    aim = np.asarray(legitimacy.aim(P, small(), s))
    gap = np.asarray(START) - aim
    assert np.all((after(s, 12) - aim) > 0.5 * gap)
    np.testing.assert_allclose(after(s, 600), aim, rtol=1e-3)


def test_it_stays_within_its_bounds_under_any_conduct():
    strict = P.replace(legitimacy_forced=jnp.float32(1.0), legitimacy_service=jnp.float32(1.0))
    s = calm(memory=state().anchor.memory + 6.0)
    assert np.all(np.asarray(legitimacy.aim(strict, small(), s)) == np.float32(0.02))
    s = calm(built=jnp.full_like(s.built, 50.0))
    assert np.all(np.asarray(legitimacy.aim(strict, small(), s)) == np.float32(0.98))


def test_trust_is_a_floor_in_its_zone_and_nothing_elsewhere():
    zone = small().zones.index("Lowland")
    floor = jnp.zeros(len(small().zones)).at[zone].set(0.9)
    there = np.asarray(small().zone) == zone
    level = after(calm(), 1, trust=floor)
    assert np.all(level[there] == np.float32(0.9))
    np.testing.assert_allclose(level[~there], np.asarray(START)[~there], rtol=1e-4)
