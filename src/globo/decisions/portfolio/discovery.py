"""Discovery: under which unknowns a portfolio fails, by PRIM, checked on worlds held back.

The few unknowns that tell failures apart best are kept (rank tests), a box of limits on them is
found on one half of the worlds (`prim`) and tried on the other; it is told only where it
holds there too. Without the first step the peeling follows chance in a hundred unknowns.

Source: Bryant and Lempert 2010.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import mannwhitneyu

from globo.decisions.portfolio.prim import Box, chance, peel

DENSITY = 0.75  # share of failures in the box that is aimed for
SLICE = 0.05  # share of the worlds that a peel takes
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
    box = _box(columns.iloc[learn], failed[learn])
    inside = box.holds(columns.iloc[test].to_numpy(float))
    if not box.limited().any() or not inside.any() or not failed[test].any():
        return none
    density = float(failed[test][inside].mean())
    if density < min(1.0, LIFT * failed[test].mean()):
        return none
    coverage = float(failed[test][inside].sum() / failed[test].sum())
    limits = _limits_of(box, [str(name) for name in columns])
    return {**told, "limits": limits, "density": density, "coverage": coverage}


def _telling(worlds: pd.DataFrame, failed: np.ndarray) -> list[str]:
    """Return the unknowns whose ranks differ between failures and the rest.

    By more than chance would let one of all of them differ.
    """
    p = np.atleast_1d(mannwhitneyu(worlds[failed], worlds[~failed], axis=0).pvalue)
    return [str(name) for name in worlds.columns[p < min(SURE, 1.0 / worlds.shape[1])]]


def _box(worlds: pd.DataFrame, failed: np.ndarray) -> Box:
    """Return the box of the peeling that trades density against coverage best.

    Without the limits that could be luck.
    """
    values = worlds.to_numpy(float)
    path = [b for b in peel(values, failed, SLICE, MASS) if b.limited().sum() <= MOST_LIMITS]
    inside = np.stack([one.holds(values) for one in path])
    dense = np.array([failed[rows].mean() for rows in inside])
    covers = (inside & failed).sum(axis=1) / failed.sum()
    balance = 2 * dense * covers / np.maximum(dense + covers, 1e-12)
    box = path[int(np.argmax(balance + (dense >= DENSITY)))]
    luck = [
        (side, unknown)
        for side, unknown in np.argwhere(np.isfinite(box.limits)).tolist()
        if chance(box, side, unknown, values, failed) > SURE
    ]
    for side, unknown in luck:
        box = box.without(side, unknown)
    return box


def _limits_of(box: Box, names: list[str]) -> dict[str, tuple[float | None, float | None]]:
    """Return by unknown its least and largest value; None on a side without a limit."""
    sides = [[float(v) if np.isfinite(v) else None for v in pair] for pair in box.limits.T]
    limits = zip(names, sides, box.limited(), strict=True)
    return {name: (low, high) for name, (low, high), there in limits if there}
