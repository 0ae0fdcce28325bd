"""Responses of the land: topics 1 to 4 of the published effects.

Each estimator takes runs by name and returns one figure a draw.
"""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from globo import facts
from globo.validation.experiments import COLOMBIA_LEFT, FIRST, HOME, PUSHED, RIVAL
from globo.validation.response import Response, Runs, country, of_year, percent, quotient

QUIET_HA, NEAR_KM, EARTH_KM = 10.0, 60.0, 6371.0


def net_of_gross(runs: Runs) -> NDArray:
    """Area change a year after the burst, ha per extra hectare cleared."""
    years = range(FIRST, FIRST + 2)
    extra = of_year(runs["burst"], "eradicated_ha", years).sum(-1)
    extra = extra - of_year(runs["base"], "eradicated_ha", years).sum(-1)
    return quotient(_moved(runs, "burst", FIRST + 1), extra)


def usd_of_net(runs: Runs) -> NDArray:
    """State spending on clearing for one hectare less a year after the burst, USD."""
    years = range(FIRST, FIRST + 2)
    spent = [of_year(runs[k], "spending_usd", years, item="eradication") for k in ("burst", "base")]
    return quotient(spent[0] - spent[1], -_moved(runs, "burst", FIRST + 1))


def undone(runs: Runs) -> NDArray:
    """Share of the extra area cleared that stands again two years later, %."""
    more = cleared_more(runs, "burst", FIRST)
    extra = np.where(more > QUIET_HA, more, 0.0)
    gap = _by_district(runs["base"], FIRST + 2) - _by_district(runs["burst"], FIRST + 2)
    return 100.0 * (1.0 - quotient(np.where(extra > 0, gap, 0.0).sum(-1), extra.sum(-1)))


def neighbours(runs: Runs) -> NDArray:
    """Change of coca in quiet districts within 60 km of one cleared more, %, two years on."""
    more = cleared_more(runs, "burst", FIRST + 2)
    close = distances(runs["base"]) <= NEAR_KM
    beside = (np.abs(more) <= QUIET_HA) & ((more > QUIET_HA).astype(float) @ close > 0)
    areas = [np.where(beside, _by_district(runs[k], FIRST + 2), 0.0) for k in ("base", "burst")]
    return percent(areas[0].sum(-1), areas[1].sum(-1))


def announced(runs: Runs) -> NDArray:
    """Change of coca in the zone in the third year of an announced payment, %."""
    inside = runs["base"]["district_zone"].values == PUSHED
    return _of_districts(runs, "announced", inside)


def announced_near(runs: Runs) -> NDArray:
    """Change of coca within 60 km of that zone's coca, outside it, in the third year, %."""
    inside = runs["base"]["district_zone"].values == PUSHED
    grows = (_by_district(runs["base"], FIRST - 1) > QUIET_HA) & inside
    close = distances(runs["base"]) <= NEAR_KM
    return _of_districts(runs, "announced", (grows.astype(float) @ close > 0) & ~inside)


def elsewhere(runs: Runs, after: int) -> NDArray:
    """Share of the area lost in the pushed zone that quiet districts outside it gain.

    Args:
        runs: "base" and "stick".
        after: whole years since the push began.
    """
    year = FIRST + after - 1
    change = _by_district(runs["stick"], year) - _by_district(runs["base"], year)
    inside = runs["base"]["district_zone"].values == PUSHED
    quiet = (np.abs(cleared_more(runs, "stick", year)) <= QUIET_HA) & ~inside
    return quotient(np.where(quiet, change, 0.0).sum(-1), -change[:, inside].sum(-1))


def across_border(runs: Runs, after: int) -> NDArray:
    """Share of the area that the rival loses that the country gains.

    Args:
        runs: "base" and "colombia".
        after: whole years since the loss.
    """
    year = FIRST + after - 1
    lost = (1.0 - COLOMBIA_LEFT) * float(facts.load().series(RIVAL, "coca_ha")[year])
    return _moved(runs, "colombia", year) / lost


