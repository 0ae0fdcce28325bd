"""Responses of the growers: topics 5 to 7, 15 and 16 of the published effects, trust of 13.

Each estimator takes runs by name and returns one figure a draw.
"""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from globo.results import zone_ha
from globo.validation.experiments import COFFEE_LEFT, FIRST, PUSHED
from globo.validation.response import Response, Runs, country, effects, of_year, percent, quotient

KG = 1000.0


def services(runs: Runs) -> NDArray:
    """Change of coca in the zone with help and price support, %, six years on."""
    return percent(*(_zone(runs[k], FIRST + 6) for k in ("base", "carrot")))


def together(runs: Runs) -> NDArray:
    """Extra fall of coca in the zone when help and force come together, %, six years on.

    The fall of log area by both less the falls by each alone: above 0, they complement.
    """
    logs = {k: np.log(_zone(runs[k], FIRST + 6)) for k in ("base", "carrot", "stick", "both")}
    return 100.0 * (logs["carrot"] + logs["stick"] - logs["base"] - logs["both"])


def titled(runs: Runs) -> NDArray:
    """Change of the country's coca eight years after titling began, %."""
    return _change(runs, "titles", FIRST + 8)


def paved(runs: Runs, able: bool) -> NDArray:
    """Change of coca eight years after roads were built, %, in half of the zones.

    Args:
        runs: "base" and "roads".
        able: the half in which the state is most legitimate before; else the other half.
    """
    before = of_year(runs["base"], "legitimacy", FIRST - 1)
    half = (before > np.median(before, axis=1, keepdims=True)) == able
    areas = [_zones(runs[k], FIRST + 8) for k in ("base", "roads")]
    return percent(*(np.where(half, area, 0.0).sum(-1) for area in areas))


def after_rust(runs: Runs) -> NDArray:
    """Change of the country's coca in the third year of rust, %."""
    return _change(runs, "coffee", FIRST + 2)


def after_coffee(runs: Runs) -> NDArray:
    """Change of the country's coca in the sixth year of cheap coffee, %."""
    return _change(runs, "coffee-price", FIRST + 5)


def to_coffee(runs: Runs) -> NDArray:
    """Log change of the country's coca over that of the price of coffee, in the sixth year."""
    return np.log1p(after_coffee(runs) / 100.0) / np.log(COFFEE_LEFT)


def elasticity(runs: Runs, run: str, after: int) -> NDArray:
    """Log change of area over log change of the leaf price.

    Args:
        runs: "base" and the other.
        run: name of the other.
        after: whole years since the change; the price is the mean of these years.
    """
    years = range(FIRST, FIRST + after)
    prices = [country(runs[k], "leaf_price_usd_kg", years) for k in ("base", run)]
    areas = [country(runs[k], "coca_ha", years[-1]) for k in ("base", run)]
    rise = np.log(prices[1] / prices[0])
    return np.log(areas[1] / areas[0]) / np.where(np.abs(rise) > 0.02, rise, np.nan)


def trust_in_boom(runs: Runs) -> NDArray:
    """Change of legitimacy ten years into the boom, in hundredths, weighted by the coca of base."""
    weight = _zones(runs["base"], FIRST + 10)
    change = of_year(runs["demand"], "legitimacy", FIRST + 10) - of_year(
        runs["base"], "legitimacy", FIRST + 10
    )
    return 100.0 * quotient((weight * change).sum(-1), weight.sum(-1))


def forest_of_leaf(runs: Runs) -> NDArray:
    """Change of forest cleared per ton of leaf in the five years from the burst, %."""
    years = range(FIRST, FIRST + 5)
    per_leaf = [
        quotient(
            of_year(runs[k], "forest_cleared_ha", years).sum(-1),
            of_year(runs[k], "leaf_t", years).sum(-1),
        )
        for k in ("base", "burst")
    ]
    return percent(*per_leaf)


