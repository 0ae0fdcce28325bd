"""Indicators of the country: the figures that a reader asks for first."""

from __future__ import annotations

import xarray as xr

from globo.report.case import Case
from globo.report.sections.blocks import Pair
from globo.report.sections.entries import Entry
from globo.results import zone_sum


def indicators(case: Case) -> list[Entry]:
    """Return the country's figures, each (draw, year), with the unit in the title."""
    t = case.t
    pairs: dict[str, Pair] = {
        "coca_ha": case.total("coca_ha"),
        "eradicated_ha": case.total("eradicated_ha"),
        "growers": case.read("growers of the country", lambda ds: _sum(ds["growers"], "district")),
        "leaf_price_usd_kg": case.total("leaf_price_usd_kg"),
        "cocaine_t": case.total("cocaine_t"),
        "seized_t": case.total("seized_t"),
        "coca_income_usd": coca_income(case),
        "armed_acts": case.total("armed_acts"),
        "armed_revenue_usd": case.read("fees", lambda ds: _sum(ds["armed_revenue_usd"], "group")),
        "forest_cleared_ha": case.read("forest", lambda ds: _sum(ds["forest_cleared_ha"], "zone")),
        "spending_usd": case.read("spending", lambda ds: _sum(ds["spending_usd"], "item")),
    }
    whole = {"coca_ha": case.whole_area()}
    return [Entry(t(f"indicator.{n}"), pair, whole=whole.get(n)) for n, pair in pairs.items()]


def coca_income(case: Case) -> Pair:
    """Return the net coca income of a growing household, weighted by growers (draw, year)."""

    def mean(ds: xr.Dataset) -> xr.DataArray:
        growers = zone_sum(ds, "growers")
        total = (ds["coca_income_usd"].astype("float64") * growers).sum("zone")
        return (total / growers.sum("zone")).where(growers.sum("zone") > 0)

    return case.read("coca income of the country", mean)


def _sum(array: xr.DataArray, dim: str) -> xr.DataArray:
    return array.astype("float64").sum(dim)
