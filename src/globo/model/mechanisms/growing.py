"""Growing: households choose coca or licit crops; bushes are planted, age and are given up.

Reads prices, memory of eradication, legitimacy, development; writes growers, the income they
look for, the plots they tend, bushes and shocks. Step 1 of the month. Who grows is a random
utility (McFadden 1974) with reinforcement by practice, its weights bounded by supply elasticities
of effects E054-E057. How much a grower plants can follow expected income (Nerlove 1958), bushes
once planted staying; surveys and studies disagree on whether it does (`readings`).
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from globo import luck
from globo.model.constants import constants
from globo.model.mechanisms._draws import binomial, heavy, uniform
from globo.model.mechanisms._leaf import KG, farmgate, picked
from globo.model.parameters import Parameters
from globo.model.policy import Policy
from globo.model.state import State, change
from globo.model.world import HELP, ROADS, SUPPORT, World

LEAST_INCOME = constants.least_income  # USD/ha
MONTHS = 12
SHOCKS, CHOICES = range(2)  # streams of luck


def step(p: Parameters, world: World, s: State, policy: Policy, key: Array) -> tuple[State, dict]:
    """Let `reconsider_share` of the households choose anew, then plant, abandon and age.

    Returns:
        The new state; forest cleared for coca (ha by zone) as record.
    """
    shocks = _shocks(p, world, s, luck.folded(key, SHOCKS))
    odds = taste(s) + world.to_cohorts(pull(p, world, s, policy)) - fear(p, world, s)
    growers = reconsider(
        s.growers,
        s.households - s.signed,
        jax.nn.sigmoid(odds),
        p.reconsider_share,
        luck.folded(key, CHOICES),
        world.smooth,
    )
    outlook = s.outlook + p.outlook_rate * (jnp.log(coca_income(p, world, s)) - s.outlook)
    # a plot grows as income calls, and shrinks no faster than its oldest bushes go
    tended = jnp.maximum(eagerness(p, outlook - s.anchor.earned), s.tended * (1 - 1 / p.old_months))
    plots = world.by_district(growers * world.plot) * s.anchor.plot * tended
    wanted = bounded(plots * fortune(p, world, s), world.land)
    young, prime, old = tend(p, s.young, s.prime, s.old, wanted)
    opened = jnp.maximum(s.opened, young + prime + old)
    forest = world.by_zone((opened - s.opened) * world.forest_share)
    new = change(
        s, growers=growers, outlook=outlook, tended=tended, young=young, prime=prime, old=old,
        opened=opened, **shocks,
    )  # fmt: skip
    return new, {"forest_cleared_ha": forest}


def reconsider(
    growers: Float[Array, " cohort"],
    households: Float[Array, " cohort"],
    chance: Float[Array, " cohort"],
    share: Float[Array, ""],
    key: Array,
    smooth: bool,
) -> Float[Array, " cohort"]:
    """Draw who starts and who stops among the households that reconsider.

    Args:
        growers: households that grow coca.
        households: all that are free to choose.
        chance: that a household which reconsiders chooses coca, 0 to 1.
        share: of the households that reconsider this month.
        key: of this draw and month.
        smooth: put means in place of counts.

    Returns:
        Growers after the choice, 0 to `households`.
    """
    leave, join = share * (1.0 - chance), share * chance
    others = jnp.maximum(households - growers, 0.0)
    if smooth:
        return growers * (1.0 - leave) + others * join
    u = uniform(key, (2, *growers.shape))
    return growers - binomial(u[0], growers, leave) + binomial(u[1], others, join)


def taste(s: State) -> Float[Array, " cohort"]:
    """Return the log odds of growing coca as things stood in 2001."""
    share = s.inclined / jnp.maximum(s.households, 1e-6)
    share = jnp.clip(share, constants.least_inclined, constants.most_inclined)
    return jnp.log(share / (1.0 - share))


def pull(p: Parameters, world: World, s: State, policy: Policy) -> Float[Array, " district"]:
    """Return the log odds that a place adds to its taste of 2001."""
    income = p.income_weight * (log_income(p, world, s, policy) - s.anchor.income)
    buyers = jnp.log(buyer_presence(p, world, s.coca) / s.anchor.buyers)
    mix = practice(p, world, world.by_district(s.growers), world.by_district(s.households))
    none = constants.practice_floor
    custom = jnp.log((mix + none) / (s.anchor.practice + none))
    trust = p.legitimacy_weight * (s.legitimacy - s.anchor.legitimacy)
    own = p.trait_spread * p.zone_trait[world.trait][world.zone]
    return own + income + p.buyer_weight * buyers + p.practice_weight * custom - trust


def fear(p: Parameters, world: World, s: State) -> Float[Array, " cohort"]:
    """Return what remembered eradication takes from the log odds, by household type."""
    more = s.memory - s.anchor.memory
    seen = (1 - p.neighbour_share) * more + p.neighbour_share * world.around(more)
    return p.risk_weight * world.risk_aversion * world.to_cohorts(seen)


def log_income(p: Parameters, world: World, s: State, policy: Policy) -> Float[Array, " district"]:
    """Return the log of what coca brings over licit income, both USD/ha a year."""
    coca = coca_income(p, world, s) + promised(p, world, policy)
    return jnp.log(coca) - jnp.log(licit_income(p, world, s, policy))


def eagerness(p: Parameters, better: Float[Array, " district"]) -> Float[Array, " district"]:
    """Return the factor that expected income makes of a grower's plot, 1 at the start.

    Bounded by what a household can tend, and by what it keeps for bad years. What licit crops
    pay decides whether a household grows coca, not how much.

    Args:
        p: `area_response`, the elasticity; 0 leaves every plot as it is.
        better: log of the expected income of a hectare against the start's.
    """
    most = jnp.log(constants.most_eager)
    return jnp.exp(most * jnp.tanh(p.area_response * better / most))


def coca_income(p: Parameters, world: World, s: State) -> Float[Array, " district"]:
    """Return net income of a hectare in its prime, USD a year (2015), >= `LEAST_INCOME`.

    What is not worth picking brings nothing and costs no picker. Softly bounded below, so that
    it has a slope everywhere.
    """
    price = farmgate(p, world, s)
    share = picked(p, price)
    fixed = constants.fixed_labour
    picking = (1.0 - fixed) * world.leaf_yield / constants.middling_yield
    net = world.leaf_yield * KG * price * share - p.wage_days_cost * (fixed + picking * share)
    soft = constants.income_softness
    return LEAST_INCOME + soft * jax.nn.softplus(net / soft)


def promised(p: Parameters, world: World, policy: Policy) -> Float[Array, " district"]:
    """Return what an announced payment adds to the income that growers look for, USD a year."""
    return p.agreement_belief * p.agreement_payment * policy.announced[world.zone]


def licit_income(
    p: Parameters, world: World, s: State, policy: Policy
) -> Float[Array, " district"]:
    """Return licit income of a household, USD a year (2015): crop prices, help, roads."""
    crops = world.coffee_share * policy.coffee + (1.0 - world.coffee_share) * policy.cacao
    most = constants.most_units
    useful = lambda units: most * jnp.tanh(units / most)  # noqa: E731
    help_ = p.development_income * useful(s.built[HELP] + s.built[SUPPORT])[world.zone]
    roads = p.road_state * useful(s.built[ROADS])[world.zone] * (2.0 * world.state_presence - 1.0)
    wage = constants.wage_share
    return world.licit_income * (wage + (1 - wage) * crops) * jnp.exp(help_ + roads)


def practice(
    p: Parameters,
    world: World,
    growers: Float[Array, " district"],
    households: Float[Array, " district"],
) -> Float[Array, " district"]:
    """Return the share of growers that a household sees, in the district and beside it."""
    own = growers / jnp.maximum(households, 1.0)
    return (1 - p.neighbour_share) * own + p.neighbour_share * world.around(own)


def buyer_presence(
    p: Parameters, world: World, coca: Float[Array, " district"]
) -> Float[Array, " district"]:
    """Return how sure a seller is of a buyer, 0 to 1: collectors come where there is leaf."""
    around = coca + p.neighbour_share * world.around(coca)
    return (around + constants.buyers_floor) / (around + p.buyer_ha)


def tend(
    p: Parameters,
    young: Float[Array, " district"],
    prime: Float[Array, " district"],
    old: Float[Array, " district"],
    wanted: Float[Array, " district"],
) -> tuple[Float[Array, " district"], Float[Array, " district"], Float[Array, " district"]]:
    """Age the bushes, plant towards what is wanted, give up what is not.

    Args:
        p: rates.
        young: ha, not yet bearing fully.
        prime: ha.
        old: ha.
        wanted: ha that the growers would have.

    Returns:
        The three classes after the month, ha, each >= 0.
    """
    ripe = young / p.mature_months
    past = prime / (p.prime_months - p.mature_months)
    gone = old / p.old_months
    standing = young + prime + old
    gap = wanted - (standing - gone)
    planted = p.replant_rate * jnp.maximum(gap, 0.0)
    kept = 1.0 - p.abandon_rate * jnp.maximum(-gap, 0.0) / jnp.maximum(standing - gone, 1e-3)
    return (young - ripe) * kept + planted, (prime + ripe - past) * kept, (old + past - gone) * kept


def bounded(
    wanted: Float[Array, " district"], land: Float[Array, " district"]
) -> Float[Array, " district"]:
    """Keep an area within the land that coca could take, smoothly."""
    ratio = wanted / jnp.maximum(land, 1e-3)
    sharp = constants.land_sharpness
    return wanted / (1.0 + ratio**sharp) ** (1 / sharp)


def fortune(p: Parameters, world: World, s: State) -> Float[Array, " district"]:
    """Return the factor that the random effects make of wanted coca, about 1 on average.

    Half of the variance gathered so far is taken off, so that luck makes no hectares.
    """
    keep = p.shock_memory**2
    gathered = (1.0 - keep**s.month) / (1.0 - keep)
    of_zone = world.volatility[world.zone]
    variance = p.year_shock**2 + (of_zone * p.zone_shock) ** 2 + p.district_shock**2
    shocks = s.shock_year + of_zone * s.shock_zone[world.zone] + s.shock_district
    return jnp.exp(shocks - 0.5 * variance * gathered)


def innovations(p: Parameters, world: World, month: Array, key: Array) -> Float[Array, " place"]:
    """Return this month's luck of the country, then zones, then districts, unit variance.

    Years that a calibration has weighed have a luck of their own for country and zones, spread
    evenly over the months; elsewhere every month is drawn, with heavy tails.
    """
    n_zones, n_districts = len(world.zones), len(world.districts)
    drawn = heavy(key, (1 + n_zones + n_districts,), p.shock_tail)
    weighed = p.luck.shape[0]
    year = jnp.minimum(month // MONTHS, weighed - 1)
    of_year = p.luck[year] / MONTHS**0.5
    told = jnp.concatenate([of_year[:1], of_year[1:][world.trait]])
    use = (month // MONTHS < weighed) & ~jnp.isnan(told)
    return drawn.at[: 1 + n_zones].set(jnp.where(use, told, drawn[: 1 + n_zones]))


def _shocks(p: Parameters, world: World, s: State, key: Array) -> dict[str, Array]:
    """Move the named random effects of year, zone and district a month on."""
    n_zones = len(world.zones)
    z = innovations(p, world, s.month, key)
    keep, most, most_local = p.shock_memory, constants.most_shock, constants.most_district_shock
    year = keep * s.shock_year + p.year_shock * z[0]
    zone = keep * s.shock_zone + p.zone_shock * z[1 : 1 + n_zones]
    district = keep * s.shock_district + p.district_shock * z[1 + n_zones :]
    return {
        "shock_year": jnp.clip(year, -most, most),
        "shock_zone": jnp.clip(zone, -most, most),
        "shock_district": jnp.clip(district, -most_local, most_local),
    }
