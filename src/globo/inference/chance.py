"""Chance: which run of luck each member of a posterior had in past years, chosen by the figures.

Once the smoother has moved the parameters, what still parts a member's history from the figures
is the luck of its districts, brigades and firms. A particle filter for each member (Gordon,
Salmond and Smith 1993): from where it stands, a year is tried with several runs of luck, and one
is kept with the chance that the year's figures give it. Years to come keep the luck of the draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np

from globo import simulation
from globo.inference.targets import Target, read_all
from globo.model import parameters, posterior
from globo.model.parameters import FIRST_YEAR
from globo.model.policy import Policy
from globo.simulation import Simulator

TRIES = 16  # runs of luck tried a year
APART = 2_000_000  # numbers of luck that a seed has for itself
SEEDS = 1000


def choose(
    z: np.ndarray,
    simulator: Simulator,
    months: Policy,
    fitted: list[Target],
    jobs: int = 2,
    tries: int = TRIES,
) -> np.ndarray:
    """Choose the luck of each year that figures tell of.

    Args:
        z: members, standard normals [member, column].
        simulator: what runs them, with the parameters that it fixes; its seed is that of the
            tries and of the choice.
        months: policy of whole years from January 2001.
        fitted: figures with their errors.
        jobs: threads.
        tries: runs of luck a year.

    Returns:
        Numbers of the luck chosen [member, year], 1 or more; 0 in years beyond `months`.
    """
    years = min(parameters.WEIGHED_YEARS, len(np.asarray(months.year)) // 12)
    first = jax.tree.map(lambda x: x[0], months)
    told = [
        (simulation.span(months, y, y), [t for t in fitted if t.year == y])
        for y in range(FIRST_YEAR, FIRST_YEAR + years)
    ]

    def one(member: int) -> np.ndarray:
        rng = np.random.default_rng([simulator.seed, member])
        tried = np.zeros((tries, parameters.WEIGHED_YEARS), int)
        p = posterior.from_matrix(np.repeat(z[member : member + 1], tries, axis=0))
        p = posterior.set_to(p, dict(simulator.fixed), tries)
        now = None
        for year, (span, figures) in enumerate(told):
            tried[:, year] = _numbers(member, year, tries, simulator.seed)
            p = p.replace(chance=jnp.asarray(tried, jnp.int32))
            now = simulator.begin(np.arange(tries), first, p) if now is None else replace(now, p=p)
            now, arrays = simulator.advance(now, span)
            kept = np.full(tries, drawn(_log_likelihood(arrays, figures, year, simulator), rng))
            tried = tried[kept]
            now = replace(now, s=jax.tree.map(lambda x, kept=kept: x[kept], now.s))
        return tried[0]

    with ThreadPoolExecutor(jobs) as pool:
        return np.stack(list(pool.map(one, range(len(z)))))


def _numbers(member: int, year: int, tries: int, seed: int) -> np.ndarray:
    """Return numbers that no other seed, member, year or try has [try]."""
    first = (member * parameters.WEIGHED_YEARS + year) * tries
    return 1 + APART * (seed % SEEDS) + first + np.arange(tries)


def _log_likelihood(
    arrays: Mapping[str, np.ndarray], figures: list[Target], year: int, simulator: Simulator
) -> np.ndarray:
    """Return the log likelihood of a year's figures [draw]; of a draw that failed, hardly any."""
    draws = len(arrays["coca_ha"])
    # figures read a history from its start, so ones stand for the years before
    a = {
        name: np.concatenate([np.ones((draws, year, *x.shape[2:]), x.dtype), x], 1)
        for name, x in arrays.items()
        if x.ndim > 1 and x.shape[1] == 1
    }
    if not figures:
        return np.zeros(draws)
    value, error = (np.array([[getattr(t, n)] for t in figures]) for n in ("value", "error"))
    off = (read_all(figures, a, simulator.world) - value) / error
    return np.nan_to_num(-0.5 * (off**2).sum(0), nan=-1e9, neginf=-1e9)


def drawn(log_likelihood: np.ndarray, rng: np.random.Generator) -> int:
    """Draw one of several tries with the chance that its likelihood gives it."""
    weight = np.exp(log_likelihood - log_likelihood.max())
    return int(rng.choice(len(weight), p=weight / weight.sum()))
