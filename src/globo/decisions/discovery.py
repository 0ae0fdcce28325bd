"""Discovery: under which unknowns a portfolio fails, by PRIM, checked on worlds held back.

The few unknowns that tell failures apart best are kept (rank tests), a box of limits on them is
found on one half of the worlds (ema_workbench) and tried on the other; it is told only where it
holds there too. Without the first step the peeling follows chance in a hundred unknowns.

Source: Bryant and Lempert 2010.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import mannwhitneyu

DENSITY = 0.75  # share of failures in the box that is aimed for
MASS = 0.1  # least share of the worlds in a box
FEWEST = 10  # failures and successes needed to learn from
LIFT = 1.25  # how much denser the box must be on the worlds held back
MOST_LIMITS = 4
SURE = 0.05  # chance at which a limit could be luck


def fails_when(worlds: pd.DataFrame, failed: np.ndarray, seed: int = 0) -> dict[str, Any]:
    """Return the limits on the unknowns within which failures crowd.

    Args:
        worlds: one column an unknown, one row a world.
        failed: whether the portfolio failed there.
        seed: seed of the halving.

    Returns:
        `base_rate` of failure; `limits`, by unknown the pair of its least and largest value
        in the box (None: not limited on that side), empty where nothing holds; `density`
        (share of failures in the box) and `coverage` (share of all failures that it
        holds), both on the worlds held back, None without limits; and `worlds`.
    """
    failed = np.asarray(failed, dtype=bool)
    told: dict[str, Any] = {"base_rate": float(failed.mean()), "worlds": len(failed)}
    none = {**told, "limits": {}, "density": None, "coverage": None}
    order = np.random.default_rng(seed).permutation(len(failed))
    learn, test = order[::2], order[1::2]
    columns = worlds.loc[:, [bool(np.ptp(worlds[name]) > 0) for name in worlds]]
    if min(failed[learn].sum(), (~failed[learn]).sum()) < FEWEST or columns.empty:
        return none
    columns = columns[_telling(columns.iloc[learn], failed[learn])]
    if columns.empty:
        return none
    limits = _box(columns.iloc[learn].reset_index(drop=True), failed[learn])
    inside = _inside(columns.iloc[test], limits)
    if not limits or not inside.any() or not failed[test].any():
        return none
    density = float(failed[test][inside].mean())
    if density < min(1.0, LIFT * failed[test].mean()):
        return none
    coverage = float(failed[test][inside].sum() / failed[test].sum())
    return {**told, "limits": limits, "density": density, "coverage": coverage}


def _telling(worlds: pd.DataFrame, failed: np.ndarray) -> list[str]:
    """Return the unknowns whose ranks differ between failures and the rest.

    By more than chance would let one of all of them differ.
    """
    p = np.atleast_1d(mannwhitneyu(worlds[failed], worlds[~failed], axis=0).pvalue)
    return [str(name) for name in worlds.columns[p < min(SURE, 1.0 / worlds.shape[1])]]


def _box(worlds: pd.DataFrame, failed: np.ndarray) -> dict[str, tuple[float | None, float | None]]:
    """Return the box of the peeling that trades density against coverage best."""
    with warnings.catch_warnings():
        # says at import and while peeling which optional tools it does without
        warnings.simplefilter("ignore")
        from ema_workbench.analysis.prim import Prim

        # a peeling that stays below the library's threshold is thrown away whole, so ask for little
        least = min(DENSITY, LIFT * float(failed.mean()))
        peeling = Prim(worlds, failed, threshold=least, peel_alpha=0.05, mass_min=MASS)
        box = peeling.find_box()
        path = box.peeling_trajectory
    dense, covers = path["density"].to_numpy(float), path["coverage"].to_numpy(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        balance = np.nan_to_num(2 * dense * covers / (dense + covers))
    balance[path["res_dim"].to_numpy(int) > MOST_LIMITS] = -1.0
    reached = dense >= DENSITY
    chosen = int(np.argmax(np.where(reached & (balance > 0), 1.0 + balance, balance)))
    lims = box.box_lims[chosen]
    chance = box.qp[chosen]
    limits = {}
    for name in worlds:
        low, high = lims[name].to_numpy(float)
        p = [v for v in np.atleast_1d(chance.get(name, [])) if np.isfinite(v) and v >= 0]
        pair = (
            float(low) if low > worlds[name].min() else None,
            float(high) if high < worlds[name].max() else None,
        )
        if any(one is not None for one in pair) and (not p or min(p) <= SURE):
            limits[str(name)] = pair
    return limits


def _inside(
    worlds: pd.DataFrame, limits: dict[str, tuple[float | None, float | None]]
) -> np.ndarray:
    kept = np.ones(len(worlds), dtype=bool)
    for name, (low, high) in limits.items():
        values = worlds[name].to_numpy(float)
        kept &= (values >= (-np.inf if low is None else low)) & (
            values <= (np.inf if high is None else high)
        )
    return kept
