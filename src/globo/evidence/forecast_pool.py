"""The forecast that globo publishes: a pool of members with weights fixed beforehand.

A member is a callable (as_of, horizon, level, samples, seed) that returns columns unit,
year, draw, coca_ha. A draw of the pool is one member's draw whole, so sums over districts
stay joint. The weights are fixed: the compact mechanistic model alone. The equal pool of
itself, analogues and the symmetric walk was the first choice and scored worse on
districts, zones and the nation by the surveys known in 2018; `EQUAL` keeps it on the
scoreboard. A member to come (the full simulator) joins with the same weight.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd

from globo import bounds
from globo.errors import UserError
from globo.evidence import scores
from globo.evidence.baselines import BASELINES
from globo.evidence.compact_forecast import compact, split_units
from globo.evidence.frames import COLUMNS, to_array, to_frame
from globo.evidence.known import NATION, known
from globo.evidence.scoreboard import Forecaster, as_forecaster
from globo.scenario import Scenario

MEMBERS: dict[str, Forecaster] = {
    "compact model": compact,
    "analogues": as_forecaster(BASELINES["analogues"]),
    "symmetric walk": as_forecaster(BASELINES["symmetric walk"]),
}
FOLLOW = {"compact model": compact}  # members that take a policy
WEIGHTS = {"compact model": 1.0}
ROW_BYTES = 200  # of a unit, year and draw in the tables that are joined
EQUAL = {"compact model": 1.0, "analogues": 1.0, "symmetric walk": 1.0}


def forecast(
    as_of: str,
    horizon: int,
    level: str,
    samples: int,
    seed: int,
    members: Mapping[str, Forecaster] | None = None,
    weights: Mapping[str, float] | None = None,
    policy: Scenario | None = None,
) -> pd.DataFrame:
    """Forecast coca area for every unit of a level.

    Args:
        as_of: day, "YYYY-MM-DD"; nothing published later is read.
        horizon: years after the last survey known on that day, >= 1.
        level: district (all districts of the tables, by ubigeo), zone (the survey zones
            and Elsewhere) or national.
        samples: joint draws, >= the number of members.
        seed: of all luck.
        members: forecasters by name; None for `MEMBERS`.
        weights: member -> weight, scaled to one; None for `WEIGHTS`.
        policy: what the state will do from that day on, for members that can follow it
            (`FOLLOW`); None to draw it.

    Returns:
        Columns unit, year, draw, coca_ha (ha).

    Raises:
        UserError: unknown level or member, too few draws, a day before the first survey, or
            a policy that a member cannot follow.
    """
    callables = MEMBERS if members is None else members
    chosen = dict(WEIGHTS if weights is None else weights)
    if policy is not None:
        callables = {name: partial(make, policy=policy) for name, make in FOLLOW.items()}
    for name in chosen:
        if name not in callables:
            raise UserError(where="member", found=name, allowed=", ".join(callables))
    if horizon < 1 or samples < len(chosen):
        raise UserError(
            where="forecast",
            found=f"horizon {horizon}, {samples} draws",
            allowed=f"horizon of 1 or more, {len(chosen)} draws or more",
        )
    bounds.seed(seed)
    units = {"district": len(known(as_of).districts), "zone": len(known(as_of).zones)}
    bounds.in_memory("samples", samples, units.get(level, 1) * horizon * ROW_BYTES, "draws")
    parts, first = [], 0
    for place, (name, number) in enumerate(_shares(chosen, samples).items()):
        own_seed = seed if len(chosen) == 1 else bounds.beside(seed, 7919 * place)
        table = _whole(callables[name](as_of, horizon, level, number, own_seed), as_of, level, seed)
        parts.append(table.assign(draw=table["draw"] + first))
        first += number
    pooled = pd.concat(parts, ignore_index=True)[COLUMNS]
    if len(parts) > 1:  # so that the first draws are no single member's
        pooled["draw"] = np.random.default_rng(seed).permutation(first)[pooled["draw"]]
    return pooled.sort_values(COLUMNS[:3], ignore_index=True)


def appearance(
    as_of: str, horizon: int, samples: int, seed: int, forecaster: Forecaster = forecast
) -> pd.DataFrame:
    """Return the chance that coca appears in each district that has hardly any.

    Args:
        as_of: as in `forecast`.
        horizon: as in `forecast`.
        samples: as in `forecast`.
        seed: as in `forecast`.
        forecaster: whose draws to count.

    Returns:
        Columns unit (ubigeo, districts under 10 ha in the last survey or never surveyed),
        year, p_appearance: the share of draws with 50 ha or more in that year.
    """
    state = known(as_of)
    table = forecaster(as_of, horizon, "district", samples, seed)
    last = state.by_district.iloc[-1] if len(state.by_district) else pd.Series(dtype=float)
    area = last.reindex(state.districts.index).fillna(0.0)
    empty = table[table["unit"].map(area) < scores.APPEARS_FROM]
    grown = empty.assign(p_appearance=(empty["coca_ha"] >= scores.APPEARS_TO).astype(float))
    return grown.groupby(["unit", "year"], as_index=False)["p_appearance"].mean()


def equal_pool(as_of: str, horizon: int, level: str, samples: int, seed: int) -> pd.DataFrame:
    """Forecast by the equal pool of compact model, analogues and symmetric walk."""
    return forecast(as_of, horizon, level, samples, seed, weights=EQUAL)


def _shares(weights: Mapping[str, float], samples: int) -> dict[str, int]:
    """Deal draws to members by weight, the largest remainders first; each gets one or more."""
    total = sum(weights.values())
    exact = {name: samples * weight / total for name, weight in weights.items()}
    dealt = {name: max(int(value), 1) for name, value in exact.items()}
    order = sorted(exact, key=lambda name: exact[name] - int(exact[name]), reverse=True)
    for name in (order * samples)[: max(samples - sum(dealt.values()), 0)]:
        dealt[name] += 1
    return dealt


def _whole(table: pd.DataFrame, as_of: str, level: str, seed: int) -> pd.DataFrame:
    """Give a member's table every unit of the level: split units, add what is empty."""
    state = known(as_of)
    names = {"district": list(state.districts.index), "zone": state.zones, "national": [NATION]}
    units = list(pd.unique(table["unit"]))
    if set(units) >= set(names[level]):
        return table
    years = list(np.sort(table["year"].unique()))
    area = to_array(table, {u: u for u in units}, units, years)
    if level == "district":
        every, area = split_units(area, units, state, np.random.default_rng(seed))
        return to_frame(area, every, int(years[0]))
    full = np.zeros((*area.shape[:2], len(names[level])))
    full[:, :, [names[level].index(u) for u in units]] = area
    return to_frame(full, names[level], int(years[0]))
