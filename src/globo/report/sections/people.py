"""People and land: armed groups, households, forest."""

from __future__ import annotations

import xarray as xr

from globo import results
from globo.report import page
from globo.report.case import Case, Pair
from globo.report.evidence import evidence
from globo.report.known import points
from globo.report.page import Section
from globo.report.sections.blocks import not_counted, picture_of_names, picture_of_years
from globo.report.sections.entries import Entry, entries, summed
from globo.report.sections.indicators import coca_income

MILLION = 1e6
HOUSEHOLDS = ("",)  # the few counts of growing households name no basis


def armed_groups(case: Case) -> Section:
    """Return the section on armed groups."""
    t = case.t
    total = Entry(
        t("armed.acts"),
        case.total("armed_acts"),
        points=points(case.figures, "armed_acts"),
    )
    strength = [
        Entry(
            t("armed.factions"),
            _factions(case),
            points=points(case.figures, "armed_strength"),
        ),
        *entries(case, case.read("armed_strength"), "group", "group"),
    ]
    revenue = case.read("armed revenue, millions", lambda ds: ds["armed_revenue_usd"] / MILLION)
    html = page.paragraphs(t("armed.intro"))
    html += picture_of_years(
        case,
        "acts",
        total.title,
        [total],
        "",
        t("armed.acts_caption"),
        evidence(case, "acts"),
    )
    html += picture_of_years(
        case,
        "strength",
        t("armed.strength"),
        strength,
        "",
        more=evidence(case, "strength"),
    )
    html += picture_of_years(
        case,
        "revenue",
        t("armed.revenue"),
        entries(case, revenue, "group", "group"),
        t("unit.million_usd"),
    )
    html += picture_of_names(
        case,
        "hold",
        t("armed.hold"),
        case.read("hold"),
        "zone",
        "zone",
        t("unit.0 to 1"),
        t("armed.hold_caption"),
    )
    html += picture_of_names(
        case,
        "legitimacy",
        t("armed.legitimacy"),
        case.read("legitimacy"),
        "zone",
        "zone",
        t("unit.0 to 1"),
        t("armed.legitimacy_caption"),
    )
    return Section(t("armed.title"), html, "armed-groups")


def _factions(case: Case) -> Pair:
    """Return the fighters of all factions together; clans keep none."""

    def both(ds: xr.Dataset) -> xr.DataArray:
        clans = {group.name for group in results.country_of(ds).groups if group.clans}
        names = [name for name in ds["group"].values if str(name) not in clans]
        return ds["armed_strength"].sel(group=names).astype("float64").sum("group")

    return case.read("fighters of both factions", both)


def households(case: Case) -> Section:
    """Return the section on households."""
    t = case.t
    growers = case.read(
        "growers of the country", lambda ds: ds["growers"].astype("float64").sum("district")
    )
    shown = [
        Entry(
            t("households.growers"),
            growers,
            points=points(case.figures, "growing_households", HOUSEHOLDS),
        )
    ]
    income = [Entry(t("households.coca_income"), coca_income(case))]
    html = page.paragraphs(t("households.intro"))
    html += picture_of_years(
        case, "growers", shown[0].title, shown, "", more=evidence(case, "growers")
    )
    html += picture_of_years(
        case,
        "coca-income",
        income[0].title,
        income,
        t("unit.USD a year (2015)"),
        more=evidence(case, "coca_income"),
    )
    html += picture_of_names(
        case,
        "income",
        t("households.income"),
        case.read("household_income_usd"),
        "zone",
        "zone",
        t("unit.USD a year (2015)"),
    )
    html += picture_of_names(
        case,
        "gini",
        t("households.gini"),
        case.read("income_gini"),
        "zone",
        "zone",
        t("unit.0 to 1"),
        t("households.gini_caption"),
    )
    return Section(t("households.title"), html, "households")


def forest(case: Case) -> Section:
    """Return the section on forest."""
    t = case.t
    cleared = case.read("forest_cleared_ha")
    shown = [Entry(t("forest.cleared"), summed(cleared, "zone"))]
    html = page.paragraphs(t("forest.intro"))
    html += picture_of_years(
        case, "forest", shown[0].title, shown, t("unit.ha a year"), more=evidence(case, "forest")
    )
    html += picture_of_names(
        case,
        "forest-zones",
        t("forest.zones"),
        cleared,
        "zone",
        "zone",
        t("unit.ha a year"),
    )
    return Section(t("forest.title"), html, "forest")


def spending(case: Case) -> Section:
    """Return the section on what the state spends."""
    t = case.t
    paid = case.read("spending, millions", lambda ds: ds["spending_usd"] / MILLION)
    shown = [Entry(t("spending.total"), summed(paid, "item")), *entries(case, paid, "item", "item")]
    html = page.paragraphs(t("spending.intro"), not_counted(case))
    html += picture_of_years(
        case,
        "spending",
        t("spending.picture"),
        shown,
        t("unit.million_usd"),
        more=evidence(case, "spending"),
    )
    return Section(t("spending.title"), html, "spending")
