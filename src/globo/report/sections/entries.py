"""Entries: quantities over the years, of the run and of the baseline, with what was published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from globo.report.case import Case, Pair
from globo.report.charts import colours
from globo.report.charts.fan import Points


@dataclass(frozen=True)
class Entry:
    """A quantity over the years, one card.

    Attributes:
        title: heading of the card.
        pair: (draw, year) values of the run and of the baseline.
        colour: its ink.
        points: published figures for it.
        note: a line under the card.
        whole: values whose change is told, where the pair's are what surveys of the year cover.
    """

    title: str
    pair: Pair
    colour: str = colours.SCENARIO
    points: Sequence[Points] = field(default=())
    note: str = ""
    whole: Pair | None = None


def entries(
    case: Case, pair: Pair, dim: str, kind: str, hues: dict[str, str] | None = None
) -> list[Entry]:
    """Return one entry for each name of a dimension of (draw, year, dim) values."""
    found = []
    for name in (str(n) for n in pair[0][dim].values):
        title = case.t.label(kind, name)
        colour = (hues or {}).get(name, colours.SCENARIO)
        found.append(Entry(title, chosen(pair, {dim: name}), colour))
    return found


def chosen(pair: Pair, where: dict[str, str]) -> Pair:
    """Return one name of both runs."""
    run, base = pair
    return run.sel(where), None if base is None else base.sel(where)


def summed(pair: Pair, dim: str) -> Pair:
    """Return both runs summed over a dimension."""
    run, base = pair
    return run.sum(dim), None if base is None else base.sum(dim)
