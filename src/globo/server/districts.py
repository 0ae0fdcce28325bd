"""The card of a district: what was published about its coca, by whom, and what is forecast.

The forecast is the one of `globo forecast`, made with what was known when the last survey
appeared; it answers another question than the page's what-if, and stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any

from globo import facts
from globo.errors import did_you_mean
from globo.facts.sources import citations
from globo.forecast import pool
from globo.model.policy import LAST
from globo.server.evidence import NoPlace

HORIZON, SAMPLES, SEED = 3, 500, 1
BAND = (0.05, 0.5, 0.95)
_MAKING = Lock()  # the first who asks makes the forecast of all districts; others wait for it


@dataclass(frozen=True)
class Forecasts:
    """What is forecast of the districts.

    Attributes:
        day: the day after which nothing was read; "" where nothing was forecast.
        years: by district its years: year, low, mid, high (5, 50, 95 %), ha.
    """

    day: str
    years: dict[str, list[dict[str, float]]]


NONE = Forecasts("", {})


def district(code: str, codes: list[str]) -> dict[str, Any]:
    """Return where a district lies and its published coca area, year by year.

    Args:
        code: the official code of the district, six digits.
        codes: every district that the model has.

    Returns:
        `code`, `department`, `province`, and `surveys`: year, hectares, source in full, day from
        which it was known.

    Raises:
        NoPlace: a code that the model does not have.
    """
    known = _facts()
    if code not in codes or code not in known.districts.index:
        allowed, mend = "a district of /api/baseline", did_you_mean(code, codes)
        raise NoPlace(where="place", found=f"'{code}'", allowed=allowed, mend=mend)
    rows = known.coca_district[known.coca_district.ubigeo == code].sort_values("year")
    sources = citations(known.sources[known.sources.id.isin(rows.source)]).to_dict("index")
    lies = known.districts.loc[code]
    surveys = [
        {
            "year": int(row.year),
            "value": float(row.coca_ha),
            "confidence": row.confidence,
            "known_at": str(row.known_at)[:10],
            **sources[row.source],
        }
        for row in rows.itertuples()
    ]
    where = {"department": str(lies.department), "province": str(lies.province)}
    return {"code": code, **where, "surveys": surveys}


def forecast(code: str, codes: list[str], samples: int = SAMPLES) -> dict[str, Any]:
    """Return the forecast of a district, making it where it is not made yet; see `ahead`."""
    return ahead(code, codes, forecasts(samples))


def ahead(code: str, codes: list[str], made: Forecasts | None) -> dict[str, Any]:
    """Return the forecast of a district's coca area in the years after the last survey.

    Args:
        code: the official code of the district, six digits.
        codes: every district that the model has.
        made: the forecasts of all; None while they are computed.

    Returns:
        `code`, `computing` (ask again: there are no years yet), `as_of` (the day after which
        nothing was read), and `years`: year, low, mid and high (5, 50, 95 %), ha.

    Raises:
        NoPlace: a code that the model does not have.
    """
    if code not in codes:
        allowed, mend = "a district of /api/baseline", did_you_mean(code, codes)
        raise NoPlace(where="place", found=f"'{code}'", allowed=allowed, mend=mend)
    if made is None:
        return {"code": code, "computing": True, "as_of": None, "years": []}
    years = made.years.get(code, [])
    return {"code": code, "computing": False, "as_of": made.day, "years": years}


def forecasts(samples: int = SAMPLES) -> Forecasts:
    """Return the forecast of every district, made once a process."""
    with _MAKING:
        return _forecast(samples)


@cache
def _forecast(samples: int) -> Forecasts:
    """Make the forecast of every district, known on the day of the last survey the model reads."""
    day = str(_facts().through(LAST).coca_district.known_at.max())[:10]
    drawn = pool.forecast(day, HORIZON, "district", samples, SEED)
    bands = drawn.groupby(["unit", "year"]).coca_ha.quantile(list(BAND)).unstack()
    table: dict[str, list[dict[str, float]]] = {}
    for (unit, year), row in bands.iterrows():  # pyright: ignore[reportGeneralTypeIssues]
        low, mid, high = (float(f"{row[q]:.3g}") for q in BAND)
        table.setdefault(unit, []).append({"year": int(year), "low": low, "mid": mid, "high": high})
    return Forecasts(day, table)


@cache
def _facts() -> facts.Facts:
    return facts.load()
