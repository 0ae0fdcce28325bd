"""Routes and interdiction alone, on a made network of 163 nodes and 1,017 corridors.

The size of the network of NarcoLogic, which needs some 150 ms a month for it; corridors and
their modes are drawn at random, layer by layer from zones to markets.
"""

from __future__ import annotations

import time
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from bench.measure import Row, least, row
from globo import simulation
from globo.model.mechanisms import interdiction, routes
from globo.model.network import Graph
from globo.model.state import State, change
from globo.model.world import World

NODES, EDGES, MONTHS, ROUNDS = 163, 1017, 240, 15
GOAL_MS = 1.5


def rows() -> list[Row]:
    """Return the time of a month of one draw, and what shows that product moved."""
    simulator = simulation.Simulator()
    months = simulator.months((), "2001-12")
    now = jax.tree.map(lambda x: x[0], months)
    members = simulator.begin(np.arange(1), now)
    p, s, key = (jax.tree.map(lambda x: x[0], t) for t in (members.p, members.s, members.keys))
    world = made(simulator.world, np.random.default_rng(1))
    s, roads = placed(s, world), world.roads
    now = eqx.tree_at(lambda n: n.control, now, jnp.ones(EDGES))

    @jax.jit
    def run(world: World, s: State) -> tuple[State, Any]:
        def month(s: State, number: Any) -> tuple[State, Any]:
            mine = jax.random.fold_in(key, number)
            s = change(s, product=s.product.at[world.roads.hub].add(1.0))
            s, _ = routes.step(p, world, s, now, jax.random.fold_in(mine, 6))
            s, told = interdiction.step(p, world, s, now, jax.random.fold_in(mine, 7))
            return s, (told["delivered_t"].sum(), told["seized_t"].sum())

        return jax.lax.scan(month, s, jnp.arange(MONTHS))

    end, (delivered, seized) = jax.block_until_ready(run(world, s))
    put = MONTHS * len(roads.hub)
    left = float(delivered.sum() + seized.sum() + end.product.sum())
    call = {"run": lambda: jax.block_until_ready(run(world, s))}
    spent = least(call, ROUNDS, time.perf_counter)["run"]
    name = f"routes and interdiction, {NODES} nodes, {EDGES:,} corridors"
    return [
        row("network", f"{name}: a month of a draw", 1000 * spent / MONTHS, "ms", high=GOAL_MS),
        row("network", f"{name}: product that leaks", abs(left / put - 1), "relative", high=1e-4),
        row("network", f"{name}: seized", float(seized.sum()) / put, "share"),
    ]


def made(world: World, luck: np.random.Generator) -> World:
    """Return the world with a network drawn at random in place of its own."""
    own = world.roads
    hubs, ends = len(own.hub), len(own.market)
    pairs = set()
    for node in range(NODES - ends):  # each leads on, so that nothing is stuck
        pairs.add((node, int(luck.integers(max(node + 1, hubs), NODES))))
    while len(pairs) < EDGES:
        a, b = int(luck.integers(0, NODES - ends)), int(luck.integers(hubs, NODES))
        if a < b:
            pairs.add((a, b))
    ordered = sorted(pairs)
    origin, destination = np.array(ordered).T
    authority = luck.integers(0, len(own.authorities), EDGES)
    table = lambda at: jnp.asarray(incidence(at))  # noqa: E731
    f = lambda x: jnp.asarray(x, jnp.float32)  # noqa: E731
    roads = Graph(
        cost=f(luck.uniform(10, 400, EDGES)),
        fee_share=f(luck.uniform(0, 0.1, EDGES)),
        weight=f(luck.normal(0, 1, EDGES)),
        origin=jnp.asarray(origin),
        destination=jnp.asarray(destination),
        authority=jnp.asarray(authority),
        exposure=f(luck.uniform(0.2, 1.5, EDGES)),
        of_authority=f(authority[None] == np.arange(len(own.authorities))[:, None]),
        of_exit=f(np.zeros((len(own.exits), EDGES))),
        in_air=f(luck.uniform(size=EDGES) < 0.1),
        at_sea=f(luck.uniform(size=EDGES) < 0.3),
        out_edges=table(origin),
        in_edges=table(destination),
        hub=jnp.arange(hubs),
        market=jnp.arange(NODES - ends, NODES),
        depth=own.depth,
        nodes=tuple(f"node {i}" for i in range(NODES)),
        authorities=own.authorities,
        exits=own.exits,
        edges=tuple((f"node {a}", f"node {b}", "road", "") for a, b in ordered),
    )
    return eqx.tree_at(lambda w: (w.roads, w.patrolled), world, (roads, jnp.ones(EDGES)))


def incidence(ends: np.ndarray) -> np.ndarray:
    """Return the corridors at each node, padded with the number of corridors."""
    width = np.bincount(ends, minlength=NODES).max()
    table = np.full((NODES, width), EDGES)
    for node in range(NODES):
        mine = np.flatnonzero(ends == node)
        table[node, : len(mine)] = mine
    return table


def placed(s: State, world: World) -> State:
    """Return the state with an empty network of the world's own size."""
    return change(
        s, product=jnp.zeros(NODES), value=jnp.zeros(NODES), share=jnp.zeros(EDGES),
        risk=jnp.full(EDGES, 0.03), force=jnp.ones(EDGES), firm_size=jnp.ones_like(s.firm_size),
    )  # fmt: skip
