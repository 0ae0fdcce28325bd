"""Blocks that the sections are built of: figures over the years, figures by name, legends."""

from __future__ import annotations

from collections.abc import Sequence

from globo.model.levers import levers
from globo.report import page
from globo.report.case import Case, Pair
from globo.report.charts import colours
from globo.report.charts.dots import Dot, DotRow, dots
from globo.report.charts.fan import fan
from globo.report.sections.entries import Entry, chosen, entries
from globo.report.sections.tables import changes_table, with_unit, years_table
from globo.report.texts import Texts
from globo.results.spread import Band
from globo.scenario.prices import left_out_between

CARD, WIDE, NARROW = (260, 165), (800, 300), (360, 230)


def not_counted(case: Case) -> str:
    """Say which of the levers moved no sum of money holds; empty where all are counted."""
    names = left_out_between(case.run, case.base)
    labels = [levers()[name].get(f"label_{case.t.lang}") or name for name in names]
    return case.t("spending.left_out", levers=case.t.listed(labels)) if labels else ""


def picture_of_years(
    case: Case,
    salt: str,
    title: str,
    shown: Sequence[Entry],
    unit: str,
    caption: str = "",
    more: str = "",
) -> str:
    """Return a figure of one card an entry (or one wide picture), with legend and table."""
    if len(shown) == 1:
        html = page.either(
            _fan(case, f"{salt}-w", title, shown[0], unit, WIDE),
            _fan(case, f"{salt}-n", title, shown[0], unit, NARROW),
        )
    else:
        html = page.grid(
            page.card(e.title, _fan(case, f"{salt}-{i}", e.title, e, unit, CARD), e.note)
            for i, e in enumerate(shown)
        )
    tables = [years_table(case, with_unit(case, title, unit), shown)]
    surveys = any(entry.points for entry in shown)
    return page.picture(
        case.t,
        with_unit(case, title, unit),
        fan_legend(case, shown, surveys) + html,
        caption,
        tables,
        more,
    )


def fan_legend(case: Case, shown: Sequence[Entry], surveys: bool) -> str:
    """Return the legend of a fan."""
    t = case.t
    inks = {entry.colour for entry in shown}
    ink = inks.pop() if len(inks) == 1 else colours.GREY
    told = [
        ("line", ink, t("legend.median_scenario" if case.base is not None else "legend.median")),
        ("inner", ink, t("legend.half")),
        ("band", ink, t("legend.ninety")),
    ]
    if case.base is not None:
        told.append(("dashed", colours.BASELINE, t("legend.baseline")))
    levels = {c for e in shown for p in e.points if not p.other for c in p.confidence}
    if surveys:
        told += [
            (level, "#1f2328", t(f"legend.point_{level}"))
            for level in ("high", "medium", "low")
            if level in levels
        ]
    if any(p.other for e in shown for p in e.points):
        told.append(("cross", "#5b626a", t("legend.point_other")))
    if case.projected_from:
        told.append(("shade", "#f4f5f6", t("legend.projection")))
    return page.legend(told)


def picture_of_names(
    case: Case,
    salt: str,
    title: str,
    pair: Pair,
    dim: str,
    kind: str,
    unit: str,
    caption: str = "",
    percent: bool = False,
    hues: dict[str, str] | None = None,
    more: str = "",
) -> str:
    """Return a figure of one row a name in the last year, with its table of changes."""
    rows = [
        DotRow(
            case.t.label(kind, name),
            interval_dots(case, chosen(pair, {dim: name}), (hues or {}).get(name)),
        )
        for name in (str(n) for n in pair[0][dim].values)
    ]
    html = page.either(
        dots(case.t, f"{salt}-w", title, rows, width=640, percent=percent),
        dots(case.t, f"{salt}-n", title, rows, percent=percent),
    )
    shown = entries(case, pair, dim, kind)
    full = case.t("figure.in_year", title=with_unit(case, title, unit), year=case.last)
    tables = [changes_table(case, full, shown, percent)]
    return page.picture(case.t, full, interval_legend(case) + html, caption, tables, more)


def _fan(
    case: Case, salt: str, title: str, entry: Entry, unit: str, size: tuple[float, float]
) -> str:
    after = case.final(entry.pair[0]).at(())
    told = case.t(
        "alt.fan",
        title=with_unit(case, title, unit),
        year=case.last,
        interval=case.t.with_range(*after),
    )
    return fan(
        case.t,
        salt,
        told,
        case.years,
        case.bands(entry.pair, entry.colour),
        entry.points,
        size,
        case.projected_from,
    )


def interval_dots(case: Case, pair: Pair, colour: str | None = None) -> list[Dot]:
    """Return the last year's intervals of a row: the baseline's above the run's."""
    run, base = pair
    made = [] if base is None else [_dot(case.final(base), colours.BASELINE)]
    return [*made, _dot(case.final(run), colour or colours.SCENARIO)]


def interval_legend(case: Case) -> str:
    """Return the legend of rows with intervals."""
    t = case.t
    told = [("interval", colours.SCENARIO, t("legend.interval"))]
    if case.base is not None:
        told = [
            ("interval", colours.SCENARIO, t("legend.scenario")),
            ("interval", colours.BASELINE, t("legend.baseline_interval")),
        ]
    return page.legend(told)


def _dot(found: Band, colour: str) -> Dot:
    mid, low, high = found.at(())
    return Dot(mid, low, high, colour, (float(found.p25), float(found.p75)))


def puor_legend(t: Texts) -> str:
    """Return the legend of differences: the colour is the probability of growth."""
    steps = [(0.02, "p_low"), (0.25, ""), (0.5, "p_even"), (0.75, ""), (0.98, "p_high")]
    told = [("dot", colours.difference(p), t(f"legend.{key}") if key else "") for p, key in steps]
    return page.legend(told, title=t("legend.p_up"))
