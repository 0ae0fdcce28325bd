"""Pictures: what is sent to the page, quantiles over draws of every measure.

A branch is compared with the baseline draw by draw: the same draw has the same
luck in both. A first picture rests on few draws; its levels are the baseline's
full quantiles moved by what the few draws say (a control variate), so that the
picture sharpens instead of jumping when the rest arrives.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson
import xarray as xr

from globo.results import ok_draws
from globo.server.measures import BAND, MIDDLE, Measure, measures, places

DIGITS, COARSE = 4, 3

YEARS_BACK = 5
CHANGING = ("coca_ha|district", "coca_ha|zone")
LEAST_REMOVED = 300.0  # ha, below which no share of it is told
NO_CHANGE = 0.05  # ha in five years, less than which is none
ROUNDING = 1e-6  # a difference smaller than this share of the largest place's value is none

Arrays = Mapping[str, np.ndarray]


def arrays(ds: xr.Dataset) -> dict[str, np.ndarray]:
    """Return every measure of a run as (draw, year, place); failed draws are NaN."""
    failed = ~ok_draws(ds)
    found = {}
    for name, measure in measures().items():
        values = np.array(measure.of(ds), dtype="float32")
        values[failed] = np.nan
        found[name] = values
    return found


def baseline_picture(whole: Arrays, years: list[int]) -> dict[str, Any]:
    """Return the quantiles of the baseline, history and future."""
    table = measures()
    sent = {name: {"level": _level(table[name], values)} for name, values in whole.items()}
    for name in CHANGING:
        sent[name] |= _since(whole[name], 0)
    return {"years": years, "arrays": {n: _named(table[n], a, COARSE) for n, a in sent.items()}}


def branch_picture(
    base: Arrays,
    past: Arrays,
    branch: Arrays,
    years: list[int],
    total: int,
    digits: int = DIGITS,
    twins: Arrays | None = None,
    other: Arrays | None = None,
) -> dict[str, Any]:
    """Return levels, differences and the probability of growth of a branch.

    Args:
        base: the baseline's measures over the same years, all its draws.
        past: the baseline's measures in the years before.
        branch: the branch's measures, the first draws of them or all.
        years: of base and branch.
        total: draws of the full ensemble.
        digits: significant digits that are sent.
        twins: the baseline's draws that the branch's are compared with, where they were run
            otherwise than all of them; None takes the first of `base`.
        other: the same draws of another branch, where differences are to it and not to the
            baseline.
    """
    table = measures()
    n_draws = len(next(iter(branch.values())))
    few = {name: (twins or base)[name][:n_draws] for name in branch}
    than = other or few
    parts = {
        name: _compared(table[name], base[name], few[name], branch[name], than[name])
        for name in branch
    }
    for name in CHANGING:
        before = past[name][:n_draws, -YEARS_BACK:]
        whole = np.concatenate([before, branch[name]], axis=1)
        parts[name] |= _since(whole, before.shape[1])
    sent = {name: _named(table[name], part, digits) for name, part in parts.items()}
    failed = int(np.isnan(branch["coca_ha|country"][:, 0, 0]).sum())
    return {
        "draws": n_draws,
        "of": total,
        "failed": failed,
        "years": years,
        "arrays": sent,
        "bulge": bulge(branch["coca_ha|zone"] - than["coca_ha|zone"]),
    }


def bulge(change: np.ndarray) -> dict[str, Any]:
    """Return what goes, what appears elsewhere, and its share, by year.

    Args:
        change: difference of the zones' area to the baseline, ha (draw, year, zone).

    Returns:
        Quantiles (level, year), flat; the share is null where next to nothing goes.
    """
    removed = np.maximum(-change, 0.0).sum(axis=-1)[..., None]
    gained = np.maximum(change, 0.0).sum(axis=-1)[..., None]
    share = gained / np.maximum(removed, 1e-6)
    parts = {"removed": removed, "gained": gained, "share": share}
    told = {name: _quantiles(v, BAND)[..., 0] for name, v in parts.items()}
    told["share"] = np.where(told["removed"][1] > LEAST_REMOVED, told["share"], np.nan)
    return {name: significant(v, 3).ravel() for name, v in told.items()}


def frame(ds: xr.Dataset) -> dict[str, Any]:
    """Return the places that the arrays refer to by position."""
    edges = {
        key: [str(v) for v in ds[f"edge_{key}"].values] for key in ("from", "to", "mode", "exit")
    }
    district = {
        "name": [str(v) for v in ds["district_name"].values],
        "zone": [str(v) for v in ds["district_zone"].values],
        "lat": np.round(ds["lat"].values.astype("float64"), 3).tolist(),
        "lon": np.round(ds["lon"].values.astype("float64"), 3).tolist(),
    }
    return {"places": places(ds), "districts": district, "edges": edges}


def dumps(content: Mapping[str, Any]) -> bytes:
    """Return JSON, arrays straight from NumPy; NaN becomes null."""
    return orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY)


def significant(values: np.ndarray, digits: int = DIGITS) -> np.ndarray:
    """Round to significant digits, so that the JSON is short."""
    values = np.asarray(values, dtype="float64")
    size = np.floor(np.log10(np.where(np.abs(values) > 1e-9, np.abs(values), 1.0)))
    scale = 10.0 ** (digits - 1 - size)
    return np.round(values * scale) / scale + 0.0


def _compared(
    measure: Measure, base: np.ndarray, few: np.ndarray, branch: np.ndarray, than: np.ndarray
) -> dict[str, np.ndarray]:
    change = branch - than
    size = np.maximum(np.abs(than), np.abs(branch)).max(axis=-1, keepdims=True)
    change[np.abs(change) <= ROUNDING * size] = 0.0
    level = _level(measure, branch)
    if len(branch) < len(base):
        level = _level(measure, base) + level - _level(measure, few)
        level = np.maximum(level, 0.0)
    delta = _mean(change) if measure.mean else _quantiles(change, _ends(measure))
    return {"level": level, "delta": delta, "up": _p_up(change)}


def _since(values: np.ndarray, first: int) -> dict[str, np.ndarray]:
    """Return the change over the five years before, from a year on; flat in the first years."""
    before = np.maximum(np.arange(first, values.shape[1]) - YEARS_BACK, 0)
    change = values[:, first:] - values[:, before]
    change[np.abs(change) < NO_CHANGE] = 0.0
    return {"since": _quantiles(change, MIDDLE), "since_up": _p_up(change)}


def _level(measure: Measure, values: np.ndarray) -> np.ndarray:
    if measure.mean:
        return _mean(values)
    return _quantiles(values, measure.levels)


def _ends(measure: Measure) -> tuple[float, ...]:
    return MIDDLE if measure.levels == MIDDLE else BAND


def _mean(values: np.ndarray) -> np.ndarray:
    """Return the mean over the draws that ended well (1, year, place)."""
    return values[~np.isnan(values[:, 0, 0])].mean(axis=0, keepdims=True)


def _p_up(change: np.ndarray) -> np.ndarray:
    """Return the share of draws that grow; no change at all counts half."""
    there = ~np.isnan(change)
    ups = np.where(there, (change > 0) + 0.5 * (change == 0), 0.0).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return ups / there.sum(axis=0)


def _quantiles(values: np.ndarray, levels: tuple[float, ...]) -> np.ndarray:
    """Return quantiles over the draws (level, year, place), by linear interpolation."""
    kept = values[~np.isnan(values[:, 0, 0])] if len(values) else values
    if not len(kept):
        return np.full((len(levels), *values.shape[1:]), np.nan)
    ordered = np.sort(kept, axis=0)
    position = np.array(levels) * (len(kept) - 1)
    low = np.floor(position).astype(int)
    high = np.ceil(position).astype(int)
    share = (position - low)[:, None, None]
    return ordered[low] * (1 - share) + ordered[high] * share


def _named(measure: Measure, parts: Mapping[str, np.ndarray], digits: int) -> dict[str, Any]:
    decimals = None if digits > DIGITS else measure.decimals

    def short(values: np.ndarray) -> np.ndarray:
        made = significant(values, digits)
        return made if decimals is None else np.round(made, decimals) + 0.0

    sent = {
        key: (np.round(v, 2) if key in ("up", "since_up") else short(v)).ravel()
        for key, v in parts.items()
    }
    shape = list(parts["level"].shape)
    return {"unit": measure.unit, "shape": shape, **sent}
