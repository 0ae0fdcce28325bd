"""World: districts, households, zones and neighbours as arrays, from what is known.

Built once from `facts.load(as_of)`; nothing in it changes within a run. What is
assumed about a place comes from its covariates or its published figures, never
from its name.
"""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, Int

from globo.facts import Facts
from globo.model import network
from globo.model.parameters import ELSEWHERE, zone_names

STAGES = ("precursors", "collection", "processing", "transport", "export")
MARKETS = ("Brazil and Southern Cone", "Europe", "North America", "Asia-Oceania")
GROUPS = ("Huallaga faction", "VRAEM faction", "Family clans")
CLANS = GROUPS.index("Family clans")
FIGHTERS = (100.0, 230.0, 0.0)  # in 2001; assumed: some 200 to 350 in all (facts/chain, disputed)
ITEMS = ("eradication", "operations", "interdiction", "precursor control", "development")
KINDS = ("roads", "titles", "technical help", "price support")
FIRM_SLOTS = 20
COVARIATES = (
    "coca_start", "suitability", "land", "leaf_yield", "licit_income", "licit_ha", "coffee_share",
    "haul", "state_presence", "registered", "legitimacy_start", "forest", "forest_share",
    "frontier",
)  # fmt: skip
# Where Colombia's and Bolivia's product went in 2001, by market; assumed from the shares of
# seizures that the world drug reports print.
OUTSIDE = ((0.05, 0.30, 0.62, 0.03), (0.75, 0.22, 0.01, 0.02))
# Wholesale prices of 2001, USD/kg (2015); facts/prices give 2000-2010 means near these.
PRICES = (5500.0, 52000.0, 33000.0, 110000.0)
HOUSEHOLD_SIZE = 4.5
# Household types: plot size, aversion to risk and licit income against the district's mean.
TYPES = pd.DataFrame(
    {
        "share": [0.3, 0.2, 0.3, 0.2],
        "plot": [0.7, 0.7, 1.3, 1.3],
        "risk": [1.4, 0.6, 1.4, 0.6],
        "licit": [0.75, 0.75, 1.25, 1.25],
    }
)


