"""Firms: small firms of five stages enter, grow, get hit and leave; leaf becomes product.

Reads leaf offered, prices, enforcement; writes firms, leaf stock, leaf price and product at
the zones' hubs. Step 6 of the month. The chance of a hit grows with a firm's share (Reuter
1983), the large have an advantage; who is hit breaks in two, and newcomers take up flow that
lacks a firm. Number and concentration come out of these.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from globo.model.constants import constants
from globo.model.parameters import Parameters
from globo.model.policy import Policy
from globo.model.state import State, change
from globo.model.world import STAGES, World

COLLECTION, PROCESSING = STAGES.index("collection"), STAGES.index("processing")
SLACK = constants.firm_slack  # capacity that firms aim at, over the flow
LEAST_FLOW = constants.least_flow  # t of cocaine a month
LEAST_SHARE = constants.least_firm  # of the flow
HEIRS = 2  # of a firm that is hit


def step(p: Parameters, world: World, s: State, policy: Policy, key: Array) -> tuple[State, dict]:
    """Buy leaf, process it, set the leaf price, and let firms live on."""
    flow = s.leaf_offered / p.leaf_per_cocaine
    capacity = s.firm_size.sum(-1)
    limit = jnp.minimum(capacity[COLLECTION], capacity[PROCESSING] * supplied(p, s.precursor_price))
    made = jnp.minimum(flow, limit) * (1.0 - policy.lockdown)
    bought = made * p.leaf_per_cocaine
    price = leaf_price(p, world, s, made / jnp.maximum(flow, 1e-6))
    sizes = live(p, s.firm_size, flow, policy.firm_enforcement, key, world.smooth)
    product = s.product.at[world.roads.hub].add(made)
    new = change(
        s, leaf_stock=s.leaf_stock - bought, leaf_price=price, firm_size=sizes, product=product,
        cocaine=made,
    )  # fmt: skip
    share = sizes / jnp.maximum(sizes.sum(-1, keepdims=True), 1e-9)
    national = sizes / jnp.maximum(sizes.sum((1, 2), keepdims=True), 1e-9)
    record = {
        "leaf_bought": bought,
        "cocaine_t": made,
        "firm_count": (share > constants.active_firm).sum(-1).astype(jnp.float32),
        "firm_hhi": (national**2).sum((1, 2)),
        "firm_top_share": share.max(-1),
        "leaf_price_usd_kg": price,
    }
    return new, record


def supplied(p: Parameters, price: Float[Array, ""]) -> Float[Array, ""]:
    """Return the share of capacity that has its controlled inputs, 0 to 1."""
    return jnp.minimum(1.0, price**-p.precursor_elasticity)


def processing_cost(p: Parameters, price: Float[Array, ""]) -> Float[Array, ""]:
    """Return the cost of making a kilo of cocaine from leaf, USD (2015)."""
    return p.processing_cost * (1.0 - p.precursor_cost_share + p.precursor_cost_share * price)


def payable(p: Parameters, world: World, s: State) -> Float[Array, " zone"]:
    """Return what firms can pay for leaf, USD/kg: the netback price of product less costs."""
    hub = s.value[world.roads.hub]
    fees = p.fee_share * world.zone_mean(s.hold, s.coca)
    left = hub * (1.0 - p.firm_margin - fees) - processing_cost(p, s.precursor_price)
    # softly above its least value, so that the price has a slope everywhere
    least, soft = constants.least_leaf_price, constants.leaf_price_softness
    return least + soft * jax.nn.softplus((left / p.leaf_per_cocaine - least) / soft)


def leaf_price(
    p: Parameters, world: World, s: State, taken: Float[Array, " zone"]
) -> Float[Array, " zone"]:
    """Move the leaf price towards what firms can pay, lower where buyers are short.

    Args:
        p: inertia and buyers' power.
        world: hubs.
        s: netback prices and the price of last month.
        taken: share of the leaf offered that firms took, 0 to 1.
    """
    short = jnp.maximum(taken, constants.least_taken) ** p.buyer_power
    aim = s.anchor.leaf_margin * payable(p, world, s) * short
    price = s.leaf_price ** (1 - p.price_inertia) * aim**p.price_inertia
    return jnp.clip(price, constants.floor_leaf_price, constants.ceiling_leaf_price)


def live(
    p: Parameters,
    size: Float[Array, "stage zone firm"],
    flow: Float[Array, " zone"],
    enforcement: Float[Array, ""],
    key: Array,
    smooth: bool,
) -> Float[Array, "stage zone firm"]:
    """Let firms grow, be hit, give up and enter for a month.

    Args:
        p: rates.
        size: t of cocaine a month each can handle; 0 for a free place.
        flow: t of cocaine a month that the zone's leaf would make.
        enforcement: index, 2001 = 1.
        key: of this draw and month.
        smooth: means in place of events.

    Returns:
        Sizes after the month.
    """
    there = size > 0
    total = jnp.maximum(size.sum(-1, keepdims=True), 1e-9)
    share = size / total
    want = jnp.log(SLACK * flow[:, None] + 1e-6) - jnp.log(total + 1e-6)
    edge = p.scale_advantage * (share - (share**2).sum(-1, keepdims=True))
    growth = p.firm_growth * jnp.clip(want, -2, 2) + edge
    chance = hit_chance(p, share, enforcement)
    if smooth:
        return jnp.maximum(size * jnp.exp(growth) * (1 - chance * (1 - p.split_share)), 1e-6)
    bits = jax.random.bits(key, size.shape, jnp.uint32)
    u = (bits >> 16).astype(jnp.float32) / 65536.0
    noise = ((bits & 0xFFFF).astype(jnp.float32) / 65536.0 - 0.5) * 12.0**0.5
    grown = size * jnp.exp(growth + p.firm_noise * noise)
    hit = u < chance
    small = grown < LEAST_SHARE * flow[:, None]
    kept = jnp.where(there & ~hit & ~small, grown, 0.0)
    kept = split(kept, p.split_share * jnp.where(there & hit, grown, 0.0), ~there)
    enters = (kept <= 0) & ~there & (u < entry_chance(p, size, flow))
    # 0.5 to 1.5 of the usual size, so that entrants are not all alike
    entrant = p.entry_share * flow[:, None] * (1.0 + noise / 12.0**0.5)
    return jnp.where(enters, entrant, kept)


def split(
    kept: Float[Array, "stage zone firm"],
    left: Float[Array, "stage zone firm"],
    free: Bool[Array, "stage zone firm"],
) -> Float[Array, "stage zone firm"]:
    """Divide what is left of firms that were hit: half goes on in their place, half beside it.

    Args:
        kept: sizes of the firms that were not hit.
        left: what is left of each that was, 0 elsewhere.
        free: places that nobody holds; the halves that find one make firms of their own.

    Returns:
        Sizes; where places suffice they add up to those of `kept` and `left`.
    """
    hit = left > 0
    number = jnp.maximum(hit.sum(-1, keepdims=True), 1)
    half = left.sum(-1, keepdims=True) / (HEIRS * number)
    heir = free & (jnp.cumsum(free, -1) <= hit.sum(-1, keepdims=True))
    return jnp.where(heir, half, kept + left / HEIRS)


def entry_chance(
    p: Parameters, size: Float[Array, "stage zone firm"], flow: Float[Array, " zone"]
) -> Float[Array, "stage zone 1"]:
    """Return the chance that a free place of a zone is taken this month, 0 to 1.

    Newcomers, each of `entry_share` of the flow, take up `entry_rate` of what the firms there
    leave without capacity; where capacity suffices nobody enters.
    """
    unmet = 1.0 - size.sum(-1, keepdims=True) / jnp.maximum(SLACK * flow[:, None], 1e-9)
    comers = p.entry_rate * jnp.maximum(unmet, 0.0) / p.entry_share
    free = (size <= 0).sum(-1, keepdims=True)
    return jnp.where(flow[:, None] > LEAST_FLOW, comers / jnp.maximum(free, 1), 0.0)


def hit_chance(
    p: Parameters, share: Float[Array, "stage zone firm"], enforcement: Float[Array, ""]
) -> Float[Array, "stage zone firm"]:
    """Return the monthly chance that a firm is hit: at `hit_share` `hit_rate`."""
    seen = (share / constants.hit_share + 1e-6) ** p.hit_visibility
    return jnp.minimum(p.hit_rate * enforcement * seen, constants.most_hit)


def off(s: State) -> State:
    """Return the state where nothing is made."""
    return change(s, cocaine=jnp.zeros_like(s.cocaine))
