"""Leaf at the farm: what a kilo brings there, and how much of it is worth picking.

Growing asks it for income, the harvest for what is picked. Growers differ in what pickers cost
them, so the share picked falls smoothly as the farm-gate price nears the wage; the law that a
field is left below some price is of effects E118 and E150, its steepness is assumed.
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from globo.model.constants import constants
from globo.model.parameters import Parameters
from globo.model.state import State
from globo.model.world import ROADS, World

KG = 1000.0


def farmgate(p: Parameters, world: World, s: State) -> Float[Array, " district"]:
    """Return what a kilo of leaf brings at the farm, USD (2015), after the haul to the hub."""
    haul = world.haul * (1.0 - p.road_haul * jnp.tanh(s.built[ROADS]))[world.zone]
    # the state company buys part of the registered leaf at a price that hardly moves
    legal = p.legal_taken * world.registered
    price = (1.0 - legal) * s.leaf_price[world.zone] + legal * world.leaf_price
    return jnp.maximum(price - haul, constants.least_farmgate)


def picked(p: Parameters, price: Float[Array, " district"]) -> Float[Array, " district"]:
    """Return the share of the leaf that is picked at a farm-gate price, 0 to 1.

    Half of it stays on the bush where a kilo brings what its picking costs.
    """
    of_yield = 1.0 - constants.fixed_labour  # of a hectare's labour; the rest is tending
    wage = p.harvest_wage * p.wage_days_cost * of_yield / (constants.middling_yield * KG)
    return 1.0 / (1.0 + (wage / price) ** constants.picking_sharpness)
