"""What is coming: the forecast of every district and zone, and the zones by where coca grows.

The forecast is the one of `globo forecast`, made with what was known when the last survey
appeared; no lever of the page is in it. Zones are ranked, districts never are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd

from globo import facts
from globo.model.policy import LAST
from globo.scoring import forecast_pool
from globo.scoring.known import known
from globo.server import beside

HORIZON, SAMPLES, SEED = 3, 500, 1
BAND = (0.05, 0.5, 0.95)
ENDS = ("low", "mid", "high")
_MAKING = Lock()  # the first who asks makes the forecast; others wait for it
Band = dict[str, float]


@dataclass(frozen=True)
class Forecasts:
    """What is forecast of the years after the last survey.

    Attributes:
        day: the day after which nothing was read.
        districts: by district its years: year, low, mid, high (5, 50, 95 %), ha.
        zones: what `ranked` returns.
    """

    day: str
    districts: dict[str, list[Band]]
    zones: list[dict[str, Any]]


NONE = Forecasts("", {}, [])


def forecasts(samples: int = SAMPLES) -> Forecasts:
    """Return the forecast of every district and zone, made once a process."""
    with _MAKING:
        return _forecast(samples)


def coming(made: Forecasts | None) -> dict[str, Any]:
    """Return the zones by what is forecast, and how such forecasts did before.

    Args:
        made: the forecasts; None while they are computed.

    Returns:
        `computing` (ask again: there are no zones yet), `as_of` (the day after which nothing was
        read; "" where nothing was forecast), `zones` as `ranked` returns them, and `score` of
        zones at that horizon: `skill` with `low` and `high` against the best simple rule, `rival`.
    """
    if made is None:
        return {"computing": True, "as_of": None, "zones": [], "score": None}
    return {"computing": False, "as_of": made.day, "zones": made.zones, "score": _score()}


def ranked(drawn: pd.DataFrame, last: pd.Series) -> list[dict[str, Any]]:
    """Return zones by how much coca they are forecast to gain, the largest gain first.

    Args:
        drawn: columns unit, year, draw, coca_ha (ha).
        last: area in the last survey by zone, ha, named by its year; NaN where it did not look.

    Returns:
        Rows of `zone`; `year` of the forecast, the last; its `area`; `surveyed` (ha) in the year
        `since`; `change` from that; and `up`, the share of draws in which it grows. A zone that
        the last survey did not look at has none of the last four, and stands at the end.
    """
    year = int(drawn["year"].max())
    rows = []
    for zone, own in drawn[drawn["year"] == year].groupby("unit"):
        area = own["coca_ha"].to_numpy(float)
        row: dict[str, Any] = {"zone": str(zone), "year": year, "area": _band(area)}
        before = float(last.get(zone, np.nan))
        row |= dict.fromkeys(("surveyed", "since", "change", "up"))
        if np.isfinite(before):
            grows = float((area > before).mean() + (area == before).mean() / 2)
            row |= {"surveyed": before, "since": int(last.name), "change": _band(area - before)}
            row["up"] = round(grows, 4)
        rows.append(row)
    return sorted(rows, key=lambda row: -row["change"]["mid"] if row["change"] else np.inf)


@cache
def _forecast(samples: int) -> Forecasts:
    """Make the forecast known on the day of the last survey the model reads."""
    day = str(facts.load().through(LAST).coca_district.known_at.max())[:10]
    by_district, by_zone = (
        forecast_pool.forecast(day, HORIZON, level, samples, SEED) for level in ("district", "zone")
    )
    bands = by_district.groupby(["unit", "year"]).coca_ha.quantile(list(BAND)).unstack()
    table: dict[str, list[Band]] = {}
    for (unit, year), row in bands.iterrows():  # pyright: ignore[reportGeneralTypeIssues]
        table.setdefault(unit, []).append({"year": int(year), **_named(row[q] for q in BAND)})
    return Forecasts(day, table, ranked(by_zone, known(day).by_zone.iloc[-1]))


def _score() -> dict[str, Any]:
    """Return how forecasts of zones did at the horizon, as docs/scoreboard.md has it."""
    told = (r for r in beside.read("scores.csv") if r["level"] == "zone")
    row = next(r for r in told if int(r["horizon"]) == HORIZON)
    found = {key: float(row[key]) for key in ("skill", "low", "high")}
    return {"horizon": HORIZON, "rival": row["rival"], "targets": row["targets"], **found}


def _band(values: np.ndarray) -> Band:
    return _named(np.quantile(values, BAND))


def _named(values: Iterable[float]) -> Band:
    return {end: float(f"{v:.3g}") + 0.0 for end, v in zip(ENDS, values, strict=True)}
