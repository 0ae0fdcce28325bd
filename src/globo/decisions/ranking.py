"""Ranking: which unknowns an answer hangs on, by rank correlation over draws that are there.

Every draw has its own values of the uncertain parameters. Where draws with a
higher value of one have a larger change, the answer hangs on it. With few draws
weak links drown in chance; those within the band of chance are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

MOST = 6
# Three standard errors: about one false link in ten looks, with a hundred parameters.
BAND = 3.0


def hinges(parameters: Mapping[str, np.ndarray], outcome: np.ndarray) -> list[dict[str, Any]]:
    """Return the parameters that go with an outcome, strongest first.

    Args:
        parameters: one value a draw, by name.
        outcome: one value a draw; NaN where the draw failed.

    Returns:
        `name` and `rho` (-1 to 1) of at most six; empty where chance explains all.
    """
    there = np.isfinite(outcome)
    n = int(there.sum())
    if n < 16 or np.ptp(outcome[there]) == 0:
        return []
    target = _ranks(outcome[there])
    found = []
    for name, values in parameters.items():
        if np.ptp(values[there]) == 0:
            continue
        rho = float(np.corrcoef(_ranks(values[there]), target)[0, 1])
        if abs(rho) > BAND / np.sqrt(n - 1):
            found.append({"name": name, "rho": round(rho, 2)})
    return sorted(found, key=lambda row: -abs(row["rho"]))[:MOST]


def _ranks(values: np.ndarray) -> np.ndarray:
    return np.argsort(np.argsort(values, kind="stable"), kind="stable").astype("float64")
