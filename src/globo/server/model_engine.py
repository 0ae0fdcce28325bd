"""The model behind the page: history once, kept as states, then branches of the future.

Draws are run in the same batches as in a run folder, whatever range is asked for:
the bits of a draw depend on the batch that it is compiled in, and a picture of the
page must show the numbers that `globo run` gives.
"""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import jax
import numpy as np
import xarray as xr

from globo import ensemble, parameters, policy, simulation, world
from globo.policy import Policy, Setting
from globo.results import dataset
from globo.server.engine import Levers
from globo.server.levers import AT

PRESENT, UNTIL, DRAWS, SEED = 2017, 2030, 64, 1
KEPT = 24  # batches of the future that are kept, so that a refinement wastes none
Arrays = dict[str, np.ndarray]


class ModelEngine:
    """The simulator as the server sees it (see `engine.Engine`).

    Args:
        draws: size of the full ensemble.
        seed: of all luck.
        present: last year of the history that all branches share.
        until: last year of a branch.
        jobs: batches run at once; None takes every core.
    """

    def __init__(  # noqa: D107  (said above)
        self,
        draws: int = DRAWS,
        seed: int = SEED,
        present: int = PRESENT,
        until: int = UNTIL,
        jobs: int | None = None,
    ) -> None:
        self.draws, self.seed, self.present, self.until = draws, seed, present, until
        self.places = {
            "zone": list(simulation.labels(None)["zone"]),
            "group": list(world.GROUPS),
            "market": list(world.MARKETS),
            "port": list(policy.PORTS),
        }
        self.name = self._identity()
        self._simulator = simulation.Simulator(seed=seed)
        self._pool = ThreadPoolExecutor(jobs or len(os.sched_getaffinity(0)), "globo-batch")
        self._past: dict[int, simulation.Members] = {}
        self._kept: OrderedDict[tuple, Arrays] = OrderedDict()

    def baseline(self) -> xr.Dataset:
        """Return history and future with no lever moved, all draws, in the schema of a run."""
        months = self._months({}, self.present + 1)
        past = simulation.span(months, simulation.FIRST_YEAR, self.present)
        batches = self._batches(range(self.draws))
        history = list(self._pool.map(lambda batch: self._history(batch, past), batches))
        future = self._future({}, self.present + 1, range(self.draws))
        before = self._joined(batches, history, range(self.draws))
        status = {"status": future.pop("status")}
        along = {name: np.concatenate([before[name], future[name]], 1) for name in future}
        return self._dressed(along | status, simulation.FIRST_YEAR)

    def run(self, levers: Levers, start: int, draws: range) -> xr.Dataset:
        """Return the years after the present for some draws; see `engine.Engine`."""
        if not self._past:
            self.baseline()
        ds = self._dressed(self._future(levers, start, draws), self.present + 1)
        return ds.assign_coords(draw=np.arange(draws.start, draws.stop))

    def unknowns(self) -> Mapping[str, np.ndarray]:
        """Return the uncertain parameters: one value a draw, by name."""
        p = parameters.sample(np.arange(self.draws), self.seed, {})
        return {name: np.asarray(p.values[name], "float64") for name in parameters.free_names()}

    def _identity(self) -> str:
        """Return what identifies model, facts, parameters and seed."""
        known = (ensemble.code_hash(), simulation.known(None).hash, str(self.seed))
        return hashlib.sha256(" ".join(known).encode()).hexdigest()[:16]

    def _months(self, levers: Levers, start: int) -> Policy:
        return self._simulator.months(settings_from(levers, start), f"{self.until}-12")

    def _batches(self, draws: range) -> list[int]:
        """Return the numbers of the batches that hold some draws."""
        size = ensemble.CHUNK_DRAWS
        return list(range(draws.start // size, -(-draws.stop // size)))

    def _history(self, batch: int, past: Policy) -> Arrays:
        """Run a batch to the present, keep where it stands, return its years."""
        size = ensemble.CHUNK_DRAWS
        numbers = np.arange(batch * size, (batch + 1) * size)
        first = jax.tree.map(lambda x: x[0], past)
        members = self._simulator.begin(numbers, first)
        self._past[batch], years = self._simulator.advance(members, past)
        return years

    def _future(self, levers: Levers, start: int, draws: range) -> Arrays:
        """Run the batches that hold some draws from the present on; some are kept already."""
        asked = (tuple(sorted(levers.items())), start)
        batches = self._batches(draws)
        missing = [batch for batch in batches if (asked, batch) not in self._kept]
        if missing:
            months = simulation.span(self._months(levers, start), self.present + 1, self.until)
            ahead = lambda batch: self._simulator.advance(self._past[batch], months)[1]  # noqa: E731
            for batch, years in zip(missing, self._pool.map(ahead, missing), strict=True):
                self._kept[asked, batch] = years
        found = [self._kept[asked, batch] for batch in batches]
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return self._joined(batches, found, draws)

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
        }
        return dataset(arrays, simulation.coords(None, first, self.until), attrs)


def settings_from(levers: Levers, start: int) -> tuple[Setting, ...]:
    """Return controls (`lever` or `lever@place`) as settings that hold from a year on."""
    parted = ((key.partition(AT), value) for key, value in levers.items())
    return tuple(
        Setting(lever, place, f"{start}-01", "", float(value))
        for (lever, _, place), value in parted
    )
