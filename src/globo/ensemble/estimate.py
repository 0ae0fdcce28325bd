"""What an ensemble would take: time, money, bytes, from a slope measured here.

A few chunks are run whole (computed, stored, summarised) in a folder that is
thrown away; the difference between the longer and the shorter run is the cost of
a chunk, what is left is the cost of starting.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from globo.ensemble.local import usable_jobs
from globo.ensemble.plan import Plan
from globo.ensemble.run import run_ensemble
from globo.ensemble.trouble import said_plainly
from globo.ensemble.work import Execute
from globo.errors import UserError

USD_PER_CORE_HOUR = 0.05
"""Assumed: about what a core of a general machine is rented for, by the hour."""
SHORT_ROUNDS, LONG_ROUNDS = 1, 3


@dataclass(frozen=True)
class Estimate:
    """What a number of members would take.

    Attributes:
        members: draws asked for.
        chunks: tasks they make.
        seconds: time on the cores measured with.
        core_hours: seconds times cores.
        usd: core hours times their price.
        bytes: size of the run folder.
        files: number of its files.
        cores: cores that the measured runs used.
        seconds_a_member: the measured slope.
        seconds_to_start: the measured intercept.
        usd_per_core_hour: the price, assumed unless given.
        measured_members: draws in the longer measured run.
    """

    members: int
    chunks: int
    seconds: float
    core_hours: float
    usd: float
    bytes: int
    files: int
    cores: int
    seconds_a_member: float
    seconds_to_start: float
    usd_per_core_hour: float
    measured_members: int

    def as_dict(self) -> dict[str, Any]:
        """Return the figures by name."""
        return asdict(self)


def estimate(
    plan: Plan,
    execute: Execute,
    members: int,
    jobs: int | None = None,
    usd_per_core_hour: float = USD_PER_CORE_HOUR,
    disk: Path | None = None,
) -> Estimate:
    """Measure a short and a longer run of the plan, and say what `members` would take.

    Args:
        plan: what would be computed; its number of draws is not used.
        execute: the engine.
        members: draws to plan for.
        jobs: workers on this machine; None takes every core.
        usd_per_core_hour: price of a core for an hour.
        disk: a folder on the disk to measure; None takes the temporary one.

    Raises:
        UserError: a price or a number of members that cannot be meant.
    """
    jobs = usable_jobs(jobs)
    cores = usable_jobs(None)
    if members < 1:
        raise UserError(where="members", found=f"{members}", allowed="1 or more")
    if usd_per_core_hour < 0:
        price = f"{usd_per_core_hour}"
        raise UserError(where="usd_per_core_hour", found=price, allowed="0 or more")
    short, long = SHORT_ROUNDS * jobs, LONG_ROUNDS * jobs
    with said_plainly(disk or tempfile.gettempdir()):
        _measured(plan, execute, 1, jobs, disk)  # compiles and imports
        first, last = (_measured(plan, execute, n, jobs, disk) for n in (short, long))
    a_chunk = [max(0.0, b - a) / (long - short) for a, b in zip(first, last, strict=True)]
    fixed = [max(0.0, a - short * slope) for a, slope in zip(first, a_chunk, strict=True)]
    chunks = -(-members // plan.chunk_draws)
    seconds, size, files = (f + s * chunks for f, s in zip(fixed, a_chunk, strict=True))
    core_hours = seconds * cores / 3600.0
    return Estimate(
        members=members,
        chunks=chunks,
        seconds=seconds,
        core_hours=core_hours,
        usd=core_hours * usd_per_core_hour,
        bytes=round(size),
        files=round(files),
        cores=cores,
        seconds_a_member=a_chunk[0] / plan.chunk_draws,
        seconds_to_start=fixed[0],
        usd_per_core_hour=usd_per_core_hour,
        measured_members=long * plan.chunk_draws,
    )


def _measured(
    plan: Plan, execute: Execute, chunks: int, jobs: int, disk: Path | None
) -> tuple[float, float, float]:
    """Return seconds, bytes and files of a run of some chunks."""
    with tempfile.TemporaryDirectory(dir=disk, prefix=".globo-") as place:
        began = time.monotonic()
        few = replace(plan, draws=chunks * plan.chunk_draws)
        run_ensemble(few, execute, Path(place), jobs=jobs, progress=False)
        seconds = time.monotonic() - began
        sizes = [p.stat().st_size for p in Path(place).rglob("*") if p.is_file()]
        return seconds, float(sum(sizes)), float(len(sizes))
