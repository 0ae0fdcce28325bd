"""Forecasters that look for cases alike: a quantile forest and weighted analogues.

Both read past changes with what could be seen at their start (level, gap to the own
maximum, last change, zone, fixed traits) and draw the change to come from those of cases
alike. Steps longer than any in the history are sums of shorter ones.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from globo.errors import from_extra
from globo.forecast.forecaster import Draws
from globo.forecast.scale import DISTRICT_SCALE, to_scale
from globo.forecast.walk import Sampler, compose, longest_step, starting_points, transitions

SCORING = "scoring"  # extra of the package with what rivals alone need
TREES = 200
MIN_LEAF = 5
N_QUANTILES = 99
OWN_ZONE_WEIGHT = 9.0
BANDWIDTHS = {"level": 0.7, "gap": 0.7, "last": 0.7}
POOL_SHARE = 0.2


def quantile_forest(
    history: pd.DataFrame,
    horizon: int,
    samples: int,
    seed: int,
    scale: float = DISTRICT_SCALE,
    covariates: pd.DataFrame | None = None,
) -> Draws:
    """Learn the quantiles of the change from level, gap, last change and traits.

    Arguments and result as in `forecaster.Baseline`; one forest for each length of step.
    """
    now = _now(history, scale, covariates)
    grown = from_extra("quantile_forest", SCORING).RandomForestQuantileRegressor

    def sampler(step: int) -> Sampler:
        past = _with_traits(transitions(history, step, scale), covariates)
        names = [c for c in now.columns if c not in ("unit", "year", "zone")]
        forest = grown(
            n_estimators=TREES, min_samples_leaf=min(MIN_LEAF, len(past)), random_state=seed
        )
        forest.fit(past[names].to_numpy(), past["change"].to_numpy())
        levels = (np.arange(N_QUANTILES) + 0.5) / N_QUANTILES
        table = np.asarray(forest.predict(now[names].to_numpy(), quantiles=list(levels)))
        table = table.reshape(len(now), N_QUANTILES)
        rows = np.arange(len(now))
        return lambda n, rng: table[rows, rng.integers(0, N_QUANTILES, (n, len(now)))]

    return _forecast(history, sampler, horizon, samples, seed, scale)


def analogues(
    history: pd.DataFrame,
    horizon: int,
    samples: int,
    seed: int,
    scale: float = DISTRICT_SCALE,
    covariates: pd.DataFrame | None = None,
) -> Draws:
    """Draw the change from past cases alike in level, gap and last change.

    Cases of the own zone weigh nine times; a fifth of the weight is spread over all cases.
    Arguments and result as in `forecaster.Baseline`.
    """
    now = _now(history, scale, covariates)

    def sampler(step: int) -> Sampler:
        past = _with_traits(transitions(history, step, scale), covariates)
        distance = sum(
            ((now[c].to_numpy()[:, None] - past[c].to_numpy()[None, :]) / width) ** 2
            for c, width in BANDWIDTHS.items()
        )
        alike = np.exp(-0.5 * np.asarray(distance)) + 1e-12
        own = now["zone"].to_numpy()[:, None] == past["zone"].to_numpy()[None, :]
        alike = np.where(own, OWN_ZONE_WEIGHT * alike, alike)
        weight = (1.0 - POOL_SHARE) * alike / alike.sum(axis=1, keepdims=True)
        steps = np.cumsum(weight + POOL_SHARE / len(past), axis=1)
        change = past["change"].to_numpy()

        def draw(n: int, rng: np.random.Generator) -> NDArray[np.float64]:
            luck = rng.random((len(now), n))
            picks = [np.searchsorted(s, u * s[-1]) for s, u in zip(steps, luck, strict=True)]
            return change[np.minimum(np.array(picks), len(past) - 1)].T

        return draw

    return _forecast(history, sampler, horizon, samples, seed, scale)


def _forecast(
    history: pd.DataFrame,
    sampler: Callable[[int], Sampler],
    horizon: int,
    samples: int,
    seed: int,
    scale: float,
) -> Draws:
    """Compose the samplers of all steps that the history holds."""
    last = to_scale(history.iloc[-1].to_numpy(), scale)
    steps = range(1, longest_step(history, scale, horizon) + 1)
    rng = np.random.default_rng(seed)
    return compose(last, [sampler(s) for s in steps], horizon, samples, scale, rng)


def _now(history: pd.DataFrame, scale: float, covariates: pd.DataFrame | None) -> pd.DataFrame:
    """Return the starting points of the last year, in the order of the history's units."""
    starts = starting_points(history, scale)
    last = starts[starts["year"] == history.index[-1]].set_index("unit")
    return _with_traits(last.reindex(history.columns).rename_axis("unit").reset_index(), covariates)


def _with_traits(table: pd.DataFrame, covariates: pd.DataFrame | None) -> pd.DataFrame:
    """Join fixed traits and the zone; a unit without a zone is a zone of its own."""
    if covariates is None:
        return table.assign(zone=table["unit"])
    joined = table.join(covariates, on="unit")
    numbers = joined.select_dtypes("number").columns
    return joined.assign(**{c: joined[c].fillna(joined[c].median()) for c in numbers})
