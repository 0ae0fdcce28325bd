"""Places: what each district is at the start, worked out from the facts.

Covariates, first areas, the order of the zones and how much each of them swings. What is assumed
about a place comes from its covariates or its published figures, never from its name.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from globo.facts import Facts
from globo.model import network
from globo.model.parameters import ELSEWHERE

HOUSEHOLD_SIZE = 4.5


def distances(a: pd.DataFrame, b: pd.DataFrame) -> np.ndarray:
    """Return km from every row of `a` to every row of `b`, by their lat and lon."""
    lat, lon = (x.to_numpy(float) for x in (a.lat, a.lon))
    return network.haversine(lat[:, None], lon[:, None], b.lat.to_numpy(), b.lon.to_numpy())


def districts(facts: Facts) -> pd.DataFrame:
    """Derive each district's covariates from the facts.

    Returns:
        One row a district (index INEI code, sorted): zone, position, first coca area,
        and the columns that the world holds. Formulas and sources: docs/odd.md, "Entities".
    """
    d = facts.districts.sort_index().copy()
    d["zone"] = d.zone.replace("", ELSEWHERE)
    early = facts.district_year.query("year <= 2003").groupby("ubigeo")
    population = (
        facts.district_year.groupby("ubigeo").population.mean().reindex(d.index).fillna(3000.0)
    )
    hdi = facts.district_year.groupby("ubigeo").hdi.first().reindex(d.index)
    d["hdi"] = hdi.fillna(hdi.median())
    d["forest"] = early.forest_ha.first().reindex(d.index).fillna(0.0)
    farmed = early.agriculture_ha.first().reindex(d.index).fillna(0.0)
    d["rural"] = np.minimum(population, 8000 + 0.45 * population) / HOUSEHOLD_SIZE
    warmth = np.clip((d.temperature_c - 12) / 8, 0.05, 1) * np.clip(
        (29.5 - d.temperature_c) / 5, 0.2, 1
    )
    d["suitability"] = np.clip(warmth * np.clip(d.rain_mm / 1500, 0.3, 1), 0.02, 1)
    d["coca_start"] = first_areas(facts, d)
    d["forest_share"] = d.forest / (d.forest + farmed + 1.0)
    d["land"] = d.suitability * (0.6 * farmed + 0.03 * d.forest) + 1.5 * d.coca_start
    yields = facts.yields.set_index("zone").yield_kg_ha / 1000
    d["leaf_yield"] = d.zone.map(yields).fillna(yields.median())
    altitude_coffee = np.clip((25.0 - d.temperature_c) / 6, 0, 1)
    d["coffee_share"] = altitude_coffee
    d["licit_income"] = 700 * np.exp(2.2 * (d.hdi - 0.3))
    d["licit_ha"] = np.clip(farmed / (d.rural + 1), 0.2, 2.0)
    d["haul"] = np.clip(0.02 + 0.25 * np.clip(d.distance_road_m, 0, 80_000) / 80_000, 0.02, 0.3)
    reach = np.exp(-d.distance_road_m / 30_000)
    d["state_presence"] = np.clip(0.15 + 1.6 * (d.hdi - 0.2), 0.05, 0.9) * (0.4 + 0.6 * reach)
    d["registered"] = d.zone.map(facts.traditional.set_index("zone").registered_share).fillna(0.0)
    away = np.clip(1.0 - d.state_presence, 0.0, 1.0)
    # The survey looks where its makers expect coca; elsewhere little of the land is in question.
    expected = np.where(d.surveyed_for_coca & (d.zone != ELSEWHERE), 1.0, 0.01)
    room = np.minimum(d.suitability * (0.1 * farmed + 0.002 * d.forest) * away, 3000.0)
    d["frontier"] = expected * room
    emergency = d.emergency_area.fillna("")
    for i, group in enumerate(facts.country.groups):
        stranger = np.clip(1.15 - d.state_presence, 0.1, 1.0)
        inside = emergency.str.startswith(group.area).astype(float)
        d[f"terrain_{i}"] = stranger if group.clans else inside
    d["legitimacy_start"] = np.clip(0.16 + 0.8 * d.state_presence - 0.35 * d.registered, 0.05, 0.9)
    return d


def first_areas(facts: Facts, d: pd.DataFrame) -> pd.Series:
    """Spread the national area of 2001 over districts.

    Zones take their first published figure, scaled so that those that the survey of 2001
    covered add up to it; districts take their mean share in the zone's surveys known so far,
    a tenth of it by suitability. Figures of confidence `low` serve here only, as first shares.
    """
    total = float(facts.own("coca_ha").get(2001, facts.country.coca_ha))
    covered = facts.surveyed(d.zone.unique(), [2001]).loc[2001]
    first = facts.coca_zone.sort_values("year").groupby("zone").first()
    firm = first[first.confidence.isin(["high", "medium"]) & (first.year <= 2004)].coca_ha
    loose = first.drop(firm.index).coca_ha
    counted = loose.where(covered.reindex(loose.index), 0.0)
    rest = max(total - firm.sum(), 0.05 * total)
    zones = pd.concat([firm, loose - counted + counted * rest / max(counted.sum(), 1.0)])
    seen = facts.coca_district.groupby("ubigeo").coca_ha.mean().reindex(d.index).fillna(0.0)
    seen = (
        seen.where(seen > 0, 0.0)
        + 0.1 * seen.groupby(d.zone).transform("mean") * d.suitability
        + 0.05 * d.suitability
    )
    share = seen / seen.groupby(d.zone).transform("sum")
    areas = share * d.zone.map(zones).fillna(5.0)
    told = d.zone.map(covered) if covered.any() else pd.Series(True, index=d.index)
    return areas.where(~told, areas * total / areas[told].sum())


def zone_order(facts: Facts) -> list[str]:
    """Return the zones, the largest that surveys saw first, then the unseen, Elsewhere last."""
    area = facts.coca_zone.groupby("zone").coca_ha.max().sort_values(ascending=False)
    unseen = sorted(set(facts.districts.zone) - {"", ELSEWHERE, *area.index})  # surveyed later
    return [*area.index, *unseen, ELSEWHERE]


def volatility(facts: Facts, zones: list[str]) -> np.ndarray:
    """Return each zone's spread of yearly log changes against the mean zone, shrunk by half."""
    wide = facts.coca_zone[facts.coca_zone.confidence != "low"].pivot_table(
        index="year", columns="zone", values="coca_ha"
    )
    spread = np.log((wide + 50) / (wide.shift() + 50)).std().reindex(zones)
    spread = spread.fillna(spread.mean()) if spread.notna().any() else pd.Series(0.4, index=zones)
    return np.clip((spread / spread.mean()) ** 0.5, 0.35, 2.0).to_numpy()
