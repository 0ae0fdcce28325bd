"""Markets: wholesale prices move until demand meets what arrives.

Reads deliveries, Colombia's and Bolivia's areas; writes market prices. Step 9 of the month.
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
    demand = anchor.demand * policy.demand * growth(p, policy.year) * ratio**-p.demand_elasticity
    supply = s.delivered + outside(p, world, ratio, policy.colombia_ha, policy.bolivia_ha)
    moved = (demand / jnp.maximum(supply, 1e-6)) ** p.market_inertia
    moved = jnp.clip(moved, constants.market_fall, constants.market_rise)
    price = anchor.price * jnp.clip(ratio * moved, LOWEST, HIGHEST)
    return change(s, market_price=price), {"market_price_usd_kg": price}


def growth(p: Parameters, year: Float[Array, ""]) -> Float[Array, " market"]:
    """Return demand by market against 2001 at the same price; trends fade."""
    rates = jnp.stack([p.brazil_growth, p.europe_growth, p.northam_growth, p.asia_growth])
    fade = constants.trend_years
    return jnp.exp(rates * fade * jnp.tanh(year / fade))


def outside(
    p: Parameters,
    world: World,
    ratio: Float[Array, " market"],
    colombia_ha: Float[Array, ""],
    bolivia_ha: Float[Array, ""],
) -> Float[Array, " market"]:
    """Return what Colombia and Bolivia deliver to each market in a month, t.

    Args:
        p: yields and elasticity of destinations to prices.
        world: shares of 2001 by country and market.
        ratio: price of each market against 2001.
        colombia_ha: coca in Colombia, ha.
        bolivia_ha: coca in Bolivia, ha.
    """
    pull = world.outside * ratio[None] ** p.outside_choice
    share = pull / pull.sum(1, keepdims=True)
    made = jnp.stack([colombia_ha * p.colombia_yield, bolivia_ha * p.bolivia_yield])
    return (1.0 - p.outside_loss) * (made / 12.0) @ share


def off(s: State) -> State:
    """Return the state with the prices of last month."""
    return s
