"""Tidy: a run as one table, a row a figure, for statisticians, spreadsheets and maps.

Every row has its place, year, quantity, unit and interval over the draws, with the baseline's
median beside it. Differences are rows of their own, taken draw by draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from globo.results.difference import moved
from globo.results.outcomes import BAND, outcomes
from globo.server.picture import Arrays, changing, significant

COLUMNS = (
    "scenario", "place_kind", "place_code", "place", "year", "quantity", "unit",
    "p05", "p50", "p95", "baseline",
)  # fmt: skip
BASELINE, DIFFERENCE = "baseline", "difference"
DIGITS = 6  # significant, of what has no decimals below
DECIMALS = {"ha": 1, "t": 3, "households": 0, "fighters": 1, "firms": 1, "USD": 2}  # by unit
LOWER = {"de", "del", "la", "las", "los", "el", "y"}


def figures(
    frame: Mapping[str, Any],
    years: list[int],
    base: Arrays,
    branch: Arrays | None = None,
    name: str = "scenario",
) -> pd.DataFrame:
    """Return every figure of a run as a row, with the columns of `COLUMNS`.

    Args:
        frame: the places (`picture.frame`).
        years: of the arrays.
        base: the baseline's outcomes, all its draws.
        branch: the scenario's; None for the baseline alone.
        name: what the scenario is called.
    """
    parts = []
    for key, outcome in outcomes().items():
        quantity, kind = key.split("|")
        middle = _band(base[key], outcome.unit)[1]
        kinds = {BASELINE: base[key]}
        if branch is not None:
            change = moved(branch[changing(key)], base[changing(key)], places=True)
            kinds = {name: branch[key], DIFFERENCE: change}
        for scenario, values in kinds.items():
            about = {"scenario": scenario, "place_kind": kind, "quantity": quantity}
            rows = _rows(frame, kind, years, _band(values, outcome.unit), middle)
            parts.append(rows.assign(**about, unit=outcome.unit))
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def proper(name: str) -> str:
    """Return a name that stands in capitals as people write it."""
    if name != name.upper():
        return name
    words = name.lower().split(" ")
    return " ".join(w if i and w in LOWER else w.title() for i, w in enumerate(words))


def _rows(
    frame: Mapping[str, Any], kind: str, years: list[int], band: np.ndarray, middle: np.ndarray
) -> pd.DataFrame:
    names = list(frame["places"][kind])
    codes = names if kind == "district" else [""] * len(names)  # others have none
    if kind == "district":
        names = [proper(one) for one in frame["districts"]["name"]]
    n = len(years)
    return pd.DataFrame(
        {
            "place_code": np.repeat(codes, n),
            "place": np.repeat(names, n),
            "year": np.tile(years, len(names)),
            **{p: band[i].T.ravel() for i, p in enumerate(("p05", "p50", "p95"))},
            "baseline": middle.T.ravel(),
        }
    )


def _band(values: np.ndarray, unit: str) -> np.ndarray:
    """Return the quantiles of the draws that ended well (3, year, place), rounded as they hold."""
    whole = values[~np.isnan(values[:, 0, 0])].astype("float64")
    found = (
        np.quantile(whole, BAND, axis=0) if len(whole) else np.full((3, *values.shape[1:]), np.nan)
    )
    decimals = DECIMALS.get(unit.split(" ")[0].split("/")[0])
    if decimals is None or unit.startswith("USD/"):
        return significant(found, DIGITS)
    return np.round(found, decimals) + 0.0
