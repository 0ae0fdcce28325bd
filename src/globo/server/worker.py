"""The one thread in which the model runs, so that the page is served meanwhile.

What is due earliest goes first. A first picture is due when it is asked for, a
refinement a while later: readers who move levers see their first pictures, and those
who wait are not put off for ever. A piece of a download goes when no reader waits.
Work that takes long gives way: at moments of its own choice more urgent work is run
inside of it. Work whose reader has gone is dropped, begun or not.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from globo.errors import UserError

T = TypeVar("T")
# Seconds after its question in which a piece of work is due.
FIRST, REFINE, DOWNLOAD = 0.0, 20.0, 1e9
WAITING = {FIRST: 64, DOWNLOAD: 8}  # readers and downloads at once


class Busy(UserError):
    """More are waiting than the server takes."""

    def __init__(self, kind: float = FIRST) -> None:  # noqa: D107  (said above)
        what = "downloads" if kind == DOWNLOAD else "requests"
        found, allowed = f"too many {what} are waiting", f"{WAITING[kind]} at once"
        super().__init__("server", found, allowed, "try again in a moment")


@dataclass(order=True)
class Job:
    """A call that waits for its turn or has it.

    Attributes:
        due: when, on `time.perf_counter`'s clock.
        number: in the order of questions.
        grace: seconds after its question in which it is due.
        call: the work.
        future: what it comes to.
        is_left: whether nobody waits for it any more.
    """

    due: float
    number: int
    grace: float = field(compare=False)
    call: Callable[[], Any] = field(compare=False)
    future: Future = field(default_factory=Future, compare=False)
    is_left: bool = field(default=False, compare=False)

    def goes_before(self, other: Job) -> bool:
        """Whether it is run inside of another: of a more urgent kind, and due before it.

        Of one kind, none is run inside of another: calls would be stacked as deep as readers wait.
        """
        return self.grace < other.grace and self < other

    def run(self) -> None:
        """Call; whatever comes of it, the reader is told."""
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            self.future.set_result(self.call())
        except BaseException as error:  # noqa: BLE001  (whatever it is, the reader is told)
            self.future.set_exception(error)


class Worker:
    """A thread that runs what is due earliest; it begins with the first call."""

    def __init__(self) -> None:  # noqa: D107  (said above)
        self.waiting = dict.fromkeys(WAITING, 0)
        self._queue: list[Job] = []
        self._under_way: Job | None = None
        self._order = itertools.count()
        self._ready = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="globo-model", daemon=True)

    @contextmanager
    def place(self, kind: float) -> Iterator[None]:
        """Hold a place among the readers (`FIRST`) or the downloads (`DOWNLOAD`).

        Raises:
            Busy: there is none left.
        """
        if self.waiting[kind] >= WAITING[kind]:
            raise Busy(kind)
        self.waiting[kind] += 1
        try:
            yield
        finally:
            self.waiting[kind] -= 1

    async def do(self, grace: float, call: Callable[[], T], asked: float | None = None) -> T:
        """Run a call in the thread and wait for it; cancelling drops it (see `give_way`)."""
        job = self._queued(grace, call, asked)
        try:
            return await asyncio.wrap_future(job.future)
        finally:
            job.is_left = True

    def submit(self, grace: float, call: Callable[[], T], asked: float | None = None) -> Future[T]:
        """Queue a call.

        Args:
            grace: seconds after the question in which it is due.
            call: the work.
            asked: when the question came, on `time.perf_counter`'s clock; now if not given.

        Raises:
            Busy: the server is closing.
        """
        return self._queued(grace, call, asked).future

    def give_way(self) -> None:
        """Run what is more urgent than the call under way; called by that call, where it can wait.

        Does nothing in another thread than the worker's.

        Raises:
            CancelledError: nobody waits for the call any more.
        """
        mine = self._under_way
        if mine is None or threading.current_thread() is not self._thread:
            return
        while (job := self._taken(mine)) is not None:
            self._run(job)
        if mine.is_left:
            raise CancelledError

    def close(self, wait: float = 0.0) -> None:
        """Drop what waits and end the thread after the call that runs.

        Args:
            wait: seconds to wait for that call.
        """
        with self._ready:
            self._closed = True
            for job in self._queue:
                job.future.cancel()
            self._queue.clear()
            self._ready.notify_all()
        if self._thread.ident is not None:
            self._thread.join(wait)

    def _queued(self, grace: float, call: Callable[[], Any], asked: float | None) -> Job:
        due = (time.perf_counter() if asked is None else asked) + grace
        job = Job(due, next(self._order), grace, call)
        with self._ready:
            if self._closed:
                raise Busy
            if self._thread.ident is None:
                self._thread.start()
            self._queue = [job for job in self._queue if not job.future.cancelled()]
            heapq.heapify(self._queue)
            heapq.heappush(self._queue, job)
            self._ready.notify()
        return job

    def _work(self) -> None:
        while True:
            with self._ready:
                self._ready.wait_for(lambda: self._queue or self._closed)
                if self._closed:
                    return
                job = heapq.heappop(self._queue)
            self._run(job)

    def _taken(self, before: Job) -> Job | None:
        """Take the job that is due earliest, if it goes before another."""
        with self._ready:
            if self._queue and self._queue[0].goes_before(before):
                return heapq.heappop(self._queue)
        return None

    def _run(self, job: Job) -> None:
        outer, self._under_way = self._under_way, job
        job.run()
        self._under_way = outer
