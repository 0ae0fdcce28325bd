"""Claims about firms and precursors: C6, C7 and C8."""

from __future__ import annotations

from collections.abc import Mapping

import xarray as xr
from numpy.typing import NDArray

from globo.results import national, zone_ha
from globo.verification.claim import (
    GOES_ON,
    SERVES,
    SIZEABLE,
    WHOLE,
    Parts,
    always,
    declared,
    ever,
    yearly,
)

FIRST, LAST = range(2001, 2004), range(2014, 2017)  # three years, so that no single one decides
TIGHTER = range(2013, 2017)
STAGES = ("precursors", "collection", "processing", "transport", "export")
SMALL = ("collection", "processing")
LEAST_FIRMS, LARGEST_SHARE = 10.0, 0.25

Others = Mapping[str, xr.Dataset]


def fragmented_and_spread(ds: xr.Dataset, _: Others) -> Parts:
    """C6: from 2001-2003 to 2014-2016 each stage has more and smaller firms, in more zones.

    A zone counts as processing where it makes a hundredth or more of the country's cocaine:
    small firms sit in every zone, so that some firm is there says nothing.
    """
    early, late = (
        yearly(ds, "firm_count", years, stage=STAGES).sum(axis=-1).mean(axis=1)
        for years in (FIRST, LAST)
    )
    wide, narrow = (
        yearly(ds, "firm_hhi", years, stage=STAGES).mean(axis=1) for years in (FIRST, LAST)
    )
    few, many = (_processing_zones(ds, years) for years in (FIRST, LAST))
    return {
        "more firms in every stage": always(late > early),
        "less concentration in every stage": always(narrow < wide),
        "processing in more zones": many > few,
    }


def precursor_firms(ds: xr.Dataset, others: Others) -> Parts:
    """C7: controlled inputs have firms and a price; control raises it, output falls but goes on.

    Tighter control stands beside the run from 2013; years 2013-2016 are compared.
    """
    tighter = others["tighter"]
    firms = yearly(ds, "firm_count", WHOLE, stage="precursors").sum(axis=-1)
    prices = yearly(ds, "precursor_price", WHOLE)
    dear, cheap = (yearly(run, "precursor_price", TIGHTER).mean(axis=1) for run in (tighter, ds))
    less, more = (yearly(run, "cocaine_t", TIGHTER).sum(axis=(1, 2)) for run in (tighter, ds))
    return {
        "a stage with firms every year": always(firms > 0.0),
        "a price every year": always(prices > 0.0),
        "tighter control raises the price": dear > cheap,
        "tighter control lowers output": less < more,
        "tighter control does not stop it": less >= GOES_ON * more,
    }


def many_small_firms(ds: xr.Dataset, _: Others) -> Parts:
    """C8: collection and processing each have ten firms a main zone, none with a quarter.

    A main zone holds a tenth or more of the country's coca, mean of 2001-2016; firms and the
    share of the largest are means of the same years.
    """
    country = yearly(national(ds), "coca_ha", WHOLE)[:, :, None]
    share = (zone_ha(ds).sel(year=list(WHOLE)).values / country).mean(axis=1)
    minor = share < SIZEABLE
    parts = {"some main zone": ever(share >= SIZEABLE)}
    for stage in SMALL:
        count = yearly(ds, "firm_count", WHOLE, stage=stage).mean(axis=1)
        top = yearly(ds, "firm_top_share", WHOLE, stage=stage).mean(axis=1)
        parts[f"ten firms or more: {stage}"] = always(minor | (count >= LEAST_FIRMS))
        parts[f"largest below a quarter: {stage}"] = always(minor | (top < LARGEST_SHARE))
    return parts


def _processing_zones(ds: xr.Dataset, years: range) -> NDArray:
    made = yearly(ds, "cocaine_t", years)
    return (made >= SERVES * made.sum(axis=-1, keepdims=True)).sum(axis=-1).mean(axis=1)


CLAIMS = declared(
    {
        "C6": fragmented_and_spread,
        "C7": precursor_firms,
        "C8": many_small_firms,
    }
)
