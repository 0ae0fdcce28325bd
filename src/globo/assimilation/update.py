"""Bring a member to a survey: what it takes, as a log factor by area, and the state after it.

The innovation of an area is the log of what was found over what the member has, times a gain
that weighs the member's own forecast against the survey's error (Kalman); growers and bushes
scale with it, and so does the households' inclination, to a power: part of a surprise lasts.
Reads bushes, growers, who is inclined; writes them and which districts are open.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from globo.assimilation.survey import Found
from globo.model import record
from globo.model.parameters import Parameters
from globo.model.state import State, change
from globo.model.world import World

BELIEF = 0.5  # standard deviation of the log of a member's own forecast of an area; see `survey`
LASTS = 0.6  # power to which the inclination follows; 0 forgets a surprise, 1 keeps it
FLOOR = 1.0  # ha added before the log, so that an area can begin and end
FEW = 2.0  # ha below which an area is added to, not scaled
MOST = 50.0  # fold that an area can move in a December
YOUNG, PRIME = 0.3, 0.7  # shares of what is added, as fields of some years have it
MOST_GROWERS = 0.95  # share of a cohort's households
LEAST_INCLINED = 0.2  # households a cohort that can be inclined where hardly any is


def gain(error: Float[np.ndarray, " area"]) -> Float[np.ndarray, " area"]:
    """Return how far a member follows a survey, 0 to 1."""
    return BELIEF**2 / (BELIEF**2 + error**2)


def innovation(
    seen: Float[np.ndarray, "draw area"], survey: Found, noise: Float[np.ndarray, "draw area"]
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
    seen = areas(p, s, member)
    target = jnp.maximum((seen + FLOOR) * jnp.exp(log) - FLOOR, 0.0)
    few = seen < FEW
    fold = jnp.where(few, 1.0, jnp.clip(target / jnp.maximum(seen, 1e-3), 1.0 / MOST, MOST))
    more = jnp.where(few & (log > 0), jnp.maximum(target - seen, 0.0), 0.0)
    still = jnp.abs(log) == 0.0
    fold = jnp.where(still, 1.0, fold)
    inside = member.sum(0)
    scale = fold @ member + (1.0 - inside)
    land = member * jnp.maximum(world.land, 1.0)
    added = (more / jnp.maximum(land.sum(1), 1e-9)) @ land
    young, prime, old = s.young * scale, s.prime * scale, s.old * scale
    young, prime = young + YOUNG * added, prime + PRIME * added
    at = world.to_cohorts
    plots = jnp.maximum(world.plot * at(s.anchor.plot), 0.1)
    most = MOST_GROWERS * s.households
    growers = s.growers * at(scale) + at(added) * world.type_share / plots
    growers = jnp.where(at(scale) * (1.0 + at(added)) == 1.0, s.growers, jnp.minimum(growers, most))
    inclined = jnp.maximum(s.inclined, LEAST_INCLINED) * at(scale) ** LASTS
    inclined = jnp.where(at(added) > 0, jnp.maximum(inclined, LASTS * growers), inclined)
    inclined = jnp.clip(inclined, 1e-6 * s.households, most)
    inclined = jnp.where(at(scale) * (1.0 + at(added)) == 1.0, s.inclined, inclined)
    told = jnp.nan_to_num(worked, nan=0.0) @ member
    known = (~jnp.isnan(worked)).astype(member.dtype) @ member
    return change(
        s, young=young, prime=prime, old=old, growers=growers, inclined=inclined,
        opened=jnp.maximum(s.opened, young + prime + old),
        is_open=jnp.where(known > 0, told, s.is_open),
    )  # fmt: skip


batch_areas = jax.jit(jax.vmap(areas, in_axes=(0, 0, None)))
batch_moved = jax.jit(jax.vmap(moved, in_axes=(0, None, 0, None, 0, None)))
batch_seen = jax.jit(jax.vmap(record.seen))
