"""Interdiction: product moves, some is hit, both sides learn."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from chain_world import KEY, P, corridors, leg, now, small, state

from globo.model.mechanisms import interdiction, routes
from globo.model.policy import Policy

step = jax.jit(interdiction.step)

TWO = corridors(
    ("Lowland", "Market town", "road", "Paper roads", 0.05, 1.0),
    ("Lowland", "Neighbour", "air", "Paper air", 0.05, 1.0),
    ("Upland", "Market town", "road", "Paper roads", 0.05, 1.0),
    ("Market town", "Overseas", "container", "Harbour", 0.1, 1.0),
    ("Neighbour", "Next door", "road", "Neighbour", 0.1, 1.0),
)
EVEN = jnp.ones(TWO.n_edges)


def on(roads, control=1.0, air_law=0.0):
    """Policy of a network of its own."""
    control = jnp.broadcast_to(jnp.asarray(control, jnp.float32), (roads.n_edges,))
    return eqx.tree_at(
        lambda m: (m.control, m.air_law), now(), (control, jnp.asarray(air_law, jnp.float32))
    )


def loaded(seed, smooth=False):
    """State with product at every node of the network, unevenly."""
    world = small(smooth)
    nodes = len(world.roads.nodes)
    product = 3.0 * jax.random.uniform(jax.random.key(seed), (nodes,)) ** 3
    return state(smooth, product=product.at[world.roads.market].set(0.0))


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_product_is_moved_on_seized_or_waits(seed):
    s = loaded(seed)
    tight = now(control=5.0 * seed)
    new, said = step(P, small(), s, tight, jax.random.fold_in(KEY, seed))
    out = new.product.sum() + said["delivered_t"].sum() + said["seized_t"].sum()
    out = out + said["seized_at_sea_t"]
    np.testing.assert_allclose(out, s.product.sum(), rtol=1e-6)
    assert float(new.product.min()) >= -1e-6
    assert np.all(np.asarray(said["seized_t"]) <= np.asarray(said["flow_t"]) + 1e-6)


def test_without_control_nothing_is_seized_and_all_arrives():
    s = loaded(1)
    total, delivered = s.product.sum(), 0.0
    s = eqx.tree_at(lambda x: x.firm_size, s, s.firm_size + 1e3)
    for _ in range(small().roads.depth // interdiction.LEGS + 1):
        s, said = step(P, small(), s, now(control=0.0), KEY)
        assert float(said["seized_t"].sum()) == 0.0
        delivered += said["delivered_t"].sum() + said["seized_at_sea_t"]
    np.testing.assert_allclose(delivered, total, rtol=1e-5)


def test_nothing_moves_where_all_movement_is_stopped():
    s = loaded(2)
    new, said = step(P, small(), s, now(lockdown=1.0), KEY)
    np.testing.assert_array_equal(new.product, s.product)
    assert float(said["flow_t"].sum()) == 0.0


def test_a_hub_ships_no_more_than_its_transporters_can():
    s = loaded(2)
    s = eqx.tree_at(lambda x: x.firm_size, s, s.firm_size * 0.1)
    _, said = step(P, small(), s, now(), KEY)
    left = np.bincount(np.asarray(small().roads.origin), np.asarray(said["flow_t"]))
    room = np.asarray(s.firm_size[interdiction.TRANSPORT].sum(-1))
    assert np.all(left[np.asarray(small().roads.hub)] <= room * 1.0001)


def test_detection_halves_its_effort_at_the_traffic_that_saturates():
    empty, full = (
        interdiction.detection(P, TWO, EVEN, on(TWO, 2.0), jnp.full(TWO.n_edges, t))
        for t in (0.0, float(P.saturation_t))
    )
    effort = float(P.detection) * 2.0 * np.asarray(TWO.exposure)
    # one less a float32 near one keeps four digits of a chance this small
    np.testing.assert_allclose(empty, 1.0 - np.exp(-effort), rtol=1e-4)
    np.testing.assert_allclose(full, 1.0 - np.exp(-effort / 2.0), rtol=1e-4)


def test_detection_rises_with_control_and_stays_a_chance():
    traffic = jnp.array([0.0, 1.0, 5.0, 40.0, 2.0])
    seen = [
        np.asarray(interdiction.detection(P, TWO, EVEN, on(TWO, c), traffic))
        for c in (0.0, 1.0, 10.0, 1e6)
    ]
    assert np.all(np.diff(seen, axis=0) > 0)
    assert np.all(seen[0] == 0.0)
    assert np.all(seen[-1] <= 1.0)


def test_the_air_law_acts_in_the_air_alone():
    calm, law = (
        np.asarray(interdiction.detection(P, TWO, EVEN, on(TWO, 1.0, a), jnp.zeros(TWO.n_edges)))
        for a in (0.0, 1.0)
    )
    by_air = np.asarray(TWO.in_air) > 0
    assert by_air.sum() == 1
    effort = -np.log1p(-calm[by_air]) * float(P.air_law_effect)
    np.testing.assert_allclose(law[by_air], -np.expm1(-effort), rtol=1e-4)
    np.testing.assert_array_equal(law[~by_air], calm[~by_air])


def test_others_seize_their_share_of_what_sails_and_nothing_else():
    left = jnp.array([3.0, 2.0, 1.0, 4.0, 5.0])
    lost = interdiction.crossing(P, TWO, left)
    sails = np.asarray([mode in ("container", "vessel") for _, _, mode, _ in TWO.edges])
    np.testing.assert_allclose(lost, np.where(sails, P.sea_loss * left, 0.0), rtol=1e-6)
    s, world = loaded(1, smooth=True), small(True)
    free, some = (
        step(P.replace(sea_loss=jnp.float32(x)), world, s, now(), KEY) for x in (0.0, 0.25)
    )
    assert free[1]["seized_at_sea_t"] == 0.0 < some[1]["seized_at_sea_t"]
    for name in ("flow_t", "seized_t"):  # what sails, and what is found before it does
        np.testing.assert_allclose(some[1][name], free[1][name], rtol=1e-5)
    np.testing.assert_array_equal(some[0].risk, free[0].risk)
    less = free[1]["delivered_t"].sum() - some[1]["delivered_t"].sum()
    np.testing.assert_allclose(less, some[1]["seized_at_sea_t"], rtol=1e-5)


def test_a_single_shipment_is_hit_whole_or_not_at_all():
    moved = jnp.array([0.05, 0.11, 0.02, 0.0, 0.119])
    strict = on(TWO, 20.0)
    found = np.stack(
        [
            interdiction.hits(P, TWO, EVEN, strict, moved, jax.random.key(k), False)
            for k in range(60)
        ]
    )
    whole = np.isclose(found, np.asarray(moved)) | (found == 0.0)
    assert whole.all()
    assert 0 < (found > 0).mean() < 1


def test_hits_take_the_expected_share_on_average():
    moved = jnp.array([6.0, 0.1, 1.3, 2.0, 0.5])
    tight = on(TWO, jnp.array([8.0, 30.0, 3.0, 15.0, 20.0]))
    keys = jax.random.split(KEY, 4000)
    drawn = jax.jit(jax.vmap(lambda k: interdiction.hits(P, TWO, EVEN, tight, moved, k, False)))(
        keys
    )
    mean = interdiction.hits(P, TWO, EVEN, tight, moved, KEY, True)
    error = np.asarray(drawn).std(0) / np.sqrt(len(keys))
    assert np.all(np.abs(np.asarray(drawn).mean(0) - np.asarray(mean)) < 4 * error)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_an_authority_moves_its_force_and_never_makes_any(seed):
    roads = small().roads
    force = jnp.ones(roads.n_edges)
    for month in range(30):
        luck = jax.random.uniform(jax.random.fold_in(jax.random.key(seed), month), force.shape)
        force = interdiction.deploy(P, roads, force, jnp.where(luck > 0.8, luck, 0.0))
    n = roads.of_authority.sum(1)
    np.testing.assert_allclose(roads.of_authority @ force / n, 1.0, rtol=1e-4)
    assert float(force.min()) >= interdiction.FORCE_FLOOR * 0.999
    assert float(force.max()) > 1.1


def test_force_goes_where_it_found_something():
    found = jnp.zeros(TWO.n_edges).at[leg(TWO, "Upland", "Market town")].set(0.3)
    force = interdiction.deploy(P, TWO, EVEN, found)
    assert (
        force[leg(TWO, "Upland", "Market town")] > 1.0 > force[leg(TWO, "Lowland", "Market town")]
    )
    assert force[leg(TWO, "Lowland", "Neighbour")] == 1.0  # another authority's


def test_learned_risk_follows_hits_at_its_own_rate():
    s = loaded(3, smooth=True)
    new, said = step(P, small(True), s, now(control=10.0), KEY)
    seen = np.asarray(said["seized_t"]) / np.maximum(np.asarray(said["flow_t"]), 1e-9)
    expected = s.risk + P.risk_learning * (seen - s.risk)
    np.testing.assert_allclose(new.risk, expected, rtol=1e-4, atol=1e-6)


def test_a_pressed_corridor_loses_flow_within_six_months():
    world = small(True)
    roads = world.roads
    road, river = (leg(roads, "Lowland", "Market town", m) for m in ("road", "river"))

    def after(policy: Policy):
        s = state(True)
        for month in range(6):
            s, _ = routes.step(P, world, s, policy, KEY)
            made = s.product.at[roads.hub].add(0.7 * s.firm_size[interdiction.TRANSPORT].sum(-1))
            s = eqx.tree_at(lambda x: x.product, s, made)
            s, said = step(P, world, s, policy, jax.random.fold_in(KEY, month))
        return s.share, said["flow_t"]

    calm, calm_flow = after(now())
    pressed, pressed_flow = after(now(control=now().control.at[road].set(20.0)))
    assert pressed[road] < 0.9 * calm[road]
    assert pressed[river] > calm[river]
    assert pressed_flow[road] < calm_flow[road]
