"""Statistics of a run: the summary table and what `globo run --json` prints.

Failed draws (`status` other than 0) are left out of every statistic and counted
beside it. Cells are taken in blocks of years, so the memory needed stays flat.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from globo.results.sums import (
    by_draws,
    country_of,
    exit_shares,
    mode_shares,
    national,
    zone_ha,
    zone_sum,
)
from globo.results.table import ok_draws, variables

PIECE_CELLS = 2**18
YEARS_BYTES = 12 * 2**20  # of one variable, read at a time; each block reads every stored chunk
QUANTILES = {"p05": 0.05, "p50": 0.5, "p95": 0.95}


def summary(ds: xr.Dataset) -> pd.DataFrame:
    """Return the intervals of every yearly variable, one row a place and year.

    Places are the country, zones, district codes, edges and the like; two
    labels are joined by " | ". Monthly series stay in the dataset.

    Returns:
        Columns variable, place, year, p05, p50, p95, mean, draws (all of the
        run) and failed (of these, left out of the statistics).
    """
    ok = ok_draws(ds)
    yearly = [v for v in ds.data_vars.values() if "year" in v.dims]
    a_year = max((v.isel(year=0).nbytes for v in yearly), default=1)
    step, years = max(1, YEARS_BYTES // a_year), ds.sizes["year"]
    blocks = [ds.isel(year=slice(i, i + step)) for i in range(0, years, step)]
    nation = country_of(ds).nation
    parts = [[_rows(nation, n, table, ok) for n, table in _tables(part)] for part in blocks]
    tables = [pd.concat(same) for same in zip(*parts, strict=True)]
    # a place's years stood apart in their blocks; a stable sort keeps the order of places
    frame = pd.concat([t.sort_values("number", kind="stable") for t in tables], ignore_index=True)
    frame = frame.drop(columns="number")
    return frame.assign(draws=len(ok), failed=int((~ok).sum()))


def summary_csv(frame: pd.DataFrame) -> str:
    """Return a summary as CSV text: six significant digits, Unix line ends, no -0."""
    levels = [*QUANTILES, "mean"]
    plain = frame.assign(**{c: frame[c] + 0.0 for c in levels})
    return plain.to_csv(index=False, float_format="%.6g", lineterminator="\n")


def run_json(ds: xr.Dataset, seconds: float, run_dir: Path | str | None) -> dict[str, Any]:
    """Return what `globo run --json` prints.

    Args:
        ds: results of the run.
        seconds: how long the run took.
        run_dir: the run folder, None for a run kept in memory.
    """
    ok = ok_draws(ds)
    zones = zone_ha(ds)
    firms = by_draws(ds, ["firm_count"], lambda part: part[["firm_count"]].sum("zone"))
    stages = {
        str(stage): {
            "count": _years(firms["firm_count"].sel(stage=stage), ok),
            "hhi": _years(ds["firm_hhi"].sel(stage=stage), ok),
        }
        for stage in ds["stage"].values
    }
    return {
        "scenario": ds.attrs["scenario"],
        "country": country_of(ds).name,
        "draws": len(ok),
        "failed_draws": int((~ok).sum()),
        "seed": ds.attrs["seed"],
        "from": ds.attrs["from"],
        "until": ds.attrs["until"],
        **{
            name: ds.attrs[name]
            for name in ("version", "parameters", "libraries")
            if name in ds.attrs
        },
        "seconds": round(float(seconds), 3),
        "run": None if run_dir is None else str(run_dir),
        "national": {str(n): _years(a, ok) for n, a in national(ds).items()},
        "zones": {str(z): {"coca_ha": _years(zones.sel(zone=z), ok)} for z in zones["zone"].values},
        "exits": _places(exit_shares(ds), ok),
        "modes": _places(mode_shares(ds), ok),
        "firms": stages,
        "balance": {
            what: _number(_largest(ds[f"balance_{what}"].values[ok]))
            for what in ("leaf", "product")
        },
    }


def quantiles(values: np.ndarray, levels: Sequence[float]) -> np.ndarray:
    """Return quantiles over the first axis, in float64; NaN cells count as missing.

    Args:
        values: draws first.
        levels: quantiles wanted, 0 to 1.

    Returns:
        Levels first, then the remaining axes; NaN where no draw has a value.
    """
    cells = int(np.prod(np.shape(values)[1:]))
    flat = np.asarray(values).reshape(len(values), cells)
    out = np.full((len(levels), cells), np.nan)
    step = max(1, PIECE_CELLS // max(1, len(flat)))  # sorting copies: a piece at a time
    for i in range(0, cells if len(flat) else 0, step):
        piece = flat[:, i : i + step].astype("float64")
        missing = np.isnan(piece).sum(axis=0)
        whole, some = missing == 0, (missing > 0) & (missing < len(flat))
        found = out[:, i : i + step]
        found[:, whole] = np.quantile(piece[:, whole], levels, axis=0)
        if some.any():
            found[:, some] = np.nanquantile(piece[:, some], levels, axis=0)
    return out.reshape(len(levels), *np.shape(values)[1:])


def _tables(ds: xr.Dataset) -> Iterator[tuple[str, xr.DataArray]]:
    """Yield (variable name, array with year) in the order of the summary."""
    country = national(ds)
    for name, var in variables().items():
        if name not in ds or "year" not in var.dims:
            continue
        if name in country:
            yield name, country[name]
        if "district" in var.dims:
            yield name, zone_sum(ds, name)
        yield name, ds[name]
    if "flow_t" in ds:
        yield "exit_share", exit_shares(ds, yearly=True)
        yield "mode_share", mode_shares(ds, yearly=True)


def _rows(nation: str, name: str, array: xr.DataArray, ok: np.ndarray) -> pd.DataFrame:
    dims = [d for d in array.dims if d not in ("draw", "year")]
    array = array.transpose("draw", "year", *dims)
    years = array["year"].values
    labels = pd.MultiIndex.from_product([array[d].values for d in dims]) if dims else None
    places = [nation] if labels is None else [" | ".join(map(str, row)) for row in labels]
    block = array.values if ok.all() else array.values[ok]
    block = block.reshape(len(block), len(years), len(places))
    cells = np.concatenate([quantiles(block, list(QUANTILES.values())), _mean(block)[None]])
    by_place = cells.transpose(0, 2, 1).reshape(4, -1)
    columns = dict(zip([*QUANTILES, "mean"], by_place, strict=True))
    number = np.repeat(np.arange(len(places)), len(years))
    head = {"place": np.repeat(places, len(years)), "year": np.tile(years, len(places))}
    return pd.DataFrame({"variable": name, "number": number, **head, **columns})


def _mean(block: np.ndarray) -> np.ndarray:
    there = ~np.isnan(block)
    total = np.where(there, block, 0.0).sum(axis=0, dtype="float64")
    with np.errstate(invalid="ignore", divide="ignore"):
        return total / there.sum(axis=0)


def _years(array: xr.DataArray, ok: np.ndarray) -> dict[str, dict[str, float | None]]:
    table = quantiles(array.transpose("draw", "year").values[ok], list(QUANTILES.values()))
    years = [str(y) for y in array["year"].values]
    return {year: _interval(table[:, i]) for i, year in enumerate(years)}


def _places(array: xr.DataArray, ok: np.ndarray) -> dict[str, dict[str, float | None]]:
    table = quantiles(array.values[ok], list(QUANTILES.values()))
    names = [str(n) for n in array[array.dims[-1]].values]
    return {name: _interval(table[:, i]) for i, name in enumerate(names)}


def _interval(column: np.ndarray) -> dict[str, float | None]:
    return {level: _number(v) for level, v in zip(QUANTILES, column, strict=True)}


def _number(value: float) -> float | None:
    return float(f"{value:.6g}") + 0.0 if np.isfinite(value) else None


def _largest(errors: np.ndarray) -> float:
    return float(np.abs(errors).max()) if errors.size else float("nan")
