"""Least regret: the portfolios close to the one that is regretted least, by evolution.

A front holds compromises by accident: each of its portfolios is there because no other beats
it, and few lie close to the least regret. Differential evolution (Storn and Price 1997, SciPy)
starts from the front and lowers the regret itself, in worlds of its own.
"""

from __future__ import annotations

import numpy as np

from globo.decisions.fronts import WORST, boxed
from globo.decisions.problem import Problem, World
from globo.decisions.robustness import NEAR, regrets, scores
from globo.decisions.search import Evaluate, losses, outcomes

POPULATION, FEWEST = 30, 5
MUTATION, RECOMBINATION = (0.4, 0.9), 0.7
MOST = 8  # portfolios handed on


def settle(
    problem: Problem,
    evaluate: Evaluate,
    front: np.ndarray,
    worlds: list[World],
    seed: int,
    runs: int,
) -> np.ndarray:
    """Lower the regret from a front on.

    Args:
        problem: levers, money, objectives.
        evaluate: the model.
        front: levels of the portfolios to start from (portfolio, lever); what is best in a
            world, and how far apart portfolios are, is told by these.
        worlds: the worlds in which a portfolio may be regretted.
        seed: seed of the search.
        runs: portfolios to evaluate beside the front.

    Returns:
        Levels of portfolios whose regret is close to the least found and that no other of
        these beats, at most `MOST` (portfolio, lever); none where no world has all outcomes.
    """
    from scipy.optimize import differential_evolution

    span = problem.high - problem.low
    values = outcomes(problem, evaluate, front, worlds)
    good = np.isfinite(values).all(axis=(0, 2))
    if not good.any():
        return front[:0]
    known = (values * problem.signs)[:, good, :-1]
    steps = problem.steps[:-1]
    seen: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

    def regret(genes: np.ndarray) -> np.ndarray:
        levels = problem.within(problem.low + genes.T * span)
        found = outcomes(problem, evaluate, levels, worlds)[:, good]
        score = scores(regrets((found * problem.signs)[..., :-1], steps, known))
        score = np.where(np.isfinite(score), score, WORST)
        seen.append((levels, score, losses(problem, found)))
        return score

    size = max(FEWEST, min(POPULATION, runs // 4))
    safest = np.argsort(scores(regrets(known, steps)), kind="stable")[:size]
    rng = np.random.default_rng([seed, 3])
    others = rng.random((size - len(safest), len(span)))
    differential_evolution(
        regret,
        [(0.0, 1.0)] * len(span),
        init=np.concatenate([(front[safest] - problem.low) / span, others]),
        maxiter=max(0, runs // size - 1),
        mutation=MUTATION,
        recombination=RECOMBINATION,
        rng=rng,
        tol=0.0,
        polish=False,
        updating="deferred",
        vectorized=True,
    )
    levels, score, worth = (np.concatenate(part) for part in zip(*seen, strict=True))
    near = np.flatnonzero((score <= score.min() + NEAR) & (score < WORST))
    return levels[near[boxed(worth[near], problem.steps, MOST)]]
