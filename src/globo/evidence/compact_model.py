"""The compact mechanistic forecaster: one year at a time, on asinh(ha / 10).

Reads what the past taught (`compact_prior`); writes paths of area by unit. In a year:
the clearing budget moves back towards its long-run mean; campaigns enter open zones and
clear units that still hold coca; what was cleared regrows in bursts towards its own past
maximum; zones and units get heavy-tailed shocks that on average neither make nor destroy
hectares; coca appears in empty units, more where a zone has a good year; the survey adds
noise that does not last. Assumed: settings in `compact_settings.Settings`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit

from globo.evidence.compact_prior import Taught
from globo.evidence.compact_settings import Array, Settings
from globo.evidence.forecast_policy import Given, steered
from globo.evidence.known import ELSEWHERE
from globo.evidence.scores import DISTRICT_SCALE, from_scale, to_scale

CLEARED = 0.9
TAIL = 4.0
MOST_EFFORT = 0.5  # log of effort over the one that taught the rates: no more is known to clear


@dataclass(frozen=True)
class Start:
    """Where the paths start.

    Attributes:
        area: last area, ha, (unit,) or (draw, unit).
        most: largest area known, ha, same shape.
        zone_of: index of each unit's zone.
        zones: zone names.
        surveyed: whether the unit was ever surveyed.
        budget: yearly clearing of the past, ha, latest last.
    """

    area: Array
    most: Array
    zone_of: NDArray[np.int64]
    zones: list[str]
    surveyed: NDArray[np.bool_]
    budget: pd.Series


def paths(
    start: Start,
    taught: Taught,
    horizon: int,
    rng: np.random.Generator,
    settings: Settings,
    given: Given | None = None,
) -> Array:
    """Run the years.

    Args:
        start: last areas and maxima, zones, budget.
        taught: rates and scales by draw.
        horizon: years.
        rng: source of luck.
        settings: assumptions.
        given: policy of these years; None to draw it.

    Returns:
        Areas as a survey would find them, ha, shape (draw, horizon, unit).
    """
    samples, shape = len(taught.visit_rate), taught.noise_ratio.shape
    zone = start.zone_of
    level = np.broadcast_to(to_scale(start.area, DISTRICT_SCALE), shape)
    most = np.broadcast_to(to_scale(start.most, DISTRICT_SCALE), shape)
    ceiling = np.maximum(most, to_scale(settings.room_from, DISTRICT_SCALE)) + settings.room
    pace = rng.uniform(*settings.regrowth, (samples, 1))
    transient = rng.uniform(*settings.transient, (samples, 1))
    transient = transient if settings.has("transient noise") else np.zeros_like(transient)
    revisit = rng.uniform(*settings.revisit, (samples, 1))
    shock_scale = taught.shock_scale * settings.has("zone shocks")
    effort = _efforts(start.budget, samples, horizon, rng, settings, given)
    member = np.eye(len(start.zones))[zone]
    out = np.empty((samples, horizon, shape[1]))
    for year in range(horizon):
        area = from_scale(level, DISTRICT_SCALE)
        noise = settings.noise(area) * taught.noise_ratio
        rate = taught.visit_rate
        if given is not None:
            reach = (area * (area > settings.visit_floor)) @ member
            rate = steered(given, year, rate, taught.if_open, reach)
        fall = _visits(
            level,
            most,
            area,
            rate * effort[:, year, None],
            revisit,
            zone,
            rng,
            settings,
        )
        shared = _heavy(rng, (samples, len(start.zones))) * shock_scale
        shared = (shared + _heavy(rng, (samples, 1)) * settings.year_noise)[:, zone]
        lasting = noise * np.sqrt(1.0 - transient)
        drift = lasting**2 + shock_scale[:, zone] ** 2 + settings.year_noise**2
        drift = taught.trend[zone] - 0.5 * drift * settings.has("centring")
        regrown = _regrowth(level, most, pace, zone, len(start.zones), rng, settings)
        grown = np.maximum(
            level
            + regrown
            + drift * np.tanh(level)
            + shared * np.minimum(level, 1.0)
            + _heavy(rng, shape) * lasting
            - fall,
            0.0,
        )
        empty = level <= 1e-9
        born = _born(start, taught, most, shared, rng, settings)
        level = np.minimum(np.where(empty, born, grown), ceiling)
        most = np.maximum(most, level)
        error = _heavy(rng, shape) * np.sqrt(transient) * taught.noise_ratio
        error = error * settings.noise(from_scale(level, DISTRICT_SCALE))
        out[:, year] = from_scale(np.where(level > 0.0, level + error, 0.0), DISTRICT_SCALE)
    return out


def _efforts(
    budget: pd.Series,
    samples: int,
    horizon: int,
    rng: np.random.Generator,
    settings: Settings,
    given: Given | None,
) -> Array:
    """Return the clearing effort of each year, relative to the effort that taught the rates.

    Drawn, but for the months whose budget is given; the luck is the same with and without.
    """
    logs = np.log(np.maximum(budget.to_numpy(dtype=np.float64), 1.0))
    mean, now = logs.mean(), np.full(samples, logs[-1])
    top, efforts = max(logs[-1], mean), np.empty((samples, horizon))
    for year in range(horizon):
        now = mean + settings.budget_memory * (now - mean)
        now = now + rng.normal(0.0, settings.budget_noise, samples)
        efforts[:, year] = np.exp(np.minimum(now - top, MOST_EFFORT))
        if given is not None:
            stated = given.cleared[year] / np.exp(top)
            drawn = given.unstated[year] * efforts[:, year]
            efforts[:, year] = np.minimum(drawn + stated, np.exp(MOST_EFFORT))
    return efforts


def _visits(
    level: Array,
    most: Array,
    area: Array,
    rate: Array,
    revisit: Array,
    zone: NDArray[np.int64],
    rng: np.random.Generator,
    settings: Settings,
) -> Array:
    """Draw campaigns by zone, the units they reach, and how far these fall."""
    rate = np.minimum(rate, 0.95)
    inside = np.maximum(rate, settings.inside)
    campaign = (rng.random(rate.shape) < rate / inside) * inside
    chance = campaign[:, zone] * np.where(most - level > CLEARED, revisit, 1.0)
    hit = (rng.random(level.shape) < chance) & (area > settings.visit_floor)
    return hit * rng.uniform(*settings.visit_fall, level.shape)


def _regrowth(
    level: Array,
    most: Array,
    pace: Array,
    zone: NDArray[np.int64],
    n_zones: int,
    rng: np.random.Generator,
    settings: Settings,
) -> Array:
    """Return the step towards the past maximum, in bursts by zone and unit."""
    if not settings.has("regrowth"):
        return np.zeros_like(level)
    share = np.broadcast_to(pace, level.shape)
    if settings.has("bursts"):
        together = rng.gamma(1.0, 1.0, (len(level), n_zones))[:, zone]
        share = share * together * rng.gamma(1.0, 1.0, level.shape)
    return np.minimum(share, 0.9) * (most - level)


def _born(
    start: Start,
    taught: Taught,
    most: Array,
    shared: Array,
    rng: np.random.Generator,
    settings: Settings,
) -> Array:
    """Draw the level of new coca in each unit, were it empty; 0 where none appears."""
    zone = start.zone_of
    chance = np.where(most > 0.0, taught.born_again[:, zone], taught.born_never[:, zone])
    unseen = settings.born_unseen * settings.has("appearance")
    elsewhere = np.array(start.zones)[zone] == ELSEWHERE
    chance = np.where(start.surveyed, chance, np.minimum(unseen, chance))
    odds = logit(np.clip(chance, 0.0, 0.98)) + settings.born_shock * shared * ~elsewhere
    past = np.maximum(from_scale(most, DISTRICT_SCALE) / settings.born_size, 1.0)
    size = settings.born_size * past**settings.born_memory
    size = size * np.exp(settings.born_spread * rng.normal(size=most.shape))
    return np.where(rng.random(most.shape) < expit(odds), to_scale(size, DISTRICT_SCALE), 0.0)


def _heavy(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Draw heavy-tailed shocks (t with 4 degrees of freedom, unit variance, cut at 4)."""
    return np.clip(rng.standard_t(4.0, shape) / np.sqrt(2.0), -TAIL, TAIL)
