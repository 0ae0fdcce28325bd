"""Portfolios: which measures to pay for, whatever the truth about the unknowns is.

Searches under the budget, then close to the least regret, and tries what was found on worlds
that neither search saw. Says how much a portfolio can be regretted, when it fails, and which
measures it would be missed without.
The model is passed in as `evaluate(levers, worlds) -> [portfolio, world, outcome]`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from globo import bounds, luck
from globo.decisions.portfolio import marginal
from globo.decisions.portfolio.answers import StoredAnswers
from globo.decisions.portfolio.discovery import fails_when
from globo.decisions.portfolio.fronts import boxed, hypervolume, unbeaten
from globo.decisions.portfolio.least_regret import settle
from globo.decisions.portfolio.problem import Problem, StateOfWorld, problem
from globo.decisions.portfolio.robustness import NEAR
from globo.decisions.portfolio.search import Evaluate, Front, at_random, evolve, losses, outcomes
from globo.decisions.portfolio.trial import TODAY, tried
from globo.errors import UserError

Describe = Callable[[list[StateOfWorld]], pd.DataFrame]
Say = Callable[[str], None]

RUN_BYTES = 500  # of a portfolio in one world while it waits
WORLDS = 2  # worlds for each of the search's in which the regret is lowered: its tail counts
EXPLAINED = 3  # of the safest portfolios are asked when they fail
UNSELECTED = 16  # portfolios at random that show how fresh worlds differ


@dataclass(frozen=True)
class Result:
    """What a portfolio search found.

    Attributes:
        problem: what was asked.
        seed: seed of the search and of the worlds.
        front: portfolios that no other beats on fresh worlds, the safest first.
        today: today's policy, told as a portfolio.
        regret: regrets on fresh worlds, the safest first.
        fails_when: for the safest portfolios and today's, when they fail.
        dominated: measures that one can do without, and why.
        hypervolume: share of the box between the best and worst of both fronts that the
            front of the search beats, 0 to 1.
        hypervolume_ratio_to_random: the same over that of a random search of as many runs.
        robust_measures: measures in every robust portfolio, however the worlds are drawn:
            the best portfolio without one is regretted more than `NEAR` beyond the least.
        missed: by measure, what leaving it out adds to the least regret, {p05, p50, p95} over
            worlds drawn again; nothing for one that no portfolio does without.
        next_million: what a million USD a year more buys beside the safest portfolio.
        selection_bias: by objective, how much the front fell short of what the search
            promised, beyond what portfolios at random did (above 0: it promised too much).
        n_runs: portfolios tried by the search.
    """

    problem: Problem
    seed: int
    front: list[dict[str, Any]]
    today: dict[str, Any]
    regret: list[dict[str, Any]]
    fails_when: list[dict[str, Any]]
    dominated: list[dict[str, Any]]
    hypervolume: float
    hypervolume_ratio_to_random: float
    robust_measures: list[str]
    missed: dict[str, dict[str, float | None]]
    next_million: dict[str, Any]
    selection_bias: dict[str, float]
    n_runs: int

    def to_json(self) -> dict[str, Any]:
        """Return what `globo optimise --json` prints."""
        return {
            "front": self.front,
            "regret": self.regret,
            "fails_when": self.fails_when,
            "dominated": self.dominated,
            "hypervolume": self.hypervolume,
            "hypervolume_ratio_to_random": self.hypervolume_ratio_to_random,
            "robust_measures": self.robust_measures,
        }

    def details(self) -> dict[str, Any]:
        """Return what a report tells beside `to_json`: question, today, bias, next million."""
        return {
            "problem": self.problem.model_dump(mode="json", by_alias=True),
            "seed": self.seed,
            "runs": self.n_runs,
            "today": self.today,
            "missed": self.missed,
            "next_million": self.next_million,
            "selection_bias": self.selection_bias,
        }


def optimise(
    asked: Problem | Path | str | Mapping[str, Any],
    evaluate: Evaluate,
    seed: int = 1,
    budget_runs: int | None = None,
    describe: Describe | None = None,
    say: Say | None = None,
    work: Path | None = None,
    decides: str = "",
) -> Result:
    """Search for portfolios that last.

    Args:
        asked: a problem, its YAML file, or what the file would hold.
        evaluate: takes portfolios (level by lever) and worlds (`draw` and a value for each
            deep uncertainty), returns the outcomes (portfolio, world, outcome) in the order
            of the problem's objectives, NaN where a world failed. The same world must give
            the same luck to every portfolio.
        seed: seed of the search and of the worlds.
        budget_runs: portfolios to try; the problem's `runs` where None.
        describe: takes worlds, returns a column for each unknown parameter, a row a world;
            failures are explained by these and by the deep uncertainties.
        say: told each stage in words.
        work: folder in which every answer of the model is kept, so that the same call after a
            kill goes on from there to the same result; it is for the caller to sweep.
        decides: what decides an answer beside problem, portfolio and world: code, facts, seed.

    Raises:
        UserError: a problem that cannot be used, or no portfolio that the model can run.
    """
    p = asked if isinstance(asked, Problem) else problem(asked)
    seed = bounds.seed(seed)
    runs = (
        p.runs if budget_runs is None else bounds.whole("runs", budget_runs, 1, bounds.MOST_COUNT)
    )
    bounds.in_memory("runs", runs, p.draws * RUN_BYTES, "portfolios")
    say = say or (lambda _: None)
    kept = None if work is None else StoredAnswers(evaluate, work, decides + p.model_dump_json())
    evaluate, known = kept or evaluate, _Worlds.of(p, seed)
    say(f"searching {runs} portfolios in {p.draws} worlds")
    found = evolve(p, evaluate, known.search, seed, runs)
    if not len(found.levels):
        mend = "narrow the levers"
        raise UserError(where=p.name, found="every run failed", allowed="runs that end", mend=mend)
    if kept and kept.n_known:
        say(f"went on from {kept.n_known} answers kept in {work}")
    say(f"trying {found.n_runs} more at random, to see what the search is worth")
    volume, ratio = _volumes(found, at_random(p, evaluate, known.search, seed, found.n_runs))
    levels, before = _thinned(p, found)
    say("looking for the portfolios that are regretted least")
    settled = settle(p, evaluate, levels, known.unlike, seed, runs // 2)
    say("trying what was found on fresh worlds")
    trial = tried(p, evaluate, np.concatenate([levels, settled]), known.fresh)
    bias = _selection_bias(p, evaluate, known, seed, before, trial.losses[: len(before)])
    say("asking what each measure does")
    front, today = trial.levels[trial.kept], trial.levels[-1]
    starts = np.stack([p.low, today, front[0]])
    pushes = marginal.push(p, evaluate, starts, trial.worlds, marginal.PUSH)
    more = marginal.push(p, evaluate, starts[-1:], trial.worlds, marginal.MORE)
    say("asking when the safest portfolios fail")
    at = {**dict(zip(trial.names[:EXPLAINED], front[:EXPLAINED], strict=False)), TODAY: today}
    added = trial.missed(seed)
    return Result(
        problem=p,
        seed=seed,
        front=trial.front(),
        today=trial.today(),
        regret=trial.regret_table(),
        fails_when=_fails(p, evaluate, at, known.discovery, seed, describe),
        dominated=marginal.dominated(p, front, pushes),
        hypervolume=volume,
        hypervolume_ratio_to_random=ratio,
        robust_measures=[n for n, one in added.items() if one["p05"] is None or one["p05"] > NEAR],
        missed=added,
        next_million=marginal.next_million(p, more),
        selection_bias=bias,
        n_runs=found.n_runs,
    )


@dataclass(frozen=True)
class _Worlds:
    """The worlds of each stage; no draw is in two of them.

    Attributes:
        search: those whose mean the search lowers.
        unlike: those in which the regret is lowered.
        fresh: those in which what was found is tried.
        discovery: those in which failures are looked for.
    """

    search: list[StateOfWorld]
    unlike: list[StateOfWorld]
    fresh: list[StateOfWorld]
    discovery: list[StateOfWorld]

    @classmethod
    def of(cls, p: Problem, seed: int) -> _Worlds:
        made, first = [], 0
        for n in (p.draws, WORLDS * p.draws, p.fresh_draws, p.discovery_draws):
            made.append(p.draw_worlds(n, seed, first=first))
            first += n
        return cls(*made)


def _volumes(found: Front, rival: Front) -> tuple[float, float]:
    """Return the search's hypervolume and its ratio to the rival's, in one box for both."""
    both = np.concatenate([found.losses, rival.losses])
    front = both[unbeaten(both)]
    ideal, nadir = front.min(axis=0), front.max(axis=0)
    ours, theirs = (hypervolume(one.losses, ideal, nadir) for one in (found, rival))
    return ours, ours / theirs if theirs > 0 else float("inf")


def _thinned(p: Problem, found: Front) -> tuple[np.ndarray, np.ndarray]:
    """Return levels and losses of the front, in coarser steps where it is too long to read."""
    rows = boxed(found.losses, p.steps, p.largest_front)
    return found.levels[rows], found.losses[rows]


def _selection_bias(
    p: Problem,
    evaluate: Evaluate,
    known: _Worlds,
    seed: int,
    before: np.ndarray,
    after: np.ndarray,
) -> dict[str, float]:
    """Return how much worse the chosen got on fresh worlds, beyond portfolios at random."""
    u = luck.generator(seed, luck.Stream.UNSELECTED).random((UNSELECTED, len(p.names)))
    chance = p.within(p.low + u * (p.high - p.low))
    pair = [
        losses(p, outcomes(p, evaluate, chance, where)) for where in (known.search, known.fresh)
    ]
    shift = (after - before).mean(axis=0) - (pair[1] - pair[0]).mean(axis=0)
    return {name: float(f"{v:.4g}") + 0.0 for name, v in zip(p.outcomes, shift, strict=False)}


def _fails(
    p: Problem,
    evaluate: Evaluate,
    asked: Mapping[str, np.ndarray],
    worlds: list[StateOfWorld],
    seed: int,
    describe: Describe | None,
) -> list[dict[str, Any]]:
    """Return when portfolios fail: beyond a limit, or no better than today's policy."""
    values = outcomes(p, evaluate, np.stack(list(asked.values())), worlds)[..., :-1]
    good = np.asarray(np.isfinite(values).all(axis=(0, 2)))
    values = (values * p.signs[:-1])[:, good]
    known = pd.DataFrame([{k: v for k, v in world.items() if k in p.worlds} for world in worlds])
    if describe is not None:
        known = pd.concat([known, describe(worlds).reset_index(drop=True)], axis=1)
    known = known[good].reset_index(drop=True)
    limits = {n: o.limit for n, o in p.objectives.items() if o.limit is not None}
    told = []
    for row, name in enumerate(asked):
        if limits:
            at = [p.outcomes.index(n) for n in limits]
            bound = np.array(list(limits.values())) * p.signs[at]
            failed, means = (values[row][:, at] > bound).any(axis=1), dict(limits)
        elif name == TODAY:
            continue
        else:
            failed = values[-1][:, 0] - values[row][:, 0] < p.steps[0]
            means = {p.outcomes[0]: TODAY}
        told.append({"portfolio": name, "limit": means, **fails_when(known, failed, seed)})
    return told
