"""Reading: levers and worlds as a scenario, and a run as the outcomes that are asked.

What stands between a search and the simulator: `scenario_of` says what to run,
`outcome` reads one number a draw from the results.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from globo.decisions.inputs import AT
from globo.errors import UserError, did_you_mean
from globo.results import NATIONAL, national, variables, zone_sum

ELSEWHERE = "Elsewhere"
NOT_LEVERS = ("draw",)
STOCK = "stock"


def scenario_of(
    levers: Mapping[str, float],
    world: Mapping[str, Any] | None = None,
    first: str | None = None,
    until: str | None = None,
    name: str = "portfolio",
) -> dict[str, Any]:
    """Return levels of levers as a scenario.

    Args:
        levers: level by lever or `lever@place`.
        world: further levers that come from outside; its `draw` is left aside.
        first: month from which they hold, "YYYY-MM"; the start of the run where None.
        until: last month of the run; the scenario's default where None.
        name: name of the scenario.
    """
    outside = {k: v for k, v in (world or {}).items() if k not in NOT_LEVERS}
    held: dict[str, Any] = {}
    for key, value in {**outside, **levers}.items():
        lever, _, place = key.partition(AT)
        if not place:
            held[lever] = float(value)
        elif isinstance(held.setdefault(lever, {}), dict):
            held[lever][place] = float(value)
        else:
            where = f"levers: {lever}"
            found = f"both everywhere and for {place}"
            raise UserError(where=where, found=found, allowed="one number, or one a place")
    if first is not None:
        held = {lever: [{"from": first, "value": value}] for lever, value in held.items()}
    made: dict[str, Any] = {"name": name, "levers": held}
    return made if until is None else {**made, "until": until}


def outcome(ds: xr.Dataset, name: str, first: int | None = None) -> np.ndarray:
    """Return one outcome of a run, one number a draw; NaN where the draw failed.

    Stocks are read at the end; flows and means are yearly means since `first`. Areas,
    flows and counts are added up over places, prices and incomes averaged (incomes over
    the survey zones; the leaf price is weighted by what is sold).

    Args:
        ds: results of a run.
        name: a reported variable, or `variable@place` for one of its places or zones.
        first: first year that counts; all years where None.

    Raises:
        UserError: no such variable or place.
    """
    key, _, place = name.partition(AT)
    var = variables().get(key)
    if var is None or "year" not in var.dims or key not in ds:
        names = [n for n, v in variables().items() if "year" in v.dims]
        mend = did_you_mean(key, names)
        raise UserError(where="outcome", found=f"'{key}'", allowed="a yearly variable", mend=mend)
    since = ds if first is None else ds.sel(year=slice(first, None))
    if not since.sizes["year"]:
        found = f"no year from {first}"
        raise UserError(where="outcome", found=found, allowed=f"up to {int(ds['year'][-1])}")
    array = _placed(since, key, place) if place else _whole(since, key)
    array = array.astype("float64")
    value = array.isel(year=-1) if var.kind == STOCK else array.mean("year")
    values = value.transpose("draw").values.copy()
    if "status" in ds:
        values[ds["status"].values != 0] = np.nan
    return values


def _placed(ds: xr.Dataset, name: str, place: str) -> xr.DataArray:
    """Return the variable at one of its places, or summed over the districts of a zone."""
    dims = [d for d in ds[name].dims if d not in ("draw", "year")]
    if "district" in dims and place in ds["zone"].values:
        return zone_sum(ds, name).sel(zone=place)
    for dim in dims:
        if place in ds[dim].values:
            return ds[name].sel({dim: place}).sum([d for d in dims if d != dim])
    names = [str(v) for d in dims for v in ds[d].values]
    names += [str(v) for v in ds["zone"].values] if "district" in dims else []
    mend = did_you_mean(place, names)
    allowed = f"a place of {name}"
    raise UserError(where=f"outcome {name}", found=f"'{place}'", allowed=allowed, mend=mend)


def _whole(ds: xr.Dataset, name: str) -> xr.DataArray:
    """Return the variable for the country."""
    if name in NATIONAL:
        inputs = {"coca_ha": [name, "outside_ha"], "leaf_price_usd_kg": [name, "leaf_t"]}
        return national(ds[inputs.get(name, [name])])[name]
    dims = [d for d in ds[name].dims if d not in ("draw", "year")]
    unit = variables()[name].unit
    added = variables()[name].kind == "flow" or unit in ("ha", "households", "fighters")
    if added or not dims:
        return ds[name].sum(dims)
    array = ds[name]
    if "zone" in dims:
        array = array.sel(zone=[z for z in ds["zone"].values if z != ELSEWHERE])
    return array.mean(dims)
