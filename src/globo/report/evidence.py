"""Evidence: under each figure, the published rows behind it, with their disagreements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from globo import countries
from globo.facts import evidence_for
from globo.facts.sources import READ
from globo.report import page
from globo.report.case import Case
from globo.report.page import Link, Table
from globo.report.texts import Texts

HOME = countries.load().nation
# Land, people and coca by district: the frame of the model, too long for a report.
LEFT_OUT = ("district_year", "coca_district")


@dataclass(frozen=True)
class Behind:
    """What is asked of the facts for one figure.

    Attributes:
        names: quantities, reported variables or questions of the effects.
        place: rows of this place only, None for every place.
        only: rows of these tables only, all where empty.
    """

    names: tuple[str, ...]
    place: str | None = HOME
    only: tuple[str, ...] = ()


FIGURES: Mapping[str, Behind] = MappingProxyType(
    {
        "moved": Behind(
            ("eradication_area", "spillover", "balloon_country", "replanting", "plan_totals"), None
        ),
        "zones": Behind(("coca_ha",), None, ("coca_zone",)),
        "country": Behind(("coca_ha",), only=("national", "chain")),
        "eradication": Behind(("eradicated_ha",)),
        "amounts": Behind(("leaf_t", "cocaine_t", "seized_t")),
        "markets": Behind(("market_price_usd_kg",), None),
        "prices": Behind(("leaf_price_usd_kg", "cocaine_price_usd_kg")),
        "exits": Behind(("flow_t",), None),
        "disputes": Behind(("exit_share", "exit_t", "destination_share"), None),
        "firms": Behind(("firm_count", "firm_hhi", "precursor_price"), None),
        "acts": Behind(("armed_acts",), None),
        "strength": Behind(("armed_strength",), None),
        "revenue": Behind(("armed_revenue_usd",), None),
        "hold": Behind(("hold",), None),
        "legitimacy": Behind(("legitimacy",), None),
        "growers": Behind(("growers",), None),
        "coca_income": Behind(("coca_income_usd",), None),
        "household_income": Behind(("household_income_usd",), None),
        "forest": Behind(("forest_cleared_ha",), None),
        "spending": Behind(("spending_usd",), None),
    }
)


def evidence(case: Case, figure: str) -> str:
    """Return the evidence behind a figure as markup that opens on demand."""
    t = case.t
    rows = behind(case, FIGURES[figure])
    if not len(rows):
        return page.paragraphs(t("evidence.none"), kind="note")
    disputes = [name for name in rows.dispute.unique() if name]
    n_disputed = int((rows.dispute != "").sum())
    told = t("evidence.disputes", n=t.whole(n_disputed)) if disputes else t("evidence.no_dispute")
    if _opposed(rows):
        told = t("evidence.opposed")
    readings = [
        f"{t(f'dispute.{name}.question')} {t(f'dispute.{name}.reading')}" for name in disputes
    ]
    cells = [_row(t, row) for row in rows.to_dict("records")]
    columns = ("what", "place", "value", "confidence", "source")
    head = [t("table.year"), *(t(f"evidence.{name}") for name in columns)]
    content = Table(t("evidence.table"), head, cells, frozenset({0, 1, 2, 4, 5}), kind="evidence")
    html = (page.bullets(readings) if readings else "") + page.table(content, t)
    return page.details(t("evidence.summary", n=t.whole(len(rows)), disputed=told), html)


def behind(case: Case, asked: Behind) -> pd.DataFrame:
    """Return the rows of the facts behind a figure, oldest first."""
    parts = [evidence_for(name, asked.place, case.facts) for name in asked.names]
    rows = pd.concat(parts).drop_duplicates(["table", "id", "quantity", "place", "year", "value"])
    rows = rows[~rows.table.isin(LEFT_OUT)]
    return rows[rows.table.isin(asked.only)] if asked.only else rows


def _row(t: Texts, row: dict[str, Any]) -> list[str | Link]:
    basis = t.label("basis", row["basis"])
    what = t.label("quantity", row["quantity"])
    place = t.label("place", row["place"])
    if row["to"]:
        place = t("evidence.way", place=place, to=t.label("place", row["to"]))
    if row["mode"]:
        place = f"{place}, {t.label('mode', row['mode'])}"
    trust = t.label("confidence", row["confidence"])
    return [
        _years(row),
        f"{what} ({basis})" if basis else what,
        place,
        _value(t, row),
        t("evidence.disputed", confidence=trust) if row["dispute"] else trust,
        Link(_source(t, row), row["url"] if isinstance(row["url"], str) else "", row["note"]),
    ]


def _opposed(rows: pd.DataFrame) -> bool:
    """Say whether studies of one question found opposite signs."""
    studies = rows[rows.table == "effects"].dropna(subset="value")
    signs = studies.assign(up=studies.value > 0)[studies.value != 0]
    return bool((signs.groupby("quantity").up.nunique() > 1).any())


def _source(t: Texts, row: dict[str, Any]) -> str:
    title, publisher = str(row[f"title_{t.lang}"]), row[f"publisher_{t.lang}"]
    alone = not isinstance(publisher, str) or not publisher or publisher in title
    named = title if alone else f"{publisher}: {title}"
    return named if row["access"] == READ else f"{named} ({t.label('access', row['access'])})"


def _years(row: dict[str, Any]) -> str:
    first, last = row["year"], row["year_to"]
    if pd.isna(first):
        return "–"
    return f"{first:.0f}" if pd.isna(last) or last == first else f"{first:.0f}–{last:.0f}"


def _value(t: Texts, row: dict[str, Any]) -> str:
    value, low, high = row["value"], row["low"], row["high"]
    if pd.isna(value):
        return "–"
    if row["unit"] == "sign":
        return t("evidence.rises" if value > 0 else "evidence.falls")
    number = t.number(value, 4)
    if pd.notna(low) and pd.notna(high) and low != high:
        number = f"{number} ({t.range(low, high, 4)})"
    if row["bound"]:
        number = f"{t.label('bound', row['bound'])} {number}"
    unit = t.label("unit", row["unit"])
    return f"{number} {unit}".strip()
