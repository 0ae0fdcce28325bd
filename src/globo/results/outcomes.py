"""Outcomes: what the page draws, each an array of a run by draw, year and place.

Most are reported variables as they are; the rest are sums over zones, edges,
groups or districts. An outcome is named `variable|dimension`, as "coca_ha|zone";
the country as a whole is the dimension "country".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import xarray as xr

from globo.results import MODES, NATIONAL, country_of, national, variables, zone_sum

# Quantiles that are sent: of what a chart fans out, of the rest, of what has hundreds of places.
FAN, BAND, MIDDLE = (0.05, 0.25, 0.5, 0.75, 0.95), (0.05, 0.5, 0.95), (0.5,)

Values = Callable[[xr.Dataset], np.ndarray]


@dataclass(frozen=True)
class Outcome:
    """One array that the page draws.

    Attributes:
        name: `variable|dimension`.
        unit: unit in words.
        of: takes a run, returns (draw, year, place).
        levels: quantiles that are sent.
        mean: whether the mean is sent instead of the median, so that flows add up at every node.
        decimals: decimals that a picture sends at most, where hundreds of places hold next to
            nothing; None for no such limit.
    """

    name: str
    unit: str
    of: Values
    levels: tuple[float, ...] = BAND
    mean: bool = False
    decimals: int | None = None


def outcomes() -> dict[str, Outcome]:
    """Return every outcome by name, in the order in which they are sent."""
    unit = variables()["coca_ha"].unit
    districts = Outcome("coca_ha|district", unit, _as_it_is("coca_ha"), MIDDLE, decimals=1)
    made = [districts, *_zones(), *_country(), *_others(), *_flows()]
    return {outcome.name: outcome for outcome in made}


def places(ds: xr.Dataset) -> dict[str, list[str]]:
    """Return the places of each dimension of the outcomes."""
    dims = ("district", "zone", "stage", "market", "group", "item", "exit", "edge")
    named = {dim: [str(v) for v in ds[dim].values] for dim in dims}
    return {"country": [country_of(ds).nation], **named, "mode": list(MODES)}


def _outcome(name: str, dim: str, of: Values, levels: tuple[float, ...] = BAND) -> Outcome:
    return Outcome(f"{name}|{dim}", variables()[name].unit, of, levels)


def _as_it_is(name: str) -> Values:
    return lambda ds: ds[name].values


def _summed(name: str, dim: str) -> Values:
    """Add up a variable over its places, as the one place of the country."""
    return lambda ds: ds[name].sum(dim).values[..., None]


def _zones() -> list[Outcome]:
    plain = [name for name, var in variables().items() if var.dims == ("draw", "year", "zone")]
    cleared = "eradicated_ha"
    return [
        _outcome("coca_ha", "zone", lambda ds: zone_sum(ds, "coca_ha").values, FAN),
        _outcome(cleared, "zone", lambda ds: zone_sum(ds, cleared).values),
        *(_outcome(name, "zone", _as_it_is(name)) for name in plain),
    ]


def _country() -> list[Outcome]:
    totals = {"forest_cleared_ha": "zone", "delivered_t": "market", "spending_usd": "item"}
    totals |= {"armed_revenue_usd": "group", "growers": "district", "legal_leaf_t": "zone"}
    inputs = "precursor_price"
    return [
        *(_outcome(name, "country", _national(name), FAN) for name in NATIONAL),
        *(_outcome(name, "country", _summed(name, dim), FAN) for name, dim in totals.items()),
        _outcome(inputs, "country", lambda ds: ds[inputs].values[..., None], FAN),
    ]


def _national(name: str) -> Values:
    price = "leaf_price_usd_kg"
    inputs = {"coca_ha": [name, "outside_ha"], price: [name, "leaf_t"]}.get(name, [name])
    return lambda ds: national(ds[inputs])[name].values[..., None]


def _others() -> list[Outcome]:
    by = {"firm_hhi": "stage", "delivered_t": "market", "market_price_usd_kg": "market"}
    by |= {"armed_strength": "group", "armed_acts": "group", "armed_revenue_usd": "group"}
    by |= {"spending_usd": "item"}
    firms = _outcome("firm_count", "stage", lambda ds: ds["firm_count"].sum("zone").values)
    return [firms, *(_outcome(name, dim, _as_it_is(name)) for name, dim in by.items())]


def _flows() -> list[Outcome]:
    unit = variables()["flow_t"].unit
    return [
        Outcome("flow_t|edge", unit, _as_it_is("flow_t"), MIDDLE, mean=True),
        Outcome("flow_t|exit", unit, lambda ds: _leaving(ds, "edge_exit", "exit")),
        Outcome("flow_t|mode", unit, lambda ds: _leaving(ds, "edge_mode", "mode")),
    ]


def _leaving(ds: xr.Dataset, label: str, dim: str) -> np.ndarray:
    """Add up what leaves the country by a label of the edges (draw, year, place)."""
    names = list(MODES) if dim == "mode" else [str(v) for v in ds[dim].values]
    leaves = ds["edge_exit"].values != ""
    labels = ds[label].values
    member = np.stack([leaves & (labels == n) for n in names], axis=1).astype("float32")
    return ds["flow_t"].values @ member
