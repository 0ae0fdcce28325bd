"""The model behind the page: history once, kept as states, then branches of the future.

Draws are run in the same batches as in a run folder, whatever range is asked for:
the bits of a draw depend on the batch that it is compiled in, and a picture of the
page must show the numbers that `globo run` gives.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path

import jax
import numpy as np
import xarray as xr
from cachetools import LRUCache

from globo import countries, ensemble, simulation
from globo.bounds import cores
from globo.model import parameters, posterior, readings
from globo.model.policy import Policy
from globo.results import dataset
from globo.scenario.controls import settings_from
from globo.server import aside
from globo.server.districts import Forecasts
from globo.server.engine import GiveWay, Levers, to_none
from globo.simulation import cache
from globo.simulation.held import Side, Trade

PRESENT, UNTIL, DRAWS, SEED = 2025, 2035, 64, 1
FIRST = 2  # draws of a batch for a first picture: less to wait for, more for each draw
# Years at a time, where others are let in between; never one, since a loop over a single year is
# compiled without its loop and rounds otherwise in the last bit.
PIECE = 2
MEMORY = 24  # batches of the future that are kept, so that a refinement wastes none
STATUS = "status"  # of a draw, the one array without time
STATE = "state."  # before the names of a state's arrays in a kept history
Arrays = dict[str, np.ndarray]


class ModelEngine:
    """The simulator as the server sees it (see `engine.Engine`).

    Args:
        draws: size of the full ensemble.
        seed: of all luck.
        present: last year of the history that all branches share.
        until: last year of a branch.
        jobs: batches run at once; None takes every core.
        keep: folder where history and baseline wait for the next start; None keeps nothing.
        fixed: parameters set to one value in every draw, as a reading has them.
    """

    def __init__(  # noqa: D107  (said above)
        self,
        draws: int = DRAWS,
        seed: int = SEED,
        present: int = PRESENT,
        until: int = UNTIL,
        jobs: int | None = None,
        keep: Path | None = None,
        fixed: Mapping[str, float] | None = None,
    ) -> None:
        self.draws, self.seed, self.present, self.until = draws, seed, present, until
        self.places = {
            "zone": list(simulation.labels(None)["zone"]),
            **{by: list(countries.load().places(by)) for by in ("group", "market", "port")},
        }
        self.fixed = dict(fixed or {})
        self.reading = readings.of(self.fixed)
        self.name = self._identity()
        self._simulator = simulation.Simulator(seed=seed, fixed=tuple(self.fixed.items()))
        jobs = jobs or cores()
        self._pool = ThreadPoolExecutor(jobs, "globo-batch")
        self.step = jobs * ensemble.CHUNK_DRAWS
        self.first_draws = min(ensemble.CHUNK_DRAWS, FIRST * max(jobs, 2))
        self._past: dict[int, simulation.Members] = {}
        self._kept: LRUCache[tuple, Arrays] = LRUCache(MEMORY)
        self._keep = keep
        self._file = keep and keep / f"{self._history_name()}.npz"

    def baseline(self) -> xr.Dataset:
        """Return history and future with no lever moved, all draws, in the schema of a run."""
        months = self._months({}, self.present + 1)
        past = simulation.span(months, simulation.FIRST_YEAR, self.present)
        batches = self._batches(range(self.draws))
        begun = self._pool.map(lambda batch: self._begun(batch, past), batches)
        members = dict(zip(batches, begun, strict=True))
        arrays = self._recalled(members)
        if arrays is None:
            arrays = self._baseline_of(members, past)
            if self._file:
                cache.write(self._file, arrays | self._states())
        return self._dressed(arrays, simulation.FIRST_YEAR)

    def run(
        self, levers: Levers, start: int, draws: range, give_way: GiveWay = to_none
    ) -> xr.Dataset:
        """Return the years after the present for some draws; see `engine.Engine`."""
        if not self._past:
            self.baseline()
        ds = self._dressed(self._future(levers, start, draws, give_way), self.present + 1)
        return ds.assign_coords(draw=np.arange(draws.start, draws.stop))

    def first(self, levers: Levers, start: int) -> xr.Dataset:
        """Return the first draws by smaller batches, one a core; see `engine.Engine`."""
        if not self._past:
            self.baseline()
        months = simulation.span(self._months(levers, start), self.present + 1, self.until)
        ahead = lambda part: self._simulator.advance(part, months)[1]  # noqa: E731
        ran = list(self._pool.map(ahead, self._first_parts))
        arrays = {name: np.concatenate([years[name] for years in ran]) for name in ran[0]}
        return self._dressed(arrays, self.present + 1)

    def trades(self, levers: Levers, start: int, against: Levers) -> list[Callable[[], Trade]]:
        """Return what makes each batch ready to trade channels; see `engine.Engine`."""
        if not self._past:
            self.baseline()
        a, b = (Side(self._simulator, self._months(moved, start)) for moved in (against, levers))
        span = self.present, self.until
        return [partial(Trade, a, b, (at, at), *span) for at in self._past.values()]

    @cached_property
    def _first_parts(self) -> list[simulation.Members]:
        """The first draws at the present, in smaller batches."""
        whole = self._past[0]
        return [whole.some(slice(i, i + FIRST)) for i in range(0, self.first_draws, FIRST)]

    def unknowns(self) -> Mapping[str, np.ndarray]:
        """Return the uncertain parameters: one value a draw, by name."""
        p = posterior.sample(np.arange(self.draws), self.seed, self.fixed)
        return {name: np.asarray(p.values[name], "float64") for name in parameters.free_names()}

    def forecasts(self) -> Forecasts:
        """Return the forecast of every district, as `globo forecast` makes it."""
        if self._keep is None:
            return aside.forecasts()
        depends = ensemble.code_hash("forecast", "server"), posterior.identity()
        return aside.forecasts(self._keep / f"{_name(self._history_name(), *depends)}.json")

    def _identity(self) -> str:
        """Return what identifies model, facts, parameters and seed."""
        told = (ensemble.code_hash(), simulation.known(None).hash, str(self.seed))
        fixed = (f"{name}={value!r}" for name, value in sorted(self.fixed.items()))
        return _name(*told, *fixed)

    def _months(self, levers: Levers, start: int) -> Policy:
        return self._simulator.months(settings_from(levers, start), f"{self.until}-12")

    def _batches(self, draws: range) -> list[int]:
        """Return the numbers of the batches that hold some draws."""
        size = ensemble.CHUNK_DRAWS
        return list(range(draws.start // size, -(-draws.stop // size)))

    def _begun(self, batch: int, past: Policy) -> simulation.Members:
        """Return the draws of a batch at the start of the history."""
        size = ensemble.CHUNK_DRAWS
        numbers = np.arange(batch * size, (batch + 1) * size)
        return self._simulator.begin(numbers, jax.tree.map(lambda x: x[0], past))

    def _baseline_of(self, members: Mapping[int, simulation.Members], past: Policy) -> Arrays:
        """Run history and future of the baseline; the states at the present stay."""
        ahead = lambda batch: self._simulator.advance(members[batch], past)  # noqa: E731
        ran = dict(zip(members, self._pool.map(ahead, members), strict=True))
        self._past = {batch: after for batch, (after, _) in ran.items()}
        future = self._future({}, self.present + 1, range(self.draws))
        before = self._joined(list(members), [ran[b][1] for b in members], range(self.draws))
        return _in_time([before, future])

    def _history_name(self) -> str:
        """Return what identifies history and baseline: model, sizes, and what rounds them."""
        sizes = (self.draws, ensemble.CHUNK_DRAWS, self.present, self.until)
        machine = (jax.__version__, jax.default_backend(), platform.machine())
        whole = (self.name, *map(str, sizes), *machine)
        return _name(*whole)

    def _states(self) -> Arrays:
        """Return the states at the present as arrays, by batch and place in the state."""
        return {
            f"{STATE}{batch}.{i}": np.asarray(leaf)
            for batch, members in self._past.items()
            for i, leaf in enumerate(jax.tree.leaves(members.s))
        }

    def _recalled(self, members: Mapping[int, simulation.Members]) -> Arrays | None:
        """Take states and baseline from an earlier start; None where there are none."""
        arrays = cache.read(self._file) if self._file else None
        if arrays is None:
            return None
        states = {n: arrays.pop(n) for n in list(arrays) if n.startswith(STATE)}
        past = {}
        for batch, at in members.items():
            leaves, shape = jax.tree.flatten(at.s)
            names = [f"{STATE}{batch}.{i}" for i in range(len(leaves))]
            if [states[n].shape for n in names if n in states] != [np.shape(x) for x in leaves]:
                return None  # not what was kept: made again
            stood = [jax.numpy.asarray(states[n]) for n in names]
            past[batch] = replace(at, s=jax.tree.unflatten(shape, stood))
        self._past = past
        return arrays

    def _future(
        self, levers: Levers, start: int, draws: range, give_way: GiveWay = to_none
    ) -> Arrays:
        """Run the batches that hold some draws from the present on; some are kept already."""
        asked = (tuple(sorted(levers.items())), start)
        batches = self._batches(draws)
        found = {batch: years for batch in batches if (years := self._kept.get((asked, batch)))}
        missing = [batch for batch in batches if batch not in found]
        if missing:
            made = self._by_pieces(missing, self._months(levers, start), give_way)
            for batch, years in zip(missing, made, strict=True):
                self._kept[asked, batch] = found[batch] = years
        return self._joined(batches, [found[batch] for batch in batches], draws)

    def _by_pieces(self, batches: list[int], months: Policy, give_way: GiveWay) -> list[Arrays]:
        """Run batches from the present on, all of them through one piece of time after another."""
        months = jax.tree.map(np.asarray, months)  # cut without dispatches
        stood, made = [self._past[batch] for batch in batches], []
        for first, last in pieces(self.present + 1, self.until):
            if made:
                give_way()
            piece = simulation.span(months, first, last)
            ran = list(self._pool.map(partial(self._simulator.advance, months=piece), stood))
            stood = [after for after, _ in ran]
            made.append([years for _, years in ran])
        return [_in_time(parts) for parts in zip(*made, strict=True)]

    def _joined(self, batches: list[int], parts: list[Arrays], draws: range) -> Arrays:
        """Join batches and keep the draws asked for."""
        first = batches[0] * ensemble.CHUNK_DRAWS
        at = slice(draws.start - first, draws.stop - first)
        return {name: np.concatenate([part[name] for part in parts])[at] for name in parts[0]}

    def _dressed(self, arrays: Arrays, first: int) -> xr.Dataset:
        attrs = {
            "scenario": "baseline",
            "seed": self.seed,
            "from": f"{first}-01",
            "until": f"{self.until}-12",
            "version": ensemble.code_version(),
            "facts_hash": simulation.known(None).hash,
            "reading": self.reading,
        }
        return dataset(arrays, simulation.coords(None, first, self.until), attrs)


def _name(*depends: str) -> str:
    """Return a name for what depends on something."""
    return hashlib.sha256(" ".join(depends).encode()).hexdigest()[:16]


def pieces(first: int, last: int) -> list[tuple[int, int]]:
    """Return first and last year of the pieces that some years are run in."""
    begins = list(range(first, max(last - PIECE + 2, first + 1), PIECE))
    return list(zip(begins, [year - 1 for year in begins[1:]] + [last], strict=True))


def _in_time(parts: Sequence[Arrays]) -> Arrays:
    """Join what follows in time; the status is the one at the end."""
    whole = {n: np.concatenate([p[n] for p in parts], 1) for n in parts[0] if n != STATUS}
    return whole | {STATUS: parts[-1][STATUS]}
