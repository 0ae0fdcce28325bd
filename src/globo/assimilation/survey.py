"""What the December survey of a year found, area by area, as known on a day.

By comparable districts where there are such figures, else by zones whose figures pass a check
(`facts.trusted`), and the districts that no survey looked at are held, loosely, to what nation and
zones leave for them. Reads the facts; low figures are never among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from jaxtyping import Float

from globo.facts import Facts
from globo.facts.trusted import trusted_zones
from globo.model.parameters import ELSEWHERE
from globo.model.world import World

Areas = Float[np.ndarray, " area"]

# Standard deviation of the log of a surveyed area about the member's own: survey error and what
# one area of one December says of the years about it. Chosen on targets up to 2020 with the gain
# in `update`; small areas come and go, and what they did in a year is undone in part in the next.
LARGE_ERROR, SMALL_ERROR, SMALL_HA = 0.16, 0.5, 300.0
REST_ERROR = 0.6  # assumed: what no survey looked at is known to a factor of two
LEAST_REST = 500.0  # ha, assumed: nation less zones rounds to nothing in some years
FELL, ROSE = 0.6, 1.15  # against the survey before: brigades worked there, or did not
MUCH = 30.0  # ha from which such a change says anything


@dataclass(frozen=True)
class Survey:
    """A survey: what it found of every area.

    Attributes:
        year: of the survey, standing on 31 December.
        names: of the areas: a comparable district's code, a zone, or Elsewhere for the rest.
        member: 1 where a district lies in an area [area, district].
        area: ha found, >= 0 [area].
        error: standard deviation of its log [area].
        worked: 1 where brigades were at work, 0 where not, NaN where it does not tell [area].
    """

    year: int
    names: tuple[str, ...]
    member: Float[np.ndarray, "area district"]
    area: Areas
    error: Areas
    worked: Areas

    @cached_property
    def zone_of(self) -> Float[np.ndarray, "area district"]:
        """Shares of an area's districts, each row adding up to one."""
        return self.member / np.maximum(self.member.sum(1, keepdims=True), 1.0)


def error(area: Areas) -> Areas:
    """Return the standard deviation of the log of surveyed areas, ha."""
    return LARGE_ERROR + SMALL_ERROR * np.exp(-np.asarray(area, float) / SMALL_HA)


def survey_of(facts: Facts, world: World, year: int) -> Survey | None:
    """Return what the survey of a year found, or None where nothing is known of its areas.

    Args:
        facts: as known on a day.
        world: order of districts and zones.
        year: of the survey.
    """
    units = facts.coca("series_unit")
    if year in units.index:
        groups = _units(facts, world)
        areas, before = units.loc[year].dropna(), _year(units, year - 1)
    else:
        groups = np.array([world.zones[z] for z in np.asarray(world.zone)])
        table = trusted_zones(facts.coca_zone).pivot_table(
            index="year", columns="zone", values="coca_ha"
        )
        areas, before = _year(table, year).dropna(), _year(table, year - 1)
    areas = areas[areas.index.isin(groups)]
    if areas.empty:
        return None
    names = tuple(map(str, areas.index))
    member = (groups[None] == np.array(names)[:, None]).astype(float)
    spread = error(areas.to_numpy(float))
    inside = facts.surveyed(world.zones, [year]).loc[year].to_numpy(float) @ np.asarray(
        world.in_zone
    )
    unseen = inside * (1.0 - member.sum(0))  # what the nation counts beside the areas
    nation = facts.own("coca_ha")
    if unseen.any() and year in nation.index:
        rest = max(float(nation[year]) - float(areas.sum()), LEAST_REST)
        member = np.concatenate([member, unseen[None]])
        areas = pd.concat([areas, pd.Series({ELSEWHERE: rest})])
        spread = np.append(spread, REST_ERROR)
        names = (*names, ELSEWHERE)
    worked = _worked(areas, before.reindex(areas.index))
    return Survey(year, names, member, areas.to_numpy(float), spread, worked)


def surveys(facts: Facts, world: World, last: int) -> Mapping[int, Survey]:
    """Return what every survey up to a year found, by year."""
    known = {year: survey_of(facts, world, year) for year in range(2001, last + 1)}
    return {year: one for year, one in known.items() if one is not None}


def _units(facts: Facts, world: World) -> np.ndarray:
    unit = facts.districts.series_unit.reindex(list(world.districts))
    return np.where(unit.fillna("") == "", list(world.districts), unit.fillna("")).astype(str)


def _year(table: pd.DataFrame, year: int) -> pd.Series:
    return table.loc[year] if year in table.index else pd.Series(dtype=float)


def _worked(areas: pd.Series, before: pd.Series) -> Areas:
    """Say where a fall or a rise since the survey before tells that brigades worked, or not."""
    now, was = areas.to_numpy(float), before.to_numpy(float)
    told = np.full(len(now), np.nan)
    told[(now < FELL * was) & (was > MUCH)] = 1.0
    told[(now > ROSE * was) & (now > MUCH)] = 0.0
    return told
