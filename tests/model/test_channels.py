"""Channels on a world that fits on paper: what is held is held, what is recorded comes back."""

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from paper import KEY, WORLD, month, state
from paper import P as FREE

from globo.model import channels
from globo.model.channels import NAMES, Held
from globo.model.years import years_from

N_MONTHS = 24
AREA = ("young", "prime", "old")
# one policy that goes through every channel at once
CALM = month()
PUSH = month(
    budget=90.0, where=jnp.array([0.0, 1.0, 0.0]), security=0.3, trust=0.9, lockdown=0.4,
    demand=1.8, neighbour_ha=60_000.0, coffee=0.5, spending=3e4, precursor_control=3.0,
    firm_enforcement=2.0, control=3.0, agreements=90.0, announced=1.0,
)  # fmt: skip
RUN = jax.jit(years_from, static_argnames="off")
# what surveys added to the draw in two Decembers; it goes the same way under every policy
LOG = np.array([[0.2, -0.3, 0.1, 0.0, 0.0], [-0.1, 0.0, 0.25, 0.4, 0.0]], np.float32)
ADDED = np.array([[0.0, 0.0, 0.0, 0.0, 30.0], [0.0, 15.0, 0.0, 0.0, 0.0]], np.float32)
WORKED = np.array([[1.0, np.nan, 0.0, 1.0, np.nan], [np.nan, 0.0, 1.0, np.nan, np.nan]], np.float32)
P = FREE.replace(
    innovation=jnp.asarray(LOG), innovation_added=jnp.asarray(ADDED), worked=jnp.asarray(WORKED)
)


def years(now):
    """Spread a month's policy over two years."""
    return jax.tree.map(lambda x: jnp.broadcast_to(x, (N_MONTHS, *x.shape)), now)


def run(now, path, taken=()):
    """Run two years; coca by age and district at their end, and the path that was gone."""
    takes = {name: jnp.asarray(name in taken) for name in NAMES}
    s, _, monthly = RUN(P, WORLD, state(), years(now), KEY, frozenset(), Held(path, takes))
    return np.stack([np.asarray(getattr(s, name)) for name in AREA]), channels.path_of(monthly)


@cache
def recorded():
    """Both policies, each going its own way."""
    blank = channels.blank(state(), years(CALM))
    return run(CALM, blank), run(PUSH, blank)


def test_the_draw_has_innovations_that_move_coca():
    free, _, _ = RUN(FREE, WORLD, state(), years(CALM), KEY, frozenset())
    (calm, _), _ = recorded()
    moved = np.abs(calm.sum(0) - sum(np.asarray(getattr(free, name)) for name in AREA))
    assert np.all(moved > 1.0)


def test_the_two_policies_part_in_every_channel():
    (calm, a), (push, b) = recorded()
    assert np.abs(push - calm).max() > 10.0
    for name in NAMES:
        assert a[name].keys() == b[name].keys()
        assert any(np.any(np.asarray(a[name][k] != b[name][k])) for k in a[name]), name


def test_a_run_that_holds_nothing_is_the_run_without_channels_to_the_bit():
    _, (push, _) = recorded()
    s, _, monthly = RUN(P, WORLD, state(), years(PUSH), KEY, frozenset())
    np.testing.assert_array_equal(np.stack([getattr(s, name) for name in AREA]), push)
    assert not channels.path_entries(monthly)


def test_with_every_channel_on_its_own_path_a_run_is_itself_to_the_bit():
    _, (push, path) = recorded()
    np.testing.assert_array_equal(run(PUSH, path, NAMES)[0], push)


def test_with_every_channel_on_the_baselines_path_coca_is_the_baselines_to_the_bit():
    # so the channels are all that coca hears of a policy: nothing is left over
    (calm, path), _ = recorded()
    np.testing.assert_array_equal(run(PUSH, path, NAMES)[0], calm)


@pytest.mark.parametrize("name", NAMES)
def test_a_channel_that_is_let_go_alone_moves_coca(name):
    # the network of the paper world carries news for months before leaf prices hear of it
    (calm, a), (_, b) = recorded()
    held = {one: (b if one == name else a)[one] for one in NAMES}
    assert np.abs(run(PUSH, held, NAMES)[0] - calm).max() > 0.0


def test_what_is_held_is_what_is_recorded():
    (_, a), _ = recorded()
    _, went = run(PUSH, a, ("brigades", "hold"))
    for name in ("brigades", "hold"):
        for k, values in a[name].items():
            np.testing.assert_array_equal(went[name][k], values)
    assert np.any(np.asarray(went["licit"]["policy.coffee"] != a["licit"]["policy.coffee"]))


def test_people_who_are_told_to_leave_do_not_leave_twice():
    s = state()
    flows = channels.Flows(("growers",))
    path = {"growers": -2.0 * s.growers}
    assert float(flows.put(s, s, path).growers.min()) == 0.0


def test_a_share_cleared_leaves_the_rest_of_each_age_and_clears_what_stood():
    s, clearing = state(), channels.Clearing()
    share = jnp.array([0.0, 0.5, 0.1, 1.0, 0.25])
    new = clearing.put(s, s, {"share": share, "memory": s.memory})
    for name in AREA:
        np.testing.assert_allclose(getattr(new, name), getattr(s, name) * (1.0 - share), rtol=1e-6)
    np.testing.assert_allclose(new.cleared, share * s.coca, rtol=1e-4, atol=1e-3)
