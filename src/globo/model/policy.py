"""Policy: what the state does and what comes from outside, month by month, as arrays.

Built from the facts (history as known on the day) and a scenario's changes; read by every
mechanism, changed by none. After the last year known, levers stay at today's value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, Int

from globo import countries
from globo.countries import Country
from globo.errors import UserError
from globo.facts import Facts, load
from globo.model.constants import constants
from globo.model.levers import Setting, levers
from globo.model.world import PROGRAMMES, World

START = "2001-01"
PLACED = 12  # areas of a year that a place can be told for, and the rest before them
LAST = 2025  # last year of the facts that the model reads; what was cleared is known to then
OPERATIONS = {"armed hold collapses": 1.0, "armed strength falls": constants.falling_blow}
# Levers that say where brigades work, or can: changed, the places told are no longer the facts.
TERRAIN = ("eradication_where", "eradication_allowed", "operations", "security", "trust")
RUST = "licit income falls"
WINDOW = constants.election_window  # months up to an election


class Policy(eqx.Module):
    """Levers and outside world; with a leading month axis for a whole run."""

    budget: Float[Array, ...]  # ha a month that brigades can clear
    budget_known: Float[Array, ...]  # 1 where the budget is history
    placed: Float[Array, "... area"]  # ha a month of it told for an area; the first is no area
    area: Int[Array, "... district"]  # number of the area that a district lies in, 0 in none
    where: Float[Array, "... zone"]  # share that escorted brigades open whatever the resistance
    allowed: Float[Array, "... zone"]  # 0 or 1
    base_open: Float[Array, "... base"]  # 0 or 1
    operations: Float[Array, "... group"]  # 0 to 1, against the leaders this month
    security: Float[Array, "... zone"]  # share of armed hold taken away
    trust: Float[Array, "... zone"]  # least legitimacy
    precursor_control: Float[Array, ...]  # index, 2001 = 1
    firm_enforcement: Float[Array, ...]  # index, 2001 = 1
    control: Float[Array, "... edge"]  # index, the country's roads in 2001 = 1
    air_law: Float[Array, ...]  # 0 or 1
    spending: Float[Array, "... kind zone"]  # USD a month (2015)
    agreements: Float[Array, "... zone"]  # families a year that sign
    announced: Float[Array, "... zone"]  # 0 or 1: payment to who grows coca is promised
    election: Float[Array, ...]  # 1 in the months up to an election
    coffee: Float[Array, ...]  # price of coffee against 2001, after rust
    cacao: Float[Array, ...]  # price of cacao against 2001
    neighbour_ha: Float[Array, "... neighbour"]  # coca of each
    neighbours_told: Float[Array, "... neighbour"]  # 1 where a survey tells it, 0 later
    demand: Float[Array, "... market"]  # factor
    lockdown: Float[Array, ...]  # share of movement stopped
    legal_leaf: Float[Array, ...]  # t a month that the legal market takes
    year: Float[Array, ...]  # years since January 2001


def history(country: Country) -> tuple[Setting, ...]:
    """Return the assumed past of a country's levers, from its `history.csv`."""
    return tuple(
        Setting(r["lever"], r["place"], r["first"], r["last"], float(r["value"]))
        for r in country.rows("history")
    )


def month_number(month: str) -> int:
    """Return the months since January 2001 of "YYYY-MM"."""
    year, number = month.split("-")
    return 12 * (int(year) - 2001) + int(number) - 1


@dataclass(frozen=True)
class Past:
    """What is known and assumed of every month before a scenario changes anything.

    Attributes:
        levers: values by lever [month, place].
        known: 1 in months whose eradication budget is history.
        outside: what no lever names, by field of `Policy` [month, ...].
    """

    levers: Mapping[str, np.ndarray]
    known: np.ndarray
    outside: Mapping[str, np.ndarray]


def build(facts: Facts, world: World, settings: Iterable[Setting], until: str) -> Policy:
    """Build the months from January 2001 to `until`.

    Args:
        facts: as known on a day; what became public later is not in them.
        world: names and order of zones, groups, edges, bases.
        settings: what the scenario changes, in order; later ones win.
        until: last month, "YYYY-MM".

    Returns:
        The policy, first axis month.
    """
    return changed(past(facts, world, until), world, settings)


