"""A policy given to a forecast instead of drawn: what a scenario sets from a day on.

Reads a scenario; writes settings of levers for the years to come. Months without a setting
keep what was known of them on the day, budgets drawn about it. Every lever can be set.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from globo.errors import UserError
from globo.scenario import Scenario, Setting


@dataclass(frozen=True)
class Future:
    """The part of a scenario that a forecast of one day can follow.

    Attributes:
        name: of the scenario.
        changes: settings from the month of that day on, in order; later ones win.
        past: settings that had ended by then; a forecast has no use for them.
    """

    name: str
    changes: tuple[Setting, ...]
    past: tuple[Setting, ...]


def future(scenario: Scenario, as_of: str) -> Future:
    """Return what a scenario sets from a day on.

    Its `until`, `draws` and `seed` are not read: a forecast has its own.

    Args:
        scenario: as `globo.scenario.load` reads it.
        as_of: the day, "YYYY-MM-DD"; its month counts as a whole.

    Raises:
        UserError: mechanisms or parameters set, which a forecast takes as calibrated, or
            nothing to follow.
    """
    where, month = f"policy {scenario.name}", as_of[:7]
    leave = "leave it out, or ask `globo run`, which takes it"
    for kind in ("off", "parameters"):
        if getattr(scenario, kind):
            found = f"{kind}: {', '.join(getattr(scenario, kind))}"
            raise UserError(where, found, "levers", leave)
    ended = [c for c in scenario.changes if c.last and c.last < month]
    lasting = [c for c in scenario.changes if c not in ended]
    if not lasting:
        found = f"no setting from {month} on"
        raise UserError(where, found, "state what is to hold in the years to come")
    cut = tuple(replace(c, first=max(c.first, month)) for c in lasting)
    return Future(scenario.name, cut, tuple(ended))


def settings(asked: Future, first: int, horizon: int) -> tuple[Setting, ...]:
    """Return a policy as settings of levers.

    Args:
        asked: what to follow.
        first: first year of the forecast.
        horizon: years.

    Raises:
        UserError: nothing inside the years of the forecast.
    """
    last = first + horizon - 1
    inside = [
        c
        for c in asked.changes
        if c.first <= f"{last}-12" and (not c.last or c.last >= f"{first}-01")
    ]
    if not inside:
        found = f"no setting from {first} to {last}"
        where, mend = f"policy {asked.name}", "give a longer --horizon, or earlier months"
        raise UserError(where, found, "settings in the years forecast", mend)
    return tuple(inside)
