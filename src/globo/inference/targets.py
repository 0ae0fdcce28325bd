"""Targets: the figures that the model is fitted to, and how each kind errs.

Reads the facts as known on a day; figures of confidence `low` are never fitted, `medium`
ones of zones only where they fit the nation and join the later surveys (evidence of a
check), disputed shares as wide ranges. A target is one number on a scale on which its error
is about normal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from globo.facts import Facts, figures
from globo.facts.trusted import trusted_zones
from globo.model.constants import Constants
from globo.model.parameters import ELSEWHERE
from globo.model.world import World
from globo.results.published import FIGURES, published
from globo.simulation import FIRST_YEAR

Arrays = Mapping[str, np.ndarray]
TRUSTED = ("high", "medium")
LEAST = 1e-6  # of what is taken the log of
errors = Constants("globo.inference", "errors.csv")


@dataclass(frozen=True)
class Target:
    """One figure to fit.

    Attributes:
        name: kind, place and year.
        value: on the scale of the error.
        error: standard deviation of figure and model together, on that scale.
        read: takes the arrays of some draws, returns the model's value of each.
        source: where the figure is from.
    """

    name: str
    value: float
    error: float
    read: Callable[[Arrays], np.ndarray]
    source: str = "facts"

    @property
    def place(self) -> str:
        """The place in the name: a zone, the country, or what is left of it."""
        return " ".join(self.name.split()[1:-1])

    @property
    def year(self) -> int:
        """The year in the name; 0 where it has none."""
        last = self.name.split()[-1]
        return int(last) if last.isdigit() else 0

    @property
    def is_area(self) -> bool:
        """Whether it is a coca area."""
        return self.name.startswith("coca_ha ")


def targets(facts: Facts, world: World, last: int) -> list[Target]:
    """Return everything to fit, for the years up to `last`.

    Args:
        facts: as known on the day of the calibration.
        world: order of zones and edges.
        last: last year simulated.
    """
    return [
        *_areas(facts, world, last),
        *_zones(facts, world, last),
        *_rest(facts, world, last),
        *_districts(facts, world, last),
        *_national(facts, last),
        *_exits(facts, world, last),
    ]


def read_all(fitted: list[Target], a: Arrays, world: World) -> np.ndarray:
    """Return what the arrays of some draws say of each target [target, draw]."""
    whole = {**a, "seized_inside_t": a["seized_t"] @ np.asarray(world.patrolled)}
    return np.stack([t.read(whole) for t in fitted])


def area(a: Arrays, covered: np.ndarray, outside: float) -> np.ndarray:
    """Return the area that a survey sees, ha [draw, year].

    Args:
        a: arrays of some draws.
        covered: 1 for the districts that it covers [district].
        outside: 1 where it covers districts outside the frame too.
    """
    return a["coca_ha"] @ covered + outside * a["outside_ha"]


def scope(facts: Facts, world: World, year: int) -> tuple[np.ndarray, float]:
    """Return what the survey of a year covered, as `area` takes it."""
    zones = facts.surveyed(world.zones, [year]).loc[year]
    return zones.to_numpy(float) @ np.asarray(world.in_zone), float(zones[ELSEWHERE])


def _areas(facts: Facts, world: World, last: int) -> list[Target]:
    made = []
    for year, value in _until(facts.own("coca_ha"), last).items():
        covers = scope(facts, world, int(str(year)))
        read = _at(int(str(year)), lambda a, c=covers: np.log(area(a, *c)))
        name = f"coca_ha {facts.country.nation} {year}"
        made.append(Target(name, np.log(value), errors.nation_area, read))
    return made


def _zones(facts: Facts, world: World, last: int) -> list[Target]:
    table, floor = trusted_zones(facts.coca_zone), errors.area_floor
    made = []
    for row in table[table.year <= last].itertuples():
        if row.zone not in world.zones:
            continue
        member = np.asarray(world.in_zone)[world.zones.index(row.zone)]
        small = np.exp(-row.coca_ha / errors.small_zone_ha)
        error = errors.zone_area + errors.small_zone * small
        read = _at(row.year, lambda a, m=member: np.log(a["coca_ha"] @ m + floor))
        made.append(
            Target(f"coca_ha {row.zone} {row.year}", np.log(row.coca_ha + floor), error, read)
        )
    return made


def _rest(facts: Facts, world: World, last: int) -> list[Target]:
    """Return what the nation has beyond its zones of trusted figures, before 2012.

    Those zones are the same in every year taken, so the rest is one series.
    """
    table, floor = trusted_zones(facts.coca_zone), errors.area_floor
    wide = table.pivot_table(index="year", columns="zone", values="coca_ha")
    surveyed = table[table.confidence == "high"].year.min()
    old = wide[wide.index < surveyed].dropna(axis=1, how="all").dropna()
    nation = facts.own("coca_ha").reindex(old.index)
    member = np.isin(np.array(world.zones), old.columns)
    inside = np.asarray(world.in_zone)[member].sum(0)
    rest = (nation - old.sum(axis=1)).clip(lower=errors.least_rest)
    made = []
    for year, value in rest[rest.index <= last].items():
        covered, outside = scope(facts, world, int(str(year)))
        covers = covered * (1.0 - inside), outside
        read = _at(int(str(year)), lambda a, c=covers: np.log(area(a, *c) + floor))
        log = float(np.log(value + floor))
        made.append(Target(f"coca_ha rest {year}", log, errors.rest_area, read))
    return made


def _districts(facts: Facts, world: World, last: int) -> list[Target]:
    """Return how many surveyed districts grow coca in earnest, and how uneven it lies."""
    wide = facts.coca("district")
    wide = wide[wide.index <= last]
    much, scale = errors.growing_ha, errors.district_scale
    made = []
    for year, row in wide.iterrows():
        codes = [i for i, d in enumerate(world.districts) if d in row.dropna().index]
        seen = row.dropna().reindex([world.districts[i] for i in codes]).to_numpy(float)
        read = _at(year, lambda a, c=codes: np.log((a["coca_ha"][..., c] > much).sum(-1) + 1.0))
        count = np.log((seen > much).sum() + 1.0)
        name = f"districts over {much:g} ha {year}"
        made.append(Target(name, float(count), errors.growing_districts, read))
        spread = _at(year, lambda a, c=codes: np.arcsinh(a["coca_ha"][..., c] / scale).mean(-1))
        mean = float(np.arcsinh(seen / scale).mean())
        made.append(Target(f"mean asinh district {year}", mean, errors.district_mean, spread))
    return made


def _national(facts: Facts, last: int) -> list[Target]:
    """Return the main series of the country; effort times flow make seizures loose."""
    fighters = lambda a: a["armed_strength"].sum(-1)  # noqa: E731
    kinds: list[tuple[str, float, float, Callable[[Arrays], np.ndarray]]] = [
        ("eradicated_ha", errors.eradicated, 0.0, lambda a: a["eradicated_ha"].sum(-1)),
        ("leaf_t", errors.leaf, 0.0, lambda a: a["leaf_t"].sum(-1)),
        ("leaf_price_usd_kg", errors.leaf_price, 0.0, _leaf_price),
        ("cocaine_price_usd_kg", errors.cocaine_price, 0.0, _cocaine_price),
        ("armed_acts", errors.acts, errors.acts_floor, lambda a: a["armed_acts"].sum(-1)),
        ("armed_strength", errors.strength, errors.strength_floor, fighters),
        ("seized_t", errors.seized, 0.0, lambda a: a["seized_inside_t"]),
    ]
    every, deflator = figures(facts), facts.deflator()
    made = []
    for variable, error, more, read in kinds:
        rows = published(every, variable, deflator)
        rows = rows[rows.national & rows.confidence.isin(TRUSTED) & (rows.year <= last)]
        quantity = FIGURES[variable][0] if len(FIGURES[variable]) == 1 else variable
        name = f"{quantity} {facts.country.nation}"
        for row in rows.itertuples():
            value = float(np.log(row.value + more))
            seen = _at(row.year, lambda a, r=read, m=more: np.log(np.maximum(r(a) + m, LEAST)))
            made.append(Target(f"{name} {row.year}", value, error, seen))
    return made


def _exits(facts: Facts, world: World, last: int) -> list[Target]:
    """Return what leaves by way, where the sources differ: wide ranges of log odds."""
    roads = world.roads
    exits = np.array([e[3] for e in roads.edges])
    modes_of = np.array([e[2] for e in roads.edges])
    made = []
    for row in facts.country.rows("disputed"):
        modes, year, share = row["modes"].split(), int(row["year"]), float(row["share"])
        own = np.char.startswith(exits.astype(str), row["exits"]) & (exits != "")
        own &= np.isin(modes_of, modes) if modes else True
        if year <= last:
            read = _at(year, lambda a, g=own: _odds(a["flow_t"], g, exits != ""))
            value, name = float(np.log(share / (1 - share))), f"share {row['way']} {year}"
            made.append(Target(name, value, float(row["error"]), read, "facts: chain"))
    return made


def _odds(flow: np.ndarray, part: np.ndarray, all_: np.ndarray) -> np.ndarray:
    share = flow[..., part].sum(-1) / np.maximum(flow[..., all_].sum(-1), 1e-9)
    share = np.clip(share, 1e-3, 1 - 1e-3)
    return np.log(share / (1 - share))


def _leaf_price(a: Arrays) -> np.ndarray:
    leaf = a["leaf_t"]
    return (a["leaf_price_usd_kg"] * leaf).sum(-1) / np.maximum(leaf.sum(-1), 1e-6)


def _cocaine_price(a: Arrays) -> np.ndarray:
    made = a["cocaine_t"] + 1e-9
    return (a["cocaine_price_usd_kg"] * made).sum(-1) / made.sum(-1)


def _until(series: pd.Series, last: int) -> pd.Series:
    return series[(series.index >= FIRST_YEAR) & (series.index <= last)].dropna()


def _at(year: int, read: Callable[[Arrays], np.ndarray]) -> Callable[[Arrays], np.ndarray]:
    """Return what reads a quantity [draw, year] in one year."""
    return lambda a: read(a)[:, int(year) - FIRST_YEAR]
