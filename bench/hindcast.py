"""The product's own waits: a hindcast, a branch from the present, a new process.

Chunks run in threads, as `globo run` and the page run them. The seconds are those of the clock
on the wall; those that the cores spent stand beside them, since the machine may be shared.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jax
import numpy as np

from bench.measure import Row, least, row
from globo import ensemble, scenario, simulation

WORKERS, ROUNDS, STARTS = 2, 5, 4
DRAWS, FEW = 64, 8
HINDCAST_S, BRANCH_S, ANSWER_S = 4.0, 0.15, 3.0
PRESENT, FUTURE = 2017, 2030
ANSWER = """
import globo
ds = globo.run(draws=8, seed=1, until="2017-12")
print(float(ds.coca_ha.sum()))
"""


def rows() -> Iterator[Row]:
    """Yield the waits as they are measured."""
    yield from _branch()
    yield from _hindcast()
    yield _answer()


def _hindcast() -> list[Row]:
    plan, engine = simulation.plan(scenario.load(None, until=f"{PRESENT}-12"), DRAWS, 1)
    chunks = list(plan.chunks())
    months = 12 * (PRESENT - 2001 + 1)
    name = f"hindcast, {months} months, {DRAWS} draws, {WORKERS} threads"
    return _timed(name, HINDCAST_S, lambda pool: list(pool.map(engine, chunks)))


def _branch() -> list[Row]:
    simulator = simulation.Simulator()
    months = simulator.months((), f"{FUTURE}-12")
    first = jax.tree.map(lambda x: x[0], months)
    begun = simulator.begin(np.arange(ensemble.CHUNK_DRAWS), first)
    now, _ = simulator.advance(begun, simulation.span(months, 2001, PRESENT))
    ahead = simulation.span(months, PRESENT + 1, FUTURE)
    each = FEW // WORKERS
    parts = [now.some(slice(i, i + each)) for i in range(0, FEW, each)]
    run = lambda pool: list(pool.map(lambda m: simulator.advance(m, ahead), parts))  # noqa: E731
    name = f"branch of {12 * (FUTURE - PRESENT)} months, {FEW} draws, {WORKERS} threads"
    return _timed(name, BRANCH_S, run)


def _timed(name: str, goal: float, run: Callable[[ThreadPoolExecutor], Any]) -> list[Row]:
    with ThreadPoolExecutor(WORKERS) as pool:
        wall = least({"wall": lambda: run(pool)}, ROUNDS, time.perf_counter)["wall"]
        spent = least({"cores": lambda: run(pool)}, ROUNDS)["cores"]
    return [
        row("hindcast", name, wall, "s", high=goal),
        row("hindcast", f"{name}: time of the cores / {WORKERS}", spent / WORKERS, "s"),
    ]


def _answer() -> Row:
    """Return how long a new process takes to its first answer, what is compiled being kept."""
    seconds = []
    for _ in range(STARTS):
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", ANSWER], check=True, capture_output=True, env=os.environ
        )
        seconds.append(time.perf_counter() - began)
    name = f"a new process to its first answer, {FEW} draws"
    return row("hindcast", name, min(seconds[1:]), "s", high=ANSWER_S)
