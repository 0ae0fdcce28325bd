"""Added: what each December's survey put in that the mechanisms did not do by themselves."""

from __future__ import annotations

from ruamel.yaml import YAML

from globo.assimilation.added import bias, by_zone
from globo.report import page
from globo.report.case import Case
from globo.report.page import Section, Table
from globo.scenario import SURVEYS
from globo.simulation import world_of

FIRST = 2012  # from here on every zone is surveyed by district
DEEP = 0.7  # log factor of the deepest shade: twice, or half
MORE, LESS = (230, 145, 56), (142, 124, 195)


def added(case: Case) -> Section:
    """Return the section."""
    t = case.t
    title = t("added.title")
    told = YAML(typ="safe").load(str(case.run.attrs.get("scenario_yaml", ""))) or {}
    if SURVEYS in told.get("off", []):
        return Section(title, page.paragraphs(t("added.free")), "what-surveys-added")
    table = by_zone(case.facts, world_of(None))
    table = table[table["year"].isin(case.years)]
    if table.empty:
        return Section(title, page.paragraphs(t("added.none")), "what-surveys-added")
    lasting = bias(table, FIRST)
    wide = table.pivot_table(index="zone", columns="year", values="p50").reindex(lasting.index)
    rows, shades = [], []
    for zone, values in wide.iterrows():
        mean = float(lasting["mean"][zone])
        cells = ["" if v != v else t.change(round(100 * v), 2) for v in values]
        rows.append([t.label("zone", str(zone)), t.change(round(100 * mean), 2), *cells])
        shades.append(["", "", *(shade(float(v)) for v in values)])
    head = [t("table.name"), t("added.mean", year=FIRST)]
    head += [f"’{int(str(year)) % 100:02}" for year in wide.columns]
    html = page.paragraphs(t("added.intro"))
    html += page.table(Table(t("added.grid"), head, rows, frozenset({0}), shades, "marks"), t)
    html += page.paragraphs(t("added.says"), kind="note")
    return Section(title, html, "what-surveys-added")


def shade(log: float) -> str:
    """Return the background of a log factor: deeper the farther from 0, "" where unknown."""
    if log != log:
        return ""
    part = min(abs(log) / DEEP, 1.0)
    full = MORE if log > 0 else LESS
    return "#" + "".join(f"{round(255 + part * (c - 255)):02x}" for c in full)
