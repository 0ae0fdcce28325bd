"""Innovation: what a December's survey added to a member, and the luck of Decembers to come.

Luck by year and district that the mechanisms miss. In past years it is what brought the member
to the survey (`assimilation`), in years to come it is drawn as wide as those were; a scenario
replays it under another policy. Bushes and growers scale with it, and so does the households'
inclination, to a power: part of a surprise lasts.
Reads bushes, growers, who is inclined; writes them and which districts are open.
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from globo.model.constants import constants
from globo.model.parameters import Parameters
from globo.model.state import State, change
from globo.model.world import World


def innovated(
    p: Parameters,
    world: World,
    s: State,
    scale: Float[Array, " district"],
    added: Float[Array, " district"],
    worked: Float[Array, " district"],
) -> State:
    """Return a member's state after the innovations of a December.

    Args:
        p: the draw's parameters.
        world: plots and cohorts.
        s: state on 31 December.
        scale: factor of a district's coca; 1 leaves it as it is, to the bit.
        added: ha of coca beside that.
        worked: 1 opens a district to brigades, 0 closes it, NaN leaves it.

    Returns:
        The state; households stay, growers stay within them, coca stays >= 0.
    """
    same = (scale == 1.0) & (added == 0.0)
    young, prime, old = s.young * scale, s.prime * scale, s.old * scale
    fresh = constants.innovation_young
    young, prime = young + fresh * added, prime + (1.0 - fresh) * added
    at = world.to_cohorts
    by, more = at(scale), at(added)
    still = (by == 1.0) & (more == 0.0)
    plots = jnp.maximum(world.plot * at(s.anchor.plot * s.tended), constants.innovation_plot)
    most = constants.innovation_growers * (s.households - s.signed)
    lasts = constants.innovation_lasts
    growers = s.growers * by + more * world.type_share / plots
    growers = jnp.where(still, s.growers, jnp.minimum(growers, most))
    inclined = jnp.maximum(s.inclined, constants.innovation_inclined) * by**lasts
    inclined = jnp.where(more > 0, jnp.maximum(inclined, lasts * growers), inclined)
    inclined = jnp.clip(inclined, 1e-6 * s.households, constants.innovation_growers * s.households)
    inclined = jnp.where(still, s.inclined, inclined)
    return change(
        s, young=young, prime=prime, old=old, growers=growers, inclined=inclined,
        opened=jnp.where(same, s.opened, jnp.maximum(s.opened, young + prime + old)),
        is_open=jnp.where(jnp.isnan(worked), s.is_open, worked),
    )  # fmt: skip


def december(p: Parameters, world: World, s: State) -> State:
    """Return the state of 31 December after the year's innovation; members without one stay.

    Args:
        p: the draw's parameters, `innovation`, `innovation_added` and `worked` [year, district].
        world: plots and cohorts.
        s: state at the end of a December.
    """
    years = p.innovation.shape[0]
    if years == 0:
        return s
    year = s.month // 12 - 1
    at = jnp.clip(year, 0, years - 1)
    inside = (year >= 0) & (year < years)
    log = jnp.where(inside, p.innovation[at], 0.0)
    added = jnp.where(inside, p.innovation_added[at], 0.0)
    worked = jnp.where(inside, p.worked[at], jnp.nan)
    return innovated(p, world, s, jnp.where(log == 0.0, 1.0, jnp.exp(log)), added, worked)