class World(eqx.Module):
    """What does not change within a run. Shapes name their axes."""

    # districts
    zone: Int[Array, " district"]
    in_zone: Float[Array, "zone district"]  # one-hot
    trait: Int[Array, " zone"]  # place of the zone among those that have a trait
    coca_start: Float[Array, " district"]  # ha, start of 2001
    suitability: Float[Array, " district"]  # 0 to 1
    land: Float[Array, " district"]  # ha that coca could take
    leaf_yield: Float[Array, " district"]  # t/ha a year of bushes in their prime
    licit_income: Float[Array, " district"]  # USD a year (2015) per household, 2001
    licit_ha: Float[Array, " district"]  # ha of licit crops per household
    coffee_share: Float[Array, " district"]  # of coffee in the licit crops
    haul: Float[Array, " district"]  # USD/kg of leaf to the hub
    state_presence: Float[Array, " district"]  # 0 to 1
    registered: Float[Array, " district"]  # share of growers in the legal register
    legitimacy_start: Float[Array, " district"]  # 0 to 1
    terrain: Float[Array, "group district"]  # 0 to 1: where a group can be
    base_km: Float[Array, "base district"]  # distance to an eradication base
    forest: Float[Array, " district"]  # ha in 2001
    forest_share: Float[Array, " district"]  # of land that new coca would take
    frontier: Float[Array, " district"]  # ha that coca could take beside what stood in 2001
    near: Float[Array, "district district"]  # symmetric gravity kernels, own place left out
    far: Float[Array, "district district"]
    beside: Float[Array, "neighbour district"]  # neighbours' weights, columns add up to 1
    volatility: Float[Array, " zone"]  # of a zone's shocks against the mean zone
    # households
    cohort_district: Int[Array, " cohort"]
    households: Float[Array, " cohort"]
    plot: Float[Array, " cohort"]
    risk_aversion: Float[Array, " cohort"]
    licit_factor: Float[Array, " cohort"]
    type_share: Float[Array, " cohort"]  # of its district's households
    # corridors, groups and markets
    in_peru: Float[Array, " edge"]  # 1 where Peru's forces patrol
    outside: Float[Array, "country market"]  # shares of Colombia's and Bolivia's product, 2001
    fighters: Float[Array, " group"]  # in 2001
    prices: Float[Array, " market"]  # wholesale in 2001, USD/kg (2015)
    leaf_price: Float[Array, ""]  # farm gate in 2001, USD/kg (2015)
    roads: network.Graph
    # names and switches
    districts: tuple[str, ...] = eqx.field(static=True)
    zones: tuple[str, ...] = eqx.field(static=True)
    bases: tuple[str, ...] = eqx.field(static=True)
    cohorts_per_district: int = eqx.field(static=True)  # 0: ragged
    smooth: bool = eqx.field(static=True, default=False)  # means in place of counts

    def by_district(self, x: Float[Array, " cohort"]) -> Float[Array, " district"]:
        """Add up cohorts by district."""
        n = len(self.districts)
        if self.cohorts_per_district:
            return x.reshape(self.cohorts_per_district, n).sum(0)
        return jnp.zeros(n, x.dtype).at[self.cohort_district].add(x, indices_are_sorted=True)

    def to_cohorts(self, x: Float[Array, " district"]) -> Float[Array, " cohort"]:
        """Give each cohort its district's value."""
        if self.cohorts_per_district:
            return jnp.tile(x, self.cohorts_per_district)
        return x[self.cohort_district]

    def around(self, x: Float[Array, " district"]) -> Float[Array, " district"]:
        """Average over a district's neighbours, the nearest most."""
        return x @ self.beside  # in this order: the other product takes several times as long

    def by_zone(self, x: Float[Array, " district"]) -> Float[Array, " zone"]:
        """Add up districts by zone."""
        return self.in_zone @ x

    def zone_mean(
        self, x: Float[Array, " district"], weight: Float[Array, " district"]
    ) -> Float[Array, " zone"]:
        """Average over a zone's districts with weights, a little for all of them."""
        w = weight + 1e-3
        return (self.in_zone @ (x * w)) / (self.in_zone @ w)


def build(facts: Facts, cohort_size: int | None = None, smooth: bool = False) -> World:
    """Build the world from what is known.

    Args:
        facts: tables as known at some date.
        cohort_size: households in a cohort; None for one cohort a type and district,
            1 for every household on its own.
        smooth: put means in place of random counts, for gradients.

    Returns:
        The world.
    """
    table = districts(facts)
    zones = [z for z in _zone_order(facts) if z in set(table.zone)]
    code = {z: i for i, z in enumerate(zones)}
    zone = table.zone.map(code).to_numpy()
    km = distances(table, table)
    own = np.eye(len(table))
    weight = table.coca_start + 1.0
    centre = pd.DataFrame(
        {
            c: (table[c] * weight).groupby(table.zone).sum() / weight.groupby(table.zone).sum()
            for c in ("lat", "lon")
        }
    )
    beside = np.exp(-km / 40) * (1 - own) + 1e-9
    near, far = (np.exp(-km / reach) * (1 - own) for reach in (60, 350))
    roads = network.build(centre.loc[zones], MARKETS)
    leaf = facts.series("Peru", "leaf_price_usd_kg")
    first = leaf.index.min() if len(leaf) else None
    price = 3.0 if first is None else float(leaf[first] * facts.deflator().get(first, 1.3))
    bases = facts.bases
    cohort = _cohorts(table, cohort_size)
    f = lambda x: jnp.asarray(np.asarray(x, dtype=float), jnp.float32)  # noqa: E731
    return World(
        zone=jnp.asarray(zone),
        trait=jnp.asarray([zone_names().index(z) for z in zones]),
        in_zone=f(zone[None] == np.arange(len(zones))[:, None]),
        **{c: f(table[c]) for c in COVARIATES},
        terrain=f(np.stack([table[f"terrain_{g}"] for g in range(len(GROUPS))])),
        base_km=f(distances(bases, table)),
        near=f(near / near.sum(1).mean()), far=f(far / far.sum(1).mean()),
        beside=f(beside / beside.sum(0)),
        volatility=f(_volatility(facts, zones)),
        cohort_district=jnp.asarray(cohort.district.to_numpy()),
        households=f(cohort.n), plot=f(cohort["plot"]), risk_aversion=f(cohort.risk),
        licit_factor=f(cohort.licit),
        type_share=f(cohort.n / cohort.groupby("district").n.transform("sum")),
        roads=roads, in_peru=f(network.in_peru(roads)),
        outside=f(OUTSIDE), fighters=f(FIGHTERS), prices=f(PRICES), leaf_price=f(price),
        districts=tuple(table.index), zones=tuple(zones), bases=tuple(bases.base),
        cohorts_per_district=len(TYPES) if cohort_size is None else 0,
        smooth=smooth,
    )  # fmt: skip


