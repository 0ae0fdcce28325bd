"""How cost grows with draws, months, districts and cohorts, and how much memory a draw takes.

Each slope is that of log time over log size: 1 where twice the work takes twice the time. What
does not grow (starting a program, the network) pulls it below 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from bench.measure import Row, least, row, slope
from globo import simulation
from globo.model import month as model
from globo.model import world as worlds
from globo.model.world import World
from globo.simulation import Members, Simulator
from globo.simulation.simulator import _advance, _begin

LOW, HIGH = 0.7, 1.15
ROUNDS = 5


def rows() -> Iterator[Row]:
    """Yield the slopes and the memory as they are measured."""
    yield from _districts()
    yield from _cohorts()
    yield from _draws_and_months()


def _draws_and_months() -> list[Row]:
    simulator = Simulator()
    months = simulator.months((), "2030-12")
    first = jax.tree.map(lambda x: x[0], months)
    whole = simulator.begin(np.arange(64), first)
    year = simulation.span(months, 2001, 2002)
    draws = (8, 16, 32, 64)
    by_draws = _seconds(
        {n: lambda n=n: simulator.advance(whole.some(slice(0, n)), year) for n in draws}
    )
    few, years = whole.some(slice(0, 8)), (2, 6, 14, 30)
    span = {n: simulation.span(months, 2001, 2000 + n) for n in years}
    by_months = _seconds({n: lambda n=n: simulator.advance(few, span[n]) for n in years})
    return [
        _slope("draws, 8 to 64", draws, by_draws),
        _slope("months, 24 to 360", years, by_months),
        row("scaling", "memory a draw, of a year", _memory(simulator, whole, year), "MB"),
    ]


def _memory(simulator: Simulator, members: Members, months: Any) -> float:
    """Return what 64 draws need more than 8 while they run, a draw, MB."""
    needed = []
    for n in (8, 64):
        some = members.some(slice(0, n))
        given = (simulator.world, some.p, some.s, months, some.keys, simulator.off)
        taken = _advance.lower(*given).compile().memory_analysis()
        assert taken is not None
        needed.append(taken.temp_size_in_bytes + taken.output_size_in_bytes)
    return (needed[1] - needed[0]) / 56 / 1e6


def _districts() -> list[Row]:
    """Return the slope over copies of the districts, each with neighbours of its own copy."""
    worlds_ = {n: copied(simulation.world_of(None), n) for n in (1, 2, 4)}
    small = [_year_of(world, 4) for world in worlds_.values()]
    seconds = _seconds(dict(zip(worlds_, small, strict=True)))
    return [_slope("districts, 394 to 1,576", tuple(worlds_), seconds)]


def _cohorts() -> list[Row]:
    """Return the slope over cohorts, from some 100 households in each to 10."""
    facts = simulation.known(None)
    sizes = (100, 30, 10)
    made = {size: worlds.build(facts, cohort_size=size) for size in sizes}
    seconds = _seconds({size: _year_of(world, 1) for size, world in made.items()})
    n = [made[size].households.shape[0] for size in sizes]
    return [_slope(f"cohorts, {n[0]:,} to {n[-1]:,}", n, seconds)]


def _year_of(world: World, draws: int) -> Any:
    """Return what runs a year of months on a world."""
    simulator = Simulator()
    months = simulator.months((), "2001-12")
    now = jax.tree.map(lambda x: x[0], months)
    numbers = jnp.arange(draws, dtype=jnp.int32)
    p = simulator.begin(np.arange(draws), now).p
    s, keys = _begin(world, p, now, jnp.uint32(1), numbers, frozenset())

    @jax.jit
    def run(world: World, s: Any) -> Any:
        def one(p: Any, s: Any, key: Any) -> Any:
            def month(s: Any, number: Any) -> tuple[Any, None]:
                mine = jax.random.fold_in(key, number)
                s, _ = model.month(p, world, s, now, mine, frozenset())
                return s, None

            return jax.lax.scan(month, s, jnp.arange(12))[0]

        return jax.vmap(one)(p, s, keys)

    return lambda: jax.block_until_ready(run(world, s))


def copied(world: World, times: int) -> World:
    """Return the world with its districts several times over; each copy is its own neighbourhood.

    Distances within a copy stay; the kernels of gravity and neighbours are as wide as all
    districts, so that the work grows as it would with more districts.
    """
    n, kinds = len(world.districts), world.cohorts_per_district
    new: dict[str, Any] = {"districts": world.districts * times}
    for field in fields(world):
        x = getattr(world, field.name)
        if not eqx.is_array(x):
            continue
        if field.name in ("near", "far", "beside"):
            new[field.name] = jnp.tile(x, (times, times)) / times
        elif field.name == "cohort_district":
            new[field.name] = jnp.tile(jnp.arange(n * times), kinds)
        elif x.shape == (n * kinds,):
            new[field.name] = jnp.tile(x.reshape(kinds, n), (1, times)).reshape(-1)
        elif x.shape[-1:] == (n,):
            new[field.name] = jnp.tile(x, (*[1] * (x.ndim - 1), times))
    out = object.__new__(World)
    for field in fields(world):
        object.__setattr__(out, field.name, new.get(field.name, getattr(world, field.name)))
    return out


def _seconds(calls: dict[Any, Any]) -> list[float]:
    return list(least(calls, ROUNDS).values())


def _slope(name: str, sizes: Any, seconds: list[float]) -> Row:
    return row(
        "scaling", f"cost against {name}", slope(sizes, seconds), "slope", low=LOW, high=HIGH
    )
