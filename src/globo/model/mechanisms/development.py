"""Development: spending on roads, titles, help and price support shows after a lag.

Reads spending; writes what is planned and what is built, by kind and zone. Step 12 of the
month. Years, not months, between spending and effect (effects E125-E128).
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from globo.model.parameters import Parameters
from globo.model.policy import Policy
from globo.model.state import State, change
from globo.model.world import World


def step(p: Parameters, world: World, s: State, policy: Policy, key: Array) -> tuple[State, dict]:
    """Turn the month's spending into units that arrive later."""
    del key
    households = world.by_zone(world.by_district(s.households))
    paid = policy.spending / (p.unit_spend * jnp.maximum(households, 1.0))
    planned, built = build(p, s.planned, s.built, paid)
    record = {"spent_development": policy.spending.sum()}
    return change(s, planned=planned, built=built), record


def build(
    p: Parameters,
    planned: Float[Array, "kind zone"],
    built: Float[Array, "kind zone"],
    paid: Float[Array, "kind zone"],
) -> tuple[Float[Array, "kind zone"], Float[Array, "kind zone"]]:
    """Move units from plan to ground over `development_lag` months, and let them decay.

    Args:
        p: lag and decay.
        planned: units paid for.
        built: units on the ground; a unit is `unit_spend` a household.
        paid: units paid for this month.

    Returns:
        Planned and built after the month.
    """
    done = planned / p.development_lag
    return planned - done + paid, built * (1.0 - p.development_decay) + done
