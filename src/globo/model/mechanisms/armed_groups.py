"""Armed groups: they hold terrain, tax what flows through it, recruit and attack.

Reads product made, prices, coca, operations, elections; writes strength, leaders and hold.
Step 10 of the month. Fees of effects E088-E092; strength and acts of facts/national.
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from globo.model.constants import constants
from globo.model.mechanisms._draws import binomial, uniform
from globo.model.parameters import Parameters
from globo.model.policy import Policy
from globo.model.state import State, change
from globo.model.world import World

TRIES = constants.most_acts  # a month
KG = 1000.0


def step(p: Parameters, world: World, s: State, policy: Policy, key: Array) -> tuple[State, dict]:
    """Collect fees, recruit or shrink, attack, and hold terrain."""
    by_group = holds(p, world, s.strength, s.coca, s.legitimacy)
    free = 1.0 - policy.security[world.zone]
    value = s.value[world.roads.hub] * s.cocaine * KG  # USD this month by zone
    coca = s.coca + 1e-3
    held = (by_group * free * coca) @ world.in_zone.T / world.by_zone(coca)
    income = p.fee_share * held @ value
    strength, leaders = recruit(p, world, s.strength, s.leaders, 12.0 * income, policy.operations)
    acts = attack(p, strength, leaders, policy.election, key, world.smooth)
    hold = (1.0 - jnp.prod(1.0 - by_group, axis=0)) * free
    record = {
        "armed_revenue_usd": income,
        "armed_acts": acts,
        "spent_operations": p.operation_cost * policy.operations.sum()
        + p.security_cost * (policy.security @ world.by_zone(world.terrain.max(0))),
    }
    return change(s, strength=strength, leaders=leaders, hold=hold), record


def holds(
    p: Parameters,
    world: World,
    strength: Float[Array, " group"],
    coca: Float[Array, " district"],
    legitimacy: Float[Array, " district"],
) -> Float[Array, "group district"]:
    """Return each group's hold on each district, 0 to 1.

    Fighters hold the terrain that they can be in, the better the more of them there are for
    the coca in it; clans hold where coca is general and the state a stranger.
    """
    reach = world.terrain @ coca / 1000.0
    force = strength / (strength + p.hold_half * reach + 1e-6)
    general = coca / (coca + p.clan_ha)
    clans = p.clan_hold * general * (1.0 - legitimacy)
    is_clan = jnp.array(world.clans)
    return world.terrain * jnp.where(is_clan[:, None], clans[None], force[:, None])


def recruit(
    p: Parameters,
    world: World,
    strength: Float[Array, " group"],
    leaders: Float[Array, " group"],
    income: Float[Array, " group"],
    operations: Float[Array, " group"],
) -> tuple[Float[Array, " group"], Float[Array, " group"]]:
    """Move strength to what income and leaders can hold together, after this month's blows.

    Args:
        p: cost of a fighter, rates, the blow of an operation.
        world: which groups are clans, that keep no fighters.
        strength: fighters.
        leaders: share of the leaders left, 0 to 1.
        income: USD a year.
        operations: against the leaders, 0 to 1.

    Returns:
        Strength and leaders after the month.
    """
    aim = leaders * p.rural_pool * (1.0 - jnp.exp(-income / (p.fighter_cost * p.rural_pool)))
    aim = aim * ~jnp.array(world.clans)
    grown = strength + p.recruit_rate * (aim - strength)
    return grown * jnp.exp(-p.operation_loss * operations), leaders * (1.0 - operations)


def attack(
    p: Parameters,
    strength: Float[Array, " group"],
    leaders: Float[Array, " group"],
    election: Float[Array, ""],
    key: Array,
    smooth: bool,
) -> Float[Array, " group"]:
    """Draw this month's attacks: more before elections, few once the leaders are gone."""
    active = p.leaderless + (1.0 - p.leaderless) * leaders
    rate = p.act_rate * strength / 100.0 * active * (1.0 + (p.election_boost - 1.0) * election)
    mean = jnp.minimum(rate, constants.most_acts_share * TRIES)
    if smooth:
        return mean
    n = jnp.full_like(mean, TRIES)
    return binomial(uniform(key, mean.shape), n, mean / TRIES)


def off(s: State) -> State:
    """Return the state where nobody holds terrain."""
    return change(s, hold=jnp.zeros_like(s.hold))
