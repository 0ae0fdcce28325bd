"""Ranking: which unknowns an answer hangs on, from an ensemble that is there already.

Stepwise regression on ranks; costs no run. Reads one value a draw of each unknown and
of the outcome.

Source: Helton et al. 2006.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

BAND = 3.0  # standard errors; fewer would let chance in, with a hundred unknowns
FEWEST = 16  # draws; with fewer every link drowns in chance
DRAWS_EACH = 8  # draws an unknown that joins


def regional(parameters: Mapping[str, np.ndarray], outcome: np.ndarray) -> list[dict[str, Any]]:
    """Rank unknowns from an ensemble that is there already: regression on ranks, step by step.

    In each step the unknown that best explains what is left joins, as long as its
    correlation with it lies outside the band of chance.

    Args:
        parameters: one value a draw, by name.
        outcome: one value a draw; NaN where the draw failed.

    Returns:
        `name`, `coefficient` (of standardised ranks, -1 to 1, its sign the direction) and
        `share` (of the variance of the ranks that it adds), in the order of joining.
    """
    there = np.isfinite(outcome)
    n = int(there.sum())
    columns = {k: _ranks(v[there]) for k, v in parameters.items() if np.ptp(v[there]) > 0}
    if n < FEWEST or np.ptp(outcome[there]) == 0:
        return []
    target = _ranks(outcome[there])
    left, joined, explained, rows = target, [], 0.0, []
    while len(joined) < min(len(columns), n // DRAWS_EACH):
        basis = [columns[name] for name in joined]
        rest = [name for name in columns if name not in joined]
        links = {name: _partial(columns[name], left, basis) for name in rest}
        best = max(links, key=lambda name: abs(links[name]))
        if abs(links[best]) <= BAND / np.sqrt(n - 1):
            break
        joined.append(best)
        matrix = np.stack([columns[name] for name in joined], axis=1)
        fitted = np.linalg.lstsq(matrix, target, rcond=None)[0]
        left = target - matrix @ fitted
        rows.append(max(0.0, 1 - float(left @ left) / n - explained))
        explained += rows[-1]
    if not joined:
        return []
    return [
        {"name": name, "coefficient": round(float(c), 3), "share": round(share, 3)}
        for name, c, share in zip(joined, fitted, rows, strict=True)
    ]


def _partial(column: np.ndarray, left: np.ndarray, joined: list[np.ndarray]) -> float:
    """Return the correlation with what is left, of what the column adds to those joined."""
    if joined:
        matrix = np.stack(joined, axis=1)
        column = column - matrix @ np.linalg.lstsq(matrix, column, rcond=None)[0]
    size = np.sqrt((column @ column) * (left @ left))
    return float(column @ left / size) if size > 1e-9 else 0.0


def _ranks(values: np.ndarray) -> np.ndarray:
    """Return ranks with mean 0 and variance 1; ties share their mean rank."""
    from scipy.stats import rankdata

    ranks = rankdata(values)
    return (ranks - ranks.mean()) / ranks.std()
