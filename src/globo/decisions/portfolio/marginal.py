"""Measures one by one: which are never worth it, and what more of each buys.

A measure is pushed from several starting points (nothing, today's policy, the safest
portfolio), since some work only beside others. Worlds are fresh.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from globo.decisions.portfolio.problem import Problem, StateOfWorld
from globo.decisions.portfolio.search import Evaluate, outcomes
from globo.results import QUANTILES, quantiles

PUSH = 0.2  # share of the money put into one measure, to see what it does
MORE = 0.05  # share of the money added, to see what the next million buys
USED = 0.1  # share of its range above which a lever is said to be used
MILLION = 1e6


@dataclass(frozen=True)
class Pushes:
    """What one measure more does, from several starting points.

    Attributes:
        gain: outcomes made better by it (start, measure, world, outcome); NaN where the
            measure is used to the full there.
        cost: what it costs more, USD a year (start, measure).
    """

    gain: np.ndarray
    cost: np.ndarray


def push(
    problem: Problem,
    evaluate: Evaluate,
    starts: np.ndarray,
    worlds: list[StateOfWorld],
    share: float,
) -> Pushes:
    """Push each measure, one at a time, from each starting point.

    Args:
        problem: levers, money, objectives.
        evaluate: the model.
        starts: levels of the starting points (start, lever).
        worlds: worlds to look at.
        share: share of the money put into it; a lever that costs nothing goes to its end.
    """
    n, k = starts.shape
    money = share * problem.budget_usd_year
    paid = problem.unit_cost > 0
    far = np.divide(money, problem.unit_cost, out=np.full(k, np.inf), where=paid)
    pushed = np.repeat(starts[:, None, :], k, axis=1)
    every = np.arange(k)
    pushed[:, every, every] = np.minimum(problem.high, starts + far)
    moved = pushed[:, every, every] - starts
    rows = np.concatenate([starts, pushed.reshape(n * k, k)])
    values = outcomes(problem, evaluate, rows, worlds)[..., :-1] * problem.signs[:-1]
    before, after = values[:n], values[n:].reshape(n, k, len(worlds), -1)
    gain = before[:, None] - after
    room = moved > 1e-9 * (problem.high - problem.low)
    return Pushes(np.where(room[..., None, None], gain, np.nan), moved * problem.unit_cost)


def dominated(problem: Problem, front: np.ndarray, pushes: Pushes) -> list[dict[str, Any]]:
    """Return the measures that one can do without, and why.

    Args:
        problem: levers, money, objectives.
        front: levels of the front's portfolios (portfolio, lever).
        pushes: what each measure does.

    Returns:
        Rows of `measure`, `why` and `by`. `buys_nothing`: from no starting point and in
        no world does it better any outcome by more than its step. `beaten`: from every
        starting point and in every world the measure `by` does at least as much of
        everything for the money. `unused`: no portfolio of the front uses it.
    """
    steps = problem.steps[:-1]
    least = problem.low + USED * (problem.high - problem.low)
    used = np.asarray((front > least).any(axis=0))
    told = []
    for i, name in enumerate(problem.names):
        whole = np.flatnonzero(np.isfinite(pushes.gain[:, i]).all(axis=(1, 2)))
        seen = pushes.gain[whole, i]
        by = _beaten_by(problem, pushes, i)
        if len(seen) and not (seen > steps).any():
            told.append({"measure": name, "why": "buys_nothing", "by": None})
        elif by is not None:
            told.append({"measure": name, "why": "beaten", "by": by})
        elif not used[i]:
            told.append({"measure": name, "why": "unused", "by": None})
    return told


def next_million(problem: Problem, pushes: Pushes) -> dict[str, Any]:
    """Return what a million USD a year more buys, by measure: the change of each outcome.

    Args:
        problem: levers, money, objectives.
        pushes: small pushes from one starting point.

    Returns:
        By measure and outcome {p05, p50, p95}, in the outcome's unit and sign; measures
        used to the full or free are left out.
    """
    told = {}
    for i, name in enumerate(problem.names):
        cost, gain = pushes.cost[0, i], pushes.gain[0, i]
        gain = gain[np.isfinite(gain).all(axis=1)]
        if cost > 0 and len(gain):
            change = -gain * problem.signs[:-1] * MILLION / cost
            told[name] = by_outcome(problem.outcomes, change)
    return told


def alone(problem: Problem, evaluate: Evaluate, seed: int) -> dict[str, Any]:
    """Return what a million USD a year more for one measure buys beside today's policy.

    Args:
        problem: levers, money, and as objectives every outcome that is told.
        evaluate: the model, for those outcomes.
        seed: of the worlds.

    Returns:
        `usd`, what each measure was given more, at most; and `measures` as `next_million` tells
        them.
    """
    worlds = problem.draw_worlds(problem.fresh_draws, seed)
    today = np.clip(problem.today, problem.low, problem.high)
    pushes = push(problem, evaluate, today[None], worlds, PUSH)
    measures = next_million(problem, pushes)
    return {"usd": PUSH * problem.budget_usd_year, "measures": measures}


def by_outcome(names: list[str], values: np.ndarray) -> dict[str, dict[str, float]]:
    """Return the interval over worlds of each outcome.

    Args:
        names: the outcomes.
        values: one row a world (world, outcome).
    """
    table = quantiles(values, list(QUANTILES.values()))
    return {
        name: {
            level: float(f"{v:.6g}") + 0.0 for level, v in zip(QUANTILES, table[:, j], strict=True)
        }
        for j, name in enumerate(names)
    }


def _beaten_by(problem: Problem, pushes: Pushes, i: int) -> str | None:
    """Return a measure that does as much of everything for the money, everywhere."""
    steps = problem.steps[:-1]
    for j, name in enumerate(problem.names):
        both = np.isfinite(pushes.gain[:, [i, j]]).all(axis=(1, 2, 3))
        if i == j or not both.any():
            continue
        ours, theirs = pushes.gain[both, i], pushes.gain[both, j]
        cost, other = pushes.cost[both, i][:, None, None], pushes.cost[both, j][:, None, None]
        if (other > 0).all() and (cost > 0).all():
            theirs = theirs * cost / other
        elif (other > 0).any():
            continue
        if (theirs >= ours).all() and (theirs > ours + steps).any(axis=2).all():
            return name
    return None
