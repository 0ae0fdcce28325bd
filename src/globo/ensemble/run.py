"""Run an ensemble: plan, execute, store; go on where an earlier process stopped.

The same inputs leave the same bytes, whatever the number of workers, wherever
they ran, and however often they were killed.
"""

from __future__ import annotations

import logging
import shutil
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from globo import bounds, files
from globo.ensemble import folder
from globo.ensemble.cluster import on_cluster
from globo.ensemble.ledger import Ledger
from globo.ensemble.local import in_threads, usable_jobs
from globo.ensemble.plan import Chunk, Plan
from globo.ensemble.progress import Progress
from globo.ensemble.provenance import describe
from globo.ensemble.resume import (
    check_finished,
    check_whole,
    is_run_of,
    note_files,
    open_ledger,
    tell_unlike,
    unfinished,
    write_summary,
)
from globo.ensemble.store import Store, open_arrays
from globo.ensemble.trouble import Stopwatch, said_plainly
from globo.ensemble.work import Execute, Result, compute, compute_and_store
from globo.errors import UserError
from globo.results import dataset

LOAD_BYTES = 64 * 2**20
HOPELESS_CHUNKS = 3
Finish = Callable[[xr.Dataset, Path], None]

log = logging.getLogger("globo.ensemble")


class EnsembleError(RuntimeError):
    """Every draw failed, so nothing can be reported, and going on would not help."""


def run_ensemble(
    plan: Plan,
    execute: Execute,
    out: Path | None = None,
    jobs: int | None = None,
    cluster: str | None = None,
    progress: bool = True,
    finish: Finish | None = None,
) -> xr.Dataset:
    """Compute the members of a plan that are not done yet, and return them all.

    Args:
        plan: what to compute.
        execute: the engine: a chunk of draws -> arrays by variable, draw axis first.
        out: run folder; None keeps the results in memory.
        jobs: workers on this machine; None takes every core.
        cluster: None for threads, `local`, or the address of a Dask scheduler.
        progress: show a bar on stderr.
        finish: writes further files (a report) into the folder it is given, before
            the run is shown as finished.

    Returns:
        The results; those of a large run stay on the disk until they are read.

    Raises:
        UserError: bad input, a folder or cluster that cannot be used, a full disk.
        EnsembleError: every draw failed; no run folder is left.
    """
    jobs = usable_jobs(jobs)
    if out is None:
        if cluster is not None:
            found, allowed = "no run folder", "a folder that all workers see"
            mend = "give the run a folder with --out"
            raise UserError(where="--cluster", found=found, allowed=allowed, mend=mend)
        return _in_memory(_Task(plan, execute, Path(), jobs, None, progress))
    out = files.target_folder(out)
    with said_plainly(out), folder.locked(out):
        folder.settle(out)
        work = out if is_run_of(out, plan) else folder.partial(out, plan.key)
        if work != out:
            tell_unlike(out, plan)
        task = _Task(plan, execute, work, jobs, cluster, progress)
        watch = Stopwatch()
        with closing(open_ledger(work, plan)) as ledger:
            watch.check(out, ledger.number("touched"))
            chunks = unfinished(work, plan, ledger)
            failures = _computed(task, chunks, ledger)
            write_summary(work, ledger)
            began = ledger.number("began") or watch.started
            ledger.close(seal=True)
        if finish is not None:
            finish(open_arrays(work), work)
        edited = folder.is_finished(out) and not folder.described(out)
        if work != out or chunks or finish is not None or edited:
            note_files(work)
        if work != out:
            describe(work, plan, failures, began, watch.ended)
            folder.publish(work, out)
        elif chunks or finish is not None or edited:
            describe(out, plan, failures, began, watch.ended, folder.own(out))
        watch.check(out, None)
    _tell(failures, plan.draws)
    return _opened(out)


def open_run(out: Path | str, verify: bool = True) -> xr.Dataset:
    """Open the results of a finished run.

    Args:
        out: the run folder.
        verify: compare every stored file with its checksum.

    Raises:
        UserError: no finished run stands there, or it is damaged.
    """
    out = Path(out)
    check_finished(out)
    if verify:
        with said_plainly(out):
            check_whole(out)
    return _opened(out)


