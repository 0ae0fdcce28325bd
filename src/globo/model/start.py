"""Start: the state of 1 January 2001, and the rest point that every draw starts from.

What is not modelled (taste, custom, other costs) is worked out so that the first month is in
balance with itself under the draw's own parameters; from there on mechanisms alone move it.
"""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from globo import luck
from globo.model.constants import constants
from globo.model.mechanisms import (
    armed_groups,
    eradication,
    firms,
    growing,
    harvest,
    interdiction,
    markets,
    relocation,
    routes,
)
from globo.model.mechanisms._draws import uniform
from globo.model.mechanisms._leaf import farmgate, picked
from globo.model.parameters import Parameters
from globo.model.policy import Policy
from globo.model.state import Anchor, State, change
from globo.model.world import FIRM_SLOTS, PROGRAMMES, STAGES, World

ZONES, DISTRICTS, PRESENCE, OPENED, FRONTIER = range(5)  # streams of luck


def start(p: Parameters, world: World, policy: Policy, key: Array) -> State:
    """Return a draw's first state.

    Args:
        p: the draw's parameters.
        world: what is known of 2001.
        policy: of the first month.
        key: of the draw.

    Returns:
        The state before January 2001.
    """
    of = partial(luck.folded, key)
    s = _blank(world)
    ages = jnp.stack([p.mature_months, p.prime_months - p.mature_months, p.old_months])
    ages = ages / ages.sum()
    area = _first_areas(p, world, of(ZONES), of(DISTRICTS), of(PRESENCE)) / (
        1.0 - (1.0 - p.young_seen) * ages[0]
    )
    young, prime, old = area * ages[:, None]
    s = change(s, young=young, prime=prime, old=old, opened=area, legitimacy=world.legitimacy_start)
    s = _held(p, world, s)
    s = _cleared(p, world, s, policy, of(OPENED))
    s = _settled(p, world, s, policy, of(FRONTIER))
    s = _chain(p, world, s, policy)
    return _anchored(p, world, s, policy)


def _first_areas(
    p: Parameters, world: World, by_zone: Array, by_district: Array, by_presence: Array
) -> Float[Array, " district"]:
    """Return coca by district, ha: zones as published but for survey error, their split uncertain.

    Before 2012 only zone areas are known, so a zone's sum keeps to its figure while its
    districts trade areas, and small ones may have had none.
    """
    if world.smooth:
        return world.coca_start
    noise = p.initial_noise * jax.random.normal(by_zone, (len(world.zones),))
    split = p.initial_district_noise * jax.random.normal(by_district, world.coca_start.shape)
    there = world.coca_start / (world.coca_start + p.initial_presence_ha)
    grows = jnp.maximum(uniform(by_presence, split.shape) < there, constants.empty_share)
    area = world.coca_start * jnp.exp(split) * grows
    area = jnp.minimum(area, constants.first_land * world.land)
    told = world.by_zone(world.coca_start) * jnp.exp(noise - 0.5 * p.initial_noise**2)
    return area * (told / jnp.maximum(world.by_zone(area), 1e-6))[world.zone]


def _blank(world: World) -> State:
    """Return a state of zeros, with what is known of the start filled in."""
    n, zones, edges = len(world.districts), len(world.zones), world.roads.n_edges
    z = lambda *shape: jnp.zeros(shape, jnp.float32)  # noqa: E731
    whole = lambda: jnp.zeros((), jnp.int32)  # noqa: E731
    markets_ = world.prices.shape[0]
    anchor = Anchor(
        practice=z(n), buyers=z(n), income=z(n), earned=z(n), memory=z(n),
        legitimacy=world.legitimacy_start, hold=z(n), plot=z(n), leaf_margin=jnp.ones(zones),
        price=world.prices, demand=z(markets_),
    )  # fmt: skip
    return State(
        month=whole(), status=whole(), anchor=anchor, households=world.households,
        growers=jnp.zeros_like(world.households), inclined=jnp.zeros_like(world.households),
        signed=jnp.zeros_like(world.households),
        outlook=z(n), tended=z(n) + 1.0, young=z(n), prime=z(n), old=z(n), opened=z(n),
        memory=z(n), shock_year=z(), shock_zone=z(zones), shock_district=z(n), is_open=z(n),
        budget_shock=z(), leaf_stock=z(zones), leaf_price=world.leaf_price * jnp.ones(zones),
        firm_size=z(len(STAGES), zones, FIRM_SLOTS), precursor_price=jnp.ones(()), substitutes=z(),
        product=z(len(world.roads.nodes)), value=z(len(world.roads.nodes)), share=z(edges),
        risk=z(edges), force=jnp.ones(edges), market_price=world.prices,
        told_price=jnp.broadcast_to(world.prices, world.outside.shape),
        abroad=z(world.outside.shape[0]), strength=world.fighters,
        leaders=jnp.ones_like(world.fighters), hold=z(n),
        legitimacy=world.legitimacy_start, planned=z(len(PROGRAMMES), zones),
        built=z(len(PROGRAMMES), zones), cleared=z(n), leaf_offered=z(zones), cocaine=z(zones),
        delivered=z(markets_),
    )  # fmt: skip


def _held(p: Parameters, world: World, s: State) -> State:
    by_group = armed_groups.holds(p, world, s.strength, s.coca, s.legitimacy)
    return change(s, hold=1.0 - jnp.prod(1.0 - by_group, axis=0))


