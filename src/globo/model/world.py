"""World: districts, households, zones and neighbours as arrays, from what is known.

Built once from `facts.load(as_of)`; nothing in it changes within a run. What is
assumed about a place comes from its covariates or its published figures, never
from its name.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, Int

from globo.countries import Country
from globo.facts import Facts
from globo.model import network, places
from globo.model.constants import constants
from globo.model.parameters import zone_names

STAGES = ("precursors", "collection", "processing", "transport", "export")
ITEMS = (
    "eradication", "operations", "interdiction", "precursor control", "development", "agreements",
)  # fmt: skip
PROGRAMMES = ("roads", "titles", "technical_help", "price_support")
ROADS, TITLES, HELP, SUPPORT = range(len(PROGRAMMES))  # places in arrays by kind
FIRM_SLOTS = constants.firm_slots
COVARIATES = (
    "coca_start", "suitability", "land", "leaf_yield", "licit_income", "licit_ha", "coffee_share",
    "haul", "state_presence", "registered", "legitimacy_start", "forest", "forest_share",
    "frontier",
)  # fmt: skip


@cache
def households() -> pd.DataFrame:
    """Return the types of households: shares, and traits against the district's mean."""
    return pd.read_csv(str(resources.files("globo.model").joinpath("households.csv")))


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
    beside: Float[Array, "other district"]  # neighbours' weights, columns add up to 1
    volatility: Float[Array, " zone"]  # of a zone's shocks against the mean zone
    # households
    cohort_district: Int[Array, " cohort"]
    households: Float[Array, " cohort"]
    plot: Float[Array, " cohort"]
    risk_aversion: Float[Array, " cohort"]
    licit_factor: Float[Array, " cohort"]
    type_share: Float[Array, " cohort"]  # of its district's households
    # corridors, groups and markets
    patrolled: Float[Array, " edge"]  # 1 where the country's own forces patrol
    outside: Float[Array, "neighbour market"]  # shares of the neighbours' product, 2001
    fighters: Float[Array, " group"]  # in 2001
    prices: Float[Array, " market"]  # wholesale in 2001, USD/kg (2015)
    leaf_price: Float[Array, ""]  # farm gate in 2001, USD/kg (2015)
    roads: network.Graph
    # names and switches
    country: str = eqx.field(static=True)
    clans: tuple[bool, ...] = eqx.field(static=True)  # by group: families without fighters
    growth: tuple[str, ...] = eqx.field(static=True)  # by market, the parameter of its growth
    yields: tuple[str, ...] = eqx.field(static=True)  # by neighbour, the parameter of its yield
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
    table = places.districts(facts)
    zones = [z for z in places.zone_order(facts) if z in set(table.zone)]
    code = {z: i for i, z in enumerate(zones)}
    zone = table.zone.map(code).to_numpy()
    km = places.distances(table, table)
    own = np.eye(len(table))
    weight = table.coca_start + 1.0
    centre = pd.DataFrame(
        {
            c: (table[c] * weight).groupby(table.zone).sum() / weight.groupby(table.zone).sum()
            for c in ("lat", "lon")
        }
    )
    beside = np.exp(-km / constants.beside_km) * (1 - own) + 1e-9
    kernels = (constants.near_km, constants.far_km)
    near, far = (np.exp(-km / reach) * (1 - own) for reach in kernels)
    country = facts.country
    roads = network.build(country, centre.loc[zones])
    leaf = facts.own("leaf_price_usd_kg")
    first = leaf.index.min() if len(leaf) else None
    price = country.leaf_price_usd_kg
    if first is not None:
        price = float(leaf[first] * facts.deflator().get(first, constants.unknown_deflator))
    bases = facts.bases
    cohort = _cohorts(table, cohort_size)
    f = lambda x: jnp.asarray(np.asarray(x, dtype=float), jnp.float32)  # noqa: E731
    return World(
        zone=jnp.asarray(zone),
        trait=jnp.asarray([zone_names(country.name).index(z) for z in zones]),
        in_zone=f(zone[None] == np.arange(len(zones))[:, None]),
        **{c: f(table[c]) for c in COVARIATES},
        terrain=f(np.stack([table[f"terrain_{g}"] for g in range(len(country.groups))])),
        base_km=f(places.distances(bases, table)),
        near=f(near / near.sum(1).mean()), far=f(far / far.sum(1).mean()),
        beside=f(beside / beside.sum(0)),
        volatility=f(places.volatility(facts, zones)),
        cohort_district=jnp.asarray(cohort.district.to_numpy()),
        households=f(cohort.n), plot=f(cohort["plot"]), risk_aversion=f(cohort.risk),
        licit_factor=f(cohort.licit),
        type_share=f(cohort.n / cohort.groupby("district").n.transform("sum")),
        roads=roads, patrolled=f(network.patrolled(country, roads)),
        outside=f(_outside(country)), fighters=f([g.fighters for g in country.groups]),
        prices=f([r["price_usd_kg"] for r in country.rows("markets")]), leaf_price=f(price),
        country=country.name, clans=tuple(g.clans for g in country.groups),
        growth=tuple(r["growth"] for r in country.rows("markets")),
        yields=tuple(r["yield"] for r in country.rows("neighbours")),
        districts=tuple(table.index), zones=tuple(zones), bases=tuple(bases.base),
        cohorts_per_district=len(households()) if cohort_size is None else 0,
        smooth=smooth,
    )  # fmt: skip


def _outside(country: Country) -> np.ndarray:
    """Return the share of each neighbour's product that went to each market in 2001."""
    told = {(r["neighbour"], r["market"]): float(r["share"]) for r in country.rows("outside")}
    shares = [[told.get((n, m), 0.0) for m in country.markets] for n in country.neighbours]
    return np.reshape(np.array(shares), (len(country.neighbours), len(country.markets)))


def _cohorts(table: pd.DataFrame, size: int | None) -> pd.DataFrame:
    """Return cohorts: district number, households n, plot, risk, licit."""
    peak = table.coca_start * constants.first_peak
    total = np.maximum(table.rural, peak / constants.most_growers)
    total = np.maximum(total, constants.least_households).round()
    parts = []
    for kind in households().itertuples():
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
