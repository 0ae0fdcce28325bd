"""Least regret: the portfolios close to the one that is regretted least, by evolution.

A front holds compromises by accident: each of its portfolios is there because no other beats
it, and few lie close to the least regret. Differential evolution (Storn and Price 1997, SciPy)
starts from the front and lowers the regret itself, in worlds of its own. One search ends in one
family of portfolios; each measure is then left out in turn, to see which ones it can do without.
"""

from __future__ import annotations

import numpy as np

from globo.decisions.fronts import WORST, boxed
from globo.decisions.problem import Problem, World
from globo.decisions.robustness import NEAR, regrets, scores
from globo.decisions.search import Evaluate, losses, outcomes

POPULATION, FEWEST = 30, 5
MUTATION, RECOMBINATION = (0.4, 0.9), 0.7
MOST = 5  # portfolios handed on as they were found
PARENTS = 3  # of the least regretted, from which measures are left out


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
        Levels of portfolios whose regret is close to the least found (portfolio, lever): at
        most `MOST` that no other of these beats, and for each measure the least regretted
        that leaves it out; none where no world has all outcomes.
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
    found = levels[near[boxed(worth[near], problem.steps, MOST)]]
    parents = levels[np.argsort(score, kind="stable")[:PARENTS]]
    sparse = np.stack([left_out(problem, parents, i) for i in range(len(span))])
    regretted = regret(((sparse - problem.low) / span).reshape(-1, len(span)).T)
    regretted = regretted.reshape(sparse.shape[:2])
    each = np.arange(len(span))
    best = regretted.argmin(axis=1)
    close = regretted[each, best] <= score.min() + NEAR
    return np.concatenate([found, sparse[each, best][close]])


def left_out(problem: Problem, levels: np.ndarray, measure: int) -> np.ndarray:
    """Return portfolios without a measure, its money spread over what else they pay for.

    Args:
        problem: levers and money.
        levels: levels of the levers (portfolio, lever).
        measure: number of the lever that goes to its least level.
    """
    without = levels.copy()
    without[:, measure] = problem.low[measure]
    least = problem.cost(problem.low)
    spent, kept = problem.cost(levels) - least, problem.cost(without) - least
    more = np.divide(spent, kept, out=np.ones_like(spent), where=kept > 0)
    raised = problem.low + (without - problem.low) * more[:, None]
    return problem.within(np.minimum(raised, problem.high))
