"""Chunks on a cluster, by dask.distributed: `local` or the address of a scheduler.

A task is named by its chunk, writes its own arrays into the run folder (which all
workers must see) and returns only what the ledger needs, so a worker that dies
takes nothing with it. Tasks may be done twice; the bytes are the same. When the
scheduler dies the client waits for another one at the same address and submits
what has no row yet.

Start a cluster with `dask scheduler --port 8786` and, on each machine,
`dask worker tcp://HOST:8786 --nthreads 1 --nworkers CORES`.
"""

from __future__ import annotations

import logging
import platform
import re
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from globo import files
from globo.ensemble.code import code_hash
from globo.ensemble.ledger import BROKEN, MemberRow, Outcome
from globo.ensemble.plan import Chunk, Plan
from globo.ensemble.store import Store
from globo.ensemble.trouble import KEPT, disk_trouble
from globo.ensemble.work import Execute, Result, compute_and_store
from globo.errors import UserError

TASK = ".task"
WINDOW = 256
DEATHS_ALLOWED = 100
"""Deaths of workers that a task may be near to before it is given up."""
TRIES = 3
CONNECT_SECONDS = 5
PATIENCE_SECONDS = 60.0
POLL_SECONDS = 0.2
ADDRESS = re.compile(r"(tcp|tls|ws|wss|ucx)://(\[[0-9A-Fa-f:.]+\]|[^\s/:\[\]]+):[0-9]{1,5}")

log = logging.getLogger("globo.ensemble")


@dataclass(frozen=True)
class Report:
    """What a task returns: an outcome, or the four parts of a message to the user."""

    outcome: Outcome | None
    trouble: tuple[str, str, str, str] | None = None
    error: str = ""


class ClusterLost(Exception):
    """The scheduler is gone, or has forgotten the tasks."""


def address_of(cluster: str | None) -> str | None:
    """Return where a cluster is asked for, checked before any work: `local` or an address.

    Raises:
        UserError: neither of the two.
    """
    if cluster is None or cluster == "local":
        return cluster
    if isinstance(cluster, str) and ADDRESS.fullmatch(cluster):
        return cluster
    allowed = "'local', or the address of a scheduler: tcp://HOST:PORT"
    mend = "start one with: dask scheduler --port 8786"
    raise UserError(where="--cluster", found=repr(cluster)[:80], allowed=allowed, mend=mend)


def on_cluster(
    address: str, jobs: int, work: Path, plan: Plan, execute: Execute, chunks: Sequence[Chunk]
) -> Generator[Result, None, None]:
    """Yield the results of chunks as they end, whatever dies meanwhile.

    Args:
        address: `local`, or the address of a scheduler (tcp://HOST:PORT).
        jobs: workers of a local cluster.
        work: the folder computed in, seen by all workers.
        plan: what is computed.
        execute: the engine; it must survive pickling.
        chunks: the chunks to compute.

    Raises:
        UserError: no scheduler answers, or a worker cannot use the folder.
    """
    _leave_task(work, plan, execute)
    try:
        yield from _until_all_are_done(address, jobs, work, plan, chunks)
    finally:
        (work / TASK).unlink(missing_ok=True)


def _until_all_are_done(
    address: str, jobs: int, work: Path, plan: Plan, chunks: Sequence[Chunk]
) -> Generator[Result, None, None]:
    """Yield results from one cluster after another, until no chunk is left."""
    left = {chunk.index: chunk for chunk in chunks}
    until = 0.0  # a cluster that never answered is not waited for
    while left:
        held_since = None
        try:
            with _client(address, jobs) as client:
                held_since = time.monotonic()
                _wait_for_workers(client, address)
                for result in _gathered(client, work, plan, list(left.values())):
                    left.pop(result.outcome.chunk, None)
                    until = 0.0  # it was of use: patience starts anew
                    yield result
        except ClusterLost as lost:
            now = time.monotonic()
            if held_since is not None and (not until or now - held_since > PATIENCE_SECONDS):
                until = now + PATIENCE_SECONDS
            if now > until:
                allowed = "'local', or tcp://HOST:PORT of a scheduler"
                mend = f"start one; {KEPT}"
                where = f"--cluster {address}"
                raise UserError(where, str(lost), allowed, mend) from lost
            time.sleep(1.0)


def do_chunk(work: str, key: str, chunk: Chunk) -> Report:
    """Do one chunk on a worker."""
    folder = Path(work)
    place = f"{work} on worker {platform.node()}"
    try:
        plan, execute, store = _left_task(folder, key)
        if not (folder / TASK).exists():
            return Report(None, _unseen(place))
        result = compute_and_store(plan, execute, store, chunk)
    except UserError as error:
        return Report(None, (error.where, error.found, error.allowed, error.mend))
    except FileNotFoundError:
        return Report(None, _unseen(place))
    except OSError as error:
        told = disk_trouble(place, error)
        return Report(None, (told.where, told.found, told.allowed, told.mend))
    return Report(result.outcome, error="" if result.error is None else repr(result.error))


