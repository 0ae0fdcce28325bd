"""Forecasts by the compact model: every district, zone and the nation, from one run.

Reads what is known on a day; writes joint draws. The model runs on comparable units (plus
districts never surveyed, and the area outside all districts); zones and the nation are
sums of the same draws, so levels agree. Long zone series teach the units how far zones
move together and which are closed to brigades. Before the first district survey it runs
on the zones then known and one rest, which is split by chance over the other zones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from globo.errors import UserError, did_you_mean
from globo.evidence.compact_model import Start, paths
from globo.evidence.compact_prior import Taught, learn
from globo.evidence.compact_settings import Array, Settings
from globo.evidence.forecast_policy import Future, Given, by_year, future
from globo.evidence.frames import to_frame
from globo.evidence.known import ELSEWHERE, LEVELS, NATION, OUTSIDE, Known, known
from globo.scenario import Scenario

SHARE_WEIGHT = 50.0
SPARSE = 0.3


@dataclass(frozen=True)
class UnitPaths:
    """Joint draws by the units that the model ran on.

    Attributes:
        area: ha, (draw, horizon, unit).
        units: names; `OUTSIDE` is the area outside all districts.
        zone: zone of each unit.
    """

    area: Array
    units: list[str]
    zone: list[str]


def compact(
    as_of: str,
    horizon: int,
    level: str,
    samples: int,
    seed: int,
    settings: Settings | None = None,
    policy: Scenario | None = None,
) -> pd.DataFrame:
    """Forecast coca area by the compact mechanistic model.

    Args:
        as_of: day; only what was published by then is used.
        horizon: years after the last survey known then, >= 1.
        level: district (every district of the tables), zone (with Elsewhere) or national.
        samples: joint draws.
        seed: of all luck.
        settings: assumptions; None for the defaults.
        policy: what the state will do from that day on; None to draw it.

    Returns:
        Columns unit, year, draw, coca_ha.
    """
    if level not in LEVELS:
        raise UserError(
            where="level",
            found=level,
            allowed=", ".join(LEVELS),
            mend=did_you_mean(level, LEVELS),
        )
    state = known(as_of)
    rng = np.random.default_rng([seed, state.last_year])
    asked = None if policy is None else future(policy, str(as_of))
    run = unit_paths(state, horizon, samples, rng, settings or Settings(), asked)
    first = state.last_year + 1
    if level == "national":
        return to_frame(run.area.sum(axis=2, keepdims=True), [NATION], first)
    if level == "zone":
        zones = state.zones
        member = np.array([[z == name for name in zones] for z in run.zone], dtype=float)
        return to_frame(run.area @ member, zones, first)
    names, area = split_units(run.area, run.units, state, rng)
    return to_frame(area, names, first)


def unit_paths(
    state: Known,
    horizon: int,
    samples: int,
    rng: np.random.Generator,
    settings: Settings,
    asked: Future | None = None,
) -> UnitPaths:
    """Run the model on the finest units known.

    Args:
        state: what is known.
        horizon: years.
        samples: draws.
        rng: source of luck.
        settings: assumptions.
        asked: policy to follow; None to draw it.

    Returns:
        Areas of all units; with districts surveyed these are comparable units, else zones.
    """
    if len(state.by_unit):
        return _by_units(state, horizon, samples, rng, settings, asked)
    return _by_zones(state, horizon, samples, rng, settings, asked)


def _by_units(
    state: Known,
    horizon: int,
    samples: int,
    rng: np.random.Generator,
    settings: Settings,
    asked: Future | None,
) -> UnitPaths:
    """Run on comparable units, on the outside area, and on districts never surveyed."""
    history = state.by_unit.assign(**{OUTSIDE: state.outside.reindex(state.by_unit.index)})
    places = state.districts["zone"]
    unseen = state.districts.index[~state.districts["series_unit"].isin(state.by_unit.columns)]
    zones = [*state.zones, OUTSIDE]
    names = [*history.columns, *unseen]
    zone = [OUTSIDE if unit == OUTSIDE else str(places[unit]) for unit in names]
    zone_of = np.array([zones.index(z) for z in zone])
    seen = history.shape[1]
    taught = learn(history, zones, zone_of[:seen], state.by_zone, samples, rng, settings)
    ratio = np.concatenate([taught.noise_ratio, np.ones((samples, len(unseen)))], axis=1)
    zeros = np.zeros(len(unseen))
    start = Start(
        area=np.concatenate([history.iloc[-1].to_numpy(), zeros]),
        most=np.concatenate([history.max().to_numpy(), zeros]),
        zone_of=zone_of,
        zones=zones,
        surveyed=np.arange(len(names)) < seen,
        budget=state.eradicated,
    )
    given = _given(asked, state, horizon, start.zones)
    area = paths(start, _with_ratio(taught, ratio), horizon, rng, settings, given)
    return UnitPaths(area, names, zone)


def _by_zones(
    state: Known,
    horizon: int,
    samples: int,
    rng: np.random.Generator,
    settings: Settings,
    asked: Future | None,
) -> UnitPaths:
    """Run on the zones known and one rest; split the rest by chance over the other zones."""
    known_zones = [z for z in state.by_zone if np.isfinite(state.by_zone[z].iloc[-1])]
    series = state.by_zone[known_zones].assign(**{OUTSIDE: state.outside})
    start = Start(
        area=series.iloc[-1].to_numpy(),
        most=series.max().to_numpy(),
        zone_of=np.arange(len(series.columns)),
        zones=list(series.columns),
        surveyed=np.ones(len(series.columns), dtype=bool),
        budget=state.eradicated,
    )
    last = series.iloc[[-1]]
    taught = learn(last, start.zones, start.zone_of, series, samples, rng, settings)
    # A zone that is one unit has no noise of its own beside the zone's shock.
    taught = _with_ratio(taught, np.zeros_like(taught.noise_ratio))
    part = replace(settings, visit_fall=settings.zone_fall)
    given = _given(asked, state, horizon, start.zones)
    area = paths(start, taught, horizon, rng, part, given)
    others = [z for z in state.zones if z not in known_zones and z != ELSEWHERE]
    shares = rng.dirichlet(np.ones(len(others) + 1), samples)[:, None, :]
    names = [*known_zones, *others, OUTSIDE]
    return UnitPaths(
        np.concatenate([area[:, :, :-1], area[:, :, -1:] * shares], axis=2), names, names
    )


def _given(asked: Future | None, state: Known, horizon: int, zones: list[str]) -> Given | None:
    return None if asked is None else by_year(asked, state.last_year + 1, horizon, zones)


def _with_ratio(taught: Taught, ratio: Array) -> Taught:
    """Return what was taught with the noise of more units."""
    return replace(taught, noise_ratio=ratio)


def split_units(
    area: Array, units: list[str], state: Known, rng: np.random.Generator
) -> tuple[list[str], Array]:
    """Split units among all districts: by last shares, or sparsely where none is known.

    Args:
        area: ha, (draw, horizon, unit).
        units: comparable units (or zones, before districts were surveyed); others are left out.
        state: what is known.
        rng: source of luck; shares are drawn once a draw.

    Returns:
        Names of all districts, and their areas, ha, (draw, horizon, district).
    """
    names = list(state.districts.index)
    column = {name: i for i, name in enumerate(names)}
    out = np.zeros((*area.shape[:2], len(names)))
    last = state.by_district.iloc[-1] if len(state.by_district) else pd.Series(dtype=float)
    key = "series_unit" if len(state.by_district) else "zone"
    parts = state.districts.groupby(key).groups
    for i, unit in enumerate(units):
        if unit not in parts:
            continue
        children = list(parts[unit])
        areas = last.reindex(children).fillna(0.0).to_numpy()
        weight = np.full(len(children), SPARSE)
        if areas.sum() > 0.0:
            weight = SHARE_WEIGHT * areas / areas.sum()
        draws = rng.gamma(np.broadcast_to(weight, (len(out), len(children))))
        draws = draws + 1e-12 * (weight > 0.0)
        shares = draws / draws.sum(axis=1, keepdims=True)
        out[:, :, [column[c] for c in children]] = area[:, :, i, None] * shares[:, None, :]
    return names, out
