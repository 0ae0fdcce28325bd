"""Entries of the registry: made by the forecaster that is scored, and scored once truth comes.

The rival is named before the survey is known: the symmetric walk, made from what was known on the
entry's day. CRPS is on the scoreboard's scales, of the joint samples that the entry keeps;
intervals are its quantiles.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from globo import countries, facts
from globo.bounds import beside
from globo.ensemble import code_version
from globo.facts import Facts
from globo.forecast import hub
from globo.forecast.forecaster import Forecaster, as_forecaster
from globo.forecast.frames import to_array
from globo.forecast.hub import Entry, Hub, Unit
from globo.forecast.hub.entry import quantiles, read, samples
from globo.forecast.known import LEVELS, Known, history, known
from globo.forecast.pool import WALK, WEIGHTS, forecast
from globo.forecast.scale import SCALES
from globo.forecast.walk import symmetric_walk
from globo.model import posterior
from globo.model.policy import month_number
from globo.scoring import scores
from globo.simulation.simulator import past

INSIDE = {"in50": (0.25, 0.75), "in80": (0.1, 0.9), "in95": (0.025, 0.975)}
POLICY = "drawn: what was known or planned on the day, then kept"
RIVAL_DRAWS = 1000
INTRODUCTION = (
    "Entries of `forecasts/`, written before the survey and never edited; the rival, made from "
    "what was known on the same day, was named beforehand. `globo hub score` prints them alone."
)
ROWS = ["entry", "level", "year", "horizon", "n", "crps", "rival", "rival_crps", "skill", *INSIDE]


def write(
    registry: Hub,
    day: str,
    commit: str,
    horizon: int = 6,
    draws: int = 1000,
    kept: int = 100,
    seed: int = 1,
    again: bool = False,
    forecaster: Forecaster = forecast,
    told: Callable[[str], None] = lambda _: None,
) -> Entry:
    """Add to the registry what the forecaster says on a day.

    Args:
        registry: the hub.
        day: "YYYY-MM-DD"; nothing published later is read.
        commit: of the code.
        horizon: years after the last survey known on the day.
        draws: joint draws that quantiles are of.
        kept: joint draws kept as samples.
        seed: of all luck.
        again: in place of the last entry.
        forecaster: what makes it.
        told: takes a line at every level.

    Returns:
        The record of the entry.

    Raises:
        UserError: as `hub.enter` refuses, before the work.
    """
    everything = facts.load()
    hub.check_free(registry, day, again, everything)
    state = known(day)
    tables = {}
    for level in LEVELS:
        told(level)
        tables[level] = forecaster(day, horizon, level, draws, seed)
    places = units(state, {level: set(table["unit"]) for level, table in tables.items()})
    text = hub.content(tables, places, day, state.last_year, horizon, kept)
    record = Entry(
        origin_date=pd.Timestamp(day).date(), file="", sha256="0" * 64,
        last_survey=state.last_year, horizon=horizon, draws=draws, samples=kept, seed=seed,
        policy=POLICY, cleared=_cleared(day, state.last_year, horizon), weights=WEIGHTS,
        version=code_version("forecast", "scoring"), commit=commit,
        facts=facts.load(as_of=day).hash, parameters=posterior.identity(),
    )  # fmt: skip
    return hub.enter(registry, text, record, places, everything, again)


def units(state: Known, named: dict[str, set[str]]) -> list[Unit]:
    """Return the places that a survey looks at and a forecast names.

    Args:
        state: what is known on the day.
        named: units of the forecast by level.
    """
    zones = [zone for zone in history(state, "zone").columns if zone in named["zone"]]
    nation = countries.load().nation
    places = [Unit(nation, "national", nation), *(Unit(z, "zone", z) for z in zones)]
    for code in history(state, "district").columns:
        parts = state.districts[state.districts["series_unit"] == code]
        if not named["district"].intersection(parts.index):
            continue
        name = ", ".join(text.title() for text in parts["district"])
        zone = str(state.districts.at[code, "zone"])
        places.append(Unit(str(code), "district", name, zone, tuple(map(str, parts.index))))
    return places


def _cleared(day: str, last: int, horizon: int) -> dict[int, float]:
    """Return what brigades can clear in each year forecast, as the forecast takes it, ha."""
    budget = past(day, str(last + horizon)).levers["eradication_budget"][:, 0]
    return {
        year: float(budget[month_number(f"{year}-12")]) for year in hub.years_ahead(last, horizon)
    }


def cells(registry: Hub, truth: Facts) -> pd.DataFrame:
    """Score every cell of every entry whose truth has come.

    Args:
        registry: the hub; an entry that was edited is refused.
        truth: what surveys found.

    Returns:
        A row a cell: entry, level, location, year, horizon, observed (ha), crps, rival_crps,
        in50, in80, in95; empty where no survey has come.
    """
    entries, places = hub.sealed(registry), registry.units()
    found = hub.oracle(hub.series(truth, places), entries)
    parts = [_of_entry(registry, entry, places, found) for entry in entries]
    every = [part for part in parts if len(part)]
    return pd.concat(every, ignore_index=True) if every else pd.DataFrame()


def summary(scored: pd.DataFrame) -> pd.DataFrame:
    """Return cells summed up: a row an entry, level and year."""
    if scored.empty:
        return pd.DataFrame(columns=ROWS)
    groups = scored.groupby(["entry", "level", "year", "horizon"], sort=False)
    means = groups[["crps", "rival_crps", *INSIDE]].mean().assign(n=groups.size()).reset_index()
    skill = [scores.skill(a, b) for a, b in zip(means["crps"], means["rival_crps"], strict=True)]
    return means.assign(rival=WALK, skill=skill)[ROWS]


def performance(registry: Hub, truth: Facts) -> dict[str, Any]:
    """Return how the entries did: what was scored, and of each what is still to come."""
    rows = summary(cells(registry, truth))
    plain = rows.astype(object).where(rows.notna(), None)
    entries = registry.metadata().entries
    come = {str(day): set(part["year"]) for day, part in rows.groupby("entry")}
    waiting = {
        str(e.origin_date): [
            year for year in hub.years(e) if year not in come.get(str(e.origin_date), ())
        ]
        for e in entries
    }
    return {"rows": plain.to_dict("records"), "to_come": waiting}


def markdown(told: dict[str, Any]) -> str:
    """Return how the entries did as a section of the scoreboard."""
    lines = ["## Forecasts made before the survey", "", INTRODUCTION, ""]
    if told["rows"]:
        lines += ["| " + " | ".join(ROWS) + " |", "|" + "---|" * len(ROWS)]
        lines += [
            "| " + " | ".join(_cell(row[name]) for name in ROWS) + " |" for row in told["rows"]
        ]
        lines.append("")
    for entry, years in told["to_come"].items():
        lines.append(f"- {entry}: surveys of {', '.join(map(str, years)) or 'no year'} to come")
    if not told["rows"]:
        lines.append(
            "- the facts hold no survey of a year that an entry forecasts: nothing to score yet"
        )
    return "\n".join(lines) + "\n"


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _of_entry(registry: Hub, entry: Entry, places: list[Unit], found: pd.DataFrame) -> pd.DataFrame:
    """Score one entry against what was found."""
    table = read(registry.folder / entry.file)
    keys = ["target", "location", "target_end_date"]
    said, drawn = quantiles(table).reset_index(), samples(table).reset_index()
    both = said.merge(found, on=keys)
    if both.empty:
        return both
    drawn = both[keys].merge(drawn, on=keys)
    level_of = {unit.location: unit.level for unit in places}
    base = pd.DataFrame(
        {
            "entry": str(entry.origin_date),
            "level": both["location"].map(level_of),
            "location": both["location"],
            "year": both["target_end_date"].str[:4].astype(int),
            "horizon": both["horizon"].astype(int),
            "observed": both["oracle_value"],
        }
    )
    for name, (low, high) in INSIDE.items():
        base[name] = both["oracle_value"].between(both[low], both[high])
    numbers = [column for column in drawn if isinstance(column, int)]
    base["crps"] = base["rival_crps"] = np.nan
    for level, part in base.groupby("level"):
        mine = drawn.loc[part.index, numbers].to_numpy().T
        base.loc[part.index, "crps"] = scores.crps(part["observed"], mine, SCALES[str(level)])
        other = _rival(entry, str(level), part)
        base.loc[part.index, "rival_crps"] = scores.crps(
            part["observed"], other, SCALES[str(level)]
        )
    return base


def _rival(entry: Entry, level: str, part: pd.DataFrame) -> np.ndarray:
    """Return the rival's draws for the cells of a level [draw, cell], as made on the day."""
    walk = as_forecaster(symmetric_walk)
    seed = beside(entry.seed, entry.last_survey)
    table = walk(str(entry.origin_date), entry.horizon, level, RIVAL_DRAWS, seed)
    places, years = sorted(set(part["location"])), sorted(set(part["year"]))
    draws = to_array(table, {name: name for name in places}, places, years)
    at = [places.index(name) for name in part["location"]]
    return draws[:, [years.index(year) for year in part["year"]], at]
