"""Scenario: what the run changes against its baseline, lever by lever."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import xarray as xr

from globo.model.levers import levers
from globo.report import page
from globo.report.case import Case
from globo.report.page import Section, Table
from globo.scenario.prices import declared, default, differing, stated
from globo.texts import words

BASELINE = "baseline"  # what a run of no scenario is called
SAID = ("share", "switch")  # kinds whose values say their unit


def scenario(case: Case) -> Section:
    """Return the section."""
    t = case.t
    after = stated(case.run)
    before = {} if case.base is None else stated(case.base)
    changed = differing(after, before)
    html = page.paragraphs(described(case), case.text("scenario.intro"))
    if changed:
        html += page.table(_table(case, changed, after, before), t)
    else:
        html += page.paragraphs(case.text("scenario.nothing"))
    html += page.paragraphs(t("scenario.same_luck" if case.base is not None else "scenario.draws"))
    return Section(t("scenario.title"), html, "scenario")


def title_of(ds: xr.Dataset, lang: str) -> str:
    """Return the title of a run's scenario in a language, its name where it has none."""
    title = declared(ds).get("title") or {}
    name = str(ds.attrs.get("scenario", ""))
    if name == BASELINE and not title and not stated(ds):
        return words(lang)["page.baseline.title"]
    return str(title.get(lang, name) if isinstance(title, Mapping) else title)


def described(case: Case) -> str:
    """Return the scenario's own description, where it has one."""
    told = declared(case.run).get("description") or ""
    return str(told.get(case.t.lang, "") if isinstance(told, Mapping) else told)


def _table(
    case: Case, changed: list[str], after: Mapping[str, Any], before: Mapping[str, Any]
) -> Table:
    t = case.t
    rows = []
    for name in changed:
        lever, today = levers().get(name, {}), default(name)
        kind = lever.get("kind", "")
        rows.append(
            [
                lever.get(f"label_{t.lang}") or name,
                told_value(case, before.get(name, today), kind),
                told_value(case, after.get(name, today), kind),
                unit_of(case, name),
                lever.get(f"meaning_{t.lang}", ""),
            ]
        )
    before_title = t("table.baseline" if case.base is not None else "table.default")
    head = [
        t("table.lever"),
        before_title,
        t("table.scenario"),
        t("table.unit"),
        t("table.meaning"),
    ]
    return Table(case.text("scenario.table"), head, rows, frozenset({0, 3, 4}))


def unit_of(case: Case, name: str) -> str:
    """Return a lever's unit in words; none where its values say it (`told_value`)."""
    row = levers().get(name, {})
    return "" if row.get("kind") in SAID else case.t.label("unit", row.get("unit", ""))


def told_value(case: Case, value: Any, kind: str = "") -> str:
    """Return a lever's value: a number, a number a place, or numbers from months on.

    Args:
        case: whose language.
        value: as a scenario declares it.
        kind: of the lever; a share is told in per cent, a switch is on or off.
    """
    t = case.t
    if isinstance(value, bool) or (kind == "switch" and value in (0, 1)):
        return t("scenario.on" if value else "scenario.off")
    if isinstance(value, int | float):
        return t.percent(float(value), 3) if kind == "share" else t.number(float(value))
    if isinstance(value, Mapping):
        if "from" in value and "value" in value:
            since = told_value(case, value["value"], kind)
            return t("scenario.since", month=value["from"], value=since)
        return "\n".join(
            f"{t.label('zone', str(k))}: {told_value(case, v, kind)}" for k, v in value.items()
        )
    if isinstance(value, list):
        return "\n".join(told_value(case, item, kind) for item in value)
    return str(value) or "–"
