"""What the past teaches the compact model by a given day.

Reads areas by unit (year x unit) and the long series of zones; writes draws of rates and
scales by zone and unit. Every rate starts from a prior worth a few observations
(`compact_settings`), because two or three survey years teach little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betaln

from globo.evidence.compact_settings import Array, Settings
from globo.evidence.known import ELSEWHERE
from globo.evidence.scores import DISTRICT_SCALE, to_scale


@dataclass(frozen=True)
class Taught:
    """Draws of what the past teaches; one row a draw.

    Attributes:
        visit_rate: yearly chance of a visit to an uncleared unit, (draw, zone).
        if_open: the same, were the zone open to brigades, (draw, zone).
        shock_scale: scale of the zone's shared shock, (draw, zone).
        noise_ratio: multiplier of a unit's own noise, (draw, unit).
        born_never, born_again: yearly chance of coca in a unit without, (draw, zone).
        trend: yearly step of the zone, on the scale, (zone,).
    """

    visit_rate: Array
    if_open: Array
    shock_scale: Array
    noise_ratio: Array
    born_never: Array
    born_again: Array
    trend: Array


def learn(
    history: pd.DataFrame,
    zones: list[str],
    zone_of: NDArray[np.int64],
    series: pd.DataFrame,
    samples: int,
    rng: np.random.Generator,
    settings: Settings,
) -> Taught:
    """Learn rates and scales from surveyed units and long zone series.

    Args:
        history: areas, ha, year x unit, without gaps; one row teaches no change.
        zones: zone names.
        zone_of: index of each unit's zone.
        series: areas, ha, year x zone, longer than the history; columns may be missing.
        samples: draws.
        rng: source of luck.
        settings: the priors.

    Returns:
        Draws from the posterior of each rate and scale, learned one by one.
    """
    area = history.to_numpy(dtype=np.float64)
    level = to_scale(area, DISTRICT_SCALE)
    gap = np.maximum.accumulate(level, axis=0) - level
    change = np.diff(level, axis=0) - float(np.mean(settings.regrowth)) * gap[:-1]
    member = np.eye(len(zones))[zone_of]
    visited = (area[:-1] > settings.visit_floor) & (change < -np.log(2.0))
    past = [
        series[z].dropna().to_numpy()[: -len(area)] if z in series else np.empty(0) for z in zones
    ]
    quiet = np.array([float(len(p)) for p in past])
    counts = (visited @ member).sum(axis=0), ((area[:-1] > settings.visit_floor) @ member).sum(0)
    rate, if_open = _visit_rate(*counts, quiet, samples, rng, settings)
    used = np.where((area[:-1] > 0.0) & ~visited, change, np.nan)
    noise = settings.noise(area[:-1])
    squares, n_units, shocks, n_shocks = _residuals(used, noise, zone_of, len(zones))
    for zone, values in enumerate(past):
        steps = np.diff(to_scale(values, DISTRICT_SCALE))
        shocks[zone] += float((steps**2).sum())
        n_shocks[zone] += len(steps)
    prior = settings.shock(area[-1] @ member)
    scale = _scale(settings.shock_weight, prior, shocks, n_shocks, samples, rng)
    ratio = _scale(
        settings.zone_weight, np.ones(len(zones)), squares @ member, n_units @ member, samples, rng
    )[:, zone_of]
    weight = settings.unit_weight
    own = (weight * ratio**2 + squares) / rng.chisquare(weight + n_units, ratio.shape)
    if not settings.has("unit scales"):
        own = np.ones_like(own)
    elsewhere = np.array(zones) == ELSEWHERE
    never = np.where(elsewhere, settings.born_elsewhere, settings.born_never)
    again = np.where(elsewhere, settings.born_elsewhere, settings.born_again)
    ever = gap[:-1] + level[:-1] > 0.0
    empty, filled = area[:-1] == 0.0, area[1:] > 0.0
    return Taught(
        visit_rate=rate,
        if_open=if_open,
        shock_scale=np.minimum(scale, 1.0),
        noise_ratio=np.minimum(np.sqrt(own), 2.5),
        born_never=_birth(empty & ~ever, filled, member, never, samples, rng, settings),
        born_again=_birth(empty & ever, filled, member, again, samples, rng, settings),
        trend=_trend(series, zones, settings),
    )


def _trend(series: pd.DataFrame, zones: list[str], settings: Settings) -> Array:
    """Return each zone's mean past step, shrunk towards standing still."""
    trend = np.zeros(len(zones))
    for zone, name in enumerate(zones):
        if name in series and settings.has("trend"):
            level = to_scale(series[name].dropna().to_numpy(), DISTRICT_SCALE)
            steps = np.clip(np.diff(level), -settings.trend_cap, settings.trend_cap)
            trend[zone] = steps.sum() / (len(steps) + settings.trend_weight)
    return trend


