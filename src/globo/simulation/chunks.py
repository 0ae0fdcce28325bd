"""Chunks: what an ensemble of a scenario is to compute, and what computes a chunk of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from globo import luck
from globo.ensemble import Chunk, Plan, code_version
from globo.model import policy, posterior, record
from globo.model.parameters import FIRST_YEAR
from globo.model.policy import Policy, Setting
from globo.scenario import SURVEYS, Scenario
from globo.simulation.coordinates import coords
from globo.simulation.simulator import Simulator, known, past, world_of


@dataclass(frozen=True)
class ChunkRunner:
    """Computes chunks of a scenario's draws; small, so that it travels to other machines."""

    simulator: Simulator
    changes: tuple[Setting, ...]
    until: str

    def __call__(self, chunk: Chunk) -> dict[str, np.ndarray]:
        """Return the arrays of a chunk of draws, draw axis first."""
        return self.simulator.run(chunk.draws, _months(self.simulator, self.changes, self.until))


@lru_cache(maxsize=4)
def _months_of(as_of: str | None, changes: tuple[Setting, ...], until: str, country: str) -> Policy:
    return policy.changed(past(as_of, until[:4], country), world_of(as_of, country), changes)


def _months(simulator: Simulator, changes: tuple[Setting, ...], until: str) -> Policy:
    return _months_of(simulator.as_of, changes, until, simulator.country)


def simulator_of(scenario: Scenario, seed: int) -> Simulator:
    """Return what runs a scenario's draws."""
    return Simulator(
        seed=seed,
        off=frozenset(scenario.off) - {SURVEYS},
        fixed=tuple(sorted(scenario.parameters.items())),
        country=scenario.country,
        surveyed=SURVEYS not in scenario.off,
    )


def plan(scenario: Scenario, draws: int, seed: int, command: str = "") -> tuple[Plan, ChunkRunner]:
    """Return what an ensemble of a scenario is to compute, and what computes it.

    Whole years are run: results end with December of the scenario's last year.

    Args:
        scenario: as loaded.
        draws: size of the ensemble.
        seed: of all luck.
        command: how it was asked for.
    """
    last, country = int(scenario.until[:4]), scenario.country
    asked = Plan(
        scenario=scenario.name,
        country=country,
        scenario_yaml=scenario.to_yaml(),
        parameters=posterior.identity(country, scenario.parameters),
        seed=seed,
        draws=draws,
        start=f"{FIRST_YEAR}-01",
        until=f"{last}-12",
        facts_hash=known(None, country).hash,
        version=code_version(),
        coords=coords(None, FIRST_YEAR, last, country),
        command=command,
        made_by=luck.made_by(),
        fixed=", ".join(f"{n} = {v:g}" for n, v in sorted(scenario.parameters.items())),
        reasons=record.TROUBLE,
    )
    return asked, ChunkRunner(simulator_of(scenario, seed), scenario.changes, scenario.until)