def gross_income(runs: Runs) -> NDArray:
    """Gross income of a hectare of coca in 2013 over that of coffee in the source."""
    ds = runs["base"]
    worth = (of_year(ds, "leaf_t", 2013) * of_year(ds, "leaf_price_usd_kg", 2013)).sum(-1) * KG
    coffee = float(effects().loc["E112", "unit_printed"].split(" to ")[1].split(" ")[0])
    return quotient(worth, of_year(ds, "coca_ha", 2013).sum(-1)) / coffee


def _change(runs: Runs, run: str, year: int) -> NDArray:
    return percent(*(country(runs[k], "coca_ha", year) for k in ("base", run)))


def _zones(ds: xr.Dataset, year: int) -> NDArray:
    return zone_ha(ds).sel(year=year).values


def _zone(ds: xr.Dataset, year: int) -> NDArray:
    return zone_ha(ds).sel(year=year, zone=PUSHED).values


RESPONSES = (
    Response(
        5,
        f"coca of the {PUSHED} with help and price support, six years",
        "%",
        ("base", "carrot"),
        services,
        ("E125",),
        sign=-1,
        beside=("E127",),
    ),
    Response(
        5,
        "extra fall of log area when help and force come together",
        "%",
        ("base", "carrot", "stick", "both"),
        together,
        ("E007",),
        sign=1,
    ),
    Response(
        6,
        "coca where the state is least legitimate, eight years after roads",
        "%",
        ("base", "roads"),
        lambda runs: paved(runs, able=False),
        ("E123",),
        sign=1,
        note="The half of the zones with the least legitimacy in 2005.",
    ),
    Response(
        6,
        "coca where the state is most legitimate, eight years after roads",
        "%",
        ("base", "roads"),
        lambda runs: paved(runs, able=True),
        ("E124",),
        sign=-1,
        note="The other half. In the model the effect on licit income turns where state presence "
        "(of the facts) is above one half, and few districts reach that.",
    ),
    Response(
        6,
        "coca eight years after titles",
        "%",
        ("base", "titles"),
        titled,
        ("E086",),
        sign=-1,
        beside=("E087",),
    ),
    Response(
        6,
        "coca in the third year of coffee rust",
        "%",
        ("base", "coffee"),
        after_rust,
        ("E111",),
        sign=1,
        note="E111 prints the loss of the harvest; its note, that coca grew.",
    ),
    Response(
        6,
        "coca in the sixth year of cheap coffee",
        "%",
        ("base", "coffee-price"),
        after_coffee,
        ("E109",),
        sign=1,
        note="E109 prints the fall of the price; its note, that growers left coffee for coca.",
    ),
    Response(
        6,
        "elasticity of coca to the price of coffee, six years",
        "1",
        ("base", "coffee-price"),
        to_coffee,
        ("E059",),
        published=(-0.1, 0.1),
        note="The row says small or none; read as a tenth either way.",
    ),
    Response(
        7,
        "elasticity of area to the leaf price, two years",
        "1",
        ("base", "demand"),
        lambda runs: elasticity(runs, "demand", 2),
        ("E121",),
        note="More demand moves the price.",
    ),
    Response(
        7,
        "elasticity of area to the leaf price, five years",
        "1",
        ("base", "demand"),
        lambda runs: elasticity(runs, "demand", 5),
        ("E120",),
        note="E120 is an upper value: eradication, a fungus and aid acted too.",
    ),
    Response(
        13,
        "legitimacy of the state after ten years of boom",
        "hundredths",
        ("base", "demand"),
        trust_in_boom,
        ("E071", "E133"),
        sign=-1,
    ),
    Response(
        15,
        "forest cleared per ton of leaf, five years from a burst of clearing",
        "%",
        ("base", "burst"),
        forest_of_leaf,
        ("E075", "E079"),
        sign=1,
    ),
    Response(
        16,
        "gross income of a hectare of coca against coffee, 2013",
        "ratio",
        ("base",),
        gross_income,
        ("E112",),
        note="Coffee's income a hectare is that of the source.",
    ),
)
