"""Measures: what the page draws, each an array of a run by draw, year and place.

Most are reported variables as they are; the rest are sums over zones, edges,
groups or districts. A measure is named `variable|dimension`, as "coca_ha|zone";
the country as a whole is the dimension "country".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import xarray as xr

from globo.results import MODES, national, variables, zone_sum

COUNTRY = "Peru"


@dataclass(frozen=True)
class Measure:
    """One array that the page draws.

    Attributes:
        name: `variable|dimension`.
        unit: unit in words.
        fine: whether it has hundreds of places; then only medians are sent.
        of: takes a run, returns (draw, year, place).
        mean: whether the mean is sent instead of the median, so that flows add up at every node.
    """

    name: str
    unit: str
    fine: bool
    of: Callable[[xr.Dataset], np.ndarray]
    mean: bool = False


def measures() -> dict[str, Measure]:
    """Return every measure by name, in the order in which they are sent."""
    made = [*_districts(), *_zones(), *_country(), *_others(), *_flows()]
    return {measure.name: measure for measure in made}


def places(ds: xr.Dataset) -> dict[str, list[str]]:
    """Return the places of each dimension of the measures."""
    dims = ("district", "zone", "stage", "market", "group", "item", "exit", "edge")
    named = {dim: [str(v) for v in ds[dim].values] for dim in dims}
    return {"country": [COUNTRY], **named, "mode": list(MODES)}


def _plain(name: str, fine: bool = False) -> Measure:
    dim = variables()[name].dims[-1]
    return Measure(f"{name}|{dim}", variables()[name].unit, fine, lambda ds: ds[name].values)


def _districts() -> list[Measure]:
    return [_plain("coca_ha", fine=True)]


def _zones() -> list[Measure]:
    summed = ["coca_ha", "eradicated_ha", "growers"]
    plain = [name for name, var in variables().items() if var.dims == ("draw", "year", "zone")]
    return [
        *(
            Measure(f"{n}|zone", variables()[n].unit, False, lambda ds, n=n: zone_sum(ds, n).values)
            for n in summed
        ),
        *(_plain(name) for name in plain),
    ]


def _country() -> list[Measure]:
    totals = {"forest_cleared_ha": "zone", "delivered_t": "market", "spending_usd": "item"}
    totals |= {"armed_revenue_usd": "group", "growers": "district", "legal_leaf_t": "zone"}
    of_run = ("coca_ha", "eradicated_ha", "leaf_t", "cocaine_t", "seized_t", "armed_acts")
    made = [_national(name) for name in (*of_run, "leaf_price_usd_kg")]
    for name, dim in totals.items():
        made.append(
            Measure(
                f"{name}|country",
                variables()[name].unit,
                False,
                lambda ds, n=name, d=dim: ds[n].sum(d).values[..., None],
            )
        )
    made.append(
        Measure(
            "precursor_price|country",
            variables()["precursor_price"].unit,
            False,
            lambda ds: ds["precursor_price"].values[..., None],
        )
    )
    return made


def _national(name: str) -> Measure:
    price = "leaf_price_usd_kg"
    inputs = {"coca_ha": [name, "outside_ha"], price: [name, "leaf_t"]}.get(name, [name])
    return Measure(
        f"{name}|country",
        variables()[name].unit,
        False,
        lambda ds: national(ds[inputs])[name].values[..., None],
    )


def _others() -> list[Measure]:
    names = ("firm_hhi", "delivered_t", "market_price_usd_kg", "armed_strength", "armed_acts")
    count = "firm_count"
    firms = Measure(f"{count}|stage", "firms", False, lambda ds: ds[count].sum("zone").values)
    return [firms, *(_plain(n) for n in (*names, "armed_revenue_usd", "spending_usd"))]


def _flows() -> list[Measure]:
    return [
        Measure("flow_t|edge", "t a year", True, lambda ds: ds["flow_t"].values, mean=True),
        Measure("flow_t|exit", "t a year", False, lambda ds: _leaving(ds, "edge_exit", "exit")),
        Measure("flow_t|mode", "t a year", False, lambda ds: _leaving(ds, "edge_mode", "mode")),
    ]


def _leaving(ds: xr.Dataset, label: str, dim: str) -> np.ndarray:
    """Add up what leaves the country by a label of the edges (draw, year, place)."""
    names = list(MODES) if dim == "mode" else [str(v) for v in ds[dim].values]
    leaves = ds["edge_exit"].values != ""
    labels = ds[label].values
    member = np.stack([leaves & (labels == n) for n in names], axis=1).astype("float32")
    return ds["flow_t"].values @ member