def leaf_fall(runs: Runs) -> NDArray:
    """Change of the country's leaf price in the second half-year to the 18th month, %."""
    return -100.0 * _leaf_gap(runs, "air", 6, 18)


def leaf_recovered(runs: Runs) -> NDArray:
    """Share of the fall of the leaf price that is back in the fourth year, %."""
    return _recovered(_leaf_gap(runs, "air", 6, 18), _leaf_gap(runs, "air", 36, 48))


def area_after_air(runs: Runs) -> NDArray:
    """Change of the country's coca four years after the air was closed, %."""
    return percent(*(country(runs[k], "coca_ha", FIRST + 3) for k in ("base", "air")))


def routes_fall(runs: Runs) -> NDArray:
    """Change of the country's leaf price in the third month of closed routes, %."""
    return -100.0 * _leaf_gap(runs, "routes", 4, 5)


def routes_recovered(runs: Runs) -> NDArray:
    """Share of that fall that is back in December of the year, %."""
    return _recovered(_leaf_gap(runs, "routes", 4, 5), _leaf_gap(runs, "routes", 11, 12))


def cleared_more(runs: Runs, run: str, last: int) -> NDArray:
    """Return what was cleared beyond the baseline to the end of a year, ha by draw, district."""
    years = range(FIRST, last + 1)
    return of_year(runs[run], "eradicated_ha", years) - of_year(
        runs["base"], "eradicated_ha", years
    )


def distances(ds: xr.Dataset) -> NDArray:
    """Return the distance between the centres of districts, km."""
    lat, lon = np.radians(ds["lat"].values), np.radians(ds["lon"].values)
    cosine = np.sin(lat)[:, None] * np.sin(lat) + np.cos(lat)[:, None] * np.cos(lat) * np.cos(
        lon[:, None] - lon
    )
    return EARTH_KM * np.arccos(np.clip(cosine, -1.0, 1.0))


def _recovered(first: NDArray, later: NDArray) -> NDArray:
    """Return what part of a missing share is back, %; NaN where hardly any was missing."""
    return 100.0 * (1.0 - quotient(later, np.where(first > 0.01, first, 0.0)))


def _leaf_gap(runs: Runs, run: str, first: int, last: int) -> NDArray:
    """Return the share missing from the leaf price in months since January 2006, by draw."""
    start = 12 * (FIRST - 2001)
    prices = [
        runs[k]["monthly_leaf_price_usd_kg"]
        .transpose("draw", "month")
        .values[:, start + first : start + last]
        .astype("float64")
        .mean(-1)
        for k in ("base", run)
    ]
    return 1.0 - quotient(prices[1], prices[0])


def _of_districts(runs: Runs, run: str, at: NDArray) -> NDArray:
    """Return the change of coca in some districts, by draw or all draws alike, third year, %."""
    areas = [np.where(at, _by_district(runs[k], FIRST + 2), 0.0).sum(-1) for k in ("base", run)]
    return percent(*areas)


def _moved(runs: Runs, run: str, year: int) -> NDArray:
    return country(runs[run], "coca_ha", year) - country(runs["base"], "coca_ha", year)


def _by_district(ds: xr.Dataset, year: int) -> NDArray:
    return of_year(ds, "coca_ha", year)


