"""Known: published figures as points and ranges for the pictures.

Reads the long table of figures. Rows of the main series (national tables, surveys)
are dots; what other bodies or bases say of the same thing are crosses. Prices are
brought to dollars of 2015 by US consumer prices.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from globo import countries
from globo.facts import Facts
from globo.report.charts.dots import Mark
from globo.report.charts.fan import POINTS, Points
from globo.results.published import FIGURES, published

MAIN = ("national", "coca_zone")
BASE_YEAR = 2015
ALIKE = 0.02  # a relative difference under it is the same figure, rounded
SINCE = 2010  # wholesale prices before it say little of the last years


def zone_points(facts: Facts, zone: str) -> list[Points]:
    """Return the surveys of a zone, ha on 31 December."""
    rows = facts.coca_zone[facts.coca_zone.zone == zone]
    return _points(rows.assign(value=rows.coca_ha))


def points(
    figures: pd.DataFrame, variable: str, main: Sequence[str] = (), cpi: pd.Series | None = None
) -> list[Points]:
    """Return what was published beside a variable: the main series, and others' figures.

    Args:
        figures: the long table of the facts.
        variable: a reported variable whose figure is one quantity.
        main: bases that are the main series; the national table where empty.
        cpi: consumer prices by year, for money.
    """
    (quantity,) = FIGURES.get(variable, (variable,))
    rows = figures[(figures.quantity == quantity) & (figures.place == countries.load().nation)]
    rows = rows[(rows.year == rows.year_to) & (rows.unit != "")].dropna(subset="value")
    if cpi is not None:
        rows = rows[rows.year.isin(cpi.index)]
        rows = rows.assign(value=rows.value * cpi[BASE_YEAR] / rows.year.map(cpi))
    first = rows.basis.isin(main) if main else rows.table.isin(MAIN)
    dots, rest = rows[first].drop_duplicates(["year", "value"]), rows[~first]
    known = dots.groupby("year").value.agg(list)
    news = [
        all(abs(value / other - 1) > ALIKE for other in known.get(year, []) if other)
        for year, value in zip(rest.year, rest.value, strict=True)
    ]
    others = rest[np.array(news, dtype=bool)].drop_duplicates(["year", "value"])
    return [*_points(dots), *_points(others, other=True)]


def main_points(
    figures: pd.DataFrame, variable: str, deflator: pd.Series | None = None
) -> list[Points]:
    """Return the figure of the country beside a variable, in its unit; no others' figures."""
    return _points(published(figures, variable, deflator))


def consumer_prices(facts: Facts) -> pd.Series:
    """Return US consumer prices by year."""
    rows = facts.prices[facts.prices.quantity == "us_cpi"]
    return rows.set_index("year").value


def wholesale_marks(facts: Facts, market: str) -> list[Mark]:
    """Return the range of published wholesale prices in a market since 2010, USD/kg (2015)."""
    table, cpi = facts.prices, consumer_prices(facts)
    rows = table[(table.quantity == "wholesale_price_usd_kg") & (table.market == market)]
    rows = rows[(rows.year >= SINCE) & rows.year.isin(cpi.index)]
    if not len(rows):
        return []
    value = rows.value * cpi[BASE_YEAR] / rows.year.map(cpi)
    worst = list(POINTS)[max(rows.confidence.map(list(POINTS).index))]
    return [Mark(float(value.min()), float(value.max()), worst)]


def _points(rows: pd.DataFrame, other: bool = False) -> list[Points]:
    there = rows.dropna(subset="value").sort_values("year")
    if not len(there):
        return []
    levels = [level if level in POINTS else "low" for level in there.confidence]
    return [Points(there.year.tolist(), there.value.tolist(), levels, other)]
