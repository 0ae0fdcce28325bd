"""Relocation: growers who lost their coca move on, and coca with them. This is the balloon.

Reads what was cleared, its memory, suitability, distance, state presence; writes growers,
households and who is inclined. Step 3 of the month. Gravity choice with three fixed
distance kernels, so that long moves survive (effects E003-E005 near, E075 and E152-E153
far).
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from globo import luck
from globo.model.constants import constants
from globo.model.mechanisms._draws import binomial, uniform
from globo.model.parameters import Parameters
from globo.model.policy import Policy
from globo.model.state import State, change
from globo.model.world import World

LEAVING, ROUNDING = range(2)  # streams of luck


def step(p: Parameters, world: World, s: State, policy: Policy, key: Array) -> tuple[State, dict]:
    """Move a share of the growers whose coca was cleared to other districts."""
    chance = jnp.clip(world.to_cohorts(leaving(p, s)), 0.0, 1.0)
    if world.smooth:
        movers = s.growers * chance
    else:
        movers = binomial(uniform(luck.folded(key, LEAVING), s.growers.shape), s.growers, chance)
    arrivals = world.to_cohorts(settle(p, world, s, world.by_district(movers))) * world.type_share
    if not world.smooth:
        arrivals = whole(arrivals, jax.random.uniform(luck.folded(key, ROUNDING)), movers.sum())
    # settlers who forgot why they came would give coca up where it was rare before them
    taken = movers * jnp.minimum(1.0, s.inclined / jnp.maximum(s.growers, 1e-6))
    brought = arrivals * taken.sum() / jnp.maximum(movers.sum(), 1e-6)
    net = arrivals - movers
    new = change(
        s, households=s.households + net, growers=s.growers + net,
        inclined=s.inclined + brought - taken,
    )  # fmt: skip
    return new, {}


def leaving(p: Parameters, s: State) -> Float[Array, " district"]:
    """Return the share of growers that leave: who lost coca before, and loses it again."""
    lost = s.cleared / jnp.maximum(s.coca + s.cleared, 1e-6)
    return p.leave_share * lost * (1.0 - jnp.exp(-s.memory))


def settle(
    p: Parameters, world: World, s: State, movers: Float[Array, " district"]
) -> Float[Array, " district"]:
    """Share movers of every origin over the districts.

    Args:
        p: weights of the kernels and of what attracts.
        world: kernels and covariates.
        s: growers and memory of eradication.
        movers: households that leave each district.

    Returns:
        Arrivals by district; they add up to the movers.
    """
    pull = attraction(p, world, s)
    near, far = pull @ world.near, pull @ world.far
    far_share = (1.0 - p.near_weight) * p.far_weight
    anywhere = (1.0 - p.near_weight - far_share) * movers.sum() / jnp.maximum(pull.sum(), 1e-9)
    by_near = (movers * p.near_weight / jnp.maximum(near, 1e-9)) @ world.near
    by_far = (movers * far_share / jnp.maximum(far, 1e-9)) @ world.far
    return pull * (by_near + by_far + anywhere)


def attraction(p: Parameters, world: World, s: State) -> Float[Array, " district"]:
    """Return what draws a grower to a district, by any distance: land, quiet, kin."""
    kin = world.by_district(s.growers) + 1.0
    return (
        (world.frontier + constants.standing_attraction * s.coca + 1e-3) ** p.attraction_suitability
        * jnp.exp(-p.attraction_state * world.state_presence - p.risk_weight * s.memory)
        * kin**p.attraction_kin
    )


def whole(
    amounts: Float[Array, " cohort"], u: Float[Array, ""], total: Float[Array, ""] | None = None
) -> Float[Array, " cohort"]:
    """Round amounts to whole numbers by systematic rounding.

    Args:
        amounts: what to round, >= 0.
        u: where the rounding starts, 0 to 1.
        total: whole number that the result adds up to, where it is known better than by
            adding the amounts up; else their sum, rounded.
    """
    total = jnp.round(amounts.sum()) if total is None else total
    steps = jnp.minimum(jnp.floor(jnp.cumsum(amounts) + u), total).at[-1].set(total)
    # a sum added up in parallel can step back by a rounding error, and a household with it
    return jnp.diff(jax.lax.cummax(steps), prepend=0.0)
