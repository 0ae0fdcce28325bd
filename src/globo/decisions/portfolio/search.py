"""Search: portfolios that no other beats, by evolution and, for comparison, at random.

eps-NSGA-II (`evolution`) on the means over a fixed set of worlds; of all that was tried, what no
other beats by a step that matters is the front. A portfolio is a level for
each lever, drawn back until it can be paid; one further number caps what is spent, so that
cheap portfolios are looked at too. The random rival uses the same numbers and as many runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from globo import luck
from globo.decisions.portfolio.evolution import evolve_genes
from globo.decisions.portfolio.fronts import WORST, boxed
from globo.decisions.portfolio.problem import Problem, StateOfWorld

Evaluate = Callable[[list[dict[str, float]], list[StateOfWorld]], np.ndarray]

POPULATION = 40  # small, so that a thousand runs give many generations
SPARSE = (0.1, 0.7)  # share of the measures in a first portfolio
FEWEST_THERE = 0.8  # share of the worlds that must have an outcome
BLOCK = 64  # portfolios handed over at a time


@dataclass(frozen=True)
class Front:
    """Portfolios and what they are worth on the worlds of the search.

    Attributes:
        levels: levels of the levers (portfolio, lever).
        losses: means over the worlds, less is better, the cost last (portfolio, objective).
        n_runs: portfolios evaluated to find them.
    """

    levels: np.ndarray
    losses: np.ndarray
    n_runs: int


def outcomes(
    problem: Problem, evaluate: Evaluate, levels: np.ndarray, worlds: list[StateOfWorld]
) -> np.ndarray:
    """Return the objectives of portfolios in worlds, cost last (portfolio, world, objective)."""
    parts = []
    for at in range(0, len(levels), BLOCK):
        block = levels[at : at + BLOCK]
        found = np.asarray(evaluate(problem.as_levers(block), worlds), dtype=float)
        wanted = (len(block), len(worlds), len(problem.outcomes))
        if found.shape != wanted:
            message = (
                f"evaluate gave shape {found.shape}, wanted (portfolio, world, outcome) {wanted}"
            )
            raise ValueError(message)
        cost = np.broadcast_to(problem.cost(block)[:, None, None], (*wanted[:2], 1))
        parts.append(np.concatenate([found, cost], axis=2))
    return np.concatenate(parts)


def losses(problem: Problem, values: np.ndarray) -> np.ndarray:
    """Return means over the worlds turned so that less is better (portfolio, objective).

    A portfolio for which more than a fifth of the worlds failed is as bad as can be.
    """
    turned = values * problem.signs
    there = np.asarray(np.isfinite(turned).all(axis=2))
    total = np.where(there[..., None], turned, 0.0).sum(axis=1)
    mean = total / np.maximum(there.sum(axis=1), 1)[:, None]
    enough = np.asarray(there.mean(axis=1) >= FEWEST_THERE)
    return np.where(enough[:, None], mean, WORST)


def evolve(
    problem: Problem, evaluate: Evaluate, worlds: list[StateOfWorld], seed: int, runs: int
) -> Front:
    """Search by evolution, from single measures, today's policy and portfolios at random.

    Args:
        problem: levers, money, objectives.
        evaluate: the model.
        worlds: the worlds whose mean counts.
        seed: seed of the search.
        runs: portfolios to evaluate.
    """
    population = max(4, min(POPULATION, runs // 4))
    seen: list[tuple[np.ndarray, np.ndarray]] = []

    def judge(genes: np.ndarray) -> np.ndarray:
        levels = _levels(problem, genes)
        seen.append((levels, losses(problem, outcomes(problem, evaluate, levels, worlds))))
        return seen[-1][1]

    first = _first_genes(problem, population, seed)
    evolve_genes(judge, first, problem.steps, runs, luck.generator(seed, luck.Stream.EVOLVED))
    levels, loss = (np.concatenate(part) for part in zip(*seen, strict=True))
    front = boxed(loss, problem.steps)
    return Front(levels[front], loss[front], len(levels))


def at_random(
    problem: Problem, evaluate: Evaluate, worlds: list[StateOfWorld], seed: int, runs: int
) -> Front:
    """Search at random, the rival of `evolve`; arguments are the same."""
    genes = luck.generator(seed, luck.Stream.RANDOM_SEARCH).random((runs, len(problem.names) + 1))
    levels = _levels(problem, genes)
    loss = losses(problem, outcomes(problem, evaluate, levels, worlds))
    front = boxed(loss, problem.steps)
    return Front(levels[front], loss[front], runs)


def _levels(problem: Problem, genes: np.ndarray) -> np.ndarray:
    span = problem.high - problem.low
    return problem.within(problem.low + genes[:, :-1] * span, genes[:, -1])


def _first_genes(problem: Problem, population: int, seed: int) -> np.ndarray:
    """Return nothing, today's policy, each measure alone and sparse mixtures, as genes."""
    k = len(problem.names)
    today = np.clip((problem.today - problem.low) / (problem.high - problem.low), 0, 1)
    known = np.hstack([np.vstack([np.zeros(k), today, np.eye(k)]), np.ones((k + 2, 1))])
    rng = luck.generator(seed, luck.Stream.GENES)
    n = max(0, population - len(known))
    mixed = rng.random((n, k + 1))
    mixed[:, :k] *= rng.random((n, k)) < rng.uniform(*SPARSE, (n, 1))
    return np.concatenate([known, mixed])
