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
        runs: portfolios that the evolution may evaluate; the front and the portfolios without
            a measure (about the square of the number of measures) come on top.

    Returns:
        Levels (portfolio, lever): at most `MOST` portfolios whose regret is close to the least
        found and that no other of these beats, then for each measure the best without it,
        whose worth is for other worlds to tell; none where no world has all outcomes.
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

    def judged(levels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        found = outcomes(problem, evaluate, levels, worlds)[:, good]
        score = scores(regrets((found * problem.signs)[..., :-1], steps, known))
        return np.where(np.isfinite(score), score, WORST), losses(problem, found)

    def regret(genes: np.ndarray) -> np.ndarray:
        levels = problem.within(problem.low + genes.T * span)
        seen.append((levels, *judged(levels)))
        return seen[-1][1]

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
    best = levels[score.argmin()]
    without = [left_out(problem, best, measure) for measure in range(len(span))]
    again, _ = judged(np.concatenate(without))
    parts = np.split(again, np.cumsum([len(rows) for rows in without])[:-1])
    sparse = [rows[part.argmin()] for rows, part in zip(without, parts, strict=True)]
    return np.concatenate([found, sparse])


def left_out(problem: Problem, levels: np.ndarray, measure: int) -> np.ndarray:
    """Return a portfolio without a measure, its money spread over the rest or put into one.

    Args:
        problem: levers and money.
        levels: levels of the levers of one portfolio (lever).
        measure: number of the lever that goes to its least level.

    Returns:
        Levels (portfolio, lever): the money spread over what else is paid for, then put into
        each of the others; what a full lever cannot take stays unspent.
    """
    without = levels.copy()
    without[measure] = problem.low[measure]
    least = float(problem.cost(problem.low))
    spent, kept = float(problem.cost(levels)) - least, float(problem.cost(without)) - least
    spread = problem.low + (without - problem.low) * (spent / kept if kept > 0 else 1.0)
    rows = [spread]
    for other in range(len(levels)):
        if other != measure and problem.unit_cost[other] > 0:
            moved = without.copy()
            moved[other] += (spent - kept) / problem.unit_cost[other]
            rows.append(moved)
    return problem.within(np.minimum(np.stack(rows), problem.high))
