"""A policy given to a forecast instead of drawn: what it holds for the years to come.

Reads a scenario; writes the three levers that the compact model has, by year: the budget of
the brigades, where they may go, and where they go under escort. Months without a stated
budget keep a drawn one. Every other lever is refused by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from globo.errors import UserError, did_you_mean
from globo.evidence.compact_settings import Array
from globo.policy import month_number
from globo.scenario import Change, Scenario

BUDGET, ALLOWED, WHERE = "eradication_budget", "eradication_allowed", "eradication_where"
TAKEN = (BUDGET, ALLOWED, WHERE)


@dataclass(frozen=True)
class Given:
    """A policy by year of the forecast.

    Attributes:
        cleared: what the months with a stated budget pay for, ha, (horizon,).
        unstated: share of a year's months whose budget is drawn, (horizon,).
        allowed: share of a year in which brigades may go to the zone, (horizon, zone).
        escorted: share of a year's work that goes on there under escort, whatever the
            resistance, (horizon, zone); never above `allowed`.
    """

    cleared: Array
    unstated: Array
    allowed: Array
    escorted: Array


@dataclass(frozen=True)
class Future:
    """The part of a scenario that a forecast of one day can follow.

    Attributes:
        name: of the scenario.
        changes: settings from the month of that day on, in order; later ones win.
        past: settings that had ended by then; a forecast has no use for them.
    """

    name: str
    changes: tuple[Change, ...]
    past: tuple[Change, ...]


def future(scenario: Scenario, as_of: str) -> Future:
    """Return what a scenario sets from a day on.

    Its `until`, `draws` and `seed` are not read: a forecast has its own.

    Args:
        scenario: as `globo.scenario.load` reads it.
        as_of: the day, "YYYY-MM-DD"; its month counts as a whole.

    Raises:
        UserError: something that the compact model cannot follow, or nothing to follow.
    """
    where, month = f"policy {scenario.name}", as_of[:7]
    allowed = f"the levers {', '.join(TAKEN)}"
    leave = "leave it out, or ask `globo run`, which has every lever and mechanism"
    for kind in ("off", "parameters"):
        if getattr(scenario, kind):
            found = f"{kind}: {', '.join(getattr(scenario, kind))}"
            raise UserError(where, found, allowed, leave)
    ended = [c for c in scenario.changes if c.last and c.last < month]
    lasting = [c for c in scenario.changes if c not in ended]
    for change in lasting:
        if change.lever not in TAKEN:
            raise UserError(where, f"lever {change.lever}", allowed, leave)
    if not lasting:
        found = f"no setting from {month} on"
        raise UserError(where, found, allowed, "state what is to hold in the years to come")
    cut = tuple(replace(c, first=max(c.first, month)) for c in lasting)
    return Future(scenario.name, cut, tuple(ended))


def by_year(asked: Future, first: int, horizon: int, zones: Sequence[str]) -> Given:
    """Return a policy by year.

    Args:
        asked: what to follow.
        first: first year of the forecast.
        horizon: years.
        zones: places that the forecast tells apart, in order.

    Raises:
        UserError: a place that the forecast does not tell apart, or nothing inside its years.
    """
    n, start = 12 * horizon, month_number(f"{first}-01")
    budget = np.full(n, np.nan)
    allowed, escort = np.ones((n, len(zones))), np.zeros((n, len(zones)))
    reached = False
    for c in asked.changes:
        begin = max(month_number(c.first) - start, 0)
        end = min(month_number(c.last) - start + 1, n) if c.last else n
        reached |= begin < end
        if c.lever == BUDGET:
            budget[begin:end] = c.value
            continue
        column = allowed if c.lever == ALLOWED else escort
        column[begin:end, _place(c, zones, asked.name)] = c.value
    if not reached:
        found = f"no setting from {first} to {first + horizon - 1}"
        where, mend = f"policy {asked.name}", "give a longer --horizon, or earlier months"
        raise UserError(where, found, "settings in the years forecast", mend)
    stated = np.isfinite(budget)
    year = (horizon, 12)
    return Given(
        cleared=np.where(stated, budget / 12.0, 0.0).reshape(year).sum(1),
        unstated=1.0 - stated.reshape(year).mean(1),
        allowed=allowed.reshape(*year, -1).mean(1),
        escorted=(allowed * escort).reshape(*year, -1).mean(1),
    )


def steered(given: Given, year: int, rate: Array, if_open: Array, reach: Array) -> Array:
    """Return the rates of visits by zone where a policy says which zones are worked.

    The budget clears as much as it would have: what one zone loses or gains by the policy,
    the others gain or lose, by the hectares within reach of brigades.

    Args:
        given: the policy.
        year: of the forecast, from 0.
        rate: yearly chance of a visit without the policy, (draw, zone).
        if_open: the same, were the zone open to brigades, (draw, zone).
        reach: hectares that brigades can clear, (draw, zone).
    """
    more = given.escorted[year] * np.maximum(if_open - rate, 0.0)
    wanted = given.allowed[year] * rate + more
    before, after = ((r * reach).sum(1, keepdims=True) for r in (rate, wanted))
    return wanted * before / np.maximum(after, 1e-12)


def _place(change: Change, zones: Sequence[str], name: str) -> slice | int:
    """Return the column of a change's place; all of them for everywhere."""
    if not change.place:
        return slice(None)
    if change.place not in zones:
        raise UserError(
            where=f"policy {name}: levers: {change.lever}",
            found=f"{change.place}, which no survey known on that day shows alone",
            allowed=", ".join(zones),
            mend=did_you_mean(change.place, zones),
        )
    return list(zones).index(change.place)
