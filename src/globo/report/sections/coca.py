"""Coca over the years: zones and the country, against the surveys."""

from __future__ import annotations

from globo.report import page
from globo.report.case import Case
from globo.report.charts import colours
from globo.report.evidence import evidence
from globo.report.known import points, zone_points
from globo.report.page import Section
from globo.report.sections.blocks import picture_of_years
from globo.report.sections.entries import Entry, chosen


def zones(case: Case) -> Section:
    """Return the section on survey zones."""
    t = case.t
    pair = case.zones()
    shown = [
        Entry(
            t.label("zone", name),
            chosen(pair, {"zone": name}),
            colours.zone(name),
            zone_points(case.facts, name),
        )
        for name in (str(z) for z in pair[0]["zone"].values)
    ]
    figure = picture_of_years(
        case,
        "zones",
        t("zones.picture"),
        shown,
        t("unit.ha"),
        t("zones.caption"),
        evidence(case, "zones"),
    )
    return Section(t("zones.title"), page.paragraphs(t("zones.intro")) + figure, "zones")


def country(case: Case) -> Section:
    """Return the section on the country."""
    t = case.t
    coca = Entry(t("country.coca"), case.total("coca_ha"), points=points(case.figures, "coca_ha"))
    cleared = Entry(
        t("country.eradicated"),
        case.total("eradicated_ha"),
        points=points(case.figures, "eradicated_ha"),
    )
    html = page.paragraphs(t("country.intro"))
    html += picture_of_years(
        case,
        "country",
        coca.title,
        [coca],
        t("unit.ha"),
        t("country.caption"),
        evidence(case, "country"),
    )
    html += picture_of_years(
        case,
        "cleared",
        cleared.title,
        [cleared],
        t("unit.ha a year"),
        "",
        evidence(case, "eradication"),
    )
    return Section(t("country.title"), html, "country")
