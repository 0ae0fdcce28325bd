"""A response: what a measure moves in the model, beside what others measured.

A response reads a few runs of the same luck and returns one figure a draw. The published
range comes from rows of facts/effects: from the lowest to the highest of their estimates.
Readings, the same for all and fixed before the first run:

- a single figure is read as itself, a third either way (`EITHER_WAY`); where the rows print
  no figure that fits, `published` holds the one in their notes, and `note` says so;
- a range matches ("yes") where the median of the draws lies in it, "partly" where only their
  90 % interval touches it;
- a sign matches where 80 % of the draws or more have it (`SURE`), "partly" above half.

A draw in which a figure is undefined, or in which a run failed, is left out and counted; with
more than a fifth of the draws undefined nothing matches fully.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from globo import facts
from globo.model import parameters
from globo.results import national, ok_draws
from globo.results.outcomes import BAND

Runs = Mapping[str, xr.Dataset]
Estimator = Callable[[Runs], NDArray]
EITHER_WAY, SURE, HALF, UNDEFINED = 1 / 3, 0.8, 0.5, 0.2
CITED = re.compile(r"E(\d{3})(?:-E?(\d{3}))?")


@dataclass(frozen=True)
class Response:
    """One response of the model and its published counterpart.

    Attributes:
        topic: number of the topic, 1 to 17.
        name: what is measured, in words.
        unit: of the figure, after `scale`.
        runs: names of the runs that the estimator reads, of `experiments.LEVERS`.
        estimator: figure by draw, in the unit of the published range; NaN where undefined.
        rows: ids of the effects that the published range or sign comes from.
        sign: +1 or -1 where only the direction was published; 0 for a range.
        published: range where the rows alone do not give it; `note` says whence.
        beside: ids of effects that bear on it and differ in sign, place or unit.
        note: what the reader should know of the comparison.
    """

    topic: int
    name: str
    unit: str
    runs: tuple[str, ...]
    estimator: Estimator
    rows: tuple[str, ...]
    sign: int = 0
    published: tuple[float, float] | None = None
    beside: tuple[str, ...] = ()
    note: str = ""

    def span(self) -> tuple[float, float] | None:
        """Return the published range, None where there is only a sign."""
        if self.sign:
            return None
        return spread(*self.published) if self.published else range_of(self.rows)

    def figures(self, runs: Runs) -> NDArray:
        """Return the figure of every draw, NaN where undefined or where a run failed."""
        used = {name: runs[name] for name in self.runs}
        with np.errstate(invalid="ignore", divide="ignore"):
            found = np.array(self.estimator(used), dtype="float64")
        ok = np.all([ok_draws(ds) for ds in used.values()], axis=0)
        return np.where(ok & np.isfinite(found), found, np.nan)

    def comparison(self, figures: NDArray) -> dict[str, Any]:
        """Return the comparison: model, published, whether they match.

        Args:
            figures: as `figures` returns them.
        """
        kept = figures[np.isfinite(figures)]
        span = self.span()
        return {
            "topic": self.topic,
            "name": self.name,
            "unit": self.unit,
            "runs": list(self.runs),
            "published": {"low": span[0], "high": span[1]} if span else {"sign": self.sign},
            "model": levels(kept),
            "share": round(float(self._within(kept).mean()), 6) if kept.size else None,
            "undefined": int(figures.size - kept.size),
            "matches": self.verdict(figures),
            "rows": list(self.rows),
            "beside": list(self.beside),
            "quality": quality(self.rows),
            "priors": list(priors_of(self.rows)),
            "note": self.note,
        }

    def verdict(self, figures: NDArray) -> str:
        """Return "yes", "partly" or "no".

        Args:
            figures: by draw, NaN where undefined.
        """
        kept = figures[np.isfinite(figures)]
        if not kept.size:
            return "no"
        span = self.span()
        if span is None:
            share = self._within(kept).mean()
            full, part = share >= SURE, share > HALF
        else:
            low, middle, high = np.quantile(kept, BAND)
            full = span[0] <= middle <= span[1]
            part = low <= span[1] and high >= span[0]
        if figures.size - kept.size > UNDEFINED * figures.size:
            full, part = False, full or part
        return "yes" if full else "partly" if part else "no"

    def hits(self, figures: NDArray) -> NDArray:
        """Return which draws lie in the range or have the sign; an undefined one does not."""
        return np.isfinite(figures) & self._within(np.nan_to_num(figures))

    def _within(self, kept: NDArray) -> NDArray:
        span = self.span()
        if span is None:
            return kept * self.sign > 0
        return (kept >= span[0]) & (kept <= span[1])


def levels(figures: NDArray) -> dict[str, float | None]:
    """Return the 5, 50 and 95 % of figures, each by its name; None where there are none."""
    found = np.quantile(figures, BAND).tolist() if figures.size else [None] * len(BAND)
    return dict(zip(("p05", "p50", "p95"), found, strict=True))


def spread(low: float, high: float) -> tuple[float, float]:
    """Return a range; a single figure becomes itself, a third either way."""
    if low < high:
        return low, high
    return low - EITHER_WAY * abs(low), low + EITHER_WAY * abs(low)


def range_of(rows: Iterable[str]) -> tuple[float, float]:
    """Return the range from the lowest to the highest figure of some effects."""
    table = effects().loc[list(rows), ["estimate", "low", "high"]].astype("float64")
    return spread(float(table.min(axis=None)), float(table.max(axis=None)))


def quality(rows: Iterable[str]) -> str:
    """Return how sure the effects are: "2 high, 1 low"."""
    counts = effects().loc[list(rows), "confidence"].value_counts()
    return ", ".join(f"{counts[k]} {k}" for k in ("high", "medium", "low") if k in counts)


def priors_of(rows: Iterable[str]) -> tuple[str, ...]:
    """Name the parameters whose prior was set in sight of any of these effects."""
    wanted = {int(row[1:]) for row in rows}
    return tuple(name for name, seen in _cited().items() if wanted & seen)


def effects() -> Any:
    """Return the table of published effects by id."""
    table = facts.load().effects
    return table if table.index.name == "id" else table.set_index("id")


def _cited() -> dict[str, set[int]]:
    """Return the numbers of the effects that each parameter's source cites."""
    cited = {}
    for spec in parameters.table().values():
        spans = [(int(a), int(b or a)) for a, b in CITED.findall(spec.source)]
        cited[spec.name] = {n for first, last in spans for n in range(first, last + 1)}
    return cited


def of_year(ds: xr.Dataset, name: str, years: int | range, **labels: Any) -> NDArray:
    """Return a variable in float64, draw first; several years are added up.

    Args:
        ds: results of a run.
        name: of the variable.
        years: one year or several.
        labels: labels of further dimensions to keep.
    """
    chosen = [years] if isinstance(years, int) else list(years)
    picked = ds[name].sel({"year": chosen, **labels}).astype("float64").sum("year")
    return picked.transpose("draw", ...).values


def country(ds: xr.Dataset, name: str, years: int | range) -> NDArray:
    """Return a national figure by draw; several years are averaged."""
    chosen = [years] if isinstance(years, int) else list(years)
    return national(ds, whole=True)[name].sel(year=chosen).mean("year").values


def percent(before: NDArray, after: NDArray) -> NDArray:
    """Return the change in per cent; NaN where there was nothing before."""
    return 100.0 * (np.where(before > 0, after / np.where(before > 0, before, 1.0), np.nan) - 1.0)


def quotient(part: NDArray, whole: NDArray) -> NDArray:
    """Return part / whole where the whole is above 0, else NaN."""
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), np.nan)
