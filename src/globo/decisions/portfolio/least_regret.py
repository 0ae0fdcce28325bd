"""Least regret: the portfolios close to the one that is regretted least, by evolution.

A front holds compromises by accident: each of its portfolios is there because no other beats
it, and few lie close to the least regret. Differential evolution (Storn and Price 1997, SciPy)
starts from the front and lowers the regret itself, in worlds of its own. One search ends in one
family of portfolios; each measure is then left out in turn, and where its money does not do as
well elsewhere at once, a search of its own looks for the best portfolio without it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from globo import luck
from globo.decisions.portfolio.fronts import WORST, boxed
from globo.decisions.portfolio.problem import Problem, StateOfWorld
from globo.decisions.portfolio.robustness import NEAR, regrets, scores
from globo.decisions.portfolio.search import Evaluate, losses, outcomes

Judge = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]  # levels to regret and losses

POPULATION, FEWEST = 30, 5
MUTATION, RECOMBINATION = (0.4, 0.9), 0.7
MOST = 5  # portfolios handed on as they were found
IDLE = NEAR / 4  # regret that leaving out all idle measures together may add
EACH = 4  # a search without one measure gets one in this many of the runs


def settle(
    problem: Problem,
    evaluate: Evaluate,
    front: np.ndarray,
    worlds: list[StateOfWorld],
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
        runs: portfolios that the evolution may evaluate; the front, the portfolios without
            a measure and the searches without one that is hard to replace (a quarter of
            `runs` each) come on top.

    Returns:
        Levels (portfolio, lever): at most `MOST` portfolios whose regret is close to the least
        found and that no other of these beats, then the best without what is idle, then the
        best without each measure that this one holds; their losses are for other worlds to tell.
        None where no world has all outcomes.
    """
    values = outcomes(problem, evaluate, front, worlds)
    good = np.isfinite(values).all(axis=(0, 2))
    if not good.any():
        return front[:0]
    known = (values * problem.signs)[:, good, :-1]
    steps = problem.steps[:-1]

    def judged(levels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        found = outcomes(problem, evaluate, levels, worlds)[:, good]
        score = scores(regrets((found * problem.signs)[..., :-1], steps, known))
        return np.where(np.isfinite(score), score, WORST), losses(problem, found)

    rng = luck.generator(seed, luck.Stream.LEAST_REGRET)
    safest = np.argsort(scores(regrets(known, steps)), kind="stable")
    levels, score, loss = _lowered(problem, judged, front[safest], rng, runs)
    near = np.flatnonzero((score <= score.min() + NEAR) & (score < WORST))
    found = levels[near[boxed(loss[near], problem.steps, MOST)]]
    best, least = _without_idle(problem, judged, levels[score.argmin()], score.min())
    sparse = [best]
    for measure in np.flatnonzero(best > problem.low).tolist():
        rows = left_out(problem, best, measure)
        again, _ = judged(rows)
        if again.min() > least + NEAR:
            rows = rows[np.argsort(again, kind="stable")]
            rows, again, _ = _lowered(problem, judged, rows, rng, runs // EACH, measure)
        sparse.append(rows[again.argmin()])
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


def _lowered(
    problem: Problem,
    judged: Judge,
    start: np.ndarray,
    rng: np.random.Generator,
    runs: int,
    without: int | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return levels, regret and losses of all that an evolution from some portfolios tried.

    A start that is too short is filled up at random; `without` keeps one lever at its least.
    """
    from scipy.optimize import differential_evolution

    span = problem.high - problem.low
    size = max(FEWEST, min(POPULATION, runs // 4))
    seen: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

    def regret(genes: np.ndarray) -> np.ndarray:
        wanted = problem.low + genes.T * span
        if without is not None:
            wanted[:, without] = problem.low[without]
        levels = problem.within(wanted)
        seen.append((levels, *judged(levels)))
        return seen[-1][1]

    others = rng.random((max(0, size - len(start)), len(span)))
    differential_evolution(
        regret,
        [(0.0, 1.0)] * len(span),
        init=np.concatenate([(start[:size] - problem.low) / span, others]),
        maxiter=max(0, runs // size - 1),
        mutation=MUTATION,
        recombination=RECOMBINATION,
        rng=rng,
        tol=0.0,
        polish=False,
        updating="deferred",
        vectorized=True,
    )
    levels, score, loss = (np.concatenate(part) for part in zip(*seen, strict=True))
    return levels, score, loss


def _without_idle(
    problem: Problem, judged: Judge, levels: np.ndarray, least: float
) -> tuple[np.ndarray, float]:
    """Return a portfolio without all that does next to nothing in it, and its regret.

    Measures go in the order of what each alone is missed, as many as together add `IDLE`.
    """
    each = np.tile(levels, (len(levels), 1))
    np.fill_diagonal(each, problem.low)
    alone, _ = judged(each)
    order = np.argsort(alone, kind="stable")
    gone = np.tri(len(levels), dtype=bool)[:, np.argsort(order)]
    fewer = np.where(gone, problem.low, levels)
    score, _ = judged(fewer)
    fits = np.flatnonzero(score <= least + IDLE)
    if not len(fits):
        return levels, least
    return fewer[fits[-1]], float(score[fits[-1]])
