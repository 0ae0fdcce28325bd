"""Chain: leaf, cocaine and what is seized of it, and prices from the farm gate to the markets."""

from __future__ import annotations

import xarray as xr

from globo.report import page
from globo.report.case import Case, Pair
from globo.report.charts.dots import DotRow, dots
from globo.report.evidence import evidence
from globo.report.known import main_points, points, wholesale_marks
from globo.report.page import Section
from globo.report.sections.blocks import interval_dots, interval_legend, picture_of_years
from globo.report.sections.entries import Entry, entries
from globo.report.sections.tables import changes_table

UNODC = ("UNODC", "UNODC, revised", "UNODC, old series")


def chain(case: Case) -> Section:
    """Return the section."""
    t = case.t
    html = page.paragraphs(t("chain.intro"))
    html += _amounts(case) + _prices(case)
    return Section(t("chain.title"), html, "chain")


def _amounts(case: Case) -> str:
    """Return leaf and cocaine made, and seized, over the years."""
    t, seized = case.t, main_points(case.figures, "seized_t")
    shown = [
        Entry(t("chain.leaf"), case.total("leaf_t"), points=points(case.figures, "leaf_t")),
        Entry(
            t("chain.cocaine"),
            case.total("cocaine_t"),
            points=points(case.figures, "cocaine_t", UNODC),
        ),
        Entry(t("chain.seized"), case.total("seized_t"), points=seized),
    ]
    return picture_of_years(
        case,
        "amounts",
        t("chain.amounts"),
        shown,
        t("unit.t a year"),
        t("chain.amounts_caption"),
        evidence(case, "amounts"),
    )


def _prices(case: Case) -> str:
    """Return prices from the farm gate to the markets in the last year, and over the years."""
    t = case.t
    leaf, cocaine = case.total("leaf_price_usd_kg"), _cocaine_price(case)
    markets = entries(case, case.read("market_price_usd_kg"), "market", "market")
    steps = [Entry(t("chain.leaf_price"), leaf), Entry(t("chain.cocaine_price"), cocaine), *markets]
    names = [str(name) for name in case.run["market"].values]
    marks = [[], [], *(wholesale_marks(case.facts, name) for name in names)]
    rows = [
        DotRow(step.title, interval_dots(case, step.pair), said)
        for step, said in zip(steps, marks, strict=True)
    ]
    title = t("chain.prices", year=case.last)
    html = page.either(
        dots(t, "prices-w", title, rows, width=720, scale="log"),
        dots(t, "prices-n", title, rows, scale="log"),
    )
    table = changes_table(case, title, steps)
    ladder = page.picture(
        t,
        title,
        interval_legend(case) + html,
        t("chain.prices_caption"),
        [table],
        evidence(case, "markets"),
    )
    shown = [
        Entry(
            t("chain.leaf_price"),
            leaf,
            points=points(case.figures, "leaf_price_usd_kg", cpi=case.cpi),
        ),
        Entry(
            t("chain.cocaine_price"),
            cocaine,
            points=points(case.figures, "cocaine_price_usd_kg", cpi=case.cpi),
        ),
    ]
    return ladder + picture_of_years(
        case,
        "price-years",
        t("chain.price_years"),
        shown,
        t("unit.USD/kg (2015)"),
        t("chain.price_years_caption"),
        evidence(case, "prices"),
    )


def _cocaine_price(case: Case) -> Pair:
    """Return the price in the producing zones, weighted by cocaine made (draw, year)."""

    def mean(ds: xr.Dataset) -> xr.DataArray:
        made = ds["cocaine_t"].astype("float64")
        total = (ds["cocaine_price_usd_kg"] * made).sum("zone")
        return (total / made.sum("zone")).where(made.sum("zone") > 0)

    return case.read("cocaine price of the country", mean)
