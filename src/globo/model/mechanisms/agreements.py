"""Agreements: families sign, lift their coca and are paid for it; who hears of it plants ahead.

Reads growers and bushes, how many families are to sign; writes growers, bushes and who is under
an agreement. Step 13 of the month. What growers do when payments are announced is part of their
choice (`growing`): only who grows coca can sign, so an announcement makes coca worth more (effect
E014). Who has signed plants no coca while paid (E096 E097), and chooses anew afterwards.
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from globo import luck
from globo.model.mechanisms._draws import binomial, uniform
from globo.model.parameters import Parameters
from globo.model.policy import Policy
from globo.model.state import State, change
from globo.model.world import World

SIGNING, ENDING = range(2)  # streams of luck
MONTHS = 12.0


def step(p: Parameters, world: World, s: State, policy: Policy, key: Array) -> tuple[State, dict]:
    """Let agreements end, families sign and lift their coca, and pay who is under one.

    Returns:
        The new state; coca lifted (ha by district) and what was paid as record.
    """
    chance = world.to_cohorts(lifting(p, world, s, policy))
    ending = jnp.ones_like(s.signed) / p.agreement_months
    if world.smooth:
        joining, leaving = s.growers * chance, s.signed * ending
    else:
        u = [uniform(luck.folded(key, stream), chance.shape) for stream in (SIGNING, ENDING)]
        joining, leaving = binomial(u[0], s.growers, chance), binomial(u[1], s.signed, ending)
    plots = world.by_district(s.growers * world.plot)
    share = world.by_district(joining * world.plot) / jnp.maximum(plots, 1e-6)
    left = 1.0 - jnp.clip(share, 0.0, 1.0)
    signed = s.signed + joining - leaving
    new = change(
        s, growers=s.growers - joining, signed=signed, young=s.young * left, prime=s.prime * left,
        old=s.old * left,
    )  # fmt: skip
    paid = p.agreement_payment / MONTHS * signed.sum()
    return new, {"lifted_ha": s.coca * (1.0 - left), "spent_agreements": paid}


def lifting(p: Parameters, world: World, s: State, policy: Policy) -> Float[Array, " district"]:
    """Return the chance that a grower signs this month and lifts the coca, 0 to 1.

    Families sign all over a zone; who signs and does not lift is not paid, and goes on as before.
    """
    growers = world.by_zone(world.by_district(s.growers))
    asked = policy.agreements / MONTHS / jnp.maximum(growers, 1.0)
    return p.agreement_kept * jnp.minimum(asked, 1.0)[world.zone]
