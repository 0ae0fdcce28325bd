"""Places: what each district is at the start, worked out from the facts.

Covariates, first areas, the order of the zones and how much each of them swings. What is assumed
about a place comes from its covariates or its published figures, never from its name.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from globo.facts import Facts
from globo.model import network
from globo.model.constants import constants
from globo.model.parameters import ELSEWHERE, FIRST_YEAR


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
        facts.district_year.groupby("ubigeo")
        .population.mean()
        .reindex(d.index)
        .fillna(constants.unknown_population)
    )
    hdi = facts.district_year.groupby("ubigeo").hdi.first().reindex(d.index)
    d["hdi"] = hdi.fillna(hdi.median())
    d["forest"] = early.forest_ha.first().reindex(d.index).fillna(0.0)
    farmed = early.agriculture_ha.first().reindex(d.index).fillna(0.0)
    rural = np.minimum(population, constants.rural_population + constants.rural_share * population)
    d["rural"] = rural / constants.household_size
    d["suitability"] = suitability(d)
    d["coca_start"] = first_areas(facts, d)
    d["forest_share"] = d.forest / (d.forest + farmed + 1.0)
    taken = constants.land_of_farmed * farmed + constants.land_of_forest * d.forest
    d["land"] = d.suitability * taken + constants.land_of_coca * d.coca_start
    yields = facts.yields.set_index("zone").yield_kg_ha / 1000
    d["leaf_yield"] = d.zone.map(yields).fillna(yields.median())
    cool = (constants.coffee_limit - d.temperature_c) / constants.coffee_span
    d["coffee_share"] = np.clip(cool, 0, 1)
    log = constants.licit_income_slope * (d.hdi - constants.licit_income_from)
    d["licit_income"] = constants.licit_income_base * np.exp(log)
    d["licit_ha"] = np.clip(
        farmed / (d.rural + 1), constants.least_licit_ha, constants.most_licit_ha
    )
    d["haul"] = haul(d)
    d["state_presence"] = state_presence(d)
    d["registered"] = d.zone.map(facts.traditional.set_index("zone").registered_share).fillna(0.0)
    away = np.clip(1.0 - d.state_presence, 0.0, 1.0)
    # The survey looks where its makers expect coca; elsewhere little of the land is in question.
    expected = np.where(
        d.surveyed_for_coca & (d.zone != ELSEWHERE), 1.0, constants.unsurveyed_frontier
    )
    free = constants.frontier_of_farmed * farmed + constants.frontier_of_forest * d.forest
    room = np.minimum(d.suitability * free * away, constants.most_frontier)
    d["frontier"] = expected * room
    emergency = d.emergency_area.fillna("")
    stranger = constants.clan_reach - d.state_presence
    stranger = np.clip(stranger, constants.least_clan_reach, 1.0)
    for i, group in enumerate(facts.country.groups):
        inside = emergency.str.startswith(group.area).astype(float)
        d[f"terrain_{i}"] = stranger if group.clans else inside
    trust = constants.trust_base + constants.trust_slope * d.state_presence
    trust = trust - constants.trust_registered * d.registered
    d["legitimacy_start"] = np.clip(trust, constants.least_trust, constants.most_trust)
    return d


def suitability(d: pd.DataFrame) -> pd.Series:
    """Return how well coca grows in each district, 0 to 1: warmth and rain."""
    cold = (d.temperature_c - constants.cold_limit) / constants.cold_span
    hot = (constants.hot_limit - d.temperature_c) / constants.hot_span
    warmth = np.clip(cold, constants.cold_suitability, 1) * np.clip(
        hot, constants.hot_suitability, 1
    )
    rain = np.clip(d.rain_mm / constants.enough_rain, constants.dry_suitability, 1)
    return np.clip(warmth * rain, constants.least_suitability, 1)


def haul(d: pd.DataFrame) -> pd.Series:
    """Return what it costs to bring leaf to the hub, USD/kg."""
    far = constants.haul_distance
    cost = constants.least_haul + constants.haul_slope * np.clip(d.distance_road_m, 0, far) / far
    return np.clip(cost, constants.least_haul, constants.most_haul)


def state_presence(d: pd.DataFrame) -> pd.Series:
    """Return how present the state is, 0 to 1: where people are better off and roads near."""
    reach = np.exp(-d.distance_road_m / constants.state_reach)
    level = constants.state_base + constants.state_slope * (d.hdi - constants.state_from)
    kept = constants.state_far + (1 - constants.state_far) * reach
    return np.clip(level, constants.least_state, constants.most_state) * kept


def first_areas(facts: Facts, d: pd.DataFrame) -> pd.Series:
    """Spread the national area of 2001 over districts.

    Zones take their first published figure, scaled so that those that the survey of 2001
    covered add up to it; districts take their mean share in the zone's surveys known so far,
    a tenth of it by suitability. Figures of confidence `low` serve here only, as first shares.
    """
    total = float(facts.own("coca_ha").get(FIRST_YEAR, facts.country.coca_ha))
    covered = facts.surveyed(d.zone.unique(), [FIRST_YEAR]).loc[FIRST_YEAR]
    first = facts.coca_zone.sort_values("year").groupby("zone").first()
    early = first.year <= constants.first_figures_until
    firm = first[first.confidence.isin(["high", "medium"]) & early].coca_ha
    loose = first.drop(firm.index).coca_ha
    counted = loose.where(covered.reindex(loose.index), 0.0)
    rest = max(total - firm.sum(), constants.least_rest * total)
    zones = pd.concat([firm, loose - counted + counted * rest / max(counted.sum(), 1.0)])
    seen = facts.coca_district.groupby("ubigeo").coca_ha.mean().reindex(d.index).fillna(0.0)
    seen = (
        seen.where(seen > 0, 0.0)
        + constants.unseen_by_suitability * seen.groupby(d.zone).transform("mean") * d.suitability
        + constants.unseen_area * d.suitability
    )
    share = seen / seen.groupby(d.zone).transform("sum")
    areas = share * d.zone.map(zones).fillna(constants.unknown_zone_area)
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
    floor = constants.volatility_floor
    spread = np.log((wide + floor) / (wide.shift() + floor)).std().reindex(zones)
    none = pd.Series(constants.unknown_volatility, index=zones)
    spread = spread.fillna(spread.mean()) if spread.notna().any() else none
    root = (spread / spread.mean()) ** 0.5
    return np.clip(root, constants.least_volatility, constants.most_volatility).to_numpy()
