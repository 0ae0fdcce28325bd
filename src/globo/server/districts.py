"""The card of a district: what was published about its coca, and by whom."""

from __future__ import annotations

from functools import cache
from typing import Any

from globo import facts
from globo.errors import did_you_mean
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
    if code not in codes:
        allowed, mend = "a district of /api/baseline", did_you_mean(code, codes)
        raise NoPlace(where="place", found=f"'{code}'", allowed=allowed, mend=mend)
    known = _facts()
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


@cache
def _facts() -> facts.Facts:
    return facts.load()