def _visit_rate(
    visits: Array,
    chances: Array,
    quiet: Array,
    samples: int,
    rng: np.random.Generator,
    settings: Settings,
) -> tuple[Array, Array]:
    """Draw each zone's state (open or closed to brigades) and its yearly visit rate.

    A year of a zone's long series without collapse counts as one chance not taken. Beside it
    the rate were the zone open: a closed zone's past says nothing of that, so its prior.
    """
    misses = chances - visits + quiet
    evidence = []
    for a, b in (settings.open_visits, settings.closed_visits):
        evidence.append(betaln(a + visits, b + misses) - betaln(a, b))
    odds = np.exp(evidence[1] - evidence[0]) * (1.0 - settings.open_prior) / settings.open_prior
    opened = rng.random((samples, len(visits))) < 1.0 / (1.0 + odds)
    rates = [
        rng.beta(a + visits, b + misses, opened.shape)
        for a, b in (settings.open_visits, settings.closed_visits)
    ]
    drawn = np.where(opened, rates[0], rates[1])
    # luck of its own, so that the other draws are the same whether it is used or not
    prior = rng.spawn(1)[0].beta(*settings.open_visits, opened.shape)
    if_open = np.where(opened, drawn, np.maximum(prior, drawn))
    if not settings.has("visits"):
        return np.zeros_like(drawn), np.zeros_like(drawn)
    return drawn, if_open


def _residuals(
    change: Array, noise: Array, zone_of: NDArray[np.int64], n_zones: int
) -> tuple[Array, Array, Array, Array]:
    """Split changes into shocks shared by a zone and what is left to each unit.

    Returns:
        Sum of squared standardised residuals and their number by unit; sum of squared
        shared shocks (less what chance alone would give) and their number by zone.
    """
    squares, n_units = np.zeros(len(zone_of)), np.zeros(len(zone_of))
    shocks, n_shocks = np.zeros(n_zones), np.zeros(n_zones)
    for year, row in enumerate(change):
        for zone in range(n_zones):
            units = np.flatnonzero((zone_of == zone) & np.isfinite(row))
            if len(units) == 0:
                continue
            weight = 1.0 / noise[year, units] ** 2
            shared = float((weight * row[units]).sum() / weight.sum())
            if len(units) > 1:
                shocks[zone] += max(shared**2 - 1.0 / float(weight.sum()), 0.0)
                n_shocks[zone] += 1.0
            worth = 1.0 - 1.0 / len(units) if len(units) > 1 else 0.5
            left = row[units] - (shared if len(units) > 1 else 0.0)
            squares[units] += worth * np.clip(left * np.sqrt(weight), -3.0, 3.0) ** 2
            n_units[units] += worth
    return squares, n_units, shocks, n_shocks


def _scale(
    weight: float,
    prior: Array,
    squares: Array,
    number: Array,
    samples: int,
    rng: np.random.Generator,
) -> Array:
    """Draw scales from the scaled inverse chi-square posterior of a variance."""
    draws = rng.chisquare(weight + number, (samples, len(prior)))
    return np.sqrt((weight * prior**2 + squares) / draws)


def _birth(
    empty: NDArray[np.bool_],
    filled: NDArray[np.bool_],
    member: Array,
    prior: Array,
    samples: int,
    rng: np.random.Generator,
    settings: Settings,
) -> Array:
    """Draw the yearly chance that coca appears in an empty unit, by zone.

    Zones in and out of the survey's zones are pooled apart, then each zone is shrunk
    towards its pool.
    """
    hits = ((empty & filled) @ member).sum(axis=0)
    misses = ((empty & ~filled) @ member).sum(axis=0)
    pooled = np.empty_like(prior)
    for kind in np.unique(prior):
        alike = prior == kind
        total = settings.born_weight + hits[alike].sum() + misses[alike].sum()
        pooled[alike] = (kind * settings.born_weight + hits[alike].sum()) / total
    weight = settings.born_zone_weight
    drawn = rng.beta(
        weight * pooled + hits, weight * (1.0 - pooled) + misses, (samples, len(prior))
    )
    return drawn if settings.has("appearance") else np.zeros_like(drawn)
