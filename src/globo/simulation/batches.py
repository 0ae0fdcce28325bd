"""Many runs at once, each with its own parameters and levers: what searches are fed with.

A row is one run of one draw. Rows go through the compiled model in batches of one size;
a run that is asked for again gives the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr

from globo import luck, simulation
from globo.bounds import cores
from globo.ensemble import CHUNK_DRAWS
from globo.model import record
from globo.model.policy import Policy, Setting
from globo.model.state import State
from globo.model.world import World
from globo.results import dataset
from globo.simulation import Simulator

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Run:
    """One run.

    Attributes:
        draw: number of the draw whose luck, and whose parameters, it has.
        settings: levers set.
        parameters: values in place of the draw's.
    """

    draw: int
    settings: tuple[Setting, ...] = ()
    parameters: Mapping[str, float] = field(default_factory=dict)


def whole(simulator: Simulator, rows: Sequence[Run], until: int) -> Iterator[xr.Dataset]:
    """Yield the runs from January 2001 on, a batch at a time, the rows as draws.

    Args:
        simulator: seed and switches.
        rows: the runs.
        until: last year.
    """

    def run(batch: list[Run]) -> Arrays:
        p = _parameters(simulator, batch)
        out = _from_start(
            simulator.world,
            p,
            _months(simulator, batch, simulation.FIRST_YEAR, until),
            _keys(simulator.seed, batch),
            simulator.off,
        )
        return _plain(out)

    for arrays in _batched(run, rows):
        yield dataset(
            arrays,
            simulation.coords(simulator.as_of, simulation.FIRST_YEAR, until, simulator.country),
        )


class Futures:
    """Runs of the years after the present, from states kept at its end.

    Args:
        simulator: seed and switches.
        draws: numbers of the draws that rows may have.
        present: last year that all rows share.
        until: last year.
    """

    def __init__(  # noqa: D107  (said above)
        self, simulator: Simulator, draws: Sequence[int], present: int, until: int
    ) -> None:
        self._simulator, self._span = simulator, (present + 1, until)
        self._place = {int(draw): i for i, draw in enumerate(draws)}
        months = simulation.span(simulator.months((), f"{present}-12"), 2001, present)
        at = np.asarray(list(self._place), "int32")
        first = jax.tree.map(lambda x: x[0], months)
        parts = []
        for i in range(0, len(at), CHUNK_DRAWS):
            numbers = np.resize(at[i : i + CHUNK_DRAWS], CHUNK_DRAWS)
            parts.append(simulator.advance(simulator.begin(numbers, first), months)[0])
        join = lambda *trees: jnp.concatenate(trees)  # noqa: E731
        self._p, self._s, self._keys = (
            jax.tree.map(join, *(getattr(part, name) for part in parts))
            for name in ("p", "s", "keys")
        )

    def coca_ha(self, draws: Sequence[int]) -> np.ndarray:
        """Return the coca that a survey counts at the present in some draws, ha."""
        found = jax.vmap(record.seen)(self._p, self._s).sum(-1)
        return np.asarray(found)[[self._place[int(draw)] for draw in draws]]

    def run(self, rows: Sequence[Run]) -> Iterator[xr.Dataset]:
        """Yield the runs of some rows, a batch at a time, the rows as draws."""
        simulator, (first, last) = self._simulator, self._span

        def run(batch: list[Run]) -> Arrays:
            at = np.array([self._place[row.draw] for row in batch])
            p, s, keys = _taken((self._p, self._s, self._keys), at)
            months = _months(simulator, batch, first, last)
            return _plain(_from_state(simulator.world, p, s, months, keys, simulator.off))

        for arrays in _batched(run, rows):
            labels = simulation.coords(simulator.as_of, first, last, simulator.country)
            yield dataset(arrays, labels)


@jax.jit
def _taken(trees: Any, at: jax.Array) -> Any:
    """Return some rows of trees; a program apart, so that their number recompiles only this."""
    return jax.tree.map(lambda x: x[at], trees)


@partial(jax.jit, static_argnames=("off",))
def _from_state(
    world: World, p: Any, s: State, months: Policy, keys: jax.Array, off: frozenset[str]
) -> dict[str, jax.Array]:
    def one(p: Any, s: State, months: Policy, key: jax.Array) -> dict[str, jax.Array]:
        s, yearly, monthly = simulation.years_from(p, world, s, months, key, off)
        return {**yearly, **monthly, "status": s.status}

    return jax.vmap(one)(p, s, months, keys)


@partial(jax.jit, static_argnames=("off",))
def _from_start(
    world: World, p: Any, months: Policy, keys: jax.Array, off: frozenset[str]
) -> dict[str, jax.Array]:
    def one(p: Any, months: Policy, key: jax.Array) -> State:
        first = jax.tree.map(lambda x: x[0], months)
        return simulation.begun(p, world, first, key)

    return _from_state(world, p, jax.vmap(one)(p, months, keys), months, keys, off)


def _batched(run: Callable[[list[Run]], Arrays], rows: Sequence[Run]) -> Iterator[Arrays]:
    """Run rows in batches of one size, several at a time, and yield their arrays in order."""
    parts = [list(rows[i : i + CHUNK_DRAWS]) for i in range(0, len(rows), CHUNK_DRAWS)]
    full = [part + [part[-1]] * (CHUNK_DRAWS - len(part)) for part in parts]
    with ThreadPoolExecutor(cores()) as pool:
        for part, arrays in zip(parts, pool.map(run, full), strict=True):
            yield {name: values[: len(part)] for name, values in arrays.items()}


def _parameters(simulator: Simulator, batch: list[Run]) -> Any:
    p = simulator.sample(np.array([row.draw for row in batch]))
    values = {name: np.array(p.values[name]) for row in batch for name in row.parameters}
    for i, row in enumerate(batch):
        for name, value in row.parameters.items():
            values[name][i] = value
    return p.replace(**{name: jnp.asarray(v) for name, v in values.items()})


def _months(simulator: Simulator, batch: list[Run], first: int, last: int) -> Policy:
    """Return the policy of each row, row axis first; rows alike share the work."""
    made: dict[tuple[Setting, ...], Policy] = {}
    for row in batch:
        if row.settings not in made:
            months = simulator.months(row.settings, f"{last}-12")
            plain = jax.tree.map(np.asarray, months)  # cut and joined many times: no dispatches
            made[row.settings] = simulation.span(plain, first, last)
    return jax.tree.map(lambda *rows: np.stack(rows), *(made[row.settings] for row in batch))


def _keys(seed: int, batch: list[Run]) -> jax.Array:
    luck.pin()
    draws = jnp.asarray([row.draw for row in batch], jnp.int32)
    return jax.vmap(partial(jax.random.fold_in, luck.key(jnp.uint32(seed))))(draws)


def _plain(arrays: Mapping[str, jax.Array]) -> Arrays:
    return {
        name: np.asarray(x, "int32" if name == "status" else None) for name, x in arrays.items()
    }
