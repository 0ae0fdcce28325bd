"""Today: the members that ship, brought to every survey known, as arrays that ship with them.

A member's year is run, compared with the survey, and run again with what the survey added, so
that a scenario without changes ends in the same bits as the history that was assimilated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np

from globo import simulation
from globo.assimilation.forecast import settled
from globo.assimilation.history import CHUNK, History, join
from globo.assimilation.innovations import learnt
from globo.assimilation.survey import Survey, surveys
from globo.assimilation.update import batch_areas, batch_factors, innovation
from globo.luck import Stream, normals
from globo.model import posterior, readings, surveyed
from globo.model.parameters import ADDED, CHANCE, FIRST_YEAR, INNOVATION, WORKED, Parameters
from globo.model.policy import Policy
from globo.model.surveyed import LUCK
from globo.simulation import Members, Simulator

Arrays = dict[str, np.ndarray]


def today(
    seed: int = 1,
    jobs: int = 2,
    told: Callable[[str], None] = lambda _: None,
    reading: str = "",
) -> Arrays:
    """Return what the surveys added to every member that ships, as `surveyed.shipped` has it.

    Args:
        seed: of the surveys' errors in the members' eyes.
        jobs: threads.
        told: takes a line at every year.
        reading: whose members they are, with its values set; "" is that of the surveys.
    """
    members = posterior.shipped(reading=reading)
    assert members is not None
    fixed = readings.values(reading)
    simulator = Simulator(seed=seed, surveyed=False, fixed=tuple(fixed.items()))
    facts, world = simulation.known(None), simulator.world
    last = int(facts.own("coca_ha").index.max())
    found, months = surveys(facts, world, last), simulator.months((), f"{last}-12")
    years, districts = last - FIRST_YEAR + 1, len(world.districts)
    columns, share = np.full((years, districts), -1, np.int16), np.zeros((years, districts), "f4")
    worked, first = np.full((years, districts), -1, np.int8), {}
    for year, one in found.items():
        inside, at = one.member > 0.5, year - FIRST_YEAR
        first[year] = int(columns.max()) + 1
        columns[at] = np.where(inside.any(0), first[year] + inside.argmax(0), -1)
        land = inside * np.maximum(np.asarray(world.land), 1.0)
        share[at] = (land / np.maximum(land.sum(1, keepdims=True), 1e-9)).sum(0)
        says = np.nan_to_num(one.worked, nan=-1.0) @ one.member
        worked[at] = np.where(inside.any(0), says, -1)
    p = posterior.set_to(posterior.from_matrix(members), fixed, len(members))
    chosen = np.asarray(p.chance)
    own = surveyed.OWN + np.arange(len(members))[:, None] * 100 + np.arange(years)
    chance = np.where(np.arange(years) < chosen.shape[1], _wide(chosen, years), own)
    kept = {
        "columns": columns, "share": share, "worked": worked, "chance": chance.astype("int32"),
        "zone": np.asarray(world.zone, "int16"),
        **{name: np.zeros(len(world.zones), "f4") for name in LUCK},
        "log": np.zeros((len(members), int(columns.max()) + 1), "f2"),
        "added": np.zeros((len(members), int(columns.max()) + 1), "f2"),
    }  # fmt: skip
    told(f"{len(members)} members, {len(found)} surveys to {last}")
    one = lambda at: _part(simulator, p, at, months, found, first, kept)  # noqa: E731
    with ThreadPoolExecutor(jobs) as pool:
        parts = list(pool.map(one, range(0, len(members), CHUNK)))
    expected = {y: np.concatenate([part[1][y] for part in parts]) for y in found}
    past = History(join([part[0] for part in parts]), found, {}, expected)
    luck = learnt(past, world, settled(past))
    return kept | {name: getattr(luck, name).astype("f4") for name in LUCK}


def _wide(chosen: np.ndarray, years: int) -> np.ndarray:
    return np.pad(chosen, ((0, 0), (0, max(years - chosen.shape[1], 0))))[:, :years]


def _part(
    simulator: Simulator,
    p: Parameters,
    start: int,
    months: Policy,
    found: Mapping[int, Survey],
    first: Mapping[int, int],
    kept: Arrays,
) -> tuple[Members, dict[int, np.ndarray]]:
    """Bring a batch of members to every survey; fills their rows of `kept`."""
    rows = np.arange(start, start + CHUNK)
    mine = jax.tree.map(lambda x: x[start : start + CHUNK], p)
    p = surveyed.dressed(mine, kept, rows, rows, simulator.seed)
    now = simulator.begin(rows, jax.tree.map(lambda x: x[0], months), p)
    expected = {}
    for year in range(FIRST_YEAR, FIRST_YEAR + len(kept["columns"])):
        span, survey = simulation.span(months, year, year), found.get(year)
        if survey is not None:
            blank = _without(now.p, year - FIRST_YEAR)
            after, _ = simulator.advance(replace(now, p=blank), span)
            member = jnp.asarray(survey.member, jnp.float32)
            seen = np.asarray(batch_areas(after.p, after.s, member))
            expected[year] = seen
            luck = normals(simulator.seed, Stream.SURVEY_ERROR, rows, year, len(survey.area))
            log = jnp.asarray(innovation(seen, survey, luck), jnp.float32)
            scale, added = map(np.asarray, batch_factors(simulator.world, seen, member, log))
            inside = survey.member > 0.5
            one_of = inside.argmax(1)  # all districts of an area share its factor
            at = slice(first[year], first[year] + len(survey.area))
            kept["log"][rows, at] = np.log(scale[:, one_of])
            kept["added"][rows, at] = added @ inside.T
            now = replace(now, p=surveyed.dressed(mine, kept, rows, rows, simulator.seed))
        now, _ = simulator.advance(now, span)
    return now, expected


def _without(p: Parameters, year: int) -> Parameters:
    """Return parameters whose innovations of a year are none."""
    blank = {name: p.values[name].at[:, year].set(0.0) for name in (INNOVATION, ADDED)}
    return p.replace(**blank, **{WORKED: p.worked.at[:, year].set(jnp.nan), CHANCE: p.chance})
