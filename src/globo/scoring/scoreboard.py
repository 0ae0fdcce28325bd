"""The scoreboard: history run again from rolling origins, every forecaster on every cell.

An origin is the day a survey came out; a forecaster sees what was published by then and
nothing else. Horizons count years after the last survey known on that day, so horizon 1 is
a year already past where the survey came late. Reads forecasters and the facts; writes one
row for each cell and forecaster. `tables` sums the rows up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from globo import countries, facts
from globo.bounds import beside
from globo.forecast.forecaster import Forecaster, as_forecaster
from globo.forecast.frames import to_array
from globo.forecast.known import ELSEWHERE, LEVELS, Known, history, known
from globo.forecast.scale import SCALES
from globo.model.policy import LAST
from globo.scoring import scores
from globo.scoring.rivals import BASELINES

LOOKED_AT = 2020  # targets that may be looked at while a forecaster is chosen
SCORED = 2024  # targets scored, those after `LOOKED_AT` apart
FIRST_ORIGIN = {"district": 2013, "zone": 2006, "national": 2005}


def rivals() -> dict[str, Forecaster]:
    """Return the naive rivals as forecasters, by name."""
    return {name: as_forecaster(baseline) for name, baseline in BASELINES.items()}


def origins(level: str) -> list[str]:
    """Return the days on which the surveys came out that a level can be forecast from."""
    table = facts.load().through(LAST).national
    dated = table[(table["country"] == countries.load().nation) & (table["quantity"] == "coca_ha")]
    late = dated[(dated["year"] >= FIRST_ORIGIN[level]) & (dated["year"] < dated["year"].max())]
    days = [f"{day:%Y-%m-%d}" for day in late.sort_values("year")["known_at"]]
    return list(dict.fromkeys(days))  # two surveys came out on one day of 2020


def score_cells(
    forecasters: Mapping[str, Forecaster],
    levels: Iterable[str] = LEVELS,
    horizons: int = 7,
    samples: int = 1000,
    seed: int = 1,
    until: int = LOOKED_AT,
) -> pd.DataFrame:
    """Score every forecaster on every cell of the levels.

    Args:
        forecasters: name -> callable(as_of, horizon, level, samples, seed) that returns
            columns unit, year, draw, coca_ha.
        levels: of `known.LEVELS`.
        horizons: longest horizon, years.
        samples: draws of each forecast.
        seed: of all luck; each origin gets its own from it.
        until: last target; later ones are kept for a score run once, at the end.

    Returns:
        One row a cell and forecaster: level, forecaster, origin, known_year, unit, zone,
        year, horizon, last, observed (ha), crps (scaled), crps_ha, in50, in80, in95, pit,
        appears (bool, candidates only), p_appears.
    """
    today = known(f"{facts.load().through(LAST).national['known_at'].max():%Y-%m-%d}")
    rows = []
    for level in levels:
        truth = history(today, level)
        truth = truth[truth.index <= until]
        for origin in origins(level):
            state = known(origin)
            past = history(state, level)
            ahead = min(horizons, int(truth.index[-1]) - state.last_year)
            if ahead < 1:
                continue
            for name, forecaster in forecasters.items():
                table = forecaster(origin, ahead, level, samples, beside(seed, state.last_year))
                cells = _origin_cells(table, past, truth, state, ahead, level)
                rows.append(cells.assign(level=level, forecaster=name, origin=origin))
    return answered(pd.concat(rows, ignore_index=True))


def answered(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells that every forecaster answers, so that all are scored on the same ones."""
    at = ["level", "origin", "unit", "year"]
    every = cells["crps"].notna().groupby([cells[name] for name in at]).transform("all")
    return cells[every].reset_index(drop=True)


def _origin_cells(
    table: pd.DataFrame,
    past: pd.DataFrame,
    truth: pd.DataFrame,
    state: Known,
    ahead: int,
    level: str,
) -> pd.DataFrame:
    """Score one forecast of one origin."""
    units = [str(unit) for unit in past.columns]
    years = [state.last_year + step for step in range(1, ahead + 1)]
    if level == "district":
        groups = state.districts["series_unit"].to_dict()
        zone = state.districts["zone"].reindex(units).tolist()
    else:
        groups, zone = {unit: unit for unit in units}, units
    draws = to_array(table, groups, units, years)
    observed = truth.loc[years, units].to_numpy()
    last = np.broadcast_to(past.iloc[-1].to_numpy(), observed.shape)
    event = scores.appearance(last, observed)
    cells = pd.DataFrame(
        {
            "unit": np.tile(units, ahead),
            "zone": np.tile(zone, ahead),
            "year": np.repeat(years, len(units)),
            "known_year": state.last_year,
            "last": last.ravel(),
            "observed": observed.ravel(),
            "crps": scores.crps(observed, draws, SCALES[level]).ravel(),
            "crps_ha": scores.crps(observed, draws, None).ravel(),
            "in50": scores.covered(observed, draws, 0.5).ravel(),
            "in80": scores.covered(observed, draws, 0.8).ravel(),
            "in95": scores.covered(observed, draws, 0.95).ravel(),
            "pit": scores.pit(observed, draws, seed=state.last_year).ravel(),
            "appears": event.ravel(),
            "p_appears": scores.appearance(last, draws).mean(axis=0).ravel(),
        }
    )
    known_cells = cells[cells["observed"].notna()]
    return known_cells.assign(horizon=known_cells["year"] - state.last_year)


def in_zones(cells: pd.DataFrame) -> pd.DataFrame:
    """Leave out the units outside every zone, which never had coca: they flatter."""
    return cells[cells["zone"] != ELSEWHERE]