def distances(a: pd.DataFrame, b: pd.DataFrame) -> np.ndarray:
    """Return km from every row of `a` to every row of `b`, by their lat and lon."""
    lat, lon = (x.to_numpy(float) for x in (a.lat, a.lon))
    return network.haversine(lat[:, None], lon[:, None], b.lat.to_numpy(), b.lon.to_numpy())


def districts(facts: Facts) -> pd.DataFrame:
    """Derive each district's covariates from the facts.

    Returns:
        One row a district (index INEI code, sorted): zone, position, first coca area,
        and the columns that `World` holds. Formulas and sources: docs/odd.md, "Entities".
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
    upper, vraem = emergency.str.startswith("Upper Huallaga"), emergency.str.startswith("VRAEM")
    d["terrain_0"], d["terrain_1"] = upper.astype(float), vraem.astype(float)
    d["terrain_2"] = np.clip(1.15 - d.state_presence, 0.1, 1.0)
    d["legitimacy_start"] = np.clip(0.16 + 0.8 * d.state_presence - 0.35 * d.registered, 0.05, 0.9)
    return d


def first_areas(facts: Facts, d: pd.DataFrame) -> pd.Series:
    """Spread the national area of 2001 over districts.

    Zones take their first published figure, scaled so that those that the survey of 2001
    covered add up to it; districts take their mean share in the zone's surveys known so far,
    a tenth of it by suitability. Figures of confidence `low` serve here only, as first shares.
    """
    total = float(facts.series("Peru", "coca_ha").get(2001, 46_200.0))
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


def _zone_order(facts: Facts) -> list[str]:
    area = facts.coca_zone.groupby("zone").coca_ha.max().sort_values(ascending=False)
    unseen = sorted(set(facts.districts.zone) - {"", ELSEWHERE, *area.index})  # surveyed later
    return [*area.index, *unseen, ELSEWHERE]


def _cohorts(table: pd.DataFrame, size: int | None) -> pd.DataFrame:
    """Return cohorts: district number, households n, plot, risk, licit."""
    peak = table.coca_start * 1.6
    total = np.maximum(np.maximum(table.rural, peak / 0.9), 50.0).round()
    parts = []
    for kind in TYPES.itertuples():
        n = (total * kind.share).round().to_numpy()
        traits = {"plot": kind.plot, "risk": kind.risk, "licit": kind.licit}
        parts.append(pd.DataFrame({"district": np.arange(len(table)), "n": n, **traits}))
    whole = pd.concat(parts, ignore_index=True)
    if size is None:
        return whole
    whole = whole[whole.n > 0].sort_values("district", kind="stable")
    pieces = np.ceil(whole.n / size).astype(int)
    split = whole.loc[whole.index.repeat(pieces)]
    number = split.groupby(level=0).cumcount()
    split = split.assign(n=np.minimum(size, split.n - number * size))
    return split.reset_index(drop=True)


def _volatility(facts: Facts, zones: list[str]) -> np.ndarray:
    """Return each zone's spread of yearly log changes against the mean zone, shrunk by half."""
    wide = facts.coca_zone[facts.coca_zone.confidence != "low"].pivot_table(
        index="year", columns="zone", values="coca_ha"
    )
    spread = np.log((wide + 50) / (wide.shift() + 50)).std().reindex(zones)
    spread = spread.fillna(spread.mean()) if spread.notna().any() else pd.Series(0.4, index=zones)
    return np.clip((spread / spread.mean()) ** 0.5, 0.35, 2.0).to_numpy()
