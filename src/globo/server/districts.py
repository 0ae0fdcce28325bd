"""The card of a district: what was published about its coca, by whom, and what is forecast.

The forecast answers another question than the page's what-if, and stands beside it (see `coming`).
"""

from __future__ import annotations

from functools import cache
from typing import Any

from globo import facts
from globo.errors import did_you_mean
from globo.server.coming import SAMPLES, Forecasts, forecasts
from globo.server.evidence import NoPlace


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
    sources = known.sources.set_index("id")
    lies = known.districts.loc[code]
    surveys = [
        {
            "year": int(row.year),
            "value": float(row.coca_ha),
            "confidence": row.confidence,
            "known_at": str(row.known_at)[:10],
            "title": sources.title[row.source],
            "publisher": sources.publisher[row.source],
            "url": sources.url[row.source],
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
    years = made.districts.get(code, [])
    return {"code": code, "computing": False, "as_of": made.day, "years": years}


@cache
def _facts() -> facts.Facts:
    return facts.load()
