"""The walk: past changes, drawn again and added to the last survey.

Reads a history (year x unit, ha, NaN where unknown); `transitions` holds one row for each unit,
start year and length of step, with what could be seen at the start: level, gap to the own
past maximum, last change. Nothing after the last row of the history exists here.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from globo.forecast.forecaster import Draws
from globo.forecast.scale import DISTRICT_SCALE, from_scale, to_scale

Sampler = Callable[[int, np.random.Generator], NDArray[np.float64]]


def symmetric_walk(
    history: pd.DataFrame,
    horizon: int,
    samples: int,
    seed: int,
    scale: float = DISTRICT_SCALE,
    covariates: pd.DataFrame | None = None,
) -> Draws:
    """Add past changes with either sign: the hardest naive rival; see `forecaster.Baseline`."""
    return walk(history, horizon, samples, seed, scale, symmetric=True)


def walk(
    history: pd.DataFrame, horizon: int, samples: int, seed: int, scale: float, symmetric: bool
) -> Draws:
    """Random walk with empirical errors; with both signs where symmetric."""
    last = to_scale(history.iloc[-1].to_numpy(), scale)

    def sampler(step: int) -> Sampler:
        pool = transitions(history, step, scale)["change"].to_numpy()
        errors = np.concatenate([pool, -pool]) if symmetric else pool
        return lambda n, rng: rng.choice(errors, (n, len(last)))

    steps = range(1, longest_step(history, scale, horizon) + 1)
    rng = np.random.default_rng(seed)
    return compose(last, [sampler(s) for s in steps], horizon, samples, scale, rng)


def transitions(history: pd.DataFrame, step: int, scale: float) -> pd.DataFrame:
    """Return all changes over `step` years inside the history.

    Args:
        history: areas, ha, years as consecutive index, units as columns.
        step: length of the change, years, >= 1.
        scale: as in `scale.to_scale`.

    Returns:
        Columns unit, year (start), level, gap, last, change, all on the scale.
    """
    starts = starting_points(history, scale)
    later = starts.assign(year=starts["year"] - step)[["unit", "year", "level"]]
    pairs = starts.merge(later, on=["unit", "year"], suffixes=("", "_then"))
    return pairs.assign(change=pairs["level_then"] - pairs["level"]).drop(columns="level_then")


def starting_points(history: pd.DataFrame, scale: float) -> pd.DataFrame:
    """Return what is known of each unit in each year: level, gap to maximum, last change."""
    level = pd.DataFrame(
        to_scale(history.to_numpy(), scale), history.index.rename("year"), history.columns
    )
    level.columns.name = "unit"
    parts = {
        "level": level,
        "gap": level.cummax() - level,
        "last": level.diff().fillna(0.0),
    }
    table = pd.concat({k: v.stack(future_stack=True) for k, v in parts.items()}, axis=1)
    return table.dropna(subset=["level"]).reset_index()


def longest_step(history: pd.DataFrame, scale: float, horizon: int) -> int:
    """Return the longest step up to `horizon` for which the history holds changes; 0 if none."""
    for step in range(min(horizon, len(history) - 1), 0, -1):
        if len(transitions(history, step, scale)):
            return step
    return 0


def compose(
    last: NDArray[np.float64],
    samplers: list[Sampler],
    horizon: int,
    samples: int,
    scale: float,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Add changes to the last level; steps longer than any seen are sums of shorter ones.

    Args:
        last: last levels, on the scale, shape (unit,).
        samplers: for step 1, 2, ... a function (samples, rng) -> changes (draw, unit).
        horizon: years ahead.
        samples: draws.
        scale: as in `scale.to_scale`.
        rng: source of all luck.

    Returns:
        Areas, ha, shape (draw, horizon, unit), clipped at 0.
    """
    paths = np.empty((samples, horizon, len(last)))
    for ahead in range(1, horizon + 1):
        total, left = np.zeros((samples, len(last))), ahead
        while left > 0 and samplers:
            step = min(left, len(samplers))
            total = total + samplers[step - 1](samples, rng)
            left -= step
        paths[:, ahead - 1] = from_scale(last + total, scale)
    return paths