@dataclass(frozen=True)
class _Task:
    """What is computed, how, where and by whom."""

    plan: Plan
    execute: Execute
    work: Path
    jobs: int
    cluster: str | None
    progress: bool


def _computed(task: _Task, chunks: list[Chunk], ledger: Ledger) -> dict[str, int]:
    """Compute chunks and return the failures by reason; drop a new run that came to nothing."""
    try:
        _gather(_results(task, chunks), task, chunks, ledger)
        failures = ledger.failures()
        _check_any(failures, task.plan)
    except EnsembleError:
        if task.work.name.startswith(folder.PREFIX):
            ledger.close()
            shutil.rmtree(task.work, ignore_errors=True)
        raise
    return failures


def _check_any(failures: Mapping[str, int], plan: Plan) -> None:
    if sum(failures.values()) >= plan.draws:
        worst = max(failures, key=lambda reason: failures[reason])
        raise EnsembleError(_hopeless(plan.draws, worst, plan))


def _hopeless(draws: int, reason: str, plan: Plan) -> str:
    """Say that every draw failed, why, and which parameter may be the cause."""
    cause = f"; the scenario sets {plan.fixed}: change that" if plan.fixed else ""
    return f"every one of {draws:,} draws failed: {reason}{cause}; no run was kept"


def _results(task: _Task, chunks: list[Chunk]) -> Generator[Result, None, None]:
    """Yield the results of chunks, from threads or from a cluster."""
    plan, execute, work = task.plan, task.execute, task.work
    if task.cluster is not None:
        return on_cluster(task.cluster, task.jobs, work, plan, execute, chunks)
    store = Store(work, plan)
    return in_threads(lambda c: compute_and_store(plan, execute, store, c), chunks, task.jobs)


def _gather(
    results: Generator[Result, None, None], task: _Task, chunks: list[Chunk], ledger: Ledger | None
) -> list[Result]:
    """Enter results as they come; give up where the engine raises on every one."""
    kept, good, seen = [], task.plan.draws > sum(c.kept for c in chunks), 0
    done = task.plan.draws - sum(c.kept for c in chunks)
    with Progress(task.plan.draws, done, task.progress) as bar, closing(results):
        for result in results:
            rows = result.outcome.rows
            if ledger is not None:
                ledger.record(result.outcome)
            else:
                kept.append(result)
            seen, good = seen + 1, good or result.error is None
            if not good and seen == min(HOPELESS_CHUNKS, len(chunks)):
                message = _hopeless(seen * task.plan.chunk_draws, rows[0].reason, task.plan)
                raise EnsembleError(message) from result.error
            bar.advance(len(rows), sum(row.status != 0 for row in rows))
    return kept


def _in_memory(task: _Task) -> xr.Dataset:
    plan, chunks = task.plan, task.plan.chunks()
    bounds.in_memory("draws", plan.draws, 2 * plan.draw_bytes, "draws")
    results = in_threads(lambda c: compute(plan, task.execute, c), chunks, task.jobs)
    done = _gather(results, task, chunks, None)
    done.sort(key=lambda result: result.outcome.chunk)
    arrays = {
        v.name: np.concatenate([result.arrays[v.name] for result in done]) for v in plan.stored()
    }
    reasons = [row.reason for result in done for row in result.outcome.rows if row.status]
    _check_any(Counter(reasons), plan)
    _tell(Counter(reasons), plan.draws)
    return dataset(arrays, plan.coords, plan.attrs())


def _opened(out: Path) -> xr.Dataset:
    ds = open_arrays(out)
    return ds.load() if ds.nbytes <= LOAD_BYTES else ds


def _tell(failures: Mapping[str, int], draws: int) -> None:
    if failures:
        worst = max(failures, key=lambda reason: failures[reason])
        log.warning("%d of %d draws failed, most: %s", sum(failures.values()), draws, worst)
