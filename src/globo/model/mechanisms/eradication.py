"""Eradication: brigades clear coca where they can work.

Reads bushes, armed hold, legitimacy; writes bushes, what was cleared, its memory and which
districts are open. Step 2 of the month. A campaign is a budget that runs out of targets:
a district is open or closed to it and switches rarely (engine study of surveys 2012-2017);
inside an open one most coca goes.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from globo import luck
from globo.model.constants import constants
from globo.model.mechanisms._draws import uniform
from globo.model.parameters import Parameters
from globo.model.policy import Policy
from globo.model.state import State, change
from globo.model.world import World

MONTHS = 12.0
OPENING, BUDGET, WORKED = range(3)  # streams of luck


def step(p: Parameters, world: World, s: State, policy: Policy, key: Array) -> tuple[State, dict]:
    """Open and close districts, share the month's budget, clear, remember.

    What was told of places is cleared there first, and opens districts; the rest of the budget
    goes where brigades choose.

    Returns:
        The new state; cleared ha by district and state spending as record.
    """
    escort, allowed = policy.where[world.zone], policy.allowed[world.zone]
    shock = constants.budget_memory * s.budget_shock + (
        p.budget_shock * constants.budget_renewal * jax.random.normal(luck.folded(key, BUDGET))
    )
    budget = policy.budget * jnp.where(policy.budget_known > 0, 1.0, jnp.exp(shock))
    reach = jnp.maximum(reach_of(p, world, policy), escort)
    coca = s.coca
    theirs = coca * allowed * (1.0 - world.registered)
    targeting = targeting_of(p, coca)
    placed, most = clear_placed(theirs, targeting, policy)
    rest, left_ha = theirs - placed, jnp.maximum(budget - policy.placed.sum(), 0.0)
    within = (theirs * reach * s.is_open).sum()
    effort = MONTHS * left_ha / jnp.maximum(within, 1.0)
    effort = jnp.clip(effort, constants.least_effort, constants.most_effort)
    chance = feasible(p, s.hold, s.legitimacy)
    opening = luck.folded(key, OPENING)
    is_open = switch(p, s.is_open, chance, effort * reach * targeting, opening, world.smooth)
    worked = placed / jnp.maximum(most, 1e-6)
    if not world.smooth:
        worked = (uniform(luck.folded(key, WORKED), worked.shape) < worked).astype(worked.dtype)
    is_open = jnp.maximum(is_open, worked)
    target = rest * (1.0 - (1.0 - is_open) * (1.0 - escort))
    cleared = placed + clear(p, target, reach, targeting, left_ha)
    left = 1.0 - cleared / jnp.maximum(coca, 1e-6)
    yearly = MONTHS * (1.0 - left)
    memory = s.memory + p.memory_fade * (yearly - s.memory)
    new = change(
        s, young=s.young * left, prime=s.prime * left, old=s.old * left, cleared=cleared,
        is_open=is_open, memory=memory, budget_shock=shock,
    )  # fmt: skip
    cost = p.eradication_cost * cleared.sum()
    return new, {"eradicated_ha": cleared, "spent_eradication": cost}


def feasible(
    p: Parameters, hold: Float[Array, " district"], legitimacy: Float[Array, " district"]
) -> Float[Array, " district"]:
    """Return how far brigades can work in a district, 0 to 1.

    Both an armed hold and a population that does not accept the state keep them out, so
    the two multiply.
    """
    power = constants.legitimacy_power
    accepted = legitimacy**power / (legitimacy**power + p.acceptance**power)
    return (1.0 - hold) * accepted


def switch(
    p: Parameters,
    is_open: Float[Array, " district"],
    chance: Float[Array, " district"],
    effort: Float[Array, " district"],
    key: Array,
    smooth: bool,
) -> Float[Array, " district"]:
    """Let districts open and close to brigades, rarely.

    Args:
        p: monthly rates.
        is_open: 0 or 1 (any share where `smooth`).
        chance: feasibility, 0 to 1.
        effort: a year's budget over the coca where brigades can work already, times how well
            they reach a district and how much it draws them.
        key: of this draw and month.
        smooth: move shares in place of drawing.
    """
    opens, closes = rates(p, chance, effort)
    opens = jnp.minimum(opens, constants.most_opened)
    after = is_open * (1.0 - closes) + (1.0 - is_open) * opens
    if smooth:
        return after
    return (uniform(key, is_open.shape) < after).astype(is_open.dtype)


def rates(
    p: Parameters, chance: Float[Array, " district"], effort: Float[Array, " district"]
) -> tuple[Float[Array, " district"], Float[Array, " district"]]:
    """Return the monthly rates at which districts open and close.

    Opening goes with a power of feasibility, since a campaign needs the way in and the
    work to be possible at once. Brigades look for work where they can get to and where there is
    some, so effort is each district's own.
    """
    opens = p.open_rate * effort * chance**constants.feasibility_power
    return opens, p.close_rate * (1.0 - chance)


def targeting_of(p: Parameters, coca: Float[Array, " district"]) -> Float[Array, " district"]:
    """Return how much a district draws brigades, 0 to 1: a camp needs coca to be worth it."""
    return coca / (coca + p.camp_ha)


def reach_of(p: Parameters, world: World, policy: Policy) -> Float[Array, " district"]:
    """Return how well the nearest open base reaches each district, 0 to 1."""
    near = jnp.exp(-world.base_km / p.base_range_km) * policy.base_open[:, None]
    return near.max(0)


def clear(
    p: Parameters,
    target: Float[Array, " district"],
    reach: Float[Array, " district"],
    targeting: Float[Array, " district"],
    budget: Float[Array, ""],
) -> Float[Array, " district"]:
    """Share the month's budget over the coca that brigades can clear.

    Args:
        p: `clear_rate`, the largest share of the target cleared in a month.
        target: coca that may be cleared, ha.
        reach: of the brigades, 0 to 1.
        targeting: how much a district draws them, 0 to 1.
        budget: ha that they can clear this month.

    Returns:
        Cleared, ha; never more than `budget` in all, nor than the most of each district.
    """
    most = p.clear_rate * target * reach
    pressure = jnp.ones(())
    for _ in range(constants.sharing_rounds):
        taken = most * jnp.minimum(1.0, pressure * targeting)
        pressure = pressure * budget / jnp.maximum(taken.sum(), 1e-6)
        pressure = jnp.clip(pressure, 0.0, constants.most_pressure)
    taken = most * jnp.minimum(1.0, pressure * targeting)
    return taken * jnp.minimum(1.0, budget / jnp.maximum(taken.sum(), 1e-6))


def clear_placed(
    theirs: Float[Array, " district"],
    targeting: Float[Array, " district"],
    policy: Policy,
) -> tuple[Float[Array, " district"], Float[Array, " district"]]:
    """Return what brigades clear where the facts tell that they were, and the most they could.

    Hectares told of a small area can be many times its coca, since what is replanted in the year
    counts again; no field is cleared every month, though.

    Args:
        theirs: coca that the state may clear, ha.
        targeting: how much a district draws them, 0 to 1; it shares an area's hectares out.
        policy: `placed` ha a month by area, `area` of each district.

    Returns:
        Cleared and clearable, ha; each area's cleared at most what was told of it, 0 elsewhere.
    """
    n = policy.placed.shape[-1]
    by_area = lambda x: jnp.zeros(n, x.dtype).at[policy.area].add(x)  # noqa: E731
    most = constants.placed_rate * theirs * (policy.area > 0)
    pressure = jnp.ones(n)
    for _ in range(constants.sharing_rounds + 1):
        taken = most * jnp.minimum(1.0, pressure[policy.area] * targeting)
        pressure = pressure * policy.placed / jnp.maximum(by_area(taken), 1e-6)
        pressure = jnp.clip(pressure, 0.0, constants.most_pressure)
    taken = most * jnp.minimum(1.0, pressure[policy.area] * targeting)
    enough = jnp.minimum(1.0, policy.placed / jnp.maximum(by_area(taken), 1e-6))
    return taken * enough[policy.area], most


def off(s: State) -> State:
    """Return the state where nothing is cleared."""
    return change(s, cleared=jnp.zeros_like(s.cleared))
