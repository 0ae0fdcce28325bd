"""Interdiction: product moves along the corridors and forces hit some of it.

Reads product, shares, control; writes product, what was delivered, learned risk and where
the forces stand. Step 8 of the month. Detection saturates with traffic; forces move to where
they found something, carriers learn from hits (NarcoLogic's two rules, each with a rate of
its own). What crosses the sea meets the navies and ports of others too.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from globo.model.constants import constants
from globo.model.mechanisms._draws import binomial, uniform
from globo.model.network import Graph
from globo.model.parameters import Parameters
from globo.model.policy import Policy
from globo.model.state import State, change
from globo.model.world import STAGES, World

LEGS = constants.legs  # moved a month
TRANSPORT = STAGES.index("transport")
FORCE_FLOOR = constants.force_floor  # of an authority's force that stays spread evenly


def step(p: Parameters, world: World, s: State, policy: Policy, key: Array) -> tuple[State, dict]:
    """Move product `LEGS` legs, hit shipments, learn on both sides."""
    roads = world.roads
    product, delivered = s.product, jnp.zeros_like(s.market_price)
    flow = seized = jnp.zeros_like(s.risk)
    at_sea = jnp.zeros(())
    limit = jnp.full(len(roads.nodes), jnp.inf).at[roads.hub].set(s.firm_size[TRANSPORT].sum(-1))
    for leg in range(LEGS):
        leaving = jnp.minimum(product, limit / LEGS) * (1.0 - policy.lockdown)
        moved = s.share * leaving[roads.origin]
        hit = hits(p, roads, s.force, policy, moved, jax.random.fold_in(key, leg), world.smooth)
        lost = crossing(p, roads, moved - hit)
        arrived = _padded(moved - hit - lost)[roads.in_edges].sum(-1)
        departed = _padded(moved)[roads.out_edges].sum(-1)
        product = product - departed + arrived
        delivered = delivered + product[roads.market]
        product = product.at[roads.market].set(0.0)
        flow, seized, at_sea = flow + moved, seized + hit, at_sea + lost.sum()
    seen = seized / jnp.maximum(flow, 1e-9)
    risk = s.risk + p.risk_learning * (seen - s.risk)
    force = deploy(p, roads, s.force, seized)
    cost = p.patrol_cost * policy.control @ world.patrolled
    new = change(s, product=product, delivered=delivered, risk=risk, force=force)
    record = {
        "flow_t": flow, "seized_t": seized, "seized_at_sea_t": at_sea, "delivered_t": delivered,
        "spent_interdiction": cost,
    }  # fmt: skip
    return new, record


def hits(
    p: Parameters,
    roads: Graph,
    force: Float[Array, " edge"],
    policy: Policy,
    moved: Float[Array, " edge"],
    key: Array,
    smooth: bool,
) -> Float[Array, " edge"]:
    """Return what is seized of what moves, t.

    Shipments are hit one by one, so a small flow is all or nothing.
    """
    chance = detection(p, roads, force, policy, moved)
    if smooth:
        return moved * chance
    shipments = jnp.ceil(moved / p.shipment_t)
    caught = binomial(uniform(key, moved.shape), shipments, chance)
    return moved * caught / jnp.maximum(shipments, 1.0)


def detection(
    p: Parameters,
    roads: Graph,
    force: Float[Array, " edge"],
    policy: Policy,
    moved: Float[Array, " edge"],
) -> Float[Array, " edge"]:
    """Return the chance that a shipment is hit on each corridor, 0 to 1.

    Args:
        p: `detection` on an empty corridor at the control of 2001, `saturation_t`.
        roads: what each corridor is.
        force: share of its authority's force, mean 1.
        policy: control by corridor and the air law.
        moved: traffic, t.
    """
    law = 1.0 + roads.in_air * (policy.air_law * (p.air_law_effect - 1.0))
    effort = p.detection * roads.exposure * policy.control * law * force
    return 1.0 - jnp.exp(-effort / (1.0 + moved / p.saturation_t))


def crossing(p: Parameters, roads: Graph, left: Float[Array, " edge"]) -> Float[Array, " edge"]:
    """Return what others seize at sea and on arrival of what left the ports, t.

    The traffic of the country is a small part of what these forces see, so the share neither
    saturates with it nor answers it; what shippers pay on the way prices the risk already.
    """
    return p.sea_loss * roads.at_sea * left


def deploy(
    p: Parameters, roads: Graph, force: Float[Array, " edge"], seized: Float[Array, " edge"]
) -> Float[Array, " edge"]:
    """Move part of each authority's force to where it seized; its mean stays 1."""
    of = roads.of_authority
    n, found = of.sum(1), of @ seized
    want = jnp.where(
        found[roads.authority] > 0,
        (seized * n[roads.authority]) / jnp.maximum(found[roads.authority], 1e-9),
        1.0,
    )
    aim = FORCE_FLOOR + (1.0 - FORCE_FLOOR) * want
    return force + p.force_learning * (aim - force)


def off(s: State) -> State:
    """Return the state where nothing moves: product waits at the hubs."""
    return change(s, delivered=jnp.zeros_like(s.delivered))


def _padded(x: Float[Array, " edge"]) -> Float[Array, " edge_and_void"]:
    return jnp.concatenate([x, jnp.zeros(1, x.dtype)])
