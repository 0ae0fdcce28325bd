"""A small engine with the size of the real one's results: AR(1) paths, a stream of luck a draw.

Its draws cost what they are told to cost, so that the ensemble around it can be measured.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from globo.ensemble import Chunk, Plan
from globo.results import STATUS, variables

YEARS = np.arange(2001, 2018)
COUNTS = {"zone": 14, "stage": 5, "market": 4, "group": 3, "item": 5, "exit": 12}
SMALL, LARGE = {"district": 20, "edge": 10}, {"district": 394, "edge": 148}


def labels(counts: Mapping[str, int]) -> dict[str, Any]:
    """Return labels for a world with so many districts and edges."""
    names = {d: np.array([f"{d} {i}" for i in range(n)]) for d, n in {**COUNTS, **counts}.items()}
    zones = names["zone"][np.arange(counts["district"]) % COUNTS["zone"]]
    exits = np.array([names["exit"][i % 12] if i % 3 else "" for i in range(counts["edge"])])
    modes = np.array([("road", "river", "air")[i % 3] for i in range(counts["edge"])])
    months = np.array([f"{y}-{m:02d}" for y in YEARS for m in range(1, 13)])
    of_edges = {"edge_exit": ("edge", exits), "edge_mode": ("edge", modes)}
    years = {"year": YEARS, "month": months}
    return {**years, **names, "district_zone": ("district", zones), **of_edges}


@dataclass(frozen=True)
class Engine:
    """The engine of a plan; `rounds` is computing and `pause` waiting, a chunk."""

    seed: int
    counts: tuple[tuple[str, int], ...]
    rounds: int = 0
    pause: float = 0.0

    def __call__(self, chunk: Chunk) -> dict[str, np.ndarray]:
        """Return the arrays of a chunk."""
        time.sleep(self.pause)
        waste = np.linspace(0.0, 1.0, 20_000)
        for _ in range(self.rounds):
            np.tanh(waste, out=waste)
        draws = [self._one(draw) for draw in chunk.draws.tolist()]
        return {name: np.stack([one[name] for one in draws]) for name in draws[0]}

    def _one(self, draw: int) -> dict[str, np.ndarray]:
        luck = np.random.default_rng([self.seed, draw])
        sizes = {**COUNTS, **dict(self.counts), "year": len(YEARS), "month": 12 * len(YEARS)}
        arrays: dict[str, np.ndarray] = {STATUS.name: np.array(0, "int32")}
        for name, var in variables().items():
            path = luck.standard_normal([sizes[d] for d in var.dims[1:]], dtype=np.float32)
            for t in range(1, len(path)):
                path[t] += 0.8 * path[t - 1]
            arrays[name] = np.exp(path)
        return arrays


def toy(
    draws: int, size: Mapping[str, int], chunk_draws: int, rounds: int = 0, pause: float = 0.0
) -> tuple[Plan, Engine]:
    """Return a plan and its engine."""
    plan = Plan(
        scenario="toy",
        scenario_yaml="name: toy\n",
        parameters="prior",
        seed=7,
        draws=draws,
        start="2001-01",
        until="2017-12",
        facts_hash="0" * 12,
        version="bench",
        coords=labels(size),
        command="globo run toy",
        chunk_draws=chunk_draws,
    )
    return plan, Engine(7, tuple(size.items()), rounds, pause)