LICIT_PRICES = ("coffee_price_usd_kg", "cocoa_price_usd_t")


def check_known(facts: Facts) -> None:
    """Refuse facts of a day before there was enough to build the past from.

    Raises:
        UserError: names the first day on which there was.
    """
    if facts.as_of is None:
        return
    country = facts.country
    whole = load(country=country.name)
    needed = {
        "national": [(whole.national.country == c) & (whole.national.quantity == "coca_ha")
                     for c in (country.nation, *country.neighbours)],
        "yields": [whole.yields.yield_kg_ha.notna()],
        "district_year": [whole.district_year.hdi.notna()],
        "prices": [whole.prices.quantity == q for q in (*LICIT_PRICES, "us_cpi")],
    }  # fmt: skip
    first = max(
        getattr(whole, table)[rows].known_at.min()
        for table, kinds in needed.items()
        for rows in kinds
    )
    if facts.as_of < first:
        allowed = f"a day from {first:%Y-%m-%d} on"
        mend = "before, surveys of the countries, yields, incomes and prices were not all known"
        day = f"{facts.as_of:%Y-%m-%d}"
        raise UserError(where="as_of", found=day, allowed=allowed, mend=mend)


def past(facts: Facts, world: World, until: str) -> Past:
    """Return the months from January 2001 to `until` as they are without a scenario."""
    n = month_number(until) + 1
    months = np.arange(n)
    years = 2001 + months // 12
    country, places, table = facts.country, _places(world), levers(world.country)
    values = {
        name: np.full((n, len(places[name])), float(row["default"])) for name, row in table.items()
    }
    for setting in (*history(country), *_operations(facts)):
        _set(values, places, setting)
    budget, known = _budget(facts, years, values["eradication_budget"][:, 0])
    placed, area = _placed(facts, world, years)
    values["eradication_budget"][:, 0] = budget
    values["air_interdiction"][:, 0] = _air_law(facts, months)
    values["coffee_rust"][:, 0] = np.maximum(values["coffee_rust"][:, 0], _rust(facts, months))
    coffee, cacao = _licit(facts, years)
    legal = _yearly(facts.own("legal_leaf_t"), years, country.legal_leaf_t) / 12
    areas, told = _outside(facts, n)
    outside = {
        "base_open": _bases(facts, world, years),
        "placed": placed,
        "area": area,
        "election": _elections(facts, n),
        "coffee": coffee,
        "cacao": cacao,
        "neighbour_ha": areas,
        "neighbours_told": told,
        "legal_leaf": legal,
        "year": months / 12,
    }
    return Past(values, known, outside)


def changed(before: Past, world: World, settings: Iterable[Setting]) -> Policy:
    """Return the policy that a scenario's settings make of the past; later ones win."""
    v = {name: values.copy() for name, values in before.levers.items()}
    known, places = before.known.copy(), _places(world)
    for setting in settings:
        _set(v, places, setting)
        if setting.lever == "eradication_budget":
            known[month_number(setting.first) : _end(setting, len(known))] = 1.0
    given = before.outside
    # another budget goes to the places told in the same shares; on other terrain brigades choose
    was, now = (x["eradication_budget"][:, 0] for x in (before.levers, v))
    other = np.any([(v[name] != before.levers[name]).any(1) for name in TERRAIN], axis=0)
    same = np.where(was > 0, now / np.maximum(was, 1e-9), 0.0) * ~np.maximum.accumulate(other)
    one = lambda name: v[name][:, 0] if name else 1.0  # noqa: E731
    moved = [one(row["lever"]) for row in countries.load(world.country).rows("neighbours")]
    areas = zip(given["neighbour_ha"].T, moved, strict=True)
    fields = {
        "budget": one("eradication_budget") / 12,
        "budget_known": known,
        "where": v["eradication_where"],
        "allowed": v["eradication_allowed"],
        "operations": v["operations"],
        "security": v["security"],
        "trust": v["trust"],
        "precursor_control": one("precursor_control"),
        "firm_enforcement": one("firm_enforcement"),
        "control": _control(world, v),
        "air_law": one("air_interdiction"),
        "spending": np.stack([v[name] for name in PROGRAMMES], axis=1) / 12,
        "agreements": v["agreements"],
        "announced": v["agreements_announced"],
        "demand": v["demand"],
        "lockdown": one("lockdown"),
        **given,
        "placed": given["placed"] * same[:, None],
        "election": given["election"] * one("election_calendar"),
        "coffee": given["coffee"] * one("coffee_price") * (1 - one("coffee_rust")),
        "cacao": given["cacao"] * one("cacao_price"),
        "neighbour_ha": np.stack([area * factor for area, factor in areas], axis=1),
    }
    single: dict[str, Any] = {name: np.asarray(x, "float32") for name, x in fields.items()}
    single["area"] = np.asarray(given["area"], "int32")
    # handed over at once: one by one takes longer than making them
    return Policy(**jax.device_put(single))


