"""Ensembles: killed at random moments, spread over workers, grown a hundredfold.

python -m bench.ensemble [kills|speedup|overhead|growth ...]

Everything runs on this machine: the scheduler and the workers that are killed are
processes of this bench, on the loopback address.
"""

from __future__ import annotations

import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.cluster_of_own import Cluster, bytes_of, members_of
from bench.toy_engine import LARGE, SMALL, toy
from globo.ensemble import run_ensemble
from globo.results import summary, summary_csv

Row = dict[str, Any]
MEMBERS, KILLS, CHUNK = 500, 30, 2
PAUSE_SECONDS = 0.2
ROUNDS = 30_000  # of the toy engine's computing a chunk
TASK_DRAWS, TASKS = 64, (8, 16)  # both too large to be loaded at the end
TASK_SECONDS = 4.0
"""What the model may take for 64 draws of 204 months."""
SIZES = (100, 1_000, 10_000)


def rows() -> list[Row]:
    """Return all rows."""
    return [row for measure in MEASURES.values() for row in measure()]


def kills() -> list[Row]:
    """Kill client, workers and scheduler at random moments; compare with an undisturbed run."""
    with tempfile.TemporaryDirectory() as place:
        plan, engine = toy(MEMBERS, SMALL, CHUNK)
        run_ensemble(plan, engine, Path(place, "calm"), jobs=1, progress=False)
        out = Path(place, "killed")
        client = [str(out), str(MEMBERS), str(CHUNK), "0", str(PAUSE_SECONDS)]
        with Cluster(["worker"] * 2, client, seed=int(time.time())) as cluster:
            killed = cluster.disturb(KILLS, MEMBERS // CHUNK)
        same = bytes_of(out) == bytes_of(Path(place, "calm"))
        draws = members_of(out)
    once = sum(draws.count(d) == 1 for d in range(MEMBERS)) if len(draws) == MEMBERS else 0
    name = f"ensemble, {killed['client']} kills of the client, {killed['worker']} of workers, "
    name += f"{killed['scheduler']} of the scheduler"
    done = sum(killed.values())
    return [
        _row("ensemble, processes killed in one run", done, "kills", f"{KILLS}", done == KILLS),
        _row(name, once, f"members of {MEMBERS} there once", f"{MEMBERS}", once == MEMBERS),
        _row("ensemble, bytes after the kills", int(same), "1 if equal", "1", same),
    ]


def speedup() -> list[Row]:
    """Time two workers of a cluster against one, the shorter of two rounds each.

    The work is half a minute of one core: a client's start and the summary, a second or so,
    are no worker's, and would halve the gain of an ensemble of some seconds.
    """
    seconds: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(2):
        for workers, times in seconds.items():
            with tempfile.TemporaryDirectory() as place:
                client = [str(Path(place, "out")), "96", "4", f"{ROUNDS}", "0"]
                with Cluster(["worker"] * workers, client, seed=1) as cluster:
                    times.append(cluster.seconds())
    ratio = min(seconds[1]) / min(seconds[2])
    return [_row("ensemble, two workers over one", ratio, "times", ">= 1.7", ratio >= 1.7)]


def overhead() -> list[Row]:
    """Measure what a task costs beside the engine, in processor time, as a slope.

    The engine hands out arrays that it has made before, so what is left is
    splitting, storing, the ledger, and (told apart) the summary.
    """
    plan, engine = toy(TASK_DRAWS, LARGE, TASK_DRAWS)
    ready = engine(plan.chunks()[0])
    costs = {}
    with tempfile.TemporaryDirectory() as place:
        for tasks in (1, *TASKS):  # the first one imports
            many = replace(plan, draws=tasks * TASK_DRAWS)
            began = time.process_time()
            ds = run_ensemble(many, lambda _: ready, Path(place, f"{tasks}"), 1, progress=False)
            whole = time.process_time() - began
            began = time.process_time()
            summary_csv(summary(ds))
            summing = time.process_time() - began
            costs[tasks] = whole - summing, summing
    few, more = TASKS
    slopes = [(b - a) / (more - few) for a, b in zip(costs[few], costs[more], strict=True)]
    share, summing = (100.0 * slope / TASK_SECONDS for slope in slopes)
    of = f"% of a task of {TASK_DRAWS} draws and {TASK_SECONDS:g} s"
    return [
        _row("ensemble, splitting, storing and ledger", share, of, "< 5", share < 5.0),
        _row("ensemble, the summary's growth with draws", summing, of, "", True),
    ]


def growth() -> list[Row]:
    """Measure time and memory of a whole run against its number of members."""
    with tempfile.TemporaryDirectory() as place:
        grown = [_grown(n, Path(place, str(n))) for n in SIZES]
    spans = [math.log(b[0] / a[0]) / math.log(10.0) for a, b in zip(grown, grown[1:], strict=False)]
    slope, memory = spans[-1], grown[-1][1] / grown[0][1]
    found = []
    for n, (seconds, peak) in zip(SIZES, grown, strict=True):
        found.append(_row(f"ensemble, {n} members", n / seconds, "members a second", "", True))
        found.append(_row(f"ensemble, memory of {n} members", peak, "MB at most", "", True))
    name = f"ensemble, time against members {SIZES[1]:,} to {SIZES[2]:,}"
    near = 0.8 <= slope <= 1.1
    found.append(_row(name, slope, "slope, log to log", "0.8 to 1.1", near))
    name = f"ensemble, memory at {SIZES[2]:,} over {SIZES[0]:,} members"
    return [*found, _row(name, memory, "times", "<= 1.3", memory <= 1.3)]


def _grown(members: int, out: Path) -> tuple[float, float]:
    """Return seconds and peak memory, MB, of a run in a process of its own."""
    command = [sys.executable, "-m", "bench.ensemble", "grow", str(out), str(members)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, peak = json.loads(done.stdout)
    return seconds, peak


def _grow(out: str, members: str) -> None:
    warm, engine = toy(64, SMALL, 64)
    run_ensemble(warm, engine, Path(out, "warm"), jobs=1, progress=False)
    plan, _ = toy(int(members), SMALL, 64)
    began = time.perf_counter()
    run_ensemble(plan, engine, Path(out, "run"), jobs=1, progress=False)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    print(json.dumps([seconds, peak]))


def _row(name: str, value: float, unit: str, goal: str, holds: bool) -> Row:
    figure = float(f"{value:.4g}")
    return {"name": name, "value": figure, "unit": unit, "goal": goal, "holds": bool(holds)}


MEASURES = {"kills": kills, "speedup": speedup, "overhead": overhead, "growth": growth}

if __name__ == "__main__":
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    if sys.argv[1:2] == ["grow"]:
        _grow(*sys.argv[2:])
    else:
        for chosen in sys.argv[1:] or MEASURES:
            for row in MEASURES[chosen]():
                print(json.dumps(row), flush=True)
