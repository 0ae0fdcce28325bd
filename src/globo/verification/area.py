"""Claims about where coca stands: C1, C2, C3, C5 and C16."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from ruamel.yaml import YAML

from globo import countries, facts
from globo.results import national, surveyed, zone_ha
from globo.scenario import load
from globo.verification.claim import WHOLE, Parts, always, declared, ratio, yearly

ROLES = countries.load().roles
PACIFIED, STRONGHOLD, RIVAL = ROLES["pacified"], ROLES["stronghold"], ROLES["rival"]
HISTORIC, FRONTIER = ROLES["historic"], ROLES["frontier"]
DISTRICT_HA = 50.0
LAST_YEAR = 2017
RECORD = 1.025  # times what it must be above

Others = Mapping[str, xr.Dataset]


def record_eradication(ds: xr.Dataset, _: Others) -> Parts:
    """C1: eradication peaks in 2014 or 2015, above every earlier year and 2016.

    Above means by a fortieth: a flat budget that is used up differs by rounding alone.
    """
    cleared = yearly(national(ds), "eradicated_ha", WHOLE)
    years = np.array(WHOLE)
    peak = cleared[:, np.isin(years, (2014, 2015))].max(axis=1) / RECORD
    return {
        "2014 or 2015 above every earlier year": peak > cleared[:, years < 2014].max(axis=1),
        "2014 or 2015 above 2016": peak > cleared[:, years == 2016].max(axis=1),
    }


def pacified_emptied(ds: xr.Dataset, _: Others) -> Parts:
    """C2: the pacified zone loses 80 % of its coca from 2010 to 2015, more ha than any other."""
    zones = zone_ha(ds)
    before, after = (zones.sel(year=y).values for y in (2010, 2015))
    fall = before - after
    own = zones["zone"].values == PACIFIED
    return {
        f"the {PACIFIED} loses 80 % or more": after[:, own][:, 0] <= 0.2 * before[:, own][:, 0],
        "no zone loses as many hectares": fall[:, own][:, 0] > fall[:, ~own].max(axis=1),
    }


def stronghold_untouched(ds: xr.Dataset, _: Others) -> Parts:
    """C3: the stronghold keeps its area of 2010 within 20 % in 2015, and 40 % of the country's."""
    zones = zone_ha(ds)
    before, after = (yearly_zone(zones, year, STRONGHOLD) for year in (2010, 2015))
    change = ratio(after, before)
    country = yearly(national(ds), "coca_ha", 2015)
    return {
        "within 20 % of 2010": (change >= 0.8) & (change <= 1.2),
        "40 % of the country or more": after >= 0.4 * country,
    }


def coca_spreads(ds: xr.Dataset, _: Others) -> Parts:
    """C5: coca outside the historic basins doubles, stays, and reaches more districts.

    Shares and sums are what the survey of each year would have seen, for the source speaks of
    surveys, and those covered more zones in 2012 than in 2005.
    """
    zones, country = zone_ha(ds), national(ds)["coca_ha"]
    basins = zones.sel(zone=list(HISTORIC)).sum("zone", skipna=False)
    share = 1.0 - basins / country
    covered = xr.DataArray(surveyed(ds)[0], dims=("year", "district"))
    on_border = xr.DataArray(np.isin(ds["district_zone"].values, FRONTIER), dims="district")
    frontier = (ds["coca_ha"] * covered).where(on_border, 0.0).sum("district", skipna=False)
    outside = ~np.isin(ds["district_zone"].values, HISTORIC)
    reached = {
        y: (yearly(ds, "coca_ha", y)[:, outside] > DISTRICT_HA).sum(axis=1) for y in (2014, 2017)
    }
    return {
        "share outside the basins doubles 2005-2012": share.sel(year=2012).values
        >= 2.0 * share.sel(year=2005).values,
        "it stays above 20 % to 2015": always(share.sel(year=slice(2012, 2015)).values > 0.2),
        "the three frontier zones double 2006-2012": frontier.sel(year=2012).values
        >= 2.0 * frontier.sel(year=2006).values,
        "more districts over 50 ha in 2017 than in 2014": reached[2017] > reached[2014],
    }


def behind_rival(ds: xr.Dataset, _: Others) -> Parts:
    """C16: the area is above the rival's in 2012 and 2013, below it from 2014 to the end."""
    years = [y for y in ds["year"].values.tolist() if 2012 <= y <= LAST_YEAR]
    own, other = yearly(national(ds), "coca_ha", years), rival_ha(ds, years)
    early = np.array(years) < 2014
    return {
        f"above {RIVAL} in 2012 and 2013": always((own > other)[:, early]),
        f"below {RIVAL} from 2014": always((own < other)[:, ~early]),
    }


def rival_ha(ds: xr.Dataset, years: list[int]) -> NDArray:
    """Return the rival's coca in the world of a run, ha on 31 December by year.

    It comes from outside: the surveys, times the factor that the run's scenario sets.
    """
    factor = dict.fromkeys(years, 1.0)
    text = YAML(typ="safe").load(ds.attrs["scenario_yaml"])
    for change in load(text).changes:
        if change.lever == ROLES["rival_lever"]:
            for year in years:
                if change.first <= f"{year}-12" <= (change.last or f"{year}-12"):
                    factor[year] = change.value
    surveyed = facts.load().series(RIVAL, "coca_ha")
    return np.array([float(surveyed[year]) * factor[year] for year in years])


def yearly_zone(zones: xr.DataArray, year: int, zone: str) -> NDArray:
    """Return the coca of a zone in a year, ha by draw."""
    return zones.sel(year=year, zone=zone).values


CLAIMS = declared(
    {
        "C1": record_eradication,
        "C2": pacified_emptied,
        "C3": stronghold_untouched,
        "C5": coca_spreads,
        "C16": behind_rival,
    }
)
