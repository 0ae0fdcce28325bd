"""Forecasters: one interface for all, and what gives it to those that know the past alone.

A forecaster is a callable (as_of, horizon, level, samples, seed) that returns columns unit,
year, draw, coca_ha; a baseline is handed the areas known on the day and sees nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from globo.forecast.frames import to_frame
from globo.forecast.known import Known, history, known
from globo.forecast.scale import DISTRICT_SCALE, SCALES

Draws = NDArray[np.float64]
Forecaster = Callable[[str, int, str, int, int], pd.DataFrame]

TRAITS = [
    "lat",
    "lon",
    "area_km2",
    "capital_altitude_m",
    "temperature_c",
    "rain_mm",
    "distance_road_m",
    "distance_river_m",
    "distance_protected_m",
]


class Baseline(Protocol):
    """A forecaster of areas from their own past."""

    def __call__(
        self,
        history: pd.DataFrame,
        horizon: int,
        samples: int,
        seed: int,
        scale: float = DISTRICT_SCALE,
        covariates: pd.DataFrame | None = None,
    ) -> Draws:
        """Forecast each unit of the history.

        Args:
            history: areas, ha, consecutive years as index, units as columns; the last
                row has no gap.
            horizon: years ahead, >= 1.
            samples: draws.
            seed: of all luck.
            scale: ha at which the asinh scale turns, see `scale.to_scale`.
            covariates: fixed traits, units as index; column zone names the zone.

        Returns:
            Areas, ha, shape (draw, horizon, unit).
        """
        ...


def as_forecaster(baseline: Baseline) -> Forecaster:
    """Give a baseline the interface of a forecaster: it gets the history known on the day."""

    def forecast(as_of: str, horizon: int, level: str, samples: int, seed: int) -> pd.DataFrame:
        state = known(as_of)
        past = history(state, level)
        late = state.last_year - int(past.index[-1])  # a survey by district may be years older
        traits = covariates(state, past, level)
        draws = baseline(past, late + horizon, samples, seed, SCALES[level], traits)[:, late:]
        return to_frame(draws, [str(unit) for unit in past.columns], state.last_year + 1)

    return forecast


def covariates(state: Known, past: pd.DataFrame, level: str) -> pd.DataFrame:
    """Return the fixed traits of the units of a history; column zone names the zone."""
    if level != "district":
        return pd.DataFrame({"zone": past.columns}, index=past.columns)
    return state.districts.loc[past.columns, [*TRAITS, "zone"]]
