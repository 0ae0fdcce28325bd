"""Scores of forecasts: how far draws lie from what came, and how sure that is.

Reads observed areas and draws (draw first, then any cells); writes numbers.
Kernels come from scoringrules; here they get globo's scales,
its first-appearance rule and a bootstrap over whole years and whole units.
The estimator is `pwm`, which is fair: ensembles of different size compare.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import scoringrules
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from globo.forecast.scale import APPEARS_FROM, APPEARS_TO, to_scale


class Interval(NamedTuple):
    """A figure with its bootstrap interval."""

    value: float
    low: float
    high: float


def crps(observed: ArrayLike, draws: ArrayLike, scale: float | None) -> NDArray[np.float64]:
    """Return the continuous ranked probability score of each cell; lower is better.

    Args:
        observed: areas that came, ha, shape (cell, ...).
        draws: forecast draws, ha, shape (draw, cell, ...).
        scale: as in `scale.to_scale`; None scores in ha.

    Returns:
        One score a cell, on that scale.
    """
    members = np.moveaxis(to_scale(draws, scale), 0, -1)
    return np.asarray(
        scoringrules.crps_ensemble(
            to_scale(observed, scale), members, estimator="pwm", backend="numpy"
        )
    )


def covered(observed: ArrayLike, draws: ArrayLike, level: float) -> NDArray[np.bool_]:
    """Say per cell whether the central interval at `level` holds what came, ends included."""
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(np.asarray(draws, dtype=np.float64), [tail, 1.0 - tail], axis=0)
    values = np.asarray(observed, dtype=np.float64)
    return (values >= low - 1e-9) & (values <= high + 1e-9)


def pit(observed: ArrayLike, draws: ArrayLike, seed: int) -> NDArray[np.float64]:
    """Return the probability integral transform of each cell, ties broken at random.

    Args:
        observed: areas that came, ha, shape (cell, ...).
        draws: forecast draws, ha, shape (draw, cell, ...).
        seed: of the tie breaks (many draws and cells are exactly zero).

    Returns:
        Values in 0 to 1, uniform where the forecast is calibrated.
    """
    values, members = np.asarray(observed, dtype=np.float64), np.asarray(draws, dtype=np.float64)
    below = (members < values).sum(axis=0)
    ties = (members == values).sum(axis=0)
    luck = np.random.default_rng(seed).random(values.shape)
    return (below + luck * (ties + 1)) / (len(members) + 1)


def appearance(last: ArrayLike, area: ArrayLike) -> NDArray[np.bool_]:
    """Say where coca appears: from under 10 ha at the origin to 50 ha or more.

    Args:
        last: area at the origin, ha.
        area: later areas, ha; leading axes (draws, horizons) are kept.

    Returns:
        True where it appears.
    """
    return (np.asarray(last) < APPEARS_FROM) & (np.asarray(area) >= APPEARS_TO)


def brier(happened: ArrayLike, probability: ArrayLike) -> float:
    """Return the mean Brier score of `probability` for `happened` (0 or 1); lower is better."""
    events = np.asarray(happened, dtype=np.float64)
    return float(np.mean(scoringrules.brier_score(events, np.asarray(probability, np.float64))))


def roc_area(happened: ArrayLike, probability: ArrayLike) -> float:
    """Return the area under the ROC curve; NaN where all happened or none did.

    It is the chance that what happened had the higher probability, ties counted as half: the
    statistic of Mann and Whitney over the number of pairs (Hanley and McNeil 1982).
    """
    events = np.asarray(happened, dtype=bool)
    n, n_not = int(events.sum()), int((~events).sum())
    if n == 0 or n_not == 0:
        return float("nan")
    ranks = rankdata(np.asarray(probability, np.float64))
    return float((ranks[events].sum() - n * (n + 1) / 2) / (n * n_not))


def skill(score: float, rival: float) -> float:
    """Return 1 - score / rival: 0 is no better than the rival, 1 is perfect."""
    return 1.0 - score / rival if rival > 0.0 else float("nan")


def skill_interval(
    cells: pd.DataFrame,
    forecaster: str,
    rival: str,
    samples: int = 1000,
    seed: int = 0,
    level: float = 0.9,
) -> Interval:
    """Return the skill of `forecaster` against `rival`, resampling years and units whole.

    Cells of one target year share its luck and cells of one unit share its history, so
    both are drawn with replacement as clusters and a cell weighs the product of the two
    counts. With five target years the interval is still a lower bound of the doubt.

    Args:
        cells: columns forecaster, origin, unit, year, crps; one row a cell and forecaster.
        forecaster: name in column forecaster.
        rival: the same, to be compared with.
        samples: bootstrap samples.
        seed: of the resampling.
        level: of the interval, 0 to 1.

    Returns:
        Skill on all cells that both forecast, with its interval.
    """
    wide = cells[cells["forecaster"].isin([forecaster, rival])].pivot_table(
        index=["origin", "unit", "year"], columns="forecaster", values="crps"
    )
    both = wide[[forecaster, rival]].dropna()
    own, other = both[forecaster].to_numpy(), both[rival].to_numpy()
    years, n_years = _codes(both, "year")
    units, n_units = _codes(both, "unit")
    rng = np.random.default_rng(seed)
    year_count = rng.multinomial(n_years, np.full(n_years, 1.0 / n_years), size=samples)
    unit_count = rng.multinomial(n_units, np.full(n_units, 1.0 / n_units), size=samples)
    weight = year_count[:, years] * unit_count[:, units]
    total = weight @ other
    kept = total > 0.0
    if not kept.any():
        return Interval(float("nan"), float("nan"), float("nan"))
    skills = 1.0 - (weight @ own)[kept] / total[kept]
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(skills, [tail, 1.0 - tail])
    return Interval(skill(own.sum(), other.sum()), float(low), float(high))


def _codes(table: pd.DataFrame, name: str) -> tuple[NDArray[np.int64], int]:
    """Return the cluster number of each row and the number of clusters."""
    codes, names = pd.factorize(table.index.get_level_values(name))
    return codes, len(names)
