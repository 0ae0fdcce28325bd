"""Laws of firms: capacity follows flow, pressure favours the small, nothing leaks."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from paper import KEY, SMOOTH, WORLD, P, month, state

from globo.model.mechanisms import firms
from globo.model.world import FIRM_SLOTS, STAGES

step = jax.jit(firms.step)
hit_chance = jax.jit(firms.hit_chance)
live = jax.jit(firms.live, static_argnames=("smooth",))

FLOW = jnp.array([0.3, 2.0, 0.05])


def with_p(**fields):
    return P.replace(**{k: jnp.float32(v) for k, v in fields.items()})


def sized(*sizes):
    """Return the same few firms in every stage and zone, the other places free."""
    row = jnp.zeros(FIRM_SLOTS).at[: len(sizes)].set(jnp.array(sizes))
    return jnp.broadcast_to(row, (len(STAGES), 3, FIRM_SLOTS))


@partial(jax.jit, static_argnames=("months", "smooth", "seeds"))
def _lived(p, size, enforcement, months, smooth, seeds):
    def one(size, key):
        after = firms.live(p, size, FLOW, enforcement, key, smooth)
        return after, after

    def run(key):
        return jax.lax.scan(one, size, jax.random.split(key, months))[1]

    return jax.vmap(run)(jax.random.split(KEY, seeds))


def lived(p, size, enforcement, months=120, smooth=False, seeds=24):
    """Return the sizes of every month under some luck, [seed, month, stage, zone, firm]."""
    return np.asarray(_lived(p, size, jnp.float32(enforcement), months, smooth, seeds))


def hhi(sizes):
    share = sizes / np.maximum(sizes.sum(-1, keepdims=True), 1e-9)
    return (share**2).sum(-1)


# leaf to product


def supply(**fields):
    """Return a state in which zones offer uneven amounts of leaf, t."""
    offered = jnp.array([50.0, 300.0, 8.0])
    return state(leaf_offered=offered, leaf_stock=offered, **fields)


@pytest.mark.parametrize(
    ("fields", "given"),
    [({}, {}), ({"precursor_price": 4.0}, {}), ({"firm_size": 0.004}, {}), ({}, {"lockdown": 0.6})],
)
def test_leaf_bought_becomes_product_and_the_rest_stays(fields, given):
    before = supply(**fields)
    after, said = step(P, WORLD, before, month(**given), KEY)
    np.testing.assert_allclose(
        after.leaf_stock + said["leaf_bought"], before.leaf_stock, rtol=1e-6, atol=1e-4
    )
    np.testing.assert_allclose(said["leaf_bought"], P.leaf_per_cocaine * said["cocaine_t"])
    gained = after.product - before.product
    np.testing.assert_allclose(gained[WORLD.roads.hub], after.cocaine, atol=1e-6)
    np.testing.assert_allclose(gained.sum(), after.cocaine.sum(), rtol=1e-4)
    assert (after.leaf_stock >= -1e-4).all()
    assert (after.cocaine <= before.leaf_offered / P.leaf_per_cocaine * (1 + 1e-6)).all()


def test_the_narrower_of_collection_and_processing_limits_what_is_made():
    size = sized(1.0)
    for stage, most in (("collection", 0.02), ("processing", 0.02), ("transport", 1.0)):
        narrow = size.at[STAGES.index(stage)].multiply(0.02)
        made = step(P, WORLD, supply(firm_size=narrow), month(), KEY)[0].cocaine
        limit = jnp.minimum(jnp.array([50.0, 300.0, 8.0]) / P.leaf_per_cocaine, most)
        np.testing.assert_allclose(made, limit, rtol=1e-5)


def test_scarce_inputs_make_less_and_a_lockdown_makes_nothing():
    made = [
        float(
            step(P, WORLD, supply(precursor_price=price, firm_size=sized(0.1)), month(), KEY)[
                0
            ].cocaine.sum()
        )
        for price in (1.0, 2.0, 20.0)
    ]
    assert made[0] > made[1] > made[2] > 0
    stopped, _ = step(P, WORLD, supply(), month(lockdown=1.0), KEY)
    assert stopped.cocaine.sum() == 0


def test_switched_off_nothing_is_made():
    assert firms.off(state(cocaine=3.0)).cocaine.sum() == 0


# the price of leaf


def test_firms_pay_more_for_leaf_where_product_is_dear_and_less_where_fees_and_inputs_are():
    s = state(value=1500.0, hold=0.0, precursor_price=1.0)
    pay = firms.payable(P, WORLD, s)
    assert (firms.payable(P, WORLD, state(value=2500.0, hold=0.0)) > pay).all()
    fees = firms.payable(P, WORLD, state(value=1500.0, hold=[0.0, 0.0, 1.0, 0.5, 0.0]))
    np.testing.assert_array_equal(fees < pay, [False, True, False])
    assert (firms.payable(P, WORLD, state(value=1500.0, hold=0.0, precursor_price=3.0)) < pay).all()
    # far above costs, exactly what is left over the leaf behind a kilo
    rich = firms.payable(P, WORLD, state(value=4e4, hold=0.0))
    left = (4e4 * (1 - P.firm_margin) - P.processing_cost) / P.leaf_per_cocaine
    np.testing.assert_allclose(rich, left, rtol=1e-5)
    assert (firms.payable(P, WORLD, state(value=0.0)) >= 0.1).all()


def test_the_leaf_price_rests_at_what_firms_can_pay_and_falls_without_buyers():
    s = state()
    all_taken, half = jnp.ones(3), jnp.array([1.0, 0.5, 1.0])
    np.testing.assert_allclose(firms.leaf_price(P, WORLD, s, all_taken), s.leaf_price, rtol=1e-5)
    price = firms.leaf_price(P, WORLD, s, half)
    fall = 0.5 ** (P.buyer_power * P.price_inertia)
    np.testing.assert_allclose(price / s.leaf_price, [1.0, fall, 1.0], rtol=1e-5)


@pytest.mark.parametrize("value", [0.0, 1e7])
def test_the_leaf_price_stays_bounded(value):
    s = state(value=value)
    for _ in range(300):
        s, said = step(P, WORLD, s, month(), KEY)
        s = state(value=value, leaf_price=said["leaf_price_usd_kg"])
    assert (s.leaf_price >= 0.02).all()
    assert (s.leaf_price <= 60.0).all()


# life of firms


@pytest.mark.parametrize("first", [0.01, 1.0, 10.0])
def test_capacity_follows_the_flow(first):
    p = with_p(firm_noise=0.0, hit_rate=0.0)
    after = lived(p, sized(first, first / 3), 1.0, smooth=True)[0, -1]
    np.testing.assert_allclose(
        after.sum(-1) / (firms.SLACK * FLOW), np.ones((len(STAGES), 3)), rtol=0.02
    )


def test_with_luck_capacity_stays_near_what_firms_aim_at():
    capacity = lived(P, sized(1.0, 0.3, 0.1), 1.0)[:, 60:].sum(-1)
    ratio = capacity.mean((0, 1, 2)) / (firms.SLACK * np.asarray(FLOW))
    np.testing.assert_allclose(ratio, 1.0, atol=0.15)


def test_without_enforcement_no_firm_is_hit():
    assert hit_chance(P, sized(0.9, 0.1), jnp.float32(0.0)).sum() == 0
    p = with_p(entry_rate=0.0, scale_advantage=0.0, split_share=0.0)
    after = lived(p, sized(0.5, 0.3, 0.2), 0.0)
    assert (after[..., :3] > 0).all()
    assert (lived(p, sized(0.5, 0.3, 0.2), 5.0)[:, -1, ..., :3] == 0).any()


def test_a_firm_that_is_hit_goes_on_as_two_halves_of_what_is_left():
    kept = jnp.array([[[0.0, 3.0, 0.0, 0.0, 2.0], [0.0, 1.0, 1.0, 1.0, 1.0]]])
    left = jnp.array([[[1.0, 0.0, 0.0, 0.0, 0.0], [0.6, 0.0, 0.0, 0.0, 0.0]]])
    free = (kept <= 0) & (left <= 0)
    after = firms.split(kept, left, free)
    np.testing.assert_allclose(after[0, 0], [0.5, 3.0, 0.5, 0.0, 2.0])
    np.testing.assert_allclose(after[0, 1], [0.3, 1.0, 1.0, 1.0, 1.0])  # no place for the other
    np.testing.assert_array_equal(firms.split(kept, jnp.zeros_like(left), free), kept)


@pytest.mark.parametrize("hit", [1, 2, 3])
def test_no_capacity_is_made_or_lost_where_each_heir_finds_a_place(hit):
    left = jnp.arange(8.0)[None, None] * (jnp.arange(8) <= hit) / 7.0
    free = jnp.arange(8)[None, None] > 4
    kept = jnp.where((left <= 0) & ~free, 0.2, 0.0)
    after = firms.split(kept, left, free)
    np.testing.assert_allclose(after.sum(), kept.sum() + left.sum(), rtol=1e-6)
    assert int((after > 0).sum()) == int((kept > 0).sum()) + 2 * hit


def test_all_of_a_firm_goes_where_nothing_is_left_of_it():
    p = with_p(firm_noise=0.0, entry_rate=0.0, hit_rate=1e3, hit_visibility=0.0)
    whole, none = (
        live(p.replace(split_share=jnp.float32(x)), sized(1.0), FLOW, jnp.float32(1.0), KEY, False)
        for x in (1.0, 0.0)
    )
    assert float(jnp.minimum(none.max(-1), whole.max(-1)).min()) == 0.0  # nine in ten are hit
    there = np.asarray((whole > 0).sum(-1))
    np.testing.assert_array_equal(there, np.where(np.asarray(none).max(-1) == 0.0, 2, 1))


def test_a_firm_of_a_tenth_is_hit_at_the_rate_and_larger_ones_more():
    chance = hit_chance(P, sized(0.05, 0.1, 0.2), jnp.float32(1.0))[0, 0, :3]
    np.testing.assert_allclose(chance[1], P.hit_rate, rtol=1e-4)
    np.testing.assert_allclose(chance[2] / chance[1], 2.0**P.hit_visibility, rtol=1e-3)
    alike = hit_chance(with_p(hit_visibility=0.0), sized(0.05, 0.1, 0.9), jnp.float32(2.0))
    np.testing.assert_allclose(alike, 2 * P.hit_rate, rtol=1e-5)
    assert hit_chance(P, sized(1.0), jnp.float32(1e6)).max() <= 0.9


def concentration(p, enforcement):
    """Return the mean HHI by stage and zone in later years, without the nearly empty zone."""
    return hhi(lived(p, sized(1.0, 0.3, 0.1), enforcement)[:, 60:, :, :2]).mean((0, 1))


def test_pressure_favours_the_small():
    rates = {"hit_rate": 0.012, "scale_advantage": 0.1, "entry_rate": 0.15, "firm_noise": 0.05}
    sees = with_p(hit_visibility=1.3, **rates)
    calm, usual, pressed = (concentration(sees, enforcement) for enforcement in (0.1, 1.0, 3.0))
    assert (usual < calm).all()
    assert (pressed < usual).all()
    alike = with_p(hit_visibility=0.0, **rates)  # pressure that does not see size
    assert pressed.mean() < 0.7 * concentration(alike, 3.0).mean()


def test_large_firms_grow_at_the_cost_of_small_ones_where_nothing_else_happens():
    p = with_p(firm_noise=0.0, scale_advantage=0.5)
    after = lived(p, sized(0.6, 0.4), 0.0, smooth=True)[0]
    share = after[:, 0, 1, 0] / after[:, 0, 1].sum(-1)
    assert (np.diff(share[:20]) > 0).all()


def test_no_firm_enters_where_next_to_nothing_flows():
    flow = jnp.array([0.5 * firms.LEAST_FLOW, 1.0, 0.0])
    size = live(with_p(entry_rate=1.0), sized(), flow, jnp.float32(1.0), KEY, smooth=False)
    assert size[:, (0, 2)].sum() == 0
    entered = np.asarray(size[:, 1])[np.asarray(size[:, 1]) > 0]
    assert (entered >= 0.49 * P.entry_share).all()
    assert (entered <= 1.51 * P.entry_share).all()
    assert np.unique(entered).size > 1


def test_newcomers_take_up_their_share_of_the_flow_that_lacks_a_firm():
    flow, p = jnp.array([0.3, 2.0, 1.0]), with_p(entry_rate=0.2)
    aim = firms.SLACK * flow
    size = jnp.stack([sized(0.5)[:, z] * aim[z] / 0.5 for z in range(3)], axis=1)
    size = size * jnp.array([1.0, 0.4, 1.3])[:, None]  # enough, too little, too much
    chance = firms.entry_chance(p, size, flow)
    assert chance[:, (0, 2)].max() < 1e-5
    free = FIRM_SLOTS - 1
    np.testing.assert_allclose(free * chance[:, 1] * P.entry_share, 0.2 * 0.6, rtol=1e-5)
    assert firms.entry_chance(p, jnp.zeros_like(size), flow).max() <= 1.0


def test_a_firm_too_small_for_its_zone_gives_up():
    size = sized(1.0, 0.9 * firms.LEAST_SHARE * 2.0)
    p = with_p(firm_noise=0.0, firm_growth=0.0, scale_advantage=0.0, entry_rate=0.0)
    after = live(p, size, FLOW, jnp.float32(0.0), KEY, smooth=False)
    assert (after[:, 1, 1] == 0).all()
    assert (after[:, 0, 1] > 0).all()  # where less flows it is not too small


def test_what_is_reported_counts_firms_and_their_shares():
    p = with_p(firm_noise=0.0, firm_growth=0.0, scale_advantage=0.0, entry_rate=0.0)
    size = sized(0.3, 0.1, 0.0005).at[:, 2].set(0.0)
    s = state(leaf_offered=0.0, leaf_stock=0.0, firm_size=size)
    _, said = step(p, WORLD, s, month(firm_enforcement=0.0), KEY)
    np.testing.assert_array_equal(said["firm_count"], [[2.0, 2.0, 0.0]] * len(STAGES))
    top = 0.3 / 0.4005
    np.testing.assert_allclose(said["firm_top_share"], [[top, top, 0.0]] * len(STAGES), rtol=1e-4)
    each = (0.3**2 + 0.1**2 + 0.0005**2) / 0.4005**2
    np.testing.assert_allclose(said["firm_hhi"], each / 2, rtol=1e-4)  # two equal zones


def test_smooth_firms_never_die_out():
    after, _ = step(P, SMOOTH, state(SMOOTH), month(firm_enforcement=10.0), KEY)
    assert (after.firm_size > 0).all()
