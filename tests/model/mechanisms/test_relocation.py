"""Laws of relocation: the displaced arrive somewhere, mostly near, some far."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from paper import KEY, SMOOTH, WORLD, P, month, state, with_world

from globo.model.mechanisms import growing, relocation
from globo.model.state import change

step = jax.jit(relocation.step)
settle = jax.jit(relocation.settle)

MOVERS = jnp.array([100.0, 0.0, 37.0, 0.0, 1.0])
LOST = jnp.array([300.0, 0.0, 700.0, 20.0, 0.0])  # ha cleared this month


def with_p(**fields):
    return P.replace(**{k: jnp.float32(v) for k, v in fields.items()})


@pytest.mark.parametrize("near", [0.0, 0.25, 0.95])
@pytest.mark.parametrize("far", [0.0, 0.6, 0.95])
def test_arrivals_are_the_movers_exactly(near, far):
    arrivals = settle(with_p(near_weight=near, far_weight=far), WORLD, state(), MOVERS)
    np.testing.assert_allclose(arrivals.sum(), MOVERS.sum(), rtol=1e-5)
    assert (arrivals >= 0).all()


@pytest.mark.parametrize("w", [WORLD, SMOOTH], ids=["counts", "means"])
def test_nobody_is_lost_on_the_way(w):
    first, now, p = state(w, cleared=LOST, memory=1.0), month(), with_p(leave_share=0.5)
    s = first
    for i in range(30):
        before = s
        s, _ = step(p, w, s, now, jax.random.fold_in(KEY, i))
        np.testing.assert_allclose(s.growers.sum(), before.growers.sum(), rtol=1e-5)
        assert (s.growers >= -1e-3).all()
        assert (s.growers <= s.households + 1e-3).all()
    np.testing.assert_allclose(s.households.sum(), first.households.sum(), rtol=1e-5)
    if not w.smooth:
        np.testing.assert_array_equal(s.growers, jnp.round(s.growers))
        assert s.growers.sum() == first.growers.sum()


def test_whole_numbers_keep_the_total_and_stay_next_to_the_amounts():
    amounts = jnp.array([0.3, 2.9, 0.0, 7.4, 0.4, 1.0])
    for u in np.linspace(0.0, 0.999, 23):
        n = relocation.whole(amounts, jnp.float32(u), jnp.float32(12))
        assert n.sum() == 12
        np.testing.assert_array_equal(n, jnp.round(n))
        assert (jnp.abs(n - amounts) <= 1 + 1e-5).all()


def test_whole_numbers_add_up_to_the_total_where_the_sum_of_many_shares_is_off():
    shares = jnp.full(30_011, 1 / 30_011) * 0.9997  # a sum in float32 drifts
    n = relocation.whole(4000.0 * shares, jnp.float32(0.3), jnp.float32(4000.0))
    assert n.sum() == 4000
    assert (n >= 0).all()


def test_rounding_is_fair():
    amounts = jnp.array([0.25, 0.5, 1.25, 0.0, 3.0])
    many = jax.vmap(lambda u: relocation.whole(amounts, u, jnp.float32(5)))(
        jnp.linspace(0, 1, 2000, endpoint=False)
    )
    np.testing.assert_allclose(many.mean(0), amounts, atol=2e-3)


def test_who_lost_nothing_stays_and_so_does_everybody_without_a_will_to_leave():
    s = state(cleared=0.0)
    np.testing.assert_array_equal(step(P, WORLD, s, month(), KEY)[0].growers, s.growers)
    s = state(cleared=LOST)
    after, _ = step(with_p(leave_share=0.0), WORLD, s, month(), KEY)
    np.testing.assert_array_equal(after.growers, s.growers)


def test_the_share_that_leaves_grows_with_the_share_lost_and_with_past_clearing():
    s = state(SMOOTH, cleared=LOST, memory=jnp.array([0.7, 0.2, 0.1, 3.0, 0.0]))
    w = with_world(SMOOTH, frontier=jnp.array([0.0, 0.0, 0.0, 0.0, 1e9]))  # all go to the last
    after, _ = step(with_p(near_weight=0.0, far_weight=0.0, attraction_kin=0.0), w, s, month(), KEY)
    left = 1 - (w.by_district(after.growers) / w.by_district(s.growers))[:4]
    again = 1 - np.exp(-s.memory)
    np.testing.assert_allclose(
        left, (P.leave_share * LOST / (s.coca + LOST) * again)[:4], atol=1e-4
    )


def test_who_is_cleared_for_the_first_time_replants_where_they_are():
    s = state(cleared=LOST, memory=0.0)
    after, _ = step(with_p(leave_share=0.8), WORLD, s, month(), KEY)
    np.testing.assert_array_equal(after.growers, s.growers)


@pytest.mark.parametrize("w", [WORLD, SMOOTH], ids=["counts", "means"])
def test_movers_take_their_inclination_with_them(w):
    s = state(w, cleared=LOST, memory=1.0)
    after, _ = step(with_p(leave_share=0.8), w, s, month(), KEY)
    assert (after.growers != s.growers).any()
    np.testing.assert_allclose(after.inclined.sum(), s.inclined.sum(), rtol=1e-5)
    assert (after.inclined >= -1e-3).all()
    assert (after.inclined <= after.households + 1e-3).all()


@pytest.mark.parametrize("share", [0.5, 1.0, 3.0])
def test_a_mover_takes_one_inclination_at_most(share):
    w = with_world(SMOOTH, frontier=jnp.array([0.0, 0.0, 0.0, 0.0, 1e9]))  # all go to the last
    p = with_p(near_weight=0.0, far_weight=0.0, attraction_kin=0.0)
    s = state(w, cleared=LOST, memory=1.0)
    s = change(s, inclined=share * s.growers)
    after, _ = step(p, w, s, month(), KEY)
    left, taken = (
        w.by_district(getattr(s, k) - getattr(after, k))[:4] for k in ("growers", "inclined")
    )
    assert float(left.sum()) > 1
    np.testing.assert_allclose(taken, min(share, 1.0) * left, rtol=1e-3, atol=1e-3)


def test_settlers_keep_their_coca_where_nobody_grew_it_before():
    came = jnp.array([0.0, 0.0, 0.0, 0.0, 200.0])
    s = state(SMOOTH, inclined=0.0)
    place = SMOOTH.to_cohorts(came) * SMOOTH.type_share
    more = {k: getattr(s, k) + place for k in ("households", "growers")}
    kept, lost = (state(SMOOTH, inclined=i, **more) for i in (place, 0.0))
    gap = growing.taste(kept) - growing.taste(lost)
    assert (gap.reshape(-1, 5)[:, 4] > 1).all()  # log odds
    np.testing.assert_array_equal(gap.reshape(-1, 5)[:, :4], 0.0)


# where to


def test_long_moves_survive():
    arrivals = settle(P, WORLD, state(), jnp.array([1000.0, 0.0, 0.0, 0.0, 0.0]))
    assert arrivals[4] > 1  # 900 km away
    assert arrivals[1] > 0


def test_by_the_near_kernel_alone_nobody_returns_and_neighbours_come_first():
    s = state(growers=0.0, memory=0.0)
    w = with_world(WORLD, frontier=jnp.full(5, 50.0), state_presence=jnp.full(5, 0.3))
    p = with_p(near_weight=1.0, attraction_suitability=0.0)
    arrivals = settle(p, w, s, jnp.array([100.0, 0.0, 0.0, 0.0, 0.0]))
    assert arrivals[0] == 0
    assert (jnp.diff(arrivals[1:]) < 0).all()  # ever farther
    np.testing.assert_allclose(arrivals, 100 * w.near[0] / w.near[0].sum(), rtol=1e-4, atol=1e-5)


def test_a_wider_kernel_carries_farther():
    one = jnp.array([1000.0, 0.0, 0.0, 0.0, 0.0])
    near = settle(with_p(near_weight=1.0), WORLD, state(), one)
    far = settle(with_p(near_weight=0.0, far_weight=1.0), WORLD, state(), one)
    assert far[2:].sum() > near[2:].sum()


def test_without_distance_all_origins_choose_alike():
    p = with_p(near_weight=0.0, far_weight=0.0)
    pull = relocation.attraction(P, WORLD, state())
    for origin in range(5):
        arrivals = settle(p, WORLD, state(), jnp.zeros(5).at[origin].set(10.0))
        np.testing.assert_allclose(arrivals, 10 * pull / pull.sum(), rtol=1e-4)


@pytest.mark.parametrize(
    ("what", "more", "sign"),
    [
        ("frontier", 500.0, 1),
        ("state_presence", 0.9, -1),
        ("memory", 0.8, -1),
        ("growers", 60.0, 1),
    ],
)
def test_land_quiet_and_kin_attract_and_the_state_repels(what, more, sign):
    at = 4
    if what in ("frontier", "state_presence"):
        changed = (with_world(WORLD, **{what: getattr(WORLD, what).at[at].set(more)}), state())
    else:
        place = [at] if what == "memory" else [at, at + 5]
        value = getattr(state(), what).at[jnp.array(place)].set(more)
        changed = (WORLD, state(**{what: value}))
    before = settle(P, WORLD, state(), MOVERS)
    after = settle(P, *changed, MOVERS)
    assert sign * (after[at] - before[at]) > 1e-4
    assert sign * (after[:at].sum() - before[:at].sum()) < -1e-4  # at the others' cost


def test_without_a_known_total_the_sum_is_rounded():
    n = relocation.whole(jnp.array([0.4, 0.4, 1.8]), jnp.float32(0.5))
    assert n.sum() == 3
