"""Sums and shares of a run: zones, the country, exits and modes, draw by draw.

Every sum over districts, edges and groups is made here and nowhere else, in
float64. Datasets larger than memory are read in blocks of draws, so a hundred
draws and ten thousand need the same memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import xarray as xr

from globo import countries
from globo.countries import USUAL, Country
from globo.results.table import variable

NATIONAL = (
    "coca_ha",
    "eradicated_ha",
    "leaf_t",
    "cocaine_t",
    "seized_t",
    "leaf_price_usd_kg",
    "armed_acts",
)
MODES = ("foot", "road", "river", "lake", "air", "container", "vessel", "airdrop")
BLOCK_BYTES = 4 * 2**20


def country_of(ds: xr.Dataset) -> Country:
    """Return the country that a run is of."""
    return countries.load(ds.attrs.get("country", USUAL))


def zone_ha(ds: xr.Dataset) -> xr.DataArray:
    """Return coca standing by survey zone, ha (draw, year, zone)."""
    return zone_sum(ds, "coca_ha")


def zone_sum(ds: xr.Dataset, name: str) -> xr.DataArray:
    """Sum a variable over the districts of each zone (draw, year, zone)."""
    member = ds["district_zone"].values[:, None] == ds["zone"].values[None, :]

    def add(part: xr.Dataset) -> xr.Dataset:
        values = part[name].values.astype("float64")
        columns = [values[..., member[:, z]].sum(axis=-1) for z in range(member.shape[1])]
        dims = ("draw", "year", "zone")
        return xr.Dataset({name: (dims, np.stack(columns, axis=-1))}, coords={"zone": ds["zone"]})

    return by_draws(ds, [name], add)[name].assign_attrs(variable(name).attrs())


def national(ds: xr.Dataset, whole: bool = False) -> xr.Dataset:
    """Return the country's figures, each (draw, year).

    Area is what the survey of the year would have seen, so that it can be held
    against it: the sum of the districts that it covered by then (of all where the
    dataset does not say so) and of `outside_ha`, which counts with `Elsewhere`.
    Seizures are summed over the edges that the country watches (over all edges where the
    dataset does not name their authority), acts over groups; the leaf price is
    weighted by leaf harvested. Variables that the dataset lacks are left out.

    Args:
        ds: results of a run.
        whole: count all coca, whether surveyed by then or not, as for a difference.
    """
    if whole:
        ds = ds.drop_vars("district_surveyed", errors="ignore")
    inputs = {
        **{name: [name] for name in NATIONAL},
        "coca_ha": ["coca_ha", "outside_ha"],
        "leaf_price_usd_kg": ["leaf_price_usd_kg", "leaf_t"],
    }
    made = [name for name in NATIONAL if all(i in ds for i in inputs[name])]

    watched, covered = _watched(ds), surveyed(ds) if "coca_ha" in made else None

    def add(part: xr.Dataset) -> xr.Dataset:
        return xr.Dataset({name: _national(part, name, watched, covered) for name in made})

    total = by_draws(ds, sorted({i for name in made for i in inputs[name]}), add)
    for name in made:
        total[name].attrs = variable(name).attrs()
    return total


def exit_shares(ds: xr.Dataset, yearly: bool = False) -> xr.DataArray:
    """Return each exit's share of the cocaine that leaves (draw, [year,] exit).

    Args:
        ds: results of a run.
        yearly: a share for every year instead of one over the whole run.
    """
    return _shares(ds, "edge_exit", "exit", ds["exit"].values.tolist(), yearly)


def mode_shares(ds: xr.Dataset, yearly: bool = False) -> xr.DataArray:
    """Return each mode's share of the cocaine that leaves (draw, [year,] mode).

    The mode is that of the edge on which the cocaine leaves the country.
    """
    return _shares(ds, "edge_mode", "mode", list(MODES), yearly)


def surveyed(ds: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Return what the survey of each year covered, 1 or 0.

    Returns:
        Districts [year, district], and districts outside the frame [year].
    """
    years = ds["year"].values[:, None]
    if "district_surveyed" not in ds.coords:
        return np.ones((len(years), ds.sizes["district"])), np.ones(len(years))
    districts = years >= ds["district_surveyed"].values
    elsewhere = districts[:, ds["district_zone"].values == "Elsewhere"]
    return districts.astype(float), elsewhere.all(1).astype(float)


