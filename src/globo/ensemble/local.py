"""Chunks on this machine: threads over one compiled engine.

A compiled program lets go of Python's lock while it runs, so threads share its
cores; processes would each compile it again. Only a few chunks wait at a time, so
memory does not grow with the ensemble.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice

from globo import bounds
from globo.ensemble.plan import Chunk
from globo.ensemble.work import Result

MOST_JOBS = 1024


def usable_jobs(jobs: int | None) -> int:
    """Return the number of workers: as many as there are usable cores, if not given.

    Raises:
        UserError: less than one, or absurdly many.
    """
    if jobs is None:
        return bounds.cores()
    return bounds.whole("--jobs", jobs, 1, MOST_JOBS, f"this machine has {bounds.cores()} cores")


def in_threads(
    task: Callable[[Chunk], Result], chunks: Iterable[Chunk], jobs: int
) -> Generator[Result, None, None]:
    """Yield the results of chunks as they end.

    Args:
        task: what to do with a chunk.
        chunks: the chunks.
        jobs: threads; 1 works in the calling thread.
    """
    if jobs == 1:
        yield from map(task, chunks)
        return
    queue = iter(chunks)
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="globo")
    running: set[Future[Result]] = {pool.submit(task, c) for c in islice(queue, 2 * jobs)}
    try:
        while running:
            ended, running = wait(running, return_when=FIRST_COMPLETED)
            for future in ended:
                result = future.result()
                running |= {pool.submit(task, c) for c in islice(queue, 1)}
                yield result
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
