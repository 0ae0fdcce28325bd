"""The past as surveyed: years run one by one, each December's members brought to the survey.

What each December took is kept, member by member and area by area: a past under another policy
replays it (the same luck), and without another policy it ends in the same bits.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from globo import simulation
from globo.assimilation.survey import Survey
from globo.assimilation.update import batch_areas, batch_moved, innovation
from globo.luck import Stream, normals
from globo.model.parameters import FIRST_YEAR
from globo.model.policy import Policy
from globo.simulation import Members, Simulator

CHUNK = 16

Taken = Mapping[int, Float[np.ndarray, "draw area"]]


@dataclass(frozen=True)
class History:
    """Members at the present, and what the surveys added on the way.

    Attributes:
        now: the members after the last survey.
        surveys: what was found, by year.
        innovations: log factors by year [draw, area].
        expected: ha that a survey would have found before it was taken in, by year [draw, area].
    """

    now: Members
    surveys: Mapping[int, Survey]
    innovations: Taken = field(default_factory=dict)
    expected: Taken = field(default_factory=dict)


def assimilated(
    simulator: Simulator,
    draws: np.ndarray,
    months: Policy,
    surveys: Mapping[int, Survey],
    last: int,
    replay: Taken | None = None,
    jobs: int = 2,
) -> History:
    """Run members from 2001 to a year, bringing them to each survey on the way.

    Args:
        simulator: what runs them.
        draws: numbers of the draws.
        months: policy of whole years from January 2001 to `last` or later.
        surveys: what was found, by year; later ones than `last` are left out.
        last: last year run.
        replay: innovations of another history of the same draws, added in place of new ones.
        jobs: threads.
    """
    surveys = {year: one for year, one in surveys.items() if year <= last}
    starts = range(0, len(draws), CHUNK)
    one = lambda i: _part(  # noqa: E731
        simulator, draws[i : i + CHUNK], months, surveys, last,
        None if replay is None else {y: x[i : i + CHUNK] for y, x in replay.items()},
    )  # fmt: skip
    with ThreadPoolExecutor(jobs) as pool:
        parts = list(pool.map(one, starts))
    joined = lambda name: {  # noqa: E731
        year: np.concatenate([getattr(part, name)[year] for part in parts]) for year in surveys
    }
    return History(
        join([part.now for part in parts]), surveys, joined("innovations"), joined("expected")
    )


def join(parts: list[Members]) -> Members:
    """Return members that were run apart as one."""
    cat = lambda *x: jnp.concatenate(x)  # noqa: E731
    return Members(
        np.concatenate([m.draws for m in parts]),
        jax.tree.map(cat, *[m.p for m in parts]),
        jax.tree.map(cat, *[m.s for m in parts]),
        jnp.concatenate([m.keys for m in parts]),
    )


def _part(
    simulator: Simulator,
    draws: np.ndarray,
    months: Policy,
    surveys: Mapping[int, Survey],
    last: int,
    replay: Taken | None,
) -> History:
    now = simulator.begin(draws, jax.tree.map(lambda x: x[0], months))
    taken, expected = {}, {}
    for year in range(FIRST_YEAR, last + 1):
        now, _ = simulator.advance(now, simulation.span(months, year, year))
        if (survey := surveys.get(year)) is None:
            continue
        member = jnp.asarray(survey.member, jnp.float32)
        expected[year] = np.asarray(batch_areas(now.p, now.s, member))
        if replay is None:
            luck = normals(simulator.seed, Stream.SURVEY_ERROR, draws, year, len(survey.area))
            taken[year] = innovation(expected[year], survey, luck).astype(np.float32)
        else:
            taken[year] = replay[year]
        worked = jnp.asarray(survey.worked, jnp.float32)
        now = replace(
            now,
            s=batch_moved(now.p, simulator.world, now.s, member, jnp.asarray(taken[year]), worked),
        )
    return History(now, surveys, taken, expected)
