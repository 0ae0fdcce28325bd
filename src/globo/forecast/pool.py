"""The forecast that globo publishes: the simulator from the assimilated present, pooled below.

A member is a callable (as_of, horizon, level, samples, seed) that returns columns unit,
year, draw, coca_ha. A draw of the pool is one member's draw whole. Zones and the nation are
the simulator's alone, the model that answers what-ifs. Of districts, which come and go for
reasons of their own, it knows less than that they stay: two draws of three are a random walk
with the errors of the past, either sign. The weights were fixed on targets up to 2020.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from globo import assimilation, bounds, countries
from globo.errors import UserError
from globo.forecast.forecaster import Forecaster, as_forecaster
from globo.forecast.frames import COLUMNS, to_array, to_frame
from globo.forecast.known import ELSEWHERE, Known, known
from globo.forecast.policy import future, settings
from globo.forecast.scale import APPEARS_FROM, APPEARS_TO
from globo.forecast.walk import symmetric_walk
from globo.scenario import Scenario
from globo.simulation import known as facts_of
from globo.simulation import world_of

ROW_BYTES = 200  # of a unit, year and draw in the tables that are joined
WALK = "symmetric walk"
WEIGHTS = {
    "district": {"simulator": 1.0, WALK: 2.0},
    "zone": {"simulator": 1.0},
    "national": {"simulator": 1.0},
}
ALONE = {"simulator": 1.0}  # before the first survey by district there is nothing to walk from
SHARE_WEIGHT, SPARSE = 50.0, 0.3  # of a unit's districts: as at its last survey, or anywhere


def simulator(
    as_of: str,
    horizon: int,
    level: str,
    samples: int,
    seed: int,
    policy: Scenario | None = None,
    came: bool = False,
) -> pd.DataFrame:
    """Forecast by the simulator from the assimilated present; see `forecast`.

    Args:
        as_of: as in `forecast`.
        horizon: as in `forecast`.
        level: as in `forecast`.
        samples: as in `forecast`.
        seed: as in `forecast`.
        policy: levers from that day on.
        came: take policy and outside world as they came.
    """
    state = known(as_of)
    first = state.last_year + 1
    asked = () if policy is None else settings(future(policy, as_of), first, horizon)
    area = assimilation.forecast(as_of, horizon, samples, seed, asked, came)
    names = list(world_of(as_of).districts)
    if level == "district":
        return to_frame(area, names, first)
    table = state.districts.reindex(names)
    zone, looked = table["zone"].to_numpy(), table["surveyed_for_coca"].to_numpy(bool)
    found = (zone != ELSEWHERE) | looked  # where a survey looks
    if level == "national":
        nation = _nation(area, zone, found, as_of)[..., None]
        return to_frame(nation, [countries.load().nation], first)
    parts = [area[..., (zone == name) & found].sum(-1) for name in state.zones]
    return to_frame(np.stack(parts, axis=-1), state.zones, first)


def _nation(
    area: NDArray[np.float64], zone: NDArray, found: NDArray[np.bool_], as_of: str
) -> NDArray[np.float64]:
    """Return what the survey would call the nation: its zones, and a rest that stays.

    What the last survey counted beside the zones lies where no table shows it.
    """
    facts, state = facts_of(as_of), known(as_of)
    zones = [z for z in facts.scope.zone if z != ELSEWHERE]
    covered = facts.surveyed(zones, [state.last_year]).loc[state.last_year]
    counted = np.isin(zone, covered.index[covered]) | ((zone == ELSEWHERE) & found)
    last = state.by_zone.iloc[-1].dropna() if len(state.by_zone) else pd.Series(dtype=float)
    told = last.drop(ELSEWHERE, errors="ignore").reindex(covered.index[covered])
    rest = float(state.national.iloc[-1]) - float(told.sum()) if told.notna().all() else 0.0
    return area[..., counted].sum(-1) + max(rest, 0.0)


MEMBERS: dict[str, Forecaster] = {
    "simulator": simulator,
    WALK: as_forecaster(symmetric_walk),
}


def forecast(
    as_of: str,
    horizon: int,
    level: str,
    samples: int,
    seed: int,
    members: Mapping[str, Forecaster] | None = None,
    weights: Mapping[str, float] | None = None,
    policy: Scenario | None = None,
    came: bool = False,
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
        weights: member -> weight, scaled to one; None for those of the level in `WEIGHTS`.
        policy: what the state will do from that day on; the simulator follows it, the other
            members say the same as without it. None to draw it.
        came: take policy and outside world as they came after that day.

    Returns:
        Columns unit, year, draw, coca_ha (ha).

    Raises:
        UserError: unknown level or member, too few draws, a day before the first survey, or
            a policy that a member cannot follow.
    """
    callables = dict(MEMBERS if members is None else members)
    if level not in WEIGHTS:
        raise UserError(where="level", found=level, allowed=", ".join(WEIGHTS))
    usual = WEIGHTS[level] if len(known(as_of).by_unit) else ALONE
    chosen = dict(usual if weights is None else weights)
    if members is None:
        callables["simulator"] = partial(simulator, policy=policy, came=came)
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
    empty = table[table["unit"].map(area) < APPEARS_FROM]
    grown = empty.assign(p_appearance=(empty["coca_ha"] >= APPEARS_TO).astype(float))
    return grown.groupby(["unit", "year"], as_index=False)["p_appearance"].mean()


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
    names = {"district": list(state.districts.index), "zone": state.zones}
    names["national"] = [countries.load().nation]
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


def split_units(
    area: NDArray[np.float64], units: list[str], state: Known, rng: np.random.Generator
) -> tuple[list[str], NDArray[np.float64]]:
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
