"""Routes: where product goes, and what is left of the price upstream."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from chain_world import KEY, P, corridors, leg, now, small, state

from globo.model.mechanisms import routes

LINE = corridors(
    ("Lowland", "Hill town", "road", "Paper roads", 0.05, 1.0),
    ("Hill town", "Market town", "road", "Paper roads", 0.02, 1.0),
    ("Market town", "Harbour", "road", "Paper roads", 0.0, 1.0),
    ("Harbour", "Overseas", "container", "Harbour", 0.1, 1.0),
)
FORK = corridors(
    ("Lowland", "Market town", "road", "Paper roads", 0.05, 1.0),
    ("Lowland", "Market town", "river", "Paper rivers", 0.05, 0.25),
    ("Upland", "Market town", "road", "Paper roads", 0.05, 1.0),
    ("Market town", "Overseas", "container", "Harbour", 0.1, 1.0),
    ("Market town", "Next door", "vessel", "Harbour", 0.1, 3.0),
)


def swept(roads, risk, times=None, prices=(5_500.0, 52_000.0)):
    value = jnp.zeros(len(roads.nodes)).at[roads.market].set(jnp.array(prices))
    share = jnp.zeros(roads.n_edges)
    for _ in range(roads.depth if times is None else times):
        value, share = routes.sweep(P, roads, value, risk)
    return value, share


def test_all_goes_the_one_way_there_is():
    _, share = swept(LINE, jnp.full(LINE.n_edges, 0.3))
    np.testing.assert_allclose(share, 1.0, rtol=1e-6)


def test_value_upstream_is_the_price_less_fees_risk_and_cost():
    risk = jnp.array([0.1, 0.0, 0.2, 0.05])
    value, _ = swept(LINE, risk)
    left = 52_000.0
    for i in (3, 2, 1, 0):
        kept = 1.0 - float(P.risk_aversion) * float(risk[i])
        left = left * (1.0 - float(LINE.fee_share[i])) * kept - float(LINE.cost[i])
        left += routes.LEAST_RETURN
    np.testing.assert_allclose(value[LINE.hub[0]], left, rtol=1e-5)


def test_choice_at_its_allowed_ends_keeps_numbers_finite_and_shares_whole():
    for choice in (1.0, 10.0):
        p, value = P.replace(route_choice=jnp.asarray(choice)), jnp.zeros(len(FORK.nodes))
        value = value.at[FORK.market].set(jnp.array((5_500.0, 52_000.0)))
        for _ in range(FORK.depth):
            value, share = routes.sweep(p, FORK, value, jnp.zeros(FORK.n_edges))
        assert np.isfinite(value).all()
        total = np.bincount(np.asarray(FORK.origin), np.asarray(share), len(FORK.nodes))
        np.testing.assert_allclose(total[np.unique(FORK.origin)], 1.0, rtol=1e-5)
        best = float(value.max()) * 0.9  # what the dearest market leaves after its fee
        assert float(value[FORK.hub[0]]) < best


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_shares_add_up_to_one_wherever_there_is_a_way_out(seed):
    roads = small().roads
    risk = jax.random.uniform(jax.random.key(seed), (roads.n_edges,))
    _, share = swept(roads, risk)
    total = np.bincount(np.asarray(roads.origin), np.asarray(share), len(roads.nodes))
    has_way = np.bincount(np.asarray(roads.origin), minlength=len(roads.nodes)) > 0
    np.testing.assert_allclose(total[has_way], 1.0, rtol=1e-5)
    assert np.all(total[~has_way] == 0)
    assert float(share.min()) >= 0


def test_shares_follow_weight_times_return_to_the_elasticity():
    risk = jnp.array([0.2, 0.0, 0.1, 0.0, 0.0])
    value, share = swept(FORK, risk)
    end = float(value[FORK.destination[0]])
    returned = [
        1.0 + end * 0.95 * (1.0 - float(P.risk_aversion) * float(risk[i])) - float(FORK.cost[i])
        for i in (0, 1)
    ]
    odds = (returned[0] / returned[1]) ** float(P.route_choice) / 0.25
    np.testing.assert_allclose(share[0] / share[1], odds, rtol=1e-4)


@pytest.mark.parametrize("worse", ["risk", "cost", "fee_share"])
def test_a_riskier_or_dearer_corridor_gets_less(worse):
    road = leg(FORK, "Lowland", "Market town", "road")
    risk = jnp.full(FORK.n_edges, 0.05)
    before = swept(FORK, risk)[1][road]
    roads = FORK
    if worse == "risk":
        risk = risk.at[road].add(0.2)
    else:
        less = getattr(FORK, worse).at[road].add({"cost": 2_000.0, "fee_share": 0.2}[worse])
        roads = eqx.tree_at(lambda r: getattr(r, worse), FORK, less)
    assert swept(roads, risk)[1][road] < before - 0.01


def test_a_hub_feels_risk_only_on_corridors_that_it_can_reach():
    calm = jnp.full(FORK.n_edges, 0.05)
    value, _ = swept(FORK, calm)
    hit, _ = swept(FORK, calm.at[leg(FORK, "Upland", "Market town")].set(0.4))
    vraem, huallaga = FORK.hub
    assert hit[huallaga] < value[huallaga]
    assert hit[vraem] == value[vraem]


def test_value_falls_upstream_on_every_corridor_in_use():
    roads = small().roads
    value, share = swept(roads, jnp.full(roads.n_edges, 0.03))
    best = np.zeros(len(roads.nodes))
    np.maximum.at(best, np.asarray(roads.origin), np.asarray(value[roads.destination]))
    inner = np.unique(np.asarray(roads.origin))
    assert np.all(np.asarray(value)[inner] < best[inner])
    assert np.all(np.asarray(value)[inner] > 0)


def test_sweeps_rest_after_as_many_as_the_longest_path_and_not_before():
    roads = small().roads
    risk = jnp.full(roads.n_edges, 0.03)
    early, at_depth, later = (swept(roads, risk, roads.depth + k)[0] for k in (-1, 0, 1))
    assert np.any(np.asarray(early) != np.asarray(at_depth))
    np.testing.assert_array_equal(at_depth, later)


def test_news_of_a_price_travels_a_fixed_number_of_legs_a_month():
    roads = small().roads
    rest, share = swept(roads, jnp.full(roads.n_edges, 0.03), prices=np.asarray(small().prices))
    s = state(value=rest, share=share, risk=jnp.full(roads.n_edges, 0.03))
    dear = state(
        value=rest,
        share=share,
        risk=s.risk,
        market_price=s.market_price * jnp.array([1, 2.0]),
    )
    new, _ = routes.step(P, small(), dear, now(), KEY)
    legs = np.full(len(roads.nodes), 99)
    legs[int(roads.market[1])] = 0
    for _ in range(roads.depth):
        np.minimum.at(legs, np.asarray(roads.origin), legs[np.asarray(roads.destination)] + 1)
    moved = np.asarray(new.value) > np.asarray(rest) * 1.0001
    assert moved[legs <= routes.SWEEPS].all()
    assert not moved[(legs > routes.SWEEPS)].any()
    assert (legs[np.asarray(roads.hub)] > routes.SWEEPS).any()
