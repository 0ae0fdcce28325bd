"""What is coming: the zones by where the newest entry of the registry says that coca grows.

An entry is never edited and scored when its survey comes; no lever of the page is in it. Zones
are ranked, districts never are.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from globo import facts
from globo.forecast import hub
from globo.forecast.hub.entry import read, samples
from globo.server import beside

AHEAD = 3  # years after the last survey, as the cards of districts tell
BAND = {"low": 0.05, "mid": 0.5, "high": 0.95}


@cache
def coming(folder: Path | None = None) -> dict[str, Any]:
    """Return the zones by what is forecast, and how such forecasts did before.

    Args:
        folder: the registry; None for the one that ships.

    Returns:
        `as_of`, the day on which it was said; `draws` that it holds; `zones` as `ranked` returns
        them; and `score` of zones so many years ahead: `skill` with `low` and `high` against the
        best simple rule, `rival`. Without an entry the day is "" and there are no zones.
    """
    registry = hub.Hub(folder or hub.default())
    entries = hub.sealed(registry)
    if not entries:
        return {"as_of": "", "draws": 0, "zones": [], "score": None}
    entry = entries[-1]
    zones = [unit for unit in registry.units() if unit.level == "zone"]
    drawn = samples(read(registry.folder / entry.file)).reset_index()
    ends = f"{entry.last_survey + AHEAD}-12-31"
    drawn = drawn[(drawn["target_end_date"] == ends)].set_index("location")
    draws = [name for name in drawn.columns if isinstance(name, int)]
    areas = drawn.reindex([unit.location for unit in zones])[draws].dropna(axis=1)
    day = str(entry.origin_date)
    found = hub.series(facts.load(as_of=day), zones)
    found = found[found["target_end_date"] == f"{entry.last_survey}-12-31"]
    last = found.set_index("location")["observation"].astype(float)
    told = ranked(areas, last, entry.last_survey, entry.last_survey + AHEAD)
    return {"as_of": day, "draws": areas.shape[1], "zones": told, "score": _score()}


def ranked(areas: pd.DataFrame, last: pd.Series, since: int, year: int) -> list[dict[str, Any]]:
    """Return zones by how much coca they are forecast to gain, the largest gain first.

    Args:
        areas: joint draws (zone, draw), ha.
        last: area in the last survey by zone, ha; none where it did not look.
        since: year of that survey.
        year: year of the forecast.

    Returns:
        Rows of `zone`; `year` and its `area`; `surveyed` (ha) in the year `since`; `change` from
        that; and `up`, the share of draws in which it grows. A zone that the last survey did not
        look at has none of the last four, and stands at the end.
    """
    rows = []
    for zone, draws in areas.iterrows():
        area = draws.to_numpy(float)
        row: dict[str, Any] = {"zone": str(zone), "year": year, "area": _band(area)}
        row |= dict.fromkeys(("surveyed", "since", "change", "up"))
        if np.isfinite(before := float(last.get(zone, np.nan))):
            grows = float((area > before).mean() + (area == before).mean() / 2)
            row |= {"surveyed": before, "since": since, "change": _band(area - before)}
            row["up"] = round(grows, 4)
        rows.append(row)
    return sorted(rows, key=lambda row: -row["change"]["mid"] if row["change"] else np.inf)


def _score() -> dict[str, Any]:
    """Return how forecasts of zones did so many years ahead, as docs/scoreboard.md has it."""
    told = (r for r in beside.read("scores.csv") if r["level"] == "zone")
    row = next(r for r in told if int(r["horizon"]) == AHEAD)
    found = {key: float(row[key]) for key in ("skill", "low", "high")}
    return {"horizon": AHEAD, "rival": row["rival"], "targets": row["targets"], **found}


def _band(values: np.ndarray) -> dict[str, float]:
    return {end: float(f"{np.quantile(values, q):.3g}") + 0.0 for end, q in BAND.items()}
