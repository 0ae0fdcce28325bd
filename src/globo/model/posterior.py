"""Posterior: the parameters of draws, from the shipped posterior or from the priors.

A row of normals stands for a draw: its free parameters, the traits of zones and the luck of past
years; a member of the posterior also says which run of all other luck a calibration chose.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping
from functools import cache

import jax.numpy as jnp
import numpy as np

from globo import countries, luck
from globo.countries import USUAL
from globo.errors import UserError
from globo.model import parameters, readings, surveyed
from globo.model.parameters import (
    CHANCE,
    FIRST_YEAR,
    INNOVATIONS,
    LUCK,
    TRAIT,
    WEIGHED_YEARS,
    Parameters,
    free_names,
    from_normal,
    zone_names,
)


def columns(country: str = USUAL) -> list[str]:
    """Return what a row of normals holds: free parameters, traits of zones, luck by year."""
    zones = zone_names(country)
    traits = (f"{TRAIT} {zone}" for zone in zones)
    years = range(FIRST_YEAR, FIRST_YEAR + WEIGHED_YEARS)
    places = (countries.load(country).nation, *zones)
    lucks = (f"{LUCK} {place} {year}" for year in years for place in places)
    return [*free_names(), *traits, *lucks]


def chances() -> list[str]:
    """Return what a member of the posterior holds beside its normals: `CHANCE` by year."""
    return [f"{CHANCE} {FIRST_YEAR + year}" for year in range(WEIGHED_YEARS)]


def from_matrix(z: np.ndarray, country: str = USUAL) -> Parameters:
    """Map standard normals [draw, column] to batched parameters; `columns` names the columns.

    Members of the posterior have the columns of `chances` too; elsewhere all luck is the draw's.
    """
    z, chosen = np.split(np.asarray(z, dtype=float), [len(columns(country))], axis=1)
    chosen = chosen if chosen.size else np.zeros((len(z), WEIGHED_YEARS))
    known = dict(zip(columns(country), z.T, strict=True))
    n = z.shape[0]
    values = {
        name: from_normal(row, known.get(name, np.zeros(n)))
        for name, row in parameters.table().items()
    }
    _, values[TRAIT], values[LUCK] = parts(z, country)
    p = Parameters({k: jnp.asarray(v, dtype=jnp.float32) for k, v in values.items()})
    none = {name: jnp.zeros((n, 0, 0), jnp.float32) for name in INNOVATIONS}
    return Parameters({**p.values, **none, CHANCE: jnp.asarray(chosen, jnp.int32)})


def parts(z: np.ndarray, country: str = USUAL) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut rows of normals, whose order is that of `columns`.

    Returns:
        Free parameters [draw, parameter], traits [draw, zone], luck [draw, year, place].
    """
    free, zones = len(free_names()), len(zone_names(country))
    first, traits, luck = np.split(z, [free, free + zones], axis=1)
    return first, traits, luck.reshape(len(z), WEIGHED_YEARS, 1 + zones)


@cache
def days(country: str = USUAL, reading: str = "") -> dict[str, str]:
    """Return the posteriors of a country by file, with the day whose facts each was fitted to.

    Args:
        country: whose.
        reading: those fitted in this reading of the unknowns; "" for those of the surveys.

    Returns:
        Files of the country's folder, the latest day first.
    """
    found = {}
    for path in sorted(countries.declared(country).folder.glob("posterior*.csv")):
        with path.open(encoding="utf-8") as file:
            made = json.loads(file.readline().lstrip("# "))
        if made.get("reading", "") == reading:
            found[path.name] = str(made["as_of"])
    return dict(sorted(found.items(), key=lambda one: one[1], reverse=True))


def known(country: str = USUAL, as_of: str | None = None, reading: str = "") -> str | None:
    """Return the file of the newest posterior that a day may see; None where none ships.

    One of the reading comes first. Where the day sees none, its draws are members of the surveys'
    posterior, with the values that the reading sets.
    """
    every = [*days(country, reading).items(), *days(country).items()]
    seen = [name for name, day in every if as_of is None or day <= as_of]
    return seen[0] if seen else next(reversed(days(country)), None)


@cache
def shipped(country: str = USUAL, as_of: str | None = None, reading: str = "") -> np.ndarray | None:
    """Return the posterior of a country, if one ships: [member, column of `columns`, `chances`].

    Args:
        country: whose.
        as_of: the day that may be known; None for all. Before the day of the earliest posterior
            that one is taken: it holds hindsight then, and whoever scores with it says so.
        reading: of the unknowns; "" is that of the surveys.

    Raises:
        UserError: it was made for other parameters, zones or years; draws from the priors in
            its stead are asked for by name, never taken in silence.
    """
    name = known(country, as_of, reading)
    if name is None:
        return None
    path = countries.declared(country).folder / name
    if not path.is_file():
        return None
    with path.open(encoding="utf-8") as file:
        rows = list(csv.reader(line for line in file if not line.startswith("#")))
    _same_columns(name, rows[0], country)
    return np.array(rows[1:], dtype=float)


