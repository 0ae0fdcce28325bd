"""Claims about where coca stands: C1, C2, C3, C5 and C16."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from ruamel.yaml import YAML

from globo import facts
from globo.results import national, surveyed, zone_ha
from globo.scenario import load
from globo.verification.claim import HISTORIC, WHOLE, Claim, Parts, always, ratio, yearly

FRONTIER = ("Putumayo", "Bajo Amazonas", "Pichis-Palcazú-Pachitea")
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


def huallaga_emptied(ds: xr.Dataset, _: Others) -> Parts:
    """C2: the Upper Huallaga loses 80 % of its coca from 2010 to 2015, more ha than any zone."""
    zones = zone_ha(ds)
    before, after = (zones.sel(year=y).values for y in (2010, 2015))
    fall = before - after
    own = zones["zone"].values == "Huallaga"
    return {
        "the Huallaga loses 80 % or more": after[:, own][:, 0] <= 0.2 * before[:, own][:, 0],
        "no zone loses as many hectares": fall[:, own][:, 0] > fall[:, ~own].max(axis=1),
    }


def vraem_untouched(ds: xr.Dataset, _: Others) -> Parts:
    """C3: the VRAEM keeps its area of 2010 within 20 % in 2015, and 40 % of the country's."""
    zones = zone_ha(ds)
    change = ratio(yearly_zone(zones, 2015, "VRAEM"), yearly_zone(zones, 2010, "VRAEM"))
    country = yearly(national(ds), "coca_ha", 2015)
    return {
        "within 20 % of 2010": (change >= 0.8) & (change <= 1.2),
        "40 % of the country or more": yearly_zone(zones, 2015, "VRAEM") >= 0.4 * country,
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


def behind_colombia(ds: xr.Dataset, _: Others) -> Parts:
    """C16: Peru's area is above Colombia's in 2012 and 2013, below it from 2014 to the end."""
    years = [y for y in ds["year"].values.tolist() if 2012 <= y <= LAST_YEAR]
    peru, colombia = yearly(national(ds), "coca_ha", years), colombia_ha(ds, years)
    early = np.array(years) < 2014
    return {
        "above Colombia in 2012 and 2013": always((peru > colombia)[:, early]),
        "below Colombia from 2014": always((peru < colombia)[:, ~early]),
    }


def colombia_ha(ds: xr.Dataset, years: list[int]) -> NDArray:
    """Return Colombia's coca in the world of a run, ha on 31 December by year.

    It comes from outside: the surveys, times the factor that the run's scenario sets.
    """
    factor = dict.fromkeys(years, 1.0)
    text = YAML(typ="safe").load(ds.attrs["scenario_yaml"])
    for change in load(text).changes:
        if change.lever == "colombia_area":
            for year in years:
                if change.first <= f"{year}-12" <= (change.last or f"{year}-12"):
                    factor[year] = change.value
    surveyed = facts.load().series("Colombia", "coca_ha")
    return np.array([float(surveyed[year]) * factor[year] for year in years])


def yearly_zone(zones: xr.DataArray, year: int, zone: str) -> NDArray:
    """Return the coca of a zone in a year, ha by draw."""
    return zones.sel(year=year, zone=zone).values


CLAIMS = (
    Claim(
        "C1",
        {
            "en": "A record area of coca was eradicated.",
            "es": "Se erradicó una superficie récord de coca.",
        },
        record_eradication,
        ("c01_eradication_stays_small",),
        ("national: country=Peru; quantity=eradicated_ha",),
    ),
    Claim(
        "C2",
        {
            "en": "Most of the success came in the pacified Upper Huallaga.",
            "es": "La mayor parte del éxito se dio en el Alto Huallaga pacificado.",
        },
        huallaga_emptied,
        ("c02_huallaga_faction_stays",),
        ("coca_zone: zone=Huallaga", "events: effect=armed hold collapses"),
    ),
    Claim(
        "C3",
        {
            "en": "In the VRAEM there was almost no progress.",
            "es": "En el VRAEM casi no hubo avance.",
        },
        vraem_untouched,
        ("c03_vraem_pacified",),
        ("coca_zone: zone=VRAEM", "events: effect=no forced eradication"),
    ),
    Claim(
        "C5",
        {
            "en": "Coca spreads: along the Putumayo border and where the Andes turn to jungle.",
            "es": "La coca se extiende: por la frontera del Putumayo y en la ceja de selva.",
        },
        coca_spreads,
        ("c05_no_eradication", "c05_no_relocation"),
        tuple(f"coca_zone: zone={zone}" for zone in FRONTIER),
    ),
    Claim(
        "C16",
        {
            "en": "Peru and Colombia compete for first place among producers.",
            "es": "El Perú y Colombia compiten por el primer lugar entre los productores.",
        },
        behind_colombia,
        ("c16_colombia_stays_at_2012",),
        (
            "national: country=Colombia; quantity=coca_ha",
            "national: country=Peru; quantity=coca_ha",
        ),
        note="Colombia's area is an input; the counterfactual tests Peru's recovery by 2017.",
    ),
)
