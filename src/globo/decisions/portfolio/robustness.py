"""Robustness: how much a portfolio gives away in each world, and which measures are missed.

Regret is the distance from the best candidate in the same world, as a share of the spread
of the candidates (Savage 1951). Worlds are fresh: none was used to find the portfolios.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from globo import luck

TAIL = 0.9  # quantile over the worlds that counts
NEAR = 0.1  # of the spread; regrets that close to the least are as good
RESAMPLES = 400
REGRET_AT = {"p50": 0.5, "p95": 0.95}


def regrets(loss: np.ndarray, steps: np.ndarray, beside: np.ndarray | None = None) -> np.ndarray:
    """Return the regret of each candidate in each world (candidate, world, objective).

    Args:
        loss: losses, less is better (candidate, world, objective).
        steps: smallest difference that matters; a spread is never taken as less.
        beside: losses of the candidates to compare with; each other where None.

    Returns:
        0 for the best candidate of a world; 1 is the mean spread of the candidates.
    """
    known = loss if beside is None else beside
    best = known.min(axis=0, keepdims=True)
    spread = np.maximum((known.max(axis=0) - known.min(axis=0)).mean(axis=0), steps)
    return (loss - best) / spread


def scores(regret: np.ndarray) -> np.ndarray:
    """Return one number a candidate: its regret on its worst objective, in bad worlds.

    Args:
        regret: as `regrets` returns it, for the outcomes alone: the budget bounds the cost,
            and whoever grants it does not regret to see it spent.
    """
    return np.quantile(regret, TAIL, axis=1).max(axis=1)


def missed(regret: np.ndarray, absent: np.ndarray, seed: int) -> np.ndarray:
    """Return what leaving each measure out adds to the least regret, over worlds drawn again.

    Args:
        regret: as `regrets` returns it, of all candidates.
        absent: which candidates do without which measure (candidate, measure).
        seed: seed of the bootstrap over the worlds.

    Returns:
        At least 0 (resample, measure); infinite where no candidate does without a measure.
    """
    rng = luck.generator(seed, luck.Stream.RESAMPLED)
    n_worlds = regret.shape[1]
    added = []
    for _ in range(RESAMPLES):
        score = scores(regret[:, rng.integers(n_worlds, size=n_worlds)])
        without = np.where(absent, score[:, None], np.inf).min(axis=0)
        added.append(without - score.min())
    return np.array(added)


def regret_table(
    names: list[str], objectives: list[str], regret: np.ndarray
) -> list[dict[str, Any]]:
    """Return the regrets as rows, the safest candidate first.

    Args:
        names: name of each candidate.
        objectives: names of the objectives.
        regret: as `regrets` returns it.
    """
    score = scores(regret)
    rows = []
    for i in np.argsort(score, kind="stable"):
        table = np.quantile(regret[i], list(REGRET_AT.values()), axis=0)
        by_objective = {
            name: {level: _plain(table[row, j]) for row, level in enumerate(REGRET_AT)}
            for j, name in enumerate(objectives)
        }
        worst = objectives[int(np.quantile(regret[i], TAIL, axis=0).argmax())]
        row = {"portfolio": names[i], "score": _plain(float(score[i])), "worst_objective": worst}
        rows.append({**row, "objectives": by_objective})
    return rows


def _plain(value: float) -> float:
    return float(f"{value:.6g}") + 0.0
