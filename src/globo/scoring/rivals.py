"""Naive rivals: what a forecast has to beat before it may be called one.

One interface for all: `(history, horizon, samples, seed, scale, covariates)` gives
areas in ha, shape (draw, horizon, unit), and sees nothing but what it is handed. Errors
are drawn from past changes on the asinh scale, pooled over units. Where the history has
no change at all (one year only) every rival is persistence.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from globo.errors import from_extra
from globo.forecast.forecaster import Baseline, Draws
from globo.forecast.scale import DISTRICT_SCALE, from_scale, to_scale
from globo.forecast.walk import symmetric_walk, walk
from globo.scoring.lookalikes import SCORING, analogues, quantile_forest

DAMPING = 0.7
LONG_SERIES = 8
SMOOTHING_LEVELS = (0.2, 0.4, 0.6, 0.8, 0.99)


def persistence(
    history: pd.DataFrame,
    horizon: int,
    samples: int,
    seed: int,
    scale: float = DISTRICT_SCALE,
    covariates: pd.DataFrame | None = None,
) -> Draws:
    """Say that nothing changes; see `Baseline`."""
    last = history.iloc[-1].to_numpy(dtype=np.float64)
    return np.broadcast_to(last, (samples, horizon, len(last))).copy()


def pooled_walk(
    history: pd.DataFrame,
    horizon: int,
    samples: int,
    seed: int,
    scale: float = DISTRICT_SCALE,
    covariates: pd.DataFrame | None = None,
) -> Draws:
    """Add past changes of the same length, drawn from all units alike; see `Baseline`."""
    return walk(history, horizon, samples, seed, scale, symmetric=False)


def damped_drift(
    history: pd.DataFrame,
    horizon: int,
    samples: int,
    seed: int,
    scale: float = DISTRICT_SCALE,
    covariates: pd.DataFrame | None = None,
) -> Draws:
    """Carry on each unit's mean past change, fading by 0.7 a year; see `Baseline`."""
    level = to_scale(history.to_numpy(), scale)
    changes = np.diff(level, axis=0)
    if not np.isfinite(changes).any():
        return persistence(history, horizon, samples, seed)
    known = np.isfinite(changes)
    so_far = np.nancumsum(changes, axis=0) / np.maximum(known.cumsum(axis=0), 1)
    misses = changes[1:] - DAMPING * so_far[:-1]
    if not np.isfinite(misses).any():
        misses = changes
    fade = np.cumsum(DAMPING ** np.arange(1, horizon + 1))
    rng = np.random.default_rng(seed)
    luck = rng.choice(misses[np.isfinite(misses)], (samples, horizon, level.shape[1]))
    return from_scale(level[-1] + so_far[-1] * fade[:, None] + np.cumsum(luck, axis=1), scale)


def exponential_smoothing(
    history: pd.DataFrame,
    horizon: int,
    samples: int,
    seed: int,
    scale: float = DISTRICT_SCALE,
    covariates: pd.DataFrame | None = None,
) -> Draws:
    """Smooth each series and simulate paths with statsmodels; see `Baseline`.

    Series of eight years or more get their own fit by maximum likelihood, level only or
    damped trend, whichever has the lower corrected AIC; shorter ones simple smoothing
    with one level for all units (least squares over 0.2 to 0.99) and errors pooled.
    """
    level = to_scale(history.to_numpy(), scale)
    rng = np.random.default_rng(seed)
    series = [column[np.isfinite(column)] for column in level.T]
    short = [s for s in series if 2 <= len(s) < LONG_SERIES]
    if not any(len(s) >= 2 for s in series):
        return persistence(history, horizon, samples, seed)
    alpha = (
        min(SMOOTHING_LEVELS, key=lambda a: _squared_error(short, a))
        if short
        else SMOOTHING_LEVELS[-1]
    )
    pool = np.concatenate([_smooth(s, alpha).resid[1:] for s in short or series if len(s) > 1])
    paths = np.empty((samples, horizon, len(series)))
    for unit, values in enumerate(series):
        if len(values) >= LONG_SERIES:
            result = _fitted(values)
            luck = rng.normal(0.0, float(np.std(result.resid)), (horizon, samples))
        else:
            result = _smooth(values if len(values) > 1 else np.repeat(values, 2), alpha)
            luck = rng.choice(pool, (horizon, samples))
        simulated = result.simulate(horizon, anchor="end", repetitions=samples, random_errors=luck)
        paths[:, :, unit] = np.asarray(simulated).reshape(horizon, samples).T
    return from_scale(paths, scale)


BASELINES: dict[str, Baseline] = {
    "persistence": persistence,
    "pooled walk": pooled_walk,
    "symmetric walk": symmetric_walk,
    "damped drift": damped_drift,
    "exponential smoothing": exponential_smoothing,
    "quantile forest": quantile_forest,
    "analogues": analogues,
}


def _ets(values: NDArray[np.float64], **given: Any) -> Any:
    """Return the smoothing of a series, additive in its errors, before it is fitted."""
    ets = from_extra("statsmodels.tsa.exponential_smoothing.ets", SCORING)
    return ets.ETSModel(values, error="add", **given)


def _fitted(values: NDArray[np.float64]) -> Any:
    """Fit smoothing with and without a damped trend; return the better by corrected AIC."""
    told = from_extra("statsmodels.tools.sm_exceptions", SCORING).ConvergenceWarning
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", told)
        plain = _ets(values).fit(disp=False)
        damped = _ets(values, trend="add", damped_trend=True).fit(disp=False)
    return min((plain, damped), key=lambda fit: fit.aicc)


def _smooth(values: NDArray[np.float64], alpha: float) -> Any:
    """Run simple exponential smoothing with a known start and level weight."""
    model = _ets(values, initialization_method="known", initial_level=values[0])
    with np.errstate(all="ignore"), warnings.catch_warnings():
        # Flat series and those of one year have no likelihood; it is not used.
        warnings.simplefilter("ignore", RuntimeWarning)
        return model.smooth(np.array([alpha]))


def _squared_error(series: list[NDArray[np.float64]], alpha: float) -> float:
    """Return the pooled squared one-step error of simple smoothing."""
    return float(sum((_smooth(s, alpha).resid[1:] ** 2).sum() for s in series))