RESPONSES = (
    Response(
        1,
        "area change a year later per extra hectare cleared",
        "ha per ha",
        ("base", "burst"),
        net_of_gross,
        ("E001", "E012", "E061", "E148"),
        beside=("E002", "E003", "E006", "E013", "E040", "E058"),
        note="The rows are of spraying in Colombia; -0.25 to -0.02 is 4 to 50 ha cleared for one "
        "ha less. E002, E040 and E058 find that area grows instead.",
    ),
    Response(
        1,
        "spending for one hectare less",
        "USD",
        ("base", "burst"),
        usd_of_net,
        ("E151",),
        beside=("E082",),
        note="E151 is of spraying; the model's cost of clearing a hectare by hand is assumed. E082 "
        "puts it at up to three times that of spraying.",
    ),
    Response(
        2,
        "cleared land under coca again within two years",
        "%",
        ("base", "burst"),
        undone,
        ("E147",),
        beside=("E081", "E098"),
        note="One statement of a government, about 2014-2016. Officials of Colombia say 35 to 67 % "
        "(E081, E098).",
    ),
    Response(
        2,
        f"coca of the {PUSHED} in the third year of an announced payment",
        "%",
        ("base", "announced"),
        announced,
        ("E014",),
        sign=1,
        note="Growers of the model count on the payment, so that the sign is put in; its size is "
        "what follows from how little income moves them.",
    ),
    Response(
        2,
        "coca within 60 km of where a payment is announced, third year",
        "%",
        ("base", "announced"),
        announced_near,
        ("E015",),
        sign=1,
        note="Nothing is promised there; who sees others plant may follow.",
    ),
    Response(
        3,
        "coca of quiet districts within 60 km of those cleared more",
        "%",
        ("base", "burst"),
        neighbours,
        ("E004", "E005"),
        sign=-1,
        note="Quiet: within 10 ha of what was cleared there in the baseline.",
    ),
    Response(
        3,
        f"area lost in the {PUSHED} gained elsewhere, two years",
        "share",
        ("base", "stick"),
        lambda runs: elsewhere(runs, 2),
        ("E153",),
        beside=("E020", "E075"),
        note="The row is across borders. Elsewhere: quiet districts of other zones.",
    ),
    Response(
        3,
        f"area lost in the {PUSHED} gained elsewhere, five years",
        "share",
        ("base", "stick"),
        lambda runs: elsewhere(runs, 5),
        ("E152",),
        beside=("E084",),
        note="The row is across borders. Elsewhere: quiet districts of other zones.",
    ),
    Response(
        3,
        f"area lost in {RIVAL} gained in {HOME}, two years",
        "share",
        ("base", "colombia"),
        lambda runs: across_border(runs, 2),
        ("E153",),
        beside=("E020", "E085", "E122"),
        note="The row counts Bolivia's gain too, which the model takes as given. No grower crosses "
        "a border in the model; only prices do.",
    ),
    Response(
        3,
        f"area lost in {RIVAL} gained in {HOME}, five years",
        "share",
        ("base", "colombia"),
        lambda runs: across_border(runs, 5),
        ("E152",),
        beside=("E084", "E085", "E122"),
        note=f"The row is the other way round: Colombia's gain on {HOME}'s and Bolivia's loss.",
    ),
    Response(
        4,
        "leaf price after the air is closed",
        "%",
        ("base", "air"),
        leaf_fall,
        ("E011", "E116"),
        beside=("E117",),
        note="In 1995 most cocaine paste flew to Colombia; in the model of 2006 less flies, and no "
        "other way is ever full. Outside analysts doubt E011.",
    ),
    Response(
        4,
        "fall of the leaf price undone in the fourth year",
        "%",
        ("base", "air"),
        leaf_recovered,
        ("E116",),
        published=(200 / 3, 200 / 3),
        note="Two thirds, in the note of E116.",
    ),
    Response(
        4,
        "coca four years after the air is closed",
        "%",
        ("base", "air"),
        area_after_air,
        ("E018", "E019"),
        note="A fungus, eradication and aid acted in the same years.",
    ),
    Response(
        4,
        "leaf price in the third month of closed routes",
        "%",
        ("base", "routes"),
        routes_fall,
        ("E113",),
        note="How much of all movement stopped in 2020 is assumed.",
    ),
    Response(
        4,
        "fall of the leaf price undone half a year after routes opened",
        "%",
        ("base", "routes"),
        routes_recovered,
        ("E113",),
        published=(54.0, 54.0),
        note="From 50 to 23 % below a year before, in the note of E113.",
    ),
)
