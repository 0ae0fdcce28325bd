"""Places: districts on the map, and where it bulges."""

from __future__ import annotations

import numpy as np
import xarray as xr

from globo import countries
from globo.report import page
from globo.report.case import Case
from globo.report.charts import colours
from globo.report.charts.maps import Circles, circle_map
from globo.report.page import Section, Table
from globo.report.sections.blocks import puor_legend
from globo.results.spread import Change, band, change

LISTED = 100.0  # ha; districts under it, before and after, are summed up in the table


def places(case: Case) -> Section:
    """Return the section."""
    t = case.t
    run, past = last_and_past(case)
    moved = [change(run[:, i], past[:, i]) for i in range(run.shape[1])]
    level = np.median(run, axis=0)
    maps = page.grid([_level(case, level), _difference(case, moved)], "halves")
    legend = puor_legend(t) + page.paragraphs(t("places.zone_colours"), kind="note")
    title = case.text("places.picture")
    caption = case.text("places.caption")
    figure = page.picture(t, title, legend + maps, caption, [_table(case, run, past, moved)])
    return Section(t("places.title"), page.paragraphs(t("places.intro")) + figure, "places")


def last_and_past(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Return coca by district in the last year, and what it is held against (draw, district)."""
    run, base = case.read("coca_ha")
    past = run.sel(year=case.reference) if base is None else base.sel(year=case.last)
    return run.sel(year=case.last).values.astype("float64"), past.values.astype("float64")


def _level(case: Case, level: np.ndarray) -> str:
    t = case.t
    title = t("places.level", year=case.last)
    fills = [colours.zone(str(zone)) for zone in case.run["district_zone"].values]
    names = [
        (t.label("zone", row["name"]), float(row["lon"]), float(row["lat"]))
        for row in countries.load().rows("look/zones")
    ]
    svg = _map(case, "map-level", title, level, fills, names)
    return page.card(title, svg)


def _difference(case: Case, moved: list[Change]) -> str:
    title = case.text("places.difference")
    fills = [colours.difference(one.p_up) for one in moved]
    sizes = np.array([abs(one.p50) for one in moved])
    return page.card(title, _map(case, "map-moved", title, sizes, fills, ()))


def _map(
    case: Case,
    salt: str,
    title: str,
    sizes: np.ndarray,
    fills: list[str],
    names: list[tuple[str, float, float]] | tuple[()],
) -> str:
    where = case.run
    circles = Circles(where["lon"].values, where["lat"].values, sizes, fills)
    largest = max(float(sizes.max()), 1.0)
    told = case.t("alt.map", title=title)
    return circle_map(case.t, salt, told, circles, largest, names)


def _table(case: Case, run: np.ndarray, past: np.ndarray, moved: list[Change]) -> Table:
    """Return the districts by code (never by rank), and the sum of those with little coca."""
    t = case.t
    here = case.run
    most = np.maximum(np.median(run, axis=0), np.median(past, axis=0))
    shown = np.flatnonzero(most >= LISTED).tolist()
    rows = [
        _row(
            case,
            _name(here, i),
            str(here["district_zone"].values[i]),
            past[:, i],
            run[:, i],
            moved[i],
        )
        for i in shown
    ]
    rest = np.flatnonzero(most < LISTED)
    if len(rest):
        name = t("places.rest", n=len(rest), ha=t.number(LISTED))
        before, after = past[:, rest].sum(axis=1), run[:, rest].sum(axis=1)
        rows.append(_row(case, name, "", before, after, change(after, before)))
    ends = [t("table.baseline"), t("table.scenario")]
    if case.base is None:
        ends = [str(case.reference), str(case.last)]
    head = [t("table.district"), t("table.zone"), *ends, t("table.difference"), t("table.p_up")]
    return Table(case.text("places.table"), head, rows, frozenset({0, 1}))


def _name(here: xr.Dataset, i: int) -> str:
    return f"{str(here['district_name'].values[i]).title()} ({here['district'].values[i]})"


def _row(
    case: Case, name: str, zone: str, past: np.ndarray, run: np.ndarray, moved: Change
) -> list[str]:
    t = case.t
    return [
        name,
        t.label("zone", zone) if zone else "",
        t.with_range(*band(past).at(()), apart="\n"),
        t.with_range(*band(run).at(()), apart="\n"),
        t.change_with_range(moved.p50, moved.p05, moved.p95, apart="\n"),
        t.chance(moved.p_up, moved.n_draws),
    ]
