"""A claim: a statement about the past, and the pattern that a faithful run must show.

A pattern is made of parts, each true or false in every draw; it holds in a draw where all
parts do. Thresholds come from the wording of the statement. Where that names none, one of
the readings below stands for it, the same for every claim:

- "goes on", "lowers, not stops": at least half remains (`GOES_ON`);
- "carries a sizeable share": a tenth or more (`SIZEABLE`);
- a share that falls or rises after a hit: by a fiftieth of itself or more (`MOVES`), which is
  above what luck does where firms do not learn (1.2 % at most in 24 draws; first set at a
  tenth, then measured);
- "serves", "zones with processing": one part in a hundred or more (`SERVES`);
- counts of attacks differ when the gap is over two standard errors of the counts (`ERRORS`),
  or luck alone would pass half of the time.

A comparison with a missing value is false, and so is everything in a draw that failed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from globo import countries, facts
from globo.results import ok_draws

Truth = NDArray[np.bool_]
Parts = Mapping[str, Truth]
Pattern = Callable[[xr.Dataset, Mapping[str, xr.Dataset]], Parts]

GOES_ON, SIZEABLE, MOVES, SERVES, ERRORS = 0.5, 0.1, 0.02, 0.01, 2.0
WHOLE = range(2001, 2017)
PASSES, BREAKS = 0.8, 0.2


@dataclass(frozen=True)
class Claim:
    """A statement, its pattern, and where the pattern must break.

    Attributes:
        id: "C1", "C2" and so on.
        statement: in our words, by language ("en", "es").
        pattern: parts of the pattern in a run, given the runs beside it; None where the
            claim is about forecasts and not about a run.
        counterfactual: shipped scenarios; the pattern must break in each of them alone.
        evidence: rows of the facts behind the statement, as `rows` reads them.
        beside: further runs that the pattern compares with, by name: what they change in
            the ground that is looked at, as a scenario or the name of a shipped one.
        note: what the reader of a result should know.
    """

    id: str
    statement: Mapping[str, str]
    pattern: Pattern | None
    counterfactual: tuple[str, ...]
    evidence: tuple[str, ...]
    beside: Mapping[str, str | Mapping[str, Any]] = field(default_factory=dict)
    note: str = ""

    def parts(self, ds: xr.Dataset, others: Mapping[str, xr.Dataset] | None = None) -> Parts:
        """Return each part of the pattern by its words, true or false by draw.

        Args:
            ds: results of the run that is looked at.
            others: results of the runs of `beside`, same draws.

        Raises:
            ValueError: a run beside has other draws, or there is no pattern.
        """
        if self.pattern is None:
            message = f"{self.id} is about forecasts; a run has no part in it"
            raise ValueError(message)
        runs = dict(others or {})
        ok = ok_draws(ds)
        for name, other in runs.items():
            if not np.array_equal(other["draw"].values, ds["draw"].values):
                message = f"{self.id}: the run '{name}' has other draws"
                raise ValueError(message)
            ok = ok & ok_draws(other)
        return {words: truth & ok for words, truth in self.pattern(ds, runs).items()}

    def holds(self, ds: xr.Dataset, others: Mapping[str, xr.Dataset] | None = None) -> Truth:
        """Return in which draws the whole pattern holds; arguments as for `parts`."""
        return np.all(list(self.parts(ds, others).values()), axis=0)


def declared(patterns: Mapping[str, Pattern | None]) -> tuple[Claim, ...]:
    """Return claims by id: a country's `claims.toml` says all of each but its pattern."""
    told = countries.load().document("benches/claims")
    return tuple(
        Claim(
            id=id,
            statement=told[id]["statement"],
            pattern=pattern,
            counterfactual=tuple(told[id]["counterfactual"]),
            evidence=tuple(told[id]["evidence"]),
            beside=told[id].get("beside", {}),
            note=told[id].get("note", ""),
        )
        for id, pattern in patterns.items()
    )


def yearly(ds: xr.Dataset, name: str, years: int | Iterable[int], **labels: Any) -> NDArray:
    """Return a variable of some years in float64: draw, year (dropped for one year), ...

    Args:
        ds: results of a run.
        name: of the variable.
        years: one year, or several.
        labels: label or labels of further dimensions to keep.
    """
    chosen = years if isinstance(years, int) else list(years)
    kept = {k: list(v) if isinstance(v, tuple) else v for k, v in labels.items()}
    return ds[name].sel({"year": chosen, **kept}).values.astype("float64")


def ratio(part: NDArray, whole: NDArray) -> NDArray:
    """Return part / whole, NaN where the whole is not above 0."""
    part, whole = np.broadcast_arrays(part, whole)
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)


def always(truth: NDArray) -> Truth:
    """Return in which draws something is true all along the second axis."""
    return np.asarray(truth.all(axis=1), dtype=bool)


def ever(truth: NDArray) -> Truth:
    """Return in which draws something is true somewhere along the second axis."""
    return np.asarray(truth.any(axis=1), dtype=bool)


def rows(reference: str) -> pd.DataFrame:
    """Return the rows of the facts behind a reference.

    Args:
        reference: "table: column=value; column=value".
    """
    name, _, conditions = reference.partition(": ")
    table = facts.load().table(name)
    table = table.reset_index() if table.index.name else table
    for condition in conditions.split("; "):
        column, _, value = condition.partition("=")
        table = table[table[column].astype(str) == value]
    return table
