"""Evidence behind an outcome: published figures, disagreements, assumptions, and a score.

Reads the facts and the parameter table. How it did is counted here: in how many
years with a published figure the model's 90 % interval held it. That is a fit: members of the
posterior carry the luck of past years as their figures weighed it (docs/inference.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from globo import assumptions, facts
from globo.errors import UserError, did_you_mean
from globo.model import parameters
from globo.model.policy import LAST
from globo.results.outcomes import outcomes
from globo.results.published import FIGURES, published
from globo.texts import LANGUAGES

# Dimensions whose places the published figures know by name.
PUBLISHED_BY, ELSEWHERE = ("country", "zone", "exit", "market", "district"), "Elsewhere"
COVARIATES = "district_year"  # thousands of rows that describe districts, not outcomes
# Dimensions whose whole is the country.
OF_COUNTRY = ("country", "zone", "district")
SHOWN = 200
COLUMNS = (
    "quantity", "place", "to", "mode", "year", "year_to", "value", "low", "high", "bound", "unit",
    "basis", "source", *(f"{part}_{lang}" for part in ("title", "publisher") for lang in LANGUAGES),
    "access", "url", "confidence", "known_at", "note", "disagreement",
)  # fmt: skip


class NoPlace(UserError):
    """A place that the outcome does not have."""


def evidence(
    outcome: str, place: str, baseline: Mapping[str, Any], places: Mapping[str, list[str]]
) -> dict[str, Any]:
    """Return what is known about an outcome at a place.

    Args:
        outcome: `variable|dimension`.
        place: one of the dimension's places; "" for all.
        baseline: the baseline's picture, to count how the model did.
        places: by dimension its places.

    Returns:
        `rows` (published figures and statements), `disagreements` (questions on which sources
        differ), `assumptions` (parameters) and `score` (years held by the interval).

    Raises:
        UserError: unknown outcome or place.
    """
    if outcome not in outcomes():
        mend = did_you_mean(outcome, outcomes())
        allowed = "the arrays of /api/baseline"
        raise UserError(where="outcome", found=f"'{outcome}'", allowed=allowed, mend=mend)
    variable, dim = outcome.split("|")
    if place and place not in places[dim]:
        mend = did_you_mean(place, places[dim])
        allowed = f"a {dim} of /api/baseline"
        raise NoPlace(where="place", found=f"'{place}'", allowed=allowed, mend=mend)
    known = _facts()
    named = place if dim in PUBLISHED_BY and place != ELSEWHERE else ""
    where = named or (known.country.nation if dim in OF_COUNTRY else None)
    rows = _ordered(_published(variable, where, known), variable)
    return {
        "outcome": outcome,
        "place": place,
        "n": len(rows),
        "rows": _records(rows.head(SHOWN)),
        "disagreements": _disagreements(rows, known),
        "assumptions": _assumptions(variable),
        "score": _score(outcome, place, baseline, places) if place else None,
    }


@cache
def surveys() -> list[dict[str, Any]]:
    """Return every published figure that a chart shows beside the model."""
    known, found = _facts(), []
    every, deflator = facts.figures(known), known.deflator()
    for variable in FIGURES:
        if f"{variable}|{OF_COUNTRY[0]}" in outcomes():
            rows = published(every, variable, deflator)
            found += _points(
                f"{variable}|country", rows.assign(place=known.country.nation), rows.value
            )
    zones = known.coca_zone
    return found + _points("coca_ha|zone", zones.assign(place=zones.zone), zones.coca_ha)


def _published(variable: str, where: str | None, known: facts.Facts) -> pd.DataFrame:
    """Return the rows behind a variable; none where nothing of the kind was ever published."""
    try:
        rows = facts.evidence_for(variable, where, known)
        return rows[rows.table != COVARIATES]
    except UserError:
        return facts.evidence_for("coca_ha", known.country.nation, known).head(0)


def _ordered(rows: pd.DataFrame, variable: str) -> pd.DataFrame:
    """Put figures of the very variable first, the newest first, and studies of effects last."""
    order = rows.assign(study=rows.table == "effects", other=rows.quantity != variable)
    keys, ascending = ["study", "other", "year"], [True, True, False]
    return rows.loc[order.sort_values(keys, ascending=ascending, kind="stable").index]


def _points(outcome: str, rows: pd.DataFrame, values: pd.Series) -> list[dict[str, Any]]:
    columns = zip(rows.place, rows.year, values, rows.confidence, strict=True)
    return [
        {"outcome": outcome, "place": p, "year": int(y), "value": float(v), "confidence": c}
        for p, y, v, c in columns
    ]


@cache
def _facts() -> facts.Facts:
    return facts.load().through(LAST)


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    wanted = rows.reindex(columns=COLUMNS)
    return [{k: _plain(v) for k, v in row.items()} for row in wanted.to_dict("records")]


def _plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d")
    if value is None or (isinstance(value, float) and not np.isfinite(value)) or value is pd.NaT:
        return None
    if isinstance(value, np.integer):
        return int(value)
    return float(value) if isinstance(value, np.floating) else value


def _disagreements(rows: pd.DataFrame, known: facts.Facts) -> list[dict[str, Any]]:
    asked = [q for q in dict.fromkeys(rows.disagreement) if q]
    table = known.disputes.set_index("question")
    return [{"id": table.id[q], "question": q, "reading": table.reading[q]} for q in asked]


def _assumptions(variable: str) -> list[dict[str, Any]]:
    """Return the uncertain parameters that set a variable, as tracing the month found them."""
    keys = ("name", "unit", "default", "low", "high", "prior", "source", "meaning")
    names = dict.fromkeys(name for _, name in assumptions.table().get(variable, ()))
    rows = [parameters.table()[name] for name in names]
    return [{key: getattr(row, key) for key in keys} for row in rows if row.prior != "fixed"]


def _score(
    outcome: str, place: str, baseline: Mapping[str, Any], places: Mapping[str, list[str]]
) -> dict[str, Any] | None:
    """Count the published figures that the 90 % interval of the fitted run holds."""
    rows = [r for r in surveys() if r["outcome"] == outcome and r["place"] == place]
    years = list(baseline["years"])
    known = [(years.index(r["year"]), r["value"]) for r in rows if r["year"] in years]
    if not known:
        return None
    array = baseline["arrays"][outcome]
    at = places[outcome.split("|")[1]].index(place)
    level = np.reshape(array["level"], array["shape"])[:, :, at]
    held = [level[0, y] <= value <= level[-1, y] for y, value in known]
    return {"years": len(held), "held": int(sum(held))}
