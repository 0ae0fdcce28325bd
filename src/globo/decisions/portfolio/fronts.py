"""Fronts: rows that no other row beats, thinned to steps that matter, and how much they beat.

Rows are losses: less is better in every column.
"""

from __future__ import annotations

import numpy as np

WORST = 1e30  # stands for an outcome that the model could not give
POINTS = 15  # hypervolume is counted on 2 to this many points
COARSER = 1.25  # factor on the steps while a front is too long


def boxed(loss: np.ndarray, steps: np.ndarray, most: int | None = None) -> np.ndarray:
    """Return which rows no other row beats, one for each box of the steps.

    Args:
        loss: losses (row, objective).
        steps: smallest difference that matters, by objective.
        most: coarsen the steps until no more rows than this are left.
    """
    boxes = np.floor(loss / steps)
    corner = (((loss / steps) - boxes) ** 2).sum(axis=1)
    order = np.lexsort((corner, *boxes.T[::-1]))
    first = np.concatenate([[True], (np.diff(boxes[order], axis=0) != 0).any(axis=1)])
    rows = order[first]
    rows = np.sort(rows[unbeaten(boxes[rows])])
    rows = rows[(loss[rows] < WORST).all(axis=1)]
    if most is not None and len(rows) > most:
        return rows[boxed(loss[rows], steps * COARSER, most)]
    return rows


def unbeaten(loss: np.ndarray) -> np.ndarray:
    """Say which rows no other row beats: no worse in all, better in one."""
    kept = np.ones(len(loss), dtype=bool)
    for i, row in enumerate(loss):
        beats = (loss <= row).all(axis=1) & (loss < row).any(axis=1)
        kept[i] = not beats.any()
    return kept


def hypervolume(loss: np.ndarray, ideal: np.ndarray, nadir: np.ndarray) -> float:
    """Return the share of the box from ideal to nadir that the rows beat, 0 to 1.

    Counted on Sobol points: exact counting takes minutes for a hundred rows in six
    dimensions. The error is about 0.001.
    """
    from scipy.stats import qmc

    span = np.where(nadir > ideal, nadir - ideal, 1.0)
    scaled = (loss - ideal) / span
    points = qmc.Sobol(len(ideal), rng=0).random_base2(POINTS)
    beaten = np.zeros(len(points), dtype=bool)
    for row in scaled:
        beaten |= (points >= row).all(axis=1)
    return float(beaten.mean())
