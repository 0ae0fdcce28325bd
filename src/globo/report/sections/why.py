"""Why: each change of coca split by the channel that it came through, where that was asked for."""

from __future__ import annotations

from typing import Any

from globo.decisions import reasons
from globo.report import page
from globo.report.case import Case
from globo.report.charts import colours
from globo.report.charts.canvas import SOFT
from globo.report.charts.dots import Dot, DotRow, dots
from globo.report.page import Section, Table

DRAWN = 2  # zones drawn beside the country, those that move most


def why(case: Case) -> Section | None:
    """Return the section; None where the comparison was not split."""
    t, compared = case.t, case.comparison
    if compared is None or compared.reasons is None:
        return None
    whole = compared.to_json(case.last)["why"]
    places = whole["places"]
    html = page.paragraphs(t("why.intro"))
    html += page.bullets(whole["told"][t.lang], "findings")
    html += _picture(case, places)
    html += page.paragraphs(reasons.title(whole, t.lang), kind="note")
    html += page.table(_table(case, places), t)
    return Section(t("why.title"), html, "why")


def split(case: Case) -> list[str]:
    """Say of each place what its change is made of; nothing where the comparison was not split."""
    compared = case.comparison
    if compared is None or compared.reasons is None:
        return []
    return compared.to_json(case.last)["why"]["told"][case.t.lang]


def _picture(case: Case, places: dict[str, Any]) -> str:
    t, names = case.t, reasons.largest(places)
    drawn = [*names[:DRAWN], *(name for name in names[DRAWN:] if name == reasons.COUNTRY)]
    cards = [
        page.card(_name(case, name), _dots(case, i, name, places[name]))
        for i, name in enumerate(drawn)
    ]
    if not cards:
        return ""
    caption, tables = t("why.picture_caption"), [_table(case, {n: places[n] for n in drawn})]
    return page.picture(t, t("why.picture", year=case.last), page.grid(cards), caption, tables)


def _dots(case: Case, i: int, name: str, one: dict[str, Any]) -> str:
    shown = reasons.moved({name: one})
    rows = [
        DotRow(reasons.label(channel, case.t.lang), [_dot(one["channels"][channel])])
        for channel in shown
    ]
    title = case.t("why.picture_of", place=_name(case, name), year=case.last)
    return dots(case.t, f"why-{i}", title, rows, signed=True)


def _dot(part: dict[str, float]) -> Dot:
    ink = colours.difference(1.0 if part["ha"] > 0 else 0.0)
    return Dot(part["ha"], part["p05"], part["p95"], ink, line=SOFT)


def _table(case: Case, places: dict[str, Any]) -> Table:
    t, moving = case.t, reasons.moved(places)
    head = [t("table.name"), t("why.change"), *(reasons.label(c, t.lang) for c in moving)]
    rows = []
    for name, one in places.items():
        total = one["total_ha"]
        cells = [t.change_with_range(total["p50"], total["p05"], total["p95"], apart="\n")]
        for channel in moving:
            part = one["channels"][channel]
            cells.append(t.change_with_range(part["ha"], part["p05"], part["p95"], apart="\n"))
        rows.append([_name(case, name), *cells])
    return Table(t("why.table", year=case.last), head, rows)


def _name(case: Case, place: str) -> str:
    country = place == reasons.COUNTRY
    return case.t("why.country") if country else case.t.label("zone", place)
