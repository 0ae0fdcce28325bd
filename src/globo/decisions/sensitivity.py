"""Sensitivity: which unknown, or which lever, decides an answer.

Morris screening over all inputs, then Sobol's first and total order over those that
matter (SALib). The model is passed in; nothing is read or written.

Sources: Morris 1991; Saltelli et al. 2010.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from globo import luck
from globo.bounds import MOST_COUNT, in_memory, whole
from globo.bounds import seed as a_seed
from globo.decisions.inputs import Input, as_run, inputs
from globo.errors import UserError

Evaluate = Callable[[list[dict[str, dict[str, float]]]], Any]

HERE = "sensitivity"
GRID = 4  # of the Morris grid
NEGLIGIBLE = 0.02  # of the largest effect; an input below it is screened out
RUN_BYTES = 12_000  # of a run of the design while it waits, with its parameters by name
MOST_FAILED = 0.1  # share of runs that may fail before the indices mean nothing


@dataclass(frozen=True)
class Screened:
    """Morris: what an input does, one step at a time.

    Attributes:
        name: the input.
        kind: parameter or lever.
        mu_star: mean size of the effect of going from end to end, unit of the outcome.
        mu_star_conf: half width of its 95 % interval.
        sigma: spread of the effect: large where it bends or depends on others.
        kept: whether it went on to the second stage.
    """

    name: str
    kind: str
    mu_star: float
    mu_star_conf: float
    sigma: float
    kept: bool


@dataclass(frozen=True)
class Index:
    """Sobol: the share of the variance that an input decides.

    Attributes:
        name: the input.
        kind: parameter or lever.
        first: share that it decides alone.
        first_conf: half width of its 95 % interval.
        total: share that it has a part in.
        total_conf: half width of its 95 % interval.
    """

    name: str
    kind: str
    first: float
    first_conf: float
    total: float
    total_conf: float


@dataclass(frozen=True)
class Sensitivity:
    """Which inputs decide an outcome.

    Attributes:
        outcome: what was asked.
        screening: all inputs, the largest effect first.
        indices: the inputs kept, the largest total share first.
        n_runs: runs made.
        n_failed: of these, runs without a finite outcome (left out with their design block).
    """

    outcome: str
    screening: list[Screened]
    indices: list[Index]
    n_runs: int
    n_failed: int

    @property
    def alone(self) -> float:
        """Return the share of the variance that inputs decide alone; 1 in an additive model."""
        return float(sum(one.first for one in self.indices))

    def to_json(self) -> dict[str, Any]:
        """Return what `globo sensitivity --json` prints."""
        return {
            "outcome": self.outcome,
            "screening": [asdict(one) for one in self.screening],
            "indices": [asdict(one) for one in self.indices],
            "sum_first": self.alone,
            "interactions": 1 - self.alone if self.indices else 0.0,
            "runs": self.n_runs,
            "failed_runs": self.n_failed,
        }


def sensitivity(
    evaluate: Evaluate,
    names: Sequence[str] | Sequence[Input],
    outcome: str,
    seed: int = 1,
    n: int = 256,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    keep: int = 8,
    trajectories: int = 16,
) -> Sensitivity:
    """Screen all inputs, then share the variance out among those that matter.

    Inputs screened out stay at the middle of their range in the second stage.

    Args:
        evaluate: takes runs `{parameters: {}, levers: {}}`, returns one number each, NaN
            where the run failed; the same run must give the same number.
        names: parameters, levers, `lever@place`; or inputs made by hand.
        outcome: name of what `evaluate` returns, for the record.
        seed: seed of both designs.
        n: base points of the second stage, a power of two; it makes n (inputs kept + 2) runs.
        bounds: narrower ranges by name.
        keep: most inputs that go on to the second stage.
        trajectories: paths of the screening; it makes trajectories (inputs + 1) runs.

    Raises:
        UserError: unknown names or ranges, n no power of two, or too many failed runs.
    """
    made = [*_inputs(names, bounds)]
    seed = a_seed(seed)
    keep = whole("keep", keep, 1, MOST_COUNT)
    trajectories = whole("trajectories", trajectories, 2, MOST_COUNT)
    n = whole("n", n, 2, MOST_COUNT)
    if n < 2 or n & (n - 1):
        raise UserError(HERE, f"n {n}", "a power of two, 2 or more", f"try {_power_of_two(n)}")
    in_memory("n", n, (min(keep, len(made)) + 2) * RUN_BYTES, "base points")
    in_memory("trajectories", trajectories, (len(made) + 1) * RUN_BYTES, "paths")
    screening, failed = _screen(evaluate, made, seed, trajectories, keep)
    runs = trajectories * (len(made) + 1)
    going_on = {one.name for one in screening if one.kept}
    kept = [one for one in made if one.name in going_on]
    if not kept:
        return Sensitivity(outcome, screening, [], runs, failed)
    indices, more = _share_out(evaluate, made, kept, seed, n)
    runs += n * (len(kept) + 2)
    return Sensitivity(outcome, screening, indices, runs, failed + more)


def _inputs(
    names: Sequence[str] | Sequence[Input], bounds: Mapping[str, tuple[float, float]] | None
) -> list[Input]:
    ready = [one for one in names if isinstance(one, Input)]
    asked = [one for one in names if isinstance(one, str)]
    made = [*ready, *inputs(asked, bounds)]
    if not made:
        raise UserError(HERE, "no inputs", "at least one parameter or lever")
    return made


def _screen(
    evaluate: Evaluate, made: list[Input], seed: int, trajectories: int, keep: int
) -> tuple[list[Screened], int]:
    from SALib.analyze import morris as analyse
    from SALib.sample import morris as design

    problem = _problem(made)
    points = design.sample(problem, trajectories, num_levels=GRID, seed=seed)
    values = _evaluated(evaluate, made, points)
    whole = _whole_blocks(values, len(made) + 1)
    points, good = points[whole], values[whole]
    own = luck.seed_of(seed, luck.Stream.INTERVALS)
    found = analyse.analyze(problem, points, good, num_levels=GRID, seed=own)
    size = np.asarray(found["mu_star"], dtype=float)
    order = np.argsort(-size, kind="stable")
    going_on = {int(i) for i in order[:keep] if size[i] > NEGLIGIBLE * size.max()}
    screened = [
        Screened(
            made[i].name,
            made[i].kind,
            float(size[i]),
            float(found["mu_star_conf"][i]),
            float(found["sigma"][i]),
            int(i) in going_on,
        )
        for i in order
    ]
    return screened, int((~np.isfinite(values)).sum())


def _share_out(
    evaluate: Evaluate, made: list[Input], kept: list[Input], seed: int, n: int
) -> tuple[list[Index], int]:
    from SALib.analyze import sobol as analyse
    from SALib.sample import sobol as design

    problem = _problem(kept)
    points = design.sample(problem, n, calc_second_order=False, seed=seed)
    place = [made.index(one) for one in kept]
    full = np.full((len(points), len(made)), 0.5)
    full[:, place] = points
    values = _evaluated(evaluate, made, full)
    good = values[_whole_blocks(values, len(kept) + 2)]
    failed = int((~np.isfinite(values)).sum())
    if np.ptp(good) == 0:
        return [Index(one.name, one.kind, 0.0, 0.0, 0.0, 0.0) for one in kept], failed
    own = luck.seed_of(seed, luck.Stream.INTERVALS)
    found = analyse.analyze(problem, good, calc_second_order=False, seed=own)
    table = [
        Index(one.name, one.kind, *(float(found[k][i]) for k in ("S1", "S1_conf", "ST", "ST_conf")))
        for i, one in enumerate(kept)
    ]
    return sorted(table, key=lambda one: -one.total), failed


def _problem(made: list[Input]) -> dict[str, Any]:
    """Return SALib's description, a new one each time: it keeps old results otherwise."""
    names = [one.name for one in made]
    return {"num_vars": len(made), "names": names, "bounds": [[0.0, 1.0]] * len(made)}


def _evaluated(evaluate: Evaluate, made: list[Input], points: np.ndarray) -> np.ndarray:
    values = np.asarray(evaluate([as_run(made, row) for row in points]), dtype=float)
    if values.shape != (len(points),):
        found = f"outcomes of shape {values.shape}"
        raise UserError(HERE, found, f"one number a run, {len(points)} in all")
    return values


def _whole_blocks(values: np.ndarray, size: int) -> np.ndarray:
    """Say which values belong to design blocks without a failed run."""
    good = np.isfinite(values).reshape(-1, size).all(axis=1)
    failed = 1 - float(np.isfinite(values).mean())
    if failed > MOST_FAILED or good.sum() < 2:
        mend = "narrow the ranges, or look at the reasons of the failed draws"
        raise UserError(HERE, f"{100 * failed:.0f} % of the runs failed", "10 % at most", mend)
    return np.repeat(good, size)


def _power_of_two(n: int) -> int:
    return 2 ** max(1, round(float(np.log2(max(n, 2)))))
