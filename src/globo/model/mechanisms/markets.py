"""Markets: wholesale prices move until demand meets what arrives.

Reads deliveries, the neighbours' areas; writes market prices and what neighbours plant beyond
what is told. Step 9 of the month. Elastic demand that grows by market (effects E050-E053);
outside producers choose markets by price, and where no survey tells their area it answers
prices as growers at home do (E120, E121).
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
    area = policy.neighbour_ha * jnp.exp(s.abroad)
    supply = s.delivered + outside(p, world, ratio, area)
    moved = (demand / jnp.maximum(supply, 1e-6)) ** p.market_inertia
    moved = jnp.clip(moved, constants.market_fall, constants.market_rise)
    price = anchor.price * jnp.clip(ratio * moved, LOWEST, HIGHEST)
    abroad, told = answer(p, world, s, price, policy.neighbours_told)
    planted = (policy.neighbour_ha * jnp.exp(abroad)).sum()
    record = {"market_price_usd_kg": price, "neighbours_ha": planted}
    return change(s, market_price=price, abroad=abroad, told_price=told), record


def answer(
    p: Parameters,
    world: World,
    s: State,
    price: Float[Array, " market"],
    told: Float[Array, " neighbour"],
) -> tuple[Float[Array, " neighbour"], Float[Array, "neighbour market"]]:
    """Return what neighbours plant beyond what is told of them, and the prices of those days.

    While surveys tell a neighbour's area, whatever it answered is in them, so nothing is added;
    from then on its area follows, little by little, what its markets pay against those days.

    Args:
        p: how far and how fast areas answer.
        world: shares of the neighbours' product by market.
        s: what was planted beyond, log, and the prices of the last day told.
        price: of this month, USD/kg.
        told: by neighbour, 1 in months whose area a survey tells, else 0.
    """
    known = jnp.where(told[:, None] > 0, price[None], s.told_price)
    share = world.outside / jnp.maximum(world.outside.sum(1, keepdims=True), 1e-9)
    better = (share * jnp.log(price[None] / known)).sum(1)
    moved = s.abroad + p.neighbour_rate * (p.neighbour_response * better - s.abroad)
    return jnp.where(told > 0, 0.0, moved), known


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
