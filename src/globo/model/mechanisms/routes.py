"""Routes: transporters choose corridors and modes; netback prices flow upstream.

Reads market prices, learned risk; writes node values and edge shares. Step 7 of the month.
Recursive logit (Fosgerau, Frejinger and Karlstrom 2013): at every node the next leg is
chosen by what is left of the price at its end after fees, losses and cost. Values are
carried over, so news travels upstream `SWEEPS` legs a month.
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from globo.model.constants import constants
from globo.model.network import Graph
from globo.model.parameters import Parameters
from globo.model.policy import Policy
from globo.model.state import State, change
from globo.model.world import World

SWEEPS = constants.sweeps
LEAST_RETURN = constants.least_return  # USD/kg
LARGEST = constants.largest_exponent


def step(p: Parameters, world: World, s: State, policy: Policy, key: Array) -> tuple[State, dict]:
    """Take market prices into the network and sweep values upstream."""
    del policy, key
    roads = world.roads
    value = s.value.at[roads.market].set(s.market_price)
    share = s.share
    for _ in range(SWEEPS):
        value, share = sweep(p, roads, value, s.risk)
    record = {"cocaine_price_usd_kg": value[roads.hub] * (1.0 - p.firm_margin)}
    return change(s, value=value, share=share), record


def sweep(
    p: Parameters, roads: Graph, value: Float[Array, " node"], risk: Float[Array, " edge"]
) -> tuple[Float[Array, " node"], Float[Array, " edge"]]:
    """Choose every node's next legs from the values at their ends.

    Args:
        p: elasticity of choice and aversion to risk.
        roads: the corridors.
        value: USD/kg at each node.
        risk: learned chance of a hit on each edge, 0 to 1.

    Returns:
        Values a leg further upstream, and each edge's share of what leaves its node.
    """
    kept = 1.0 - jnp.clip(p.risk_aversion * risk, 0.0, constants.most_risk_cost)
    returned = value[roads.destination] * (1.0 - roads.fee_share) * kept - roads.cost
    returned = LEAST_RETURN + jnp.maximum(returned, 0.0)
    drawn = roads.weight + p.route_choice * jnp.log(returned)
    # where numbers would end, all of a node's ways are scaled alike; elsewhere by one, exactly
    most = jnp.concatenate([drawn, jnp.full(1, -jnp.inf)])[roads.out_edges].max(-1, initial=0.0)
    over = jnp.maximum(most - LARGEST, 0.0)
    pull = jnp.exp(drawn - over[roads.origin])
    total = _padded(pull)[roads.out_edges].sum(-1)
    ways = _padded(jnp.exp(roads.weight))[roads.out_edges].sum(-1)
    # the inclusive value: what the ways are worth together, never more for one way less
    worth = (jnp.maximum(total, 1e-12) / jnp.maximum(ways, 1e-12)) ** (1.0 / p.route_choice)
    worth = worth * jnp.exp(over / p.route_choice)
    return jnp.where(ways <= 0, value, worth), pull / jnp.maximum(total[roads.origin], 1e-12)


def _padded(x: Float[Array, " edge"]) -> Float[Array, " edge_and_void"]:
    return jnp.concatenate([x, jnp.zeros(1, x.dtype)])
