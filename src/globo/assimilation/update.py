"""Bring a member to a survey: what it takes, as a log factor by area, and the state after it.

The innovation of an area is the log of what was found over what the member has, times a gain
that weighs the member's own forecast against the survey's error (Kalman); what the state makes
of it is in `model.innovation`.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from globo.assimilation.survey import Survey
from globo.model import record
from globo.model.innovation import innovated
from globo.model.parameters import Parameters
from globo.model.state import State
from globo.model.world import World

BELIEF = 0.5  # standard deviation of the log of a member's own forecast of an area; see `survey`
FLOOR = 1.0  # ha added before the log, so that an area can begin and end
FEW = 2.0  # ha below which an area is added to, not scaled
MOST = 50.0  # fold that an area can move in a December


def gain(error: Float[np.ndarray, " area"]) -> Float[np.ndarray, " area"]:
    """Return how far a member follows a survey, 0 to 1."""
    return BELIEF**2 / (BELIEF**2 + error**2)


def innovation(
    seen: Float[np.ndarray, "draw area"], survey: Survey, noise: Float[np.ndarray, "draw area"]
) -> Float[np.ndarray, "draw area"]:
    """Return what brings members to a survey within its error, log.

    Args:
        seen: what a survey would find in each area, ha.
        survey: what it found.
        noise: standard normals, the survey's error in the member's eyes.
    """
    e = survey.error
    told = np.log(survey.area + FLOOR) + noise * e - 0.5 * e**2
    return gain(e) * (told - np.log(seen + FLOOR))


def areas(p: Parameters, s: State, member: Float[Array, "area district"]) -> Float[Array, " area"]:
    """Return what a survey would find in each area of a member, ha."""
    return member @ record.seen(p, s)


def moved(
    p: Parameters,
    world: World,
    s: State,
    member: Float[Array, "area district"],
    log: Float[Array, " area"],
    worked: Float[Array, " area"],
) -> State:
    """Return a member's state after innovations.

    Args:
        p: the draw's parameters.
        world: land and cohorts.
        s: state on 31 December.
        member: 1 where a district lies in an area; a district lies in one at most.
        log: innovation of each area; 0 leaves its districts as they are, to the bit.
        worked: 1 opens the area's districts to brigades, 0 closes them, NaN leaves them.

    Returns:
        The state; households stay, growers stay within them, coca stays >= 0.
    """
    scale, added = factors(world, areas(p, s, member), member, log)
    told = jnp.nan_to_num(worked, nan=0.0) @ member
    known = (~jnp.isnan(worked)).astype(member.dtype) @ member
    return innovated(p, world, s, scale, added, jnp.where(known > 0, told, jnp.nan))


def factors(
    world: World,
    seen: Float[Array, " area"],
    member: Float[Array, "area district"],
    log: Float[Array, " area"],
) -> tuple[Float[Array, " district"], Float[Array, " district"]]:
    """Return by district what innovations of areas come to: a factor, and ha added.

    Args:
        world: land, over which what begins in an area is spread.
        seen: what a survey would find in an area, ha.
        member: 1 where a district lies in an area.
        log: innovation of each area; 0 gives a factor of 1 and nothing added.
    """
    target = jnp.maximum((seen + FLOOR) * jnp.exp(log) - FLOOR, 0.0)
    few, still = seen < FEW, log == 0.0
    fold = jnp.where(few, 1.0, jnp.clip(target / jnp.maximum(seen, 1e-3), 1.0 / MOST, MOST))
    more = jnp.where(few & (log > 0), jnp.maximum(target - seen, 0.0), 0.0)
    fold = jnp.where(still, 1.0, fold)
    land = member * jnp.maximum(world.land, 1.0)
    added = (more / jnp.maximum(land.sum(1), 1e-9)) @ land
    return fold @ member + (1.0 - member.sum(0)), added


batch_areas = jax.jit(jax.vmap(areas, in_axes=(0, 0, None)))
batch_innovated = jax.jit(jax.vmap(innovated, in_axes=(0, None, 0, 0, 0, None)))
batch_moved = jax.jit(jax.vmap(moved, in_axes=(0, None, 0, None, 0, None)))
batch_seen = jax.jit(jax.vmap(record.seen))
batch_factors = jax.jit(jax.vmap(factors, in_axes=(None, 0, None, 0)))