def _cleared(p: Parameters, world: World, s: State, policy: Policy, key: Array) -> State:
    """Open districts as they would be in the long run, and clear as in the first month."""
    chance = eradication.feasible(p, s.hold, s.legitimacy)
    coca, reach = s.coca, eradication.reach_of(p, world, policy)
    targeting = eradication.targeting_of(p, coca)
    opens, closes = eradication.rates(p, chance, constants.usual_effort * reach * targeting)
    often = opens / (opens + closes)
    drawn = (uniform(key, often.shape) < often).astype(often.dtype)
    is_open = often if world.smooth else drawn
    target = coca * is_open * (1.0 - world.registered)
    cleared = eradication.clear(p, target, reach, targeting, policy.budget)
    return change(s, is_open=is_open, cleared=cleared, memory=12.0 * cleared / (coca + 1e-3))


def _settled(p: Parameters, world: World, s: State, policy: Policy, key: Array) -> State:
    """Find the growers behind the coca, and the potential of every place.

    What stands is what is left after clearing, so growers want more than that; a place with
    next to no coca could hold `frontier_share` of its frontier, times what the covariates do
    not say about it.
    """
    unseen = jnp.ones_like(world.frontier)
    if not world.smooth:
        spread = p.frontier_spread * jax.random.normal(key, world.frontier.shape)
        unseen = jnp.exp(spread - 0.5 * p.frontier_spread**2)
    wanted = s.coca + s.cleared / p.replant_rate
    full = world.by_district(world.households * world.plot) * p.plot_ha
    share = jnp.minimum(wanted / full, constants.most_growers)
    growers = world.households * world.to_cohorts(share)
    if not world.smooth:  # whole households, and as many of them whatever the cohorts' size
        total = jnp.round(growers.sum())
        counts = relocation.whole(growers, jnp.float32(0.5), total)
        growers = jnp.minimum(counts, world.households)
    plots = world.by_district(growers * world.plot)
    least, most = constants.least_plot * p.plot_ha, constants.most_plot * p.plot_ha
    plot = jnp.clip(wanted / jnp.maximum(plots, 1e-3), least, most)
    plot = jnp.where(plots > 0, plot, p.plot_ha)
    could = wanted + p.frontier_share * world.frontier * unseen
    potential = jnp.clip(could / full, constants.least_potential, constants.most_growers)
    near = (1 - p.neighbour_share) * potential + p.neighbour_share * world.around(potential)
    anchor = Anchor(
        practice=near,
        buyers=growing.buyer_presence(p, world, could),
        income=growing.log_income(p, world, s, policy),
        earned=jnp.log(growing.coca_income(p, world, s)),
        memory=s.memory,
        legitimacy=s.legitimacy,
        hold=s.hold,
        plot=plot,
        leaf_margin=s.anchor.leaf_margin,
        price=s.anchor.price,
        demand=s.anchor.demand,
    )
    inclined = world.households * world.to_cohorts(potential)
    return change(s, growers=growers, inclined=inclined, outlook=anchor.earned, anchor=anchor)


def _chain(p: Parameters, world: World, s: State, policy: Policy) -> State:
    """Fill firms and network until what is made flows out, at the prices of 2001."""
    bearing = p.young_yield * s.young + s.prime + p.old_yield * s.old
    leaf = world.by_zone(harvest.pick(p, world, s)) * (1.0 - p.leaf_loss)
    worth = picked(p, farmgate(p, world, s))
    registered = world.by_zone(bearing * world.leaf_yield * world.registered / 12.0 * worth)
    legal = harvest.legal_sales(registered, policy.legal_leaf)
    flow = (leaf - legal) / p.leaf_per_cocaine
    rank = jnp.arange(FIRM_SLOTS) + 1.0
    zipf = jnp.where(rank <= constants.first_firms, 1.0 / rank, 0.0)
    size = firms.SLACK * flow[None, :, None] * (zipf / zipf.sum())[None, None]
    size = jnp.broadcast_to(size, s.firm_size.shape)
    roads = world.roads
    value = s.value.at[roads.market].set(s.market_price)
    risk = jnp.full_like(s.risk, constants.first_risk)

    def leg(_: int, carry: tuple[Array, ...]) -> tuple[Array, ...]:
        value, share, product, risk, delivered = carry
        value, share = routes.sweep(p, roads, value, risk)
        product = product.at[roads.hub].add(flow / interdiction.LEGS)
        moved = share * product[roads.origin]
        chance = interdiction.detection(p, roads, s.force, policy, moved)
        left = moved * (1.0 - chance)
        left = left - interdiction.crossing(p, roads, left)
        arrived = jnp.zeros_like(product).at[roads.destination].add(left)
        product = product - jnp.zeros_like(product).at[roads.origin].add(moved) + arrived
        delivered = product[roads.market] * interdiction.LEGS
        return value, share, product.at[roads.market].set(0.0), chance, delivered

    first = (value, s.share, s.product, risk, s.delivered)
    value, share, product, risk, delivered = jax.lax.fori_loop(
        0, constants.legs_to_balance, leg, first
    )
    made = markets.outside(p, world, jnp.ones_like(world.prices), policy.neighbour_ha)
    return change(
        s, firm_size=size, value=value, share=share, product=product, risk=risk,
        delivered=delivered, anchor=change(s.anchor, demand=delivered + made),
    )  # fmt: skip


def _anchored(p: Parameters, world: World, s: State, policy: Policy) -> State:
    """Let the formula for the leaf price pay what growers got in 2001."""
    del policy
    margin = s.leaf_price / firms.payable(p, world, s)
    return change(s, anchor=change(s.anchor, leaf_margin=margin))
