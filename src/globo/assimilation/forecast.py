"""Forecasts from the present: the simulator run on from the last survey, luck drawn anew.

Each December draws innovations as wide and as lasting as the surveys taught, zone by zone, and
adds them by the same update; what is forecast is what a survey would find, its error and what
it overlooks included. Every lever can be set.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from globo import simulation
from globo.assimilation.history import CHUNK, History, assimilated
from globo.assimilation.innovations import learnt
from globo.assimilation.survey import surveys
from globo.assimilation.update import batch_moved, batch_seen
from globo.luck import Stream, generator
from globo.model import policy
from globo.model.policy import Policy, Setting
from globo.model.surveyed import Coming
from globo.simulation import Members, Simulator, known

MEMBERS = 192  # run at most; more draws are these again, with other errors of the survey
READ_ERROR, READ_SMALL, READ_HA = 0.08, 0.25, 300.0  # of a district's survey, log
OVERLOOKED = 3.0  # ha of a district that every second survey overlooks

Areas = Float[np.ndarray, "draw year district"]


def forecast(
    as_of: str,
    horizon: int,
    samples: int,
    seed: int,
    settings: Iterable[Setting] = (),
    came: bool = False,
) -> Areas:
    """Return what surveys would find in the years after the last one known on a day, ha.

    Args:
        as_of: the day, "YYYY-MM-DD"; nothing published later is read, but for `came`.
        horizon: years after that survey.
        samples: joint draws.
        seed: of all luck.
        settings: levers set in the years ahead; others follow the policy known on the day.
        came: take policy and outside world as they came, in place of as known on the day.
    """
    area = _run(as_of, horizon, min(samples, MEMBERS), seed, tuple(settings), came)
    every = area[np.arange(samples) % len(area)]
    return _surveyed(every, generator(seed, Stream.SURVEYS_AHEAD, horizon))


@lru_cache(maxsize=64)
def _run(
    as_of: str, horizon: int, members: int, seed: int, settings: tuple[Setting, ...], came: bool
) -> Areas:
    """Return what stands in the years ahead, ha."""
    past, last = _present(as_of, members, seed)
    simulator, until = _simulator(as_of, seed), last + horizon
    months = _months(as_of, seed, until, settings, came)
    luck = learnt(past, simulator.world, settled(past))
    one = lambda i: _ahead(  # noqa: E731
        simulator, past.now.some(slice(i, i + CHUNK)), months, luck, last, until
    )
    with ThreadPoolExecutor(2) as pool:
        return np.concatenate(list(pool.map(one, range(0, members, CHUNK))))


def settled(past: History) -> int:
    """Return the first year that tells of luck: in the first fine one members find their level."""
    areas = {year: len(one.area) for year, one in past.surveys.items()}
    finest = [year for year, n in areas.items() if 2 * n > max(areas.values())]
    return min(finest, default=0) + 1


@lru_cache(maxsize=4)
def _present(as_of: str, members: int, seed: int) -> tuple[History, int]:
    """Return members at the last survey known on a day, and its year."""
    facts = known(as_of)
    last = int(facts.own("coca_ha").index.max())
    simulator = _simulator(as_of, seed)
    months = simulator.months((), f"{last}-12")
    found = surveys(facts, simulator.world, last)
    return assimilated(simulator, np.arange(members), months, found, last), last


def _simulator(as_of: str, seed: int) -> Simulator:
    return Simulator(seed=seed, as_of=as_of, weighed=False)


def _months(as_of: str, seed: int, until: int, settings: tuple[Setting, ...], came: bool) -> Policy:
    """Return the policy of the years; what is not known on the day stays as it was last."""
    simulator, last = _simulator(as_of, seed), f"{until}-12"
    if not came:
        return simulator.months(settings, last)
    past = policy.past(known(None), simulator.world, last)
    return policy.changed(past, simulator.world, settings)


def _ahead(
    simulator: Simulator, now: Members, months: Policy, luck: Coming, last: int, until: int
) -> Areas:
    """Run members on, a year at a time; each December has its luck by zone."""
    world, found, years = simulator.world, [], range(last + 1, until + 1)
    silent = jnp.full(len(luck.wide), jnp.nan)
    for year, drawn in zip(years, luck.years(simulator.seed, now.draws, years), strict=True):
        now, _ = simulator.advance(now, simulation.span(months, year, year))
        log = jnp.asarray(drawn, jnp.float32)
        now = replace(now, s=batch_moved(now.p, world, now.s, world.in_zone, log, silent))
        found.append(np.asarray(batch_seen(now.p, now.s)))
    return np.stack(found, axis=1)


def _surveyed(area: Areas, rng: np.random.Generator) -> Areas:
    """Return what a survey makes of an area: its error, and small fields that it overlooks."""
    error = READ_ERROR + READ_SMALL * np.exp(-area / READ_HA)
    read = area * np.exp(error * rng.standard_normal(area.shape) - 0.5 * error**2)
    there = rng.random(area.shape) < area**2 / (area**2 + OVERLOOKED**2)
    return np.where(there, read, 0.0)