def _watched(ds: xr.Dataset) -> np.ndarray | slice:
    """Return which edges are the country's to watch: those of its forces and of its ports."""
    if "edge_authority" not in ds.coords:
        return slice(None)
    country = country_of(ds)
    return np.array([country.owns(str(name)) for name in ds["edge_authority"].values], dtype=bool)


def _national(
    part: xr.Dataset,
    name: str,
    watched: np.ndarray | slice,
    covered: tuple[np.ndarray, np.ndarray] | None,
) -> tuple[tuple[str, str], np.ndarray]:
    if name == "leaf_price_usd_kg":
        price = part[name].values.astype("float64")
        weight = part["leaf_t"].values.astype("float64")
        with np.errstate(invalid="ignore", divide="ignore"):
            total = np.where(weight > 0, price * weight, 0.0).sum(-1) / weight.sum(-1)
    elif name == "seized_t":
        total = part[name].values[..., watched].astype("float64").sum(axis=-1)
    elif name == "coca_ha" and covered is not None:
        districts, outside = covered
        total = np.einsum("dyi,yi->dy", part[name].values.astype("float64"), districts)
        total = total + outside * part["outside_ha"].values
    else:
        total = part[name].values.astype("float64").sum(axis=-1)
    return ("draw", "year"), total


def _shares(ds: xr.Dataset, label: str, dim: str, names: list[str], yearly: bool) -> xr.DataArray:
    leaving = ds["edge_exit"].values != ""
    labels = ds[label].values

    def add(part: xr.Dataset) -> xr.Dataset:
        flow = part["flow_t"].values.astype("float64")
        flow = flow if yearly else flow.sum(axis=1)
        by_name = np.stack([flow[..., leaving & (labels == n)].sum(-1) for n in names], axis=-1)
        total = flow[..., leaving].sum(axis=-1)[..., None]
        share = np.divide(by_name, total, out=np.full_like(by_name, np.nan), where=total > 0)
        dims = ("draw", "year", dim) if yearly else ("draw", dim)
        return xr.Dataset({"share": (dims, share)}, coords={dim: names})

    return by_draws(ds, ["flow_t"], add)["share"].assign_attrs(unit="share")


def by_draws(
    ds: xr.Dataset, names: Sequence[str], add: Callable[[xr.Dataset], xr.Dataset]
) -> xr.Dataset:
    """Apply a reduction that keeps draws to blocks of draws, and join the parts."""
    n_draws = ds.sizes["draw"]
    a_draw = max(1, sum(ds[n].nbytes for n in names) // max(1, n_draws))
    step = max(16, BLOCK_BYTES // a_draw // 16 * 16)
    kept = {d: ds[d] for d in ("draw", "year") if d in ds.coords}
    for i in range(0, n_draws, step):
        part = add(ds[list(names)].isel(draw=slice(i, i + step)))
        if i == 0:
            model = part
            whole = {n: np.empty((n_draws, *a.shape[1:]), a.dtype) for n, a in part.items()}
        for name, array in whole.items():  # in place, since joining parts would copy them all
            array[i : i + step] = part[name].values
    joined = {n: (model[n].dims, array, model[n].attrs) for n, array in whole.items()}
    labels = {d: c for d, c in model.coords.items() if d not in kept and "draw" not in c.dims}
    there = {d: c for d, c in kept.items() if d in model.dims}
    return xr.Dataset(joined, coords={**labels, **there})
