"""Harvest: leaf is picked, the legal market takes its part, the rest is offered to collectors.

Reads bushes, leaf price, leaf stock; writes leaf stock and what is offered. Step 4 of the
month. Where pickers are paid, what brings less than its picking stays on the bush. Yields by zone
from facts/yields, the legal market from facts/national.
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from globo.model.mechanisms._leaf import farmgate, picked
from globo.model.parameters import Parameters
from globo.model.policy import Policy
from globo.model.state import State, change
from globo.model.world import World


def step(p: Parameters, world: World, s: State, policy: Policy, key: Array) -> tuple[State, dict]:
    """Pick the month's leaf, sell to the legal market, offer the rest with what is in stock."""
    del key
    by_district = pick(p, world, s)
    leaf = world.by_zone(by_district)
    lost = p.leaf_loss * leaf
    legal = legal_sales(
        world.by_zone(by_district * world.registered) * (1 - p.leaf_loss), policy.legal_leaf
    )
    spoilt = p.leaf_decay * s.leaf_stock
    offered = s.leaf_stock - spoilt + leaf - lost - legal
    record = {"leaf_t": leaf, "legal_leaf_t": legal, "leaf_lost": lost + spoilt}
    return change(s, leaf_offered=offered, leaf_stock=offered), record


def pick(p: Parameters, world: World, s: State) -> Float[Array, " district"]:
    """Return leaf picked in the month, t of sun-dried leaf."""
    bearing = p.young_yield * s.young + s.prime + p.old_yield * s.old
    return bearing * world.leaf_yield / 12.0 * picked(p, farmgate(p, world, s))


def legal_sales(
    registered: Float[Array, " zone"], demand: Float[Array, ""]
) -> Float[Array, " zone"]:
    """Share the legal demand over what registered growers have, t; never more than that."""
    return registered * jnp.minimum(1.0, demand / jnp.maximum(registered.sum(), 1e-6))


def off(s: State) -> State:
    """Return the state where no leaf is offered."""
    return change(s, leaf_offered=jnp.zeros_like(s.leaf_offered))
