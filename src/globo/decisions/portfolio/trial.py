"""Trial: portfolios that a search found, in worlds that no search saw.

Says what each is worth there, how much it is regretted, which of them no other beats, and what
each measure is missed for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from globo.decisions.portfolio import marginal
from globo.decisions.portfolio.fronts import unbeaten
from globo.decisions.portfolio.problem import COST, Problem, StateOfWorld
from globo.decisions.portfolio.robustness import NEAR, missed, regret_table, regrets, scores
from globo.decisions.portfolio.search import Evaluate, losses, outcomes
from globo.errors import UserError
from globo.results import QUANTILES

TODAY = "today"
ABSENT = 1e-9  # share of its range below which a measure is left out


@dataclass(frozen=True)
class Trial:
    """Candidates in fresh worlds; the last one is today's policy.

    Attributes:
        problem: what was asked.
        worlds: the fresh worlds in which every candidate has outcomes.
        levels: levels of the levers (candidate, lever).
        losses: means over the worlds, those with failures too (candidate, objective).
        values: outcomes, cost last (candidate, world, objective).
        regret: by candidate, world and outcome.
        score: one regret a candidate.
        kept: candidates that no other beats and the least regretted one, the safest first.
    """

    problem: Problem
    worlds: list[StateOfWorld]
    levels: np.ndarray
    losses: np.ndarray
    values: np.ndarray
    regret: np.ndarray
    score: np.ndarray
    kept: np.ndarray

    @property
    def names(self) -> list[str]:
        """Return the names of the candidates kept."""
        return [f"P{i + 1:02d}" for i in range(len(self.kept))]

    def front(self) -> list[dict[str, Any]]:
        """Return the candidates kept, as the JSON has them."""
        least = self.score[:-1].min() + NEAR
        pairs = zip(self.names, self.kept, strict=True)
        return [self._row(name, i, bool(self.score[i] <= least)) for name, i in pairs]

    def today(self) -> dict[str, Any]:
        """Return today's policy, as the JSON has it."""
        return self._row(TODAY, -1, False)

    def regret_table(self) -> list[dict[str, Any]]:
        """Return the regrets of the candidates kept and of today's policy, the safest first."""
        rows = self.regret[[*self.kept, -1]]
        return regret_table([*self.names, TODAY], self.problem.outcomes, rows)

    def missed(self, seed: int) -> dict[str, dict[str, float | None]]:
        """Return the interval of the regret that each measure's absence adds; None for infinite."""
        p = self.problem
        absent = self.levels[:-1] <= p.low + ABSENT * (p.high - p.low)
        told = {}
        for name, one in zip(p.names, missed(self.regret[:-1], absent, seed).T, strict=True):
            known = bool(np.isfinite(one).all())
            told[name] = {
                level: float(f"{np.quantile(one, q):.4g}") if known else None
                for level, q in QUANTILES.items()
            }
        return told

    def _row(self, name: str, i: int, safe: bool) -> dict[str, Any]:
        p, levels, values = self.problem, self.levels[i], self.values[i]
        means = zip([*p.outcomes, COST], values.mean(axis=0), strict=True)
        return {
            "id": name,
            "levers": {n: float(f"{v:.6g}") for n, v in zip(p.names, levels, strict=True)},
            "cost": float(f"{p.cost(levels):.6g}"),
            "objectives": {n: float(f"{v:.6g}") for n, v in means},
            "intervals": marginal.by_outcome(p.outcomes, values[:, :-1]),
            "against_today": marginal.by_outcome(p.outcomes, (values - self.values[-1])[:, :-1]),
            "regret": float(f"{self.score[i]:.6g}"),
            "robust": safe,
        }


def tried(p: Problem, evaluate: Evaluate, levels: np.ndarray, worlds: list[StateOfWorld]) -> Trial:
    """Try portfolios and today's policy in fresh worlds.

    Args:
        p: what was asked.
        evaluate: the model.
        levels: levels of the levers (portfolio, lever).
        worlds: worlds that no search saw.

    Raises:
        UserError: fewer than two worlds in which all portfolios run.
    """
    levels = np.concatenate([levels, np.clip(p.today, p.low, p.high)[None]])
    values = outcomes(p, evaluate, levels, worlds)
    loss = losses(p, values)
    good = np.asarray(np.isfinite(values).all(axis=(0, 2)))
    if good.sum() < 2:
        mend = "look at the reasons of the failed draws"
        allowed = "two worlds or more in which all portfolios run"
        raise UserError(p.name, f"{int(good.sum())} fresh worlds left", allowed, mend)
    values = values[:, good]
    worlds = [world for world, one in zip(worlds, good, strict=True) if one]
    regret = regrets((values * p.signs)[..., :-1], p.steps[:-1])
    score = scores(regret)
    there = unbeaten(losses(p, values[:-1]))
    there[score[:-1].argmin()] = True  # told, though another may be as good on average
    kept = np.flatnonzero(there)
    kept = kept[np.argsort(score[kept], kind="stable")]
    return Trial(p, worlds, levels, loss, values, regret, score, kept)