def _same_columns(name: str, found: list[str], country: str) -> None:
    """Raise unless the posterior has the columns that this version's tables ask for."""
    wanted = [*columns(country), *chances()]
    if found == wanted:
        return
    lacks = [f"'{name}' unknown to it" for name in wanted if name not in found]
    spare = [f"'{name}' no longer a parameter" for name in found if name not in wanted]
    told = [*lacks, *spare] or ["its columns in another order"]
    more = f" and {len(told) - 3} more" if len(told) > 3 else ""
    raise UserError(
        where=name,
        found="; ".join(told[:3]) + more,
        allowed="a column for each parameter that has a prior, each zone and each year of luck",
        mend="give a new parameter the prior 'fixed', or calibrate again (docs/inference.md)",
    )


def identity(country: str = USUAL, fixed: Mapping[str, float] | None = None) -> str:
    """Return what tells apart the distributions that draws come from.

    Args:
        country: whose.
        fixed: parameters set to one value in every draw, which may be those of a reading.
    """
    reading = readings.of(fixed or {})
    # beside its own, a reading's draws may be members of an earlier day's
    read = dict.fromkeys((reading, ""))
    every = [shipped(country, day, of) for of in read for day in days(country, of).values()]
    if not every:
        return "priors"
    told = " and ".join(hashlib.sha256(m.tobytes()).hexdigest()[:12] for m in every)  # type: ignore[union-attr]
    as_read = f" as read by {reading}" if reading else ""
    return f"posterior {told}, surveys {surveyed.identity(country, reading)}{as_read}"


def prior_matrix(draws: np.ndarray, seed: int, country: str = USUAL) -> np.ndarray:
    """Draw standard normals for all columns, one generator a draw.

    Each draw has its own stream, so that draw 7 is the same whether 8 or 800 are asked for.
    """
    n = len(columns(country))
    return np.stack([np.random.default_rng([seed, int(d)]).standard_normal(n) for d in draws])


def posterior_matrix(members: np.ndarray, draws: np.ndarray, seed: int) -> np.ndarray:
    """Take members of the posterior for draws: all once, in a shuffled order, then again."""
    return members[members_of(len(members), draws, seed)]


def members_of(n: int, draws: np.ndarray, seed: int) -> np.ndarray:
    """Return which of n members each draw is."""
    rounds = np.asarray(draws) // n
    orders = {
        r: luck.generator(seed, luck.Stream.ORDER, r).permutation(n) for r in set(rounds.tolist())
    }
    return np.array([orders[int(r)][int(d) % n] for r, d in zip(rounds, draws, strict=True)], int)


def set_to(p: Parameters, fixed: Mapping[str, float], draws: int) -> Parameters:
    """Return parameters of some draws, batched, with one value in every draw where it is fixed."""
    return p.replace(**{k: jnp.full(draws, v, jnp.float32) for k, v in fixed.items()})


def sample(
    draws: np.ndarray,
    seed: int,
    fixed: dict[str, float] | None = None,
    prior: bool = False,
    as_surveyed: bool = False,
    country: str = USUAL,
    as_of: str | None = None,
) -> Parameters:
    """Return the parameters of some draws, batched.

    Args:
        draws: numbers of the draws.
        seed: of the ensemble.
        fixed: parameters set to one value in every draw; where they are those of a reading,
            members are of its posterior, and surveys add what they add to it.
        prior: draw from the priors even where a posterior ships.
        as_surveyed: with what the surveys added to the member, where it ships (`surveyed`).
        country: whose; one without a posterior has its priors.
        as_of: the day whose posterior is taken; None for today's.

    Returns:
        Values by name, one a draw.

    Raises:
        UserError: an unknown parameter.
    """
    reading = readings.of(fixed or {})
    members = None if prior else shipped(country, as_of, reading)
    none = members is None
    z = prior_matrix(draws, seed, country) if none else posterior_matrix(members, draws, seed)
    p = set_to(from_matrix(z, country), fixed or {}, len(draws))
    added = surveyed.shipped(country, reading) if as_surveyed and members is not None else None
    if members is None or added is None:
        return p
    return surveyed.dressed(p, added, members_of(len(members), draws, seed), draws, seed)
