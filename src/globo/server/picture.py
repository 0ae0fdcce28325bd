"""Pictures: what is sent to the page, quantiles over draws of every outcome.

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

from globo.results import QUANTILES, national, ok_draws, quantiles
from globo.results.difference import displacement, falls, grows, moved, p_up
from globo.results.outcomes import BAND, MIDDLE, Outcome, outcomes, places

DIGITS, COARSE = 4, 3

YEARS_BACK = 5
CHANGING = ("coca_ha|district", "coca_ha|zone")
COUNTRY, WHOLE = "coca_ha|country", "coca_ha|whole"  # what a survey covers, and all coca
NO_CHANGE = 0.05  # ha in five years, less than which is none

Arrays = Mapping[str, np.ndarray]


def arrays(ds: xr.Dataset) -> dict[str, np.ndarray]:
    """Return every outcome of a run as (draw, year, place); failed draws are NaN.

    With them goes `WHOLE`, the coca of the country whether surveyed by then or not, which
    differences are taken of.
    """
    whole = national(ds[["coca_ha", "outside_ha"]], whole=True)["coca_ha"].values[..., None]
    read = {name: outcome.of(ds) for name, outcome in outcomes().items()} | {WHOLE: whole}
    found = {name: np.array(values, dtype="float32") for name, values in read.items()}
    for values in found.values():
        values[~ok_draws(ds)] = np.nan
    return found


def changing(name: str) -> str:
    """Return the array that the differences of an outcome are taken of."""
    return WHOLE if name == COUNTRY else name


def baseline_picture(whole: Arrays, years: list[int]) -> dict[str, Any]:
    """Return the quantiles of the baseline, history and future."""
    table = outcomes()
    sent = {name: {"level": _level(outcome, whole[name])} for name, outcome in table.items()}
    for name in CHANGING:
        sent[name] |= since(whole[name], 0)
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
        base: the baseline's outcomes over the same years, all its draws.
        past: the baseline's outcomes in the years before.
        branch: the branch's outcomes, the first draws of them or all.
        years: of base and branch.
        total: draws of the full ensemble.
        digits: significant digits that are sent.
        twins: the baseline's draws that the branch's are compared with, where they were run
            otherwise than all of them; None takes the first of `base`.
        other: the same draws of another branch, where differences are to it and not to the
            baseline.
    """
    table = outcomes()
    n_draws = len(next(iter(branch.values())))
    few = {name: (twins or base)[name][:n_draws] for name in branch}
    than = other or few
    change = {n: moved(branch[changing(n)], than[changing(n)], places=True) for n in table}
    parts = {
        name: {
            "level": _levels(outcome, base[name], few[name], branch[name]),
            "delta": _delta(outcome, change[name]),
            "up": p_up(change[name]),
        }
        for name, outcome in table.items()
    }
    for name in CHANGING:
        before = past[name][:n_draws, -YEARS_BACK:]
        whole = np.concatenate([before, branch[name]], axis=1)
        parts[name] |= since(whole, before.shape[1])
    sent = {name: _named(table[name], part, digits) for name, part in parts.items()}
    failed = int(np.isnan(branch["coca_ha|country"][:, 0, 0]).sum())
    return {
        "draws": n_draws,
        "of": total,
        "failed": failed,
        "years": years,
        "arrays": sent,
        "bulge": bulge(change["coca_ha|zone"], change[COUNTRY][..., 0]),
    }


def bulge(zones: np.ndarray, country: np.ndarray) -> dict[str, Any]:
    """Return where coca falls and grows, what goes, and what of it reappears, by year.

    Args:
        zones: difference of the zones' area to the baseline, ha (draw, year, zone).
        country: difference of all coca of the country, ha (draw, year).

    Returns:
        Zones by number that likely `fall` and `grow`, a list a year; quantiles (level, year),
        flat, of `removed`, `elsewhere` and `share`, null where too little goes.
    """
    found = displacement(zones, country)
    parts = {"removed": found.removed, "elsewhere": found.elsewhere, "share": found.share}
    told = {name: quantiles(values, list(QUANTILES.values())) for name, values in parts.items()}
    named = {"falls": falls(zones), "grows": grows(zones)}
    lists = {key: [np.flatnonzero(year).tolist() for year in told] for key, told in named.items()}
    return {name: significant(v, 3).ravel() for name, v in told.items()} | lists


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


def _levels(outcome: Outcome, base: np.ndarray, few: np.ndarray, branch: np.ndarray) -> np.ndarray:
    level = _level(outcome, branch)
    if len(branch) < len(base):
        level = _level(outcome, base) + level - _level(outcome, few)
        level = np.maximum(level, 0.0)
    return level


def _delta(outcome: Outcome, change: np.ndarray) -> np.ndarray:
    return _mean(change) if outcome.mean else sorted_quantiles(change, _ends(outcome))


def since(values: np.ndarray, first: int) -> dict[str, np.ndarray]:
    """Return the change over the five years before, from a year on; flat in the first years."""
    before = np.maximum(np.arange(first, values.shape[1]) - YEARS_BACK, 0)
    change = values[:, first:] - values[:, before]
    change[np.abs(change) < NO_CHANGE] = 0.0
    return {"since": sorted_quantiles(change, MIDDLE), "since_up": p_up(change)}


def _level(outcome: Outcome, values: np.ndarray) -> np.ndarray:
    if outcome.mean:
        return _mean(values)
    return sorted_quantiles(values, outcome.levels)


def _ends(outcome: Outcome) -> tuple[float, ...]:
    return MIDDLE if outcome.levels == MIDDLE else BAND


def _mean(values: np.ndarray) -> np.ndarray:
    """Return the mean over the draws that ended well (1, year, place)."""
    return values[~np.isnan(values[:, 0, 0])].mean(axis=0, keepdims=True)


def sorted_quantiles(values: np.ndarray, levels: tuple[float, ...]) -> np.ndarray:
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


def _named(outcome: Outcome, parts: Mapping[str, np.ndarray], digits: int) -> dict[str, Any]:
    decimals = None if digits > DIGITS else outcome.decimals

    def short(values: np.ndarray) -> np.ndarray:
        made = significant(values, digits)
        return made if decimals is None else np.round(made, decimals) + 0.0

    sent = {
        key: (np.round(v, 2) if key in ("up", "since_up") else short(v)).ravel()
        for key, v in parts.items()
    }
    shape = list(parts["level"].shape)
    return {"unit": outcome.unit, "shape": shape, **sent}