def _gathered(
    client: Any, work: Path, plan: Plan, chunks: list[Chunk]
) -> Generator[Result, None, None]:
    """Submit chunks, a window at a time, and yield their results."""
    from dask.distributed import TimeoutError as Slow
    from dask.distributed import wait

    queue, tries = list(reversed(chunks)), dict.fromkeys((c.index for c in chunks), 0)
    running: dict[Any, Chunk] = {}
    while queue or running:
        while queue and len(running) < WINDOW:
            chunk = queue.pop()
            name = f"globo-{plan.key}-{chunk.index}"
            future = client.submit(do_chunk, str(work), plan.key, chunk, key=name, pure=False)
            running[future] = chunk
        try:
            wait(list(running), timeout=POLL_SECONDS, return_when="FIRST_COMPLETED")
        except Slow:
            pass
        except Exception as error:
            raise ClusterLost(_what(error)) from error
        if client.status != "running":
            lost = "the scheduler does not answer any more"
            raise ClusterLost(lost)
        for future in [f for f in running if f.status != "pending"]:
            chunk = running.pop(future)
            result = _result(client, future, work, plan, chunk, tries)
            if result is None:
                queue.append(chunk)
            else:
                yield result


def _result(
    client: Any, future: Any, work: Path, plan: Plan, chunk: Chunk, tries: dict[int, int]
) -> Result | None:
    """Return the result of a task that has ended; None where it must be done again."""
    from distributed.scheduler import KilledWorker

    if future.status in ("cancelled", "lost"):
        lost = "the scheduler has forgotten the tasks"
        raise ClusterLost(lost)
    try:
        report = future.result(timeout=10)
    except KilledWorker:
        tries[chunk.index] += 1
        if tries[chunk.index] < TRIES:
            return None
        report = Report(_given_up(work, plan, chunk), error="the workers that computed it died")
    except Exception as error:
        if client.status != "running" or future.status != "error":
            raise ClusterLost(_what(error)) from error
        raise
    finally:
        future.release()
    if report.trouble is not None or report.outcome is None:
        raise UserError(*(report.trouble or ("--cluster", "an empty report", "an outcome", KEPT)))
    return Result(report.outcome, {}, RuntimeError(report.error) if report.error else None)


def _given_up(work: Path, plan: Plan, chunk: Chunk) -> Outcome:
    arrays = plan.blank(chunk, BROKEN)
    draws = range(chunk.first, chunk.first + chunk.kept)
    rows = tuple(
        MemberRow(plan.member(d), d, BROKEN, "the workers that computed it died") for d in draws
    )
    return Outcome(chunk.index, rows, Store(work, plan).write(chunk, arrays), 0.0)


def _leave_task(work: Path, plan: Plan, execute: Execute) -> None:
    """Write plan, engine and the code's fingerprint where workers find them."""
    import cloudpickle

    files.put_bytes(work / TASK, cloudpickle.dumps((plan, execute, code_hash())))


@lru_cache(maxsize=2)
def _left_task(folder: Path, key: str) -> tuple[Plan, Execute, Store]:
    import cloudpickle

    plan, execute, code = cloudpickle.loads(files.read_plain(folder / TASK))
    if code != code_hash():
        where = f"worker {platform.node()}"
        found, allowed = "it runs another version of globo", "the version of the client"
        raise UserError(where, found, allowed, "install that version there and restart the worker")
    if plan.key != key:
        raise UserError(str(folder), "another run's task", f"the task {key}", "run again")
    return plan, execute, Store(folder, plan)


def _unseen(place: str) -> tuple[str, str, str, str]:
    allowed = "a folder that the client and all workers see under one path"
    return place, "the run folder is not there", allowed, "choose a folder on a shared disk"


@contextmanager
def _client(address: str, jobs: int) -> Iterator[Any]:
    """Yield a client of the cluster; a local cluster ends with it."""
    try:
        from dask import config
        from distributed import Client, LocalCluster, Security

        security = Security.temporary() if address == "local" else None
    except ImportError as error:
        raise UserError(
            where="--cluster",
            found="dask.distributed or cryptography is missing",
            allowed="it installed",
            mend="install it: pip install 'globo[cluster]'",
        ) from error
    settings = {
        "distributed.scheduler.allowed-failures": DEATHS_ALLOWED,
        "distributed.comm.timeouts.connect": f"{CONNECT_SECONDS}s",
    }
    for name in ("distributed", "distributed.client"):  # their own tracebacks of a lost scheduler
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with config.set(settings), ExitStack() as stack:
        if address == "local":
            target = stack.enter_context(
                LocalCluster(
                    n_workers=jobs,
                    threads_per_worker=1,
                    host="127.0.0.1",
                    # Whoever reaches a scheduler can run code: a key that only this run has.
                    protocol="tls",
                    security=security,
                    # distributed serves its state beside the work even without a dashboard.
                    dashboard_address="127.0.0.1:0",
                    scheduler_kwargs={"dashboard": False},
                    silence_logs=logging.CRITICAL,
                )
            )
        else:
            target = address
        try:
            client = Client(
                target, security=security, timeout=CONNECT_SECONDS, set_as_default=False
            )
        except (OSError, ValueError) as error:
            lost = f"no scheduler answers at {address}"
            raise ClusterLost(lost) from error
        stack.callback(client.close, timeout=2)
        stack.enter_context(client.as_current())  # `wait` asks for the current one
        yield client


def _wait_for_workers(client: Any, address: str) -> None:
    """Return once a worker is there; say so where none comes."""
    from dask.distributed import TimeoutError as Slow

    where = f"--cluster {address}"
    try:
        client.wait_for_workers(1, timeout=PATIENCE_SECONDS)
    except Slow as error:
        if client.status != "running":
            raise ClusterLost(_what(error)) from error
        found = f"no worker joined within {PATIENCE_SECONDS:.0f} s"
        mend = f"start one: dask worker {address}; {KEPT}"
        raise UserError(where, found, "one worker or more", mend) from error
    except Exception as error:
        raise ClusterLost(_what(error)) from error


def _what(error: BaseException) -> str:
    return f"the cluster was lost ({type(error).__name__})"