def _places(world: World) -> dict[str, tuple[str, ...]]:
    country = countries.load(world.country)
    by = {"national": ("",), "zone": world.zones}
    return {
        name: by.get(row["by"]) or country.places(row["by"])
        for name, row in levers(world.country).items()
    }


def _set(values: dict[str, np.ndarray], places: Mapping[str, tuple[str, ...]], s: Setting) -> None:
    at = slice(None) if not s.place else places[s.lever].index(s.place)
    column = values[s.lever]
    column[month_number(s.first) : _end(s, len(column)), at] = s.value


def _end(setting: Setting, n: int) -> int:
    return month_number(setting.last) + 1 if setting.last else n


def _operations(facts: Facts) -> list[Setting]:
    """Turn dated blows against a group's leaders into operations of that month."""
    made = []
    struck = {group.zone: group.name for group in facts.country.groups if group.zone}
    for row in facts.events.itertuples():
        if row.effect in OPERATIONS and row.zone in struck:
            group, month = struck[str(row.zone)], str(row.date)[:7]
            made.append(Setting("operations", group, month, month, OPERATIONS[str(row.effect)]))
    return made


def _budget(facts: Facts, years: np.ndarray, assumed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what was cleared a year as the budget of that year; later, what is assumed.

    With an `as_of`, a year that is not known yet has the plan last told for it by that day, else
    the budget of the year before.
    """
    series = facts.own("eradicated_ha").dropna()
    known = np.isin(years, series.index)
    told = series.reindex(years).to_numpy(float)
    if facts.as_of is None or series.empty:
        return np.where(known, told, assumed), known.astype(float)
    # the facts at hand may end before the years that plans are for
    every = load(facts.as_of, facts.folder, facts.country.name)
    later = ahead = float(series.iloc[-1])
    budget = {}
    for year in range(int(series.index[-1]) + 1, int(years[-1]) + 1):
        plan = every.eradication_plan(year)
        ahead = float(plan.iloc[-1]) if len(plan) else ahead
        budget[year] = ahead
    to_come = np.array([budget.get(int(year), later) for year in years])
    return np.where(known, told, to_come), known.astype(float)


def _placed(facts: Facts, world: World, years: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what was told of the places of a year's eradication.

    By zones or by departments, whichever places more of the year; a place is told in part, so
    what is left of the nation's hectares can go anywhere.

    Returns:
        Ha a month by area [month, area]; number of each district's area [month, district].
    """
    placed = np.zeros((len(years), PLACED))
    area = np.zeros((len(years), len(world.districts)), int)
    for year in np.unique(years):
        by = max(("zone", "department"), key=lambda by: facts.eradication_placed(year, by))
        told = facts.eradicated(year, by).drop("", errors="ignore")
        at = years == year
        for number, (place, ha) in enumerate(told.items(), start=1):
            if by == "department":
                inside = facts.department_districts(str(place))
            else:
                inside = list(facts.area_districts(str(place)).index)
            mine = np.isin(world.districts, inside) & (area[at][0] == 0)
            area[np.ix_(at, mine)] = number
            placed[at, number] = ha / 12 if mine.any() else 0.0
    return placed, area


def _air_law(facts: Facts, months: np.ndarray) -> np.ndarray:
    law = np.zeros(len(months))
    for row in facts.air_law.sort_values("date").itertuples():
        first = max(month_number(str(row.date)[:7]), 0)
        law[first:] = float(row.allowed)
    return law


def _elections(facts: Facts, n: int) -> np.ndarray:
    """Return 1 in the months up to an election; after those known, by the legal calendar."""
    dates = [str(d)[:7] for d in facts.elections.date]
    last = max((int(d[:4]) for d in dates), default=2000)
    end = 2001 + n // 12
    for cycle in facts.country.elections:
        later = range(cycle.first, end + 1, cycle.every)
        dates += [f"{y}-{cycle.month:02d}" for y in later if y > last]
    window = np.zeros(n)
    for date in dates:
        month = month_number(date)
        window[max(month - WINDOW + 1, 0) : max(month + 1, 0)] = 1.0
    return window


def _licit(facts: Facts, years: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    deflator = facts.deflator()
    found = []
    for quantity in LICIT_PRICES:
        rows = facts.prices[facts.prices.quantity == quantity]
        price = rows.groupby("year").value.mean()
        real = (price * deflator.reindex(price.index).ffill().bfill()).sort_index()
        found.append(_yearly(real / real.iloc[0], years, 1.0))
    return found[0], found[1]


def _rust(facts: Facts, months: np.ndarray) -> np.ndarray:
    """Return the harvest lost to leaf rust in the years that the events name."""
    lost = np.zeros(len(months))
    for row in facts.events.itertuples():
        if str(row.effect).startswith(RUST):
            at = month_number(str(row.date)[:7])
            first, last = max(at - constants.rust_before, 0), at + constants.rust_after
            lost[first:last] = constants.rust_loss
    return lost


def _outside(facts: Facts, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the neighbours' coca, ha, by straight lines between surveys, and 1 up to the last."""
    areas, told = np.zeros((2, n, len(facts.country.neighbours)))
    for i, name in enumerate(facts.country.neighbours):
        series = facts.series(name, "coca_ha").dropna()
        at = [12 * (int(y) - 2001) + 12 for y in series.index]  # on 31 December
        areas[:, i] = np.interp(np.arange(n) + 1, at, series.to_numpy(float))
        told[:, i] = np.arange(n) < at[-1]
    return areas, told


def _bases(facts: Facts, world: World, years: np.ndarray) -> np.ndarray:
    opened = facts.bases.set_index("base").opened.reindex(list(world.bases))
    return (years[:, None] >= opened.to_numpy(float)[None]).astype(float)


def _control(world: World, v: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the control of each edge: its authority's index, and scanning of containers."""
    roads, country = world.roads, countries.load(world.country)
    columns = []
    scanned = float(levers(world.country)["container_scan_share"]["default"])
    for (_, _, mode, _), a in zip(roads.edges, np.asarray(roads.authority), strict=True):
        authority = roads.authorities[a]
        lever = country.authorities[authority]["lever"]
        if authority in country.ports:
            port = country.ports.index(authority)
            scan = _odds(v["container_scan_share"][:, port]) / _odds(scanned)
            columns.append(scan if mode == "container" else v["vessel_control"][:, 0])
        elif lever:
            columns.append(v[lever][:, 0])
        else:
            columns.append(np.full(len(v["road_control"]), constants.control_abroad))
    return np.stack(columns, axis=1)


def _odds(share: Any) -> Any:
    """Return the odds of a share scanned: twice the share finds twice as much, all of it all."""
    return np.minimum(share / np.maximum(1.0 - share, 1e-9), constants.most_scanned)


def _yearly(series: pd.Series, years: np.ndarray, otherwise: float) -> np.ndarray:
    """Return a yearly series by month, its ends carried outwards."""
    series = series.dropna()
    if series.empty:
        return np.full(len(years), otherwise)
    at = np.clip(years, series.index.min(), series.index.max())
    return (
        series.reindex(range(int(series.index.min()), int(series.index.max()) + 1))
        .ffill()[at]
        .to_numpy(float)
    )
