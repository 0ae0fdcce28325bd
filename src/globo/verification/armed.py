"""Claims about armed groups and the state: C4, C9, C11 and C12."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from globo import countries, facts
from globo.verification.claim import (
    ERRORS,
    GOES_ON,
    WHOLE,
    Parts,
    always,
    declared,
    ever,
    yearly,
)

ROLES = countries.load().roles
STRONGHOLD, FACTION, FACTIONS = ROLES["stronghold"], ROLES["faction"], ROLES["factions"]
REMOVED = range(2010, 2016)
AFTER = range(2011, 2017)
WINDOW = 3  # months up to an election, its own among them

Others = Mapping[str, xr.Dataset]


def held_by_both(ds: xr.Dataset, others: Others) -> Parts:
    """C4: security or trust alone opens less than half of what both open in the stronghold.

    Open is the share of coca where brigades can work, mean of the years since the removal.
    """
    opened = {
        name: yearly(run, "open_share", REMOVED, zone=STRONGHOLD).mean(axis=1)
        for name, run in {"as it was": ds, **others}.items()
    }
    gain = {name: value - opened["as it was"] for name, value in opened.items()}
    return {
        "both together open it": gain["both"] > 0.0,
        "security alone opens less than half": gain["security"] < 0.5 * gain["both"],
        "trust alone opens less than half": gain["trust"] < 0.5 * gain["both"],
    }


def fees_on_the_flow(ds: xr.Dataset, others: Others) -> Parts:
    """C9: revenue is part of what flows through terrain held; without the group it flows on."""
    revenue = yearly(ds, "armed_revenue_usd", WHOLE).sum(axis=-1)
    price = yearly(ds, "cocaine_price_usd_kg", WHOLE)
    made = 1000.0 * yearly(ds, "cocaine_t", WHOLE) * price
    held = (yearly(ds, "hold", WHOLE) * np.where(made > 0, made, 0.0)).sum(axis=-1)
    gone = others["gone"]
    theirs, left = (
        yearly(run, "armed_revenue_usd", AFTER, group=FACTION).sum(axis=1) for run in (ds, gone)
    )
    return {
        "revenue every year": always(revenue > 0.0),
        "less than the flow through terrain held": always(revenue < held),
        "with the group gone its revenue falls": left < (1.0 - GOES_ON) * theirs,
        "with the group gone the flow goes on": leaving(gone, STRONGHOLD)
        >= GOES_ON * leaving(ds, STRONGHOLD),
    }


def attacks_diminish(ds: xr.Dataset, _: Others) -> Parts:
    """C11: fewer attacks a year in 2013-2016 than in 2008-2012; less strength after the blows.

    Strength is the mean of 31 December 2014 to 2016 against 31 December 2011, the last before
    the blows of 2012 and 2013.
    """
    before = yearly(ds, "armed_acts", range(2008, 2013), group=FACTIONS).sum(axis=-1)
    after = yearly(ds, "armed_acts", range(2013, 2017), group=FACTIONS).sum(axis=-1)
    error = np.sqrt(before.mean(axis=1) / before.shape[1] + after.mean(axis=1) / after.shape[1])
    strong = yearly(ds, "armed_strength", (2011, 2014, 2015, 2016), group=FACTIONS).sum(axis=-1)
    return {
        "fewer attacks a year": before.mean(axis=1) - after.mean(axis=1) > ERRORS * error,
        "less strength": strong[:, 1:].mean(axis=1) < strong[:, 0],
    }


def elections_heard(ds: xr.Dataset, _: Others) -> Parts:
    """C12: more attacks in the months up to elections than in the other months of those years.

    Windows and other months are compared year by year, so that no trend passes for an effect.
    """
    months = ds["month"].values.astype(str)
    kept = (months >= f"{WHOLE[0]}-01") & (months <= f"{WHOLE[-1]}-12")
    acts = ds["monthly_acts"].sel(group=list(FACTIONS)).sum("group", skipna=False)
    acts = acts.transpose("draw", "month").values.astype("float64")[:, kept]
    inside, years = election_months(months[kept]), np.array([m[:4] for m in months[kept]])
    seen, due, variance = (np.zeros(len(acts)) for _ in range(3))
    for year in np.unique(years[inside]):
        within, without = inside & (years == year), ~inside & (years == year)
        scale = within.sum() / max(int(without.sum()), 1)
        other = acts[:, without].sum(axis=1)
        seen, due = seen + acts[:, within].sum(axis=1), due + scale * other
        variance = variance + scale**2 * other
    return {"more attacks up to elections": seen - due > ERRORS * np.sqrt(seen + variance)}


def election_months(months: NDArray) -> NDArray[np.bool_]:
    """Say which months "YYYY-MM" are of the three up to an election, its own included."""
    number = np.array([12 * int(m[:4]) + int(m[5:7]) for m in months])
    dates = [12 * d.year + d.month for d in facts.load().elections["date"]]
    ahead = np.array(dates)[None, :] - number[:, None]
    return ever((ahead >= 0) & (ahead < WINDOW))


def leaving(ds: xr.Dataset, zone: str) -> NDArray:
    """Return cocaine that left a zone in the years after the group went, t by draw."""
    own = ds["edge_from"].values == zone
    return yearly(ds, "flow_t", AFTER)[:, :, own].sum(axis=(1, 2))


CLAIMS = declared(
    {
        "C4": held_by_both,
        "C9": fees_on_the_flow,
        "C11": attacks_diminish,
        "C12": elections_heard,
    }
)
