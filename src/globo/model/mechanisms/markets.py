"""Markets: wholesale prices move until demand meets what arrives.

Reads deliveries, the neighbours' areas; writes market prices. Step 9 of the month.
Elastic demand that grows by market (effects E050-E053); outside producers choose markets
by price.
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from globo.model.constants import constants
from globo.model.parameters import Parameters
from globo.model.policy import Policy
from globo.model.state import State, change
from globo.model.world import World

# price against 2001
LOWEST, HIGHEST = constants.lowest_market_price, constants.highest_market_price


def step(p: Parameters, world: World, s: State, policy: Policy, key: Array) -> tuple[State, dict]:
    """Compare demand with supply in each market and move its price."""
    del key
    anchor = s.anchor
    ratio = s.market_price / anchor.price
    wanted = anchor.demand * policy.demand * growth(p, world, policy.year)
    demand = wanted * ratio**-p.demand_elasticity
    supply = s.delivered + outside(p, world, ratio, policy.neighbour_ha)
    moved = (demand / jnp.maximum(supply, 1e-6)) ** p.market_inertia
    moved = jnp.clip(moved, constants.market_fall, constants.market_rise)
    price = anchor.price * jnp.clip(ratio * moved, LOWEST, HIGHEST)
    return change(s, market_price=price), {"market_price_usd_kg": price}


def growth(p: Parameters, world: World, year: Float[Array, ""]) -> Float[Array, " market"]:
    """Return demand by market against 2001 at the same price; trends fade."""
    rates = jnp.stack([getattr(p, name) for name in world.growth])
    fade = constants.trend_years
    return jnp.exp(rates * fade * jnp.tanh(year / fade))


def outside(
    p: Parameters,
    world: World,
    ratio: Float[Array, " market"],
    area: Float[Array, " neighbour"],
) -> Float[Array, " market"]:
    """Return what neighbours deliver to each market in a month, t.

    Args:
        p: yields and elasticity of destinations to prices.
        world: shares of 2001 by neighbour and market, and whose yield is whose.
        ratio: price of each market against 2001.
        area: coca of each neighbour, ha.
    """
    pull = world.outside * ratio[None] ** p.outside_choice
    share = pull / pull.sum(1, keepdims=True)
    made = area * jnp.asarray([getattr(p, name) for name in world.yields], jnp.float32)
    return (1.0 - p.outside_loss) * (made / 12.0) @ share


def off(s: State) -> State:
    """Return the state with the prices of last month."""
    return s
