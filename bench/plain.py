"""Growing, relocation and routes in NumPy, all draws at once: the second yardstick of kernel.py.

The equations of loops.c, and so of the three mechanisms, with draws as the first axis.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np


def run(w: SimpleNamespace, d: SimpleNamespace, p: SimpleNamespace, months: int) -> None:
    """Run all draws for some months; draws' arrays are changed in place.

    Args:
        w: arrays of the world, as in loops.c.
        d: arrays of the draws, first axis draw, as in loops.c.
        p: parameters, arrays [draw, 1].
        months: to run.
    """
    for month in range(months):
        growing(w, d, p, d.shocks[:, month], month)
        relocation(w, d, p)
        routes(w, d, p)


def growing(
    w: SimpleNamespace, d: SimpleNamespace, p: SimpleNamespace, shocks: np.ndarray, month: int
) -> None:
    """Reconsider, plant, abandon, age."""
    n, zones = d.young.shape[1], d.shock_zone.shape[1]
    households, coca = by_district(d.households, n), d.young + d.prime + d.old
    own = by_district(d.growers, n) / np.maximum(households, 1)
    roads, help_ = d.built[:, 0][:, w.zone], (d.built[:, 2] + d.built[:, 3])[:, w.zone]
    haul = w.haul * (1 - p.road_haul * np.tanh(roads))
    legal = p.legal_taken * w.registered
    price = (1 - legal) * d.leaf_price[:, w.zone] + legal * w.first_price
    farmgate = np.maximum(price - haul, 0.02)
    labour = 0.33 + 0.67 * w.leaf_yield / 2.4
    net = (w.leaf_yield * 1000 * farmgate - p.wage_days_cost * labour) / 300
    coca_income = 60 + 300 * np.logaddexp(net, np.float32(0))
    crops = w.coffee_share * w.coffee + (1 - w.coffee_share) * w.cacao
    built = p.development_income * 8 * np.tanh(help_ / 8)
    built = built + p.road_state * 8 * np.tanh(roads / 8) * (2 * w.state_presence - 1)
    licit_income = w.licit_income * (0.35 + 0.65 * crops) * np.exp(built)
    around = coca + p.neighbour_share * (coca @ w.beside)
    buyers = (around + 0.5) / (around + p.buyer_ha)
    mix = (1 - p.neighbour_share) * own + p.neighbour_share * (own @ w.beside)
    income = np.log(coca_income) - np.log(licit_income) - d.income
    pull = p.income_weight * income + p.buyer_weight * np.log(buyers / d.buyers)
    pull += p.practice_weight * np.log((mix + 1e-4) / (d.practice + 1e-4))
    pull -= p.legitimacy_weight * (d.legitimacy - d.anchor_legitimacy)
    more = d.memory - d.anchor_memory
    seen = (1 - p.neighbour_share) * more + p.neighbour_share * (more @ w.beside)
    fear = p.risk_weight * w.risk_aversion * to_cohorts(seen, d.growers)
    inclined = np.clip(d.inclined / np.maximum(d.households, 1e-6), 1e-6, 0.95)
    taste = np.log(inclined / (1 - inclined)) + d.trait
    chance = 1 / (1 + np.exp(fear - taste - to_cohorts(pull, d.growers)))
    others = np.maximum(d.households - d.growers, 0)
    d.growers[:] = (
        d.growers * (1 - p.reconsider_share * (1 - chance)) + others * p.reconsider_share * chance
    )
    shocked = d.shock_year + (w.volatility * d.shock_zone)[:, w.zone] + d.shock_district
    fade = p.shock_memory**2
    gathered = (1 - fade ** (d.month + month)) / (1 - fade)
    variance = p.year_shock**2 + (w.volatility[w.zone] * p.zone_shock) ** 2 + p.district_shock**2
    luck = np.exp(shocked - 0.5 * variance * gathered)
    area = by_district(d.growers * w.plot, n) * d.plot * luck
    area /= (1 + (area / np.maximum(w.land, 1e-3)) ** 4) ** 0.25
    ripe, gone = d.young / p.mature_months, d.old / p.old_months
    past = d.prime / (p.prime_months - p.mature_months)
    gap = area - (coca - gone)
    kept = 1 - p.abandon_rate * np.maximum(-gap, 0) / np.maximum(coca - gone, 1e-3)
    d.young[:] = (d.young - ripe) * kept + p.replant_rate * np.maximum(gap, 0)
    d.prime[:] = (d.prime + ripe - past) * kept
    d.old[:] = (d.old + past - gone) * kept
    d.opened[:] = np.maximum(d.opened, d.young + d.prime + d.old)
    for shock, scale, most, z in (
        (d.shock_year, p.year_shock, 2, shocks[:, :1]),
        (d.shock_zone, p.zone_shock, 2, shocks[:, 1 : 1 + zones]),
        (d.shock_district, p.district_shock, 2.5, shocks[:, 1 + zones :]),
    ):
        shock[:] = np.clip(p.shock_memory * shock + scale * z, -most, most)


def relocation(w: SimpleNamespace, d: SimpleNamespace, p: SimpleNamespace) -> None:
    """Move growers whose coca was cleared."""
    n, coca = d.young.shape[1], d.young + d.prime + d.old
    chance = p.leave_share * d.cleared / np.maximum(coca + d.cleared, 1e-6)
    chance = np.clip(chance * (1 - np.exp(-d.memory)), 0, 1)
    leavers = d.growers * to_cohorts(chance, d.growers)
    movers, kin = by_district(leavers, n), by_district(d.growers, n) + 1
    pull = (w.frontier + 0.1 * coca + np.float32(1e-3)) ** p.attraction_suitability
    pull *= np.exp(-p.attraction_state * w.state_presence - p.risk_weight * d.memory)
    pull *= kin**p.attraction_kin
    far_share = (1 - p.near_weight) * p.far_weight
    by_near = (movers * p.near_weight / np.maximum(pull @ w.near, 1e-9)) @ w.near
    by_far = (movers * far_share / np.maximum(pull @ w.far, 1e-9)) @ w.far
    anywhere = (1 - p.near_weight - far_share) * movers.sum(1, keepdims=True)
    anywhere = anywhere / np.maximum(pull.sum(1, keepdims=True), 1e-9)
    arrivals = to_cohorts(pull * (by_near + by_far + anywhere), d.growers) * w.type_share
    taken = leavers * np.minimum(1, d.inclined / np.maximum(d.growers, 1e-6))
    brought = taken.sum(1, keepdims=True) / np.maximum(leavers.sum(1, keepdims=True), 1e-6)
    d.inclined += arrivals * brought - taken
    d.households += arrivals - leavers
    d.growers += arrivals - leavers


def routes(w: SimpleNamespace, d: SimpleNamespace, p: SimpleNamespace) -> None:
    """Sweep values upstream and share out what leaves each node."""
    void = np.zeros((len(d.value), 1), np.float32)
    d.value[:, w.market] = d.market_price
    for _ in range(2):
        kept = 1 - np.clip(p.risk_aversion * d.risk, 0, 0.95)
        returned = d.value[:, w.destination] * (1 - w.fee_share) * kept - w.cost
        returned = 1 + np.maximum(returned, 0)
        pull = np.exp(w.weight + p.route_choice * np.log(returned))
        pulls = np.concatenate([pull, void], 1)[:, w.out_edges]
        total = pulls.sum(-1)
        each = np.append(np.exp(w.weight), np.float32(0))
        ways = each[w.out_edges].sum(-1)
        worth = (np.maximum(total, 1e-12) / np.maximum(ways, 1e-12)) ** (1 / p.route_choice)
        d.value[:] = np.where(ways <= 0, d.value, worth)
        d.share[:] = pull / np.maximum(total[:, w.origin], 1e-12)


def by_district(x: np.ndarray, n: int) -> np.ndarray:
    """Add up household types by district."""
    return x.reshape(len(x), -1, n).sum(1)


def to_cohorts(x: np.ndarray, like: np.ndarray) -> np.ndarray:
    """Give each household type its district's value."""
    return np.tile(x, (1, like.shape[1] // x.shape[1]))
