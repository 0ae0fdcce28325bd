"""Record: what is reported of a month and of a year. Nothing in it is read back.

Flows are added up over the twelve months, means averaged, stocks read on 31 December. What a
mechanism reports under a name of `variables.csv` is found there, with its dimensions; a new row of
kind flow or mean needs nothing here.
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from globo.model.constants import constants
from globo.model.mechanisms import growing
from globo.model.parameters import Parameters
from globo.model.policy import Policy
from globo.model.state import State, change
from globo.model.variables import variables
from globo.model.world import ITEMS, STAGES, World

TROUBLE = {1: "an area, a price or a stock is no longer a finite number"}
SPENT = ("eradication", "operations", "interdiction", "control", "development", "agreements")
# What is worked out here of state and sums, and no mechanism reports.
WORKED_OUT = frozenset({
    "spending_usd", "household_income_usd", "coca_income_usd", "income_gini", "balance_leaf",
    "balance_product",
})  # fmt: skip
INNER = ("spending_usd", "leaf_left", "product_left", "leaf_seen", "product_seen")
LISTED = {one.name: one for one in variables().values() if one.dims[1] == "year"}
FLOWS, MEANS = (
    tuple(n for n, one in LISTED.items() if one.kind == kind and n not in WORKED_OUT)
    for kind in ("flow", "mean")
)


def zeros(world: World) -> dict[str, Float[Array, ...]]:
    """Return sums over no month at all, by name."""
    n = {
        "district": len(world.districts), "zone": len(world.zones), "stage": len(STAGES),
        "edge": world.roads.n_edges, "market": world.prices.shape[0],
        "group": world.fighters.shape[0], "item": len(ITEMS),
    }  # fmt: skip
    names = (*MEANS, *FLOWS, *INNER)
    dims = {name: LISTED[name].dims[2:] if name in LISTED else () for name in names}
    return {k: jnp.zeros([n[d] for d in dims[k]], jnp.float32) for k in names}


def complete(
    world: World, before: State, s: State, said: dict[str, Array]
) -> dict[str, Float[Array, ...]]:
    """Return a month's report with every name, nought where a mechanism is off.

    Args:
        world: sizes.
        before: state at the start of the month.
        s: state at its end.
        said: what the mechanisms reported.

    Returns:
        The month's flows and means, with what the balances of leaf and product leave over (t).
    """
    whole = {**zeros(world), **said}
    whole["spending_usd"] = jnp.stack([jnp.asarray(said.get(f"spent_{k}", 0.0)) for k in SPENT])
    lost, bought = said.get("leaf_lost", jnp.zeros(())), said.get("leaf_bought", jnp.zeros(()))
    kept = s.leaf_stock.sum() - before.leaf_stock.sum()
    used = whole["legal_leaf_t"].sum() + lost.sum() + bought.sum()
    whole["leaf_left"] = whole["leaf_t"].sum() - used - kept
    whole["leaf_seen"] = whole["leaf_t"].sum() + before.leaf_stock.sum()
    waiting = s.product.sum() - before.product.sum()
    gone = whole["delivered_t"].sum() + whole["seized_t"].sum() + whole["seized_at_sea_t"]
    whole["product_left"] = whole["cocaine_t"].sum() - gone - waiting
    whole["product_seen"] = whole["cocaine_t"].sum() + before.product.sum()
    return {k: whole[k] for k in (*MEANS, *FLOWS, *INNER)}


def monthly(world: World, said: dict[str, Array]) -> dict[str, Float[Array, ...]]:
    """Return the monthly series of a month."""
    leaf = said["leaf_t"] + 1e-6
    return {
        "monthly_acts": said["armed_acts"],
        "monthly_exit_t": world.roads.of_exit @ said["flow_t"],
        "monthly_leaf_price_usd_kg": (said["leaf_price_usd_kg"] * leaf).sum() / leaf.sum(),
    }


def yearly(
    p: Parameters, world: World, s: State, policy: Policy, sums: dict[str, Array]
) -> dict[str, Float[Array, ...]]:
    """Return the report of a year from its sums and the state on 31 December.

    Args:
        p: the draw's parameters.
        world: zones and districts.
        s: state at the end of December.
        policy: of December.
        sums: twelve months added up.
    """
    coca = seen(p, s)
    where = policy.where[world.zone]
    works = policy.allowed[world.zone] * (1.0 - (1.0 - s.is_open) * (1.0 - where))
    growers = world.by_district(s.growers)
    households = world.by_district(s.households)
    farms = world.licit_ha * (households - (1.0 - constants.licit_left) * growers)
    return {
        "coca_ha": coca,
        "growers": growers,
        "signed": world.by_zone(world.by_district(s.signed)),
        "outside_ha": p.outside_share * coca.sum(),
        "licit_ha": world.by_zone(farms),
        "hold": world.zone_mean(s.hold, coca),
        "armed_strength": s.strength,
        "legitimacy": world.zone_mean(s.legitimacy, households),
        "open_share": world.zone_mean(works, coca),
        **incomes(p, world, s, policy),
        "balance_leaf": _relative(sums["leaf_left"], sums["leaf_seen"]),
        "balance_product": _relative(sums["product_left"], sums["product_seen"]),
        "spending_usd": sums["spending_usd"],
        **{k: sums[k] for k in FLOWS},
        **{k: sums[k] / 12.0 for k in MEANS},
    }


def seen(p: Parameters, s: State) -> Float[Array, " district"]:
    """Return the coca that a survey counts, ha: young bushes do not all show in its images."""
    return p.young_seen * s.young + s.prime + s.old


def incomes(
    p: Parameters, world: World, s: State, policy: Policy
) -> dict[str, Float[Array, " zone"]]:
    """Return household income, coca income a grower, and the Gini of income, by zone."""
    licit = world.to_cohorts(growing.licit_income(p, world, s, policy)) * world.licit_factor
    plot = s.coca / jnp.maximum(world.by_district(s.growers * world.plot), 1e-3)
    net = growing.coca_income(p, world, s) * plot
    coca = world.to_cohorts(net) * world.plot
    paid = p.agreement_payment + licit
    total = world.by_district(licit * s.households + coca * s.growers)
    total = total + p.agreement_payment * world.by_district(s.signed)
    growers = world.by_zone(world.by_district(s.growers))
    earned = world.by_zone(world.by_district(coca * s.growers))
    households = world.by_zone(world.by_district(s.households))
    kinds = jnp.concatenate([licit, licit + coca, paid])
    counts = jnp.concatenate([s.households - s.growers - s.signed, s.growers, s.signed])
    zone = jnp.tile(world.zone[world.cohort_district], 3)
    return {
        "household_income_usd": world.by_zone(total) / jnp.maximum(households, 1.0),
        "coca_income_usd": earned / jnp.maximum(growers, 1.0),
        "income_gini": gini(kinds, counts, zone, len(world.zones)),
    }


def gini(
    income: Float[Array, " kind"],
    count: Float[Array, " kind"],
    zone: Array,
    n_zones: int,
) -> Float[Array, " zone"]:
    """Return the Gini coefficient of each zone from incomes and how many have them.

    Incomes within a class, some 3 % wide, count as equal: a sort of all would take a tenth of
    the whole model's time, for the fourth digit.
    """
    low, high = constants.least_counted_income, constants.most_counted_income
    classes = constants.income_classes
    place = (classes - 1) * jnp.log(jnp.maximum(income, low) / low) / jnp.log(high / low)
    at = jnp.minimum(place, classes - 1).astype(jnp.int32)
    empty = jnp.zeros((n_zones, classes))
    people, earned = empty.at[zone, at].add(count), empty.at[zone, at].add(count * income)
    rank = jnp.cumsum(people, 1) - 0.5 * people  # mid-rank within the zone
    every, total = people.sum(1, keepdims=True), earned.sum(1)
    weighted = (earned * (2.0 * rank / jnp.maximum(every, 1e-6) - 1.0)).sum(1)
    return weighted / jnp.maximum(total, 1e-6)


def watched(s: State) -> State:
    """Return the state with its first trouble noted."""
    seen = s.coca.sum() + s.leaf_price.sum() + s.product.sum() + s.market_price.sum()
    seen = seen + s.strength.sum() + s.growers.sum() + s.legitimacy.sum()
    trouble = jnp.where(jnp.isfinite(seen), 0, 1).astype(s.status.dtype)
    return change(s, status=jnp.where(s.status > 0, s.status, trouble))


def _relative(left: Array, seen: Array) -> Array:
    return jnp.where(seen > 0, jnp.abs(left) / jnp.maximum(seen, 1e-6), jnp.abs(left))
