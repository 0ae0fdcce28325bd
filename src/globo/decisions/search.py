"""Search: portfolios that no other beats, by evolution and, for comparison, at random.

eps-NSGA-II (platypus) on the means over a fixed set of worlds. A portfolio is a level for
each lever, drawn back until it can be paid; one further number caps what is spent, so that
cheap portfolios are looked at too. The random rival uses the same numbers and as many runs.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from globo.decisions.fronts import WORST, boxed
from globo.decisions.problem import Problem, World

Evaluate = Callable[[list[dict[str, float]], list[World]], np.ndarray]

POPULATION = 40  # small, so that a thousand runs give many generations
CROSS, STRETCH = 0.9, 0.5  # of differential evolution
SNAP = 0.5  # chance that a child leaves one measure out, or takes it to its end
SPARSE = (0.1, 0.7)  # share of the measures in a first portfolio
FEWEST_THERE = 0.8  # share of the worlds that must have an outcome
BLOCK = 64  # portfolios handed over at a time


@dataclass(frozen=True)
class Found:
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
    problem: Problem, evaluate: Evaluate, levels: np.ndarray, worlds: list[World]
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
    problem: Problem, evaluate: Evaluate, worlds: list[World], seed: int, runs: int
) -> Found:
    """Search by evolution, from single measures, today's policy and portfolios at random.

    Args:
        problem: levers, money, objectives.
        evaluate: the model.
        worlds: the worlds whose mean counts.
        seed: seed of the search.
        runs: portfolios to evaluate; a last generation may go a little beyond.
    """
    import platypus

    n_genes = len(problem.names) + 1
    task = platypus.Problem(n_genes, len(problem.steps))
    task.types[:] = platypus.Real(0.0, 1.0)
    population = max(4, min(POPULATION, runs // 4))
    seen: list[tuple[np.ndarray, np.ndarray]] = []

    class Batch(platypus.evaluator.Evaluator):
        """Hands a whole generation to the model at once."""

        def evaluate_all(self, jobs: list, **_: object) -> list:
            genes = np.array([list(job.solution.variables) for job in jobs], dtype=float)
            if len(genes):
                levels = _levels(problem, genes)
                worth = losses(problem, outcomes(problem, evaluate, levels, worlds))
                for job, row in zip(jobs, worth, strict=True):
                    job.solution.objectives[:] = [float(v) for v in row]
                    job.solution.constraint_violation = 0.0
                    job.solution.feasible = job.solution.evaluated = True
                seen.append((levels, worth))
            return jobs

    class Snap(platypus.Mutation):
        """Leaves one measure out, or takes it to its end: good portfolios are sparse."""

        def mutate(self, parent: platypus.Solution) -> platypus.Solution:
            if random.random() >= SNAP:
                return parent
            child = copy.deepcopy(parent)
            child.evaluated = False
            child.variables[random.randrange(n_genes)] = random.choice((0.0, 0.0, 1.0))
            return child

    state = random.getstate()
    random.seed(seed)
    try:
        start = []
        for genes in _first_genes(problem, population, seed):
            start.append(platypus.Solution(task))
            start[-1].variables[:] = [float(g) for g in genes]
        algorithm = platypus.EpsNSGAII(
            task,
            epsilons=[float(step) for step in problem.steps],
            population_size=population,
            generator=platypus.InjectedPopulation(start),
            variator=platypus.CompoundOperator(
                platypus.DifferentialEvolution(CROSS, STRETCH),
                platypus.PM(1.0 / n_genes),
                Snap(),
            ),
            evaluator=Batch(),
        )
        algorithm.run(runs)
    finally:
        random.setstate(state)
    levels, worth = (np.concatenate(part) for part in zip(*seen, strict=True))
    front = boxed(worth, problem.steps)
    return Found(levels[front], worth[front], len(levels))


def at_random(
    problem: Problem, evaluate: Evaluate, worlds: list[World], seed: int, runs: int
) -> Found:
    """Search at random, the rival of `evolve`; arguments are the same."""
    genes = np.random.default_rng([seed, 1]).random((runs, len(problem.names) + 1))
    levels = _levels(problem, genes)
    worth = losses(problem, outcomes(problem, evaluate, levels, worlds))
    front = boxed(worth, problem.steps)
    return Found(levels[front], worth[front], runs)


def _levels(problem: Problem, genes: np.ndarray) -> np.ndarray:
    span = problem.high - problem.low
    return problem.within(problem.low + genes[:, :-1] * span, genes[:, -1])


def _first_genes(problem: Problem, population: int, seed: int) -> np.ndarray:
    """Return nothing, today's policy, each measure alone and sparse mixtures, as genes."""
    k = len(problem.names)
    today = np.clip((problem.today - problem.low) / (problem.high - problem.low), 0, 1)
    known = np.hstack([np.vstack([np.zeros(k), today, np.eye(k)]), np.ones((k + 2, 1))])
    rng = np.random.default_rng([seed, 0])
    n = max(0, population - len(known))
    mixed = rng.random((n, k + 1))
    mixed[:, :k] *= rng.random((n, k)) < rng.uniform(*SPARSE, (n, 1))
    return np.concatenate([known, mixed])
