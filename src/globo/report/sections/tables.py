"""Tables of the sections: figures over the years, and before, after and difference."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from globo.report.case import Case
from globo.report.page import Table
from globo.report.sections.entries import Entry
from globo.results.spread import Band, Change, band


def years_table(case: Case, caption: str, shown: Sequence[Entry]) -> Table:
    """Return the same figures as a table, a row an entry and year."""
    t, several = case.t, len(shown) > 1
    head = [t("table.year"), t("table.median_interval")]
    if case.base is not None:
        head = [t("table.year"), t("table.baseline"), t("table.scenario")]
    surveys = any(entry.points for entry in shown)
    rows = []
    for entry in shown:
        run, base = entry.pair
        after, before = band(run.values), None if base is None else band(base.values)
        for i, year in enumerate(case.years):
            cells = [] if before is None else [_interval(case, before, i)]
            cells.append(_interval(case, after, i))
            if surveys:
                cells.append(_published(case, entry, year))
            name = f"{entry.title}, {year}" if several else str(year)
            rows.append([name, *cells])
    if several:
        head[0] = t("table.name_year")
    return Table(caption, [*head, t("table.published")] if surveys else head, rows)


def changes_table(case: Case, caption: str, shown: Sequence[Entry], percent: bool = False) -> Table:
    """Return before, after, difference and probability of growth, a row an entry."""
    t = case.t
    rows = []
    for entry in shown:
        run, base = entry.pair
        after = case.final(run).at(())
        past = run.sel(year=case.reference) if base is None else base.sel(year=case.last)
        before = band(past.values).at(())
        moved = case.moved(entry.whole or entry.pair)
        if percent:
            ends = [t.share_with_range(*end, apart="\n") for end in (before, after)]
            cells = [*ends, share_change(case, moved)]
        else:
            ends = [t.with_range(*end, apart="\n") for end in (before, after)]
            cells = [*ends, t.change_with_range(moved.p50, moved.p05, moved.p95, apart="\n")]
        rows.append(
            [entry.title, *cells, t.chance(moved.p_up, moved.n_draws), reading(case, moved)]
        )
    return Table(caption, [t("table.name"), *change_head(case)], rows, frozenset({0, 5}))


def change_head(case: Case) -> list[str]:
    """Return the column titles of before, after, difference, probability and reading."""
    t = case.t
    ends = [t("table.baseline"), t("table.scenario")]
    if case.base is None:
        ends = [str(case.reference), str(case.last)]
    return [*ends, t("table.difference"), t("table.p_up"), t("table.reading")]


def share_change(case: Case, moved: Change) -> str:
    """Return a change of a share in percentage points with its interval."""
    t = case.t
    ends = (100 * moved.p50, 100 * moved.p05, 100 * moved.p95)
    return t.change_with_range(*ends, t("change.points"), apart="\n")


def reading(case: Case, moved: Change) -> str:
    """Return a change in words: direction, how likely, and when it is within its uncertainty."""
    t = case.t
    if moved.direction in ("same", "unknown"):
        return t(f"reading.{moved.direction}")
    text = t(f"reading.{moved.direction}", likelihood=t(f"likelihood.{moved.likelihood}"))
    return text if moved.sign_known else t("reading.within", reading=text)


def with_unit(case: Case, title: str, unit: str) -> str:
    """Return a title with its unit, where the title does not say it."""
    return case.t("figure.with_unit", title=title, unit=unit) if unit else title


def _interval(case: Case, found: Band, i: int) -> str:
    return case.t.with_range(*found.at(i))


def _published(case: Case, entry: Entry, year: int) -> str:
    values = [
        case.t.number(value)
        for some in entry.points
        for at, value in zip(some.years, some.values, strict=True)
        if int(np.floor(at)) == year
    ]
    return "; ".join(values) or "–"
