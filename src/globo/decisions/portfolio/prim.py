"""PRIM: a box of limits on unknowns within which failures crowd, peeled off slice by slice.

From the whole on, the thin slice at one end of one unknown goes whose loss makes what is left the
densest for each world given up, until too few worlds are left; a step that loses density is taken
too, since a few worlds of noise at an edge would end the peeling. Continuous unknowns only, and
nothing is pasted back: of the boxes on the way one is chosen by its reader.

Source: Friedman and Fisher 1999, Statistics and Computing 9; chance of a limit: Bryant and Lempert
2010, Technological Forecasting and Social Change 77. Written out since the libraries that hold
it are under the GPL or need one that is (PRIM, ema_workbench).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LOW, HIGH = 0, 1


@dataclass(frozen=True)
class Box:
    """Limits on unknowns.

    Attributes:
        limits: least and largest value inside, infinite where there is no limit (2, unknown).
    """

    limits: np.ndarray

    def holds(self, worlds: np.ndarray) -> np.ndarray:
        """Say which worlds (world, unknown) lie inside."""
        inside = (worlds >= self.limits[LOW]) & (worlds <= self.limits[HIGH])
        return np.asarray(inside.all(axis=1))

    def limited(self) -> np.ndarray:
        """Say which unknowns have a limit."""
        return np.asarray(np.isfinite(self.limits).any(axis=0))

    def without(self, side: int, unknown: int) -> Box:
        """Return the box without one limit."""
        limits = self.limits.copy()
        limits[side, unknown] = (-np.inf, np.inf)[side]
        return Box(limits)


def peel(worlds: np.ndarray, failed: np.ndarray, slice_share: float, least: float) -> list[Box]:
    """Return the boxes on the way from no limit to the smallest box.

    Args:
        worlds: values of the unknowns (world, unknown).
        failed: whether it failed there (world).
        slice_share: share of the worlds inside that a slice takes, one world or more, and all that
            share its last value.
        least: share of all worlds that a box must hold.
    """
    n, n_unknowns = worlds.shape
    whole = Box(np.repeat([[-np.inf], [np.inf]], n_unknowns, axis=1))
    path, inside = [whole], np.arange(n)
    while True:
        n_slice = max(1, int(slice_share * len(inside)))
        density, best = failed[inside].mean(), (-np.inf, None, inside)
        for unknown in range(n_unknowns):
            values = worlds[inside, unknown]
            order = np.sort(values)
            for side, kept in (
                (LOW, values > order[n_slice - 1]),
                (HIGH, values < order[-n_slice]),
            ):
                left = inside[kept]
                if len(left) < max(1.0, least * n):
                    continue
                gain = (failed[left].mean() - density) / (len(inside) - len(left))
                if gain > best[0]:
                    limits = path[-1].limits.copy()
                    limits[side, unknown] = (
                        values[kept].min() if side == LOW else values[kept].max()
                    )
                    best = (gain, Box(limits), left)
        if best[1] is None:
            return path
        path.append(best[1])
        inside = best[2]


def chance(box: Box, side: int, unknown: int, worlds: np.ndarray, failed: np.ndarray) -> float:
    """Return the chance of as many failures in the box if one of its limits meant nothing.

    Args:
        box: the box.
        side: 0 for the lower limit, 1 for the upper one.
        unknown: number of the unknown.
        worlds: values of the unknowns (world, unknown).
        failed: whether it failed there (world).
    """
    from scipy.stats import binom

    inside = box.holds(worlds)
    beside = failed[box.without(side, unknown).holds(worlds)].mean()
    return float(binom.sf(failed[inside].sum() - 1, inside.sum(), beside))
