"""The one thread in which the model runs, so that the page is served meanwhile.

What is due earliest goes first. A first picture is due when it is asked for, a
refinement a while later: readers who move levers see their first pictures, and those
who wait are not put off for ever. Work whose reader has gone is dropped before it starts.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from globo.errors import UserError

T = TypeVar("T")
FIRST, REFINE = 0.0, 3.0  # seconds after its question in which a piece of work is due
WAITING = 64


class Busy(UserError):
    """More readers are waiting than the server takes."""

    def __init__(self) -> None:  # noqa: D107  (said above)
        found, allowed = "too many requests are waiting", f"{WAITING} at once"
        super().__init__("server", found, allowed, "try again in a moment")


class Worker:
    """A thread that runs what is due earliest.

    Args:
        waiting: how many calls may wait; more are refused with `Busy`.
    """

    def __init__(self, waiting: int = WAITING) -> None:  # noqa: D107  (said above)
        self._waiting = waiting
        self._queue: list[tuple[float, int, Future, Callable[[], object]]] = []
        self._order = itertools.count()
        self._ready = threading.Condition()
        self._now: Future | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="globo-model", daemon=True)
        self._thread.start()

    @property
    def is_free(self) -> bool:
        """Whether nothing runs and nobody waits."""
        with self._ready:
            begun = [] if self._now is None else [self._now]
            return all(future.done() for future in [*begun, *(job[2] for job in self._queue)])

    async def do(self, grace: float, call: Callable[[], T], asked: float | None = None) -> T:
        """Run a call in the thread and wait for it; cancelling drops it if it has not begun."""
        return await asyncio.wrap_future(self.submit(grace, call, asked))

    def submit(self, grace: float, call: Callable[[], T], asked: float | None = None) -> Future[T]:
        """Queue a call.

        Args:
            grace: seconds after the question in which it is due.
            call: the work.
            asked: when the question came, on `time.perf_counter`'s clock; now if not given.

        Raises:
            Busy: too many wait already, or the server is closing.
        """
        future: Future = Future()
        due = (time.perf_counter() if asked is None else asked) + grace
        with self._ready:
            self._queue = [job for job in self._queue if not job[2].cancelled()]
            heapq.heapify(self._queue)
            if self._closed or len(self._queue) >= self._waiting:
                raise Busy
            heapq.heappush(self._queue, (due, next(self._order), future, call))
            self._ready.notify()
        return future

    def close(self) -> None:
        """Drop what waits and end the thread after the call that runs."""
        with self._ready:
            self._closed = True
            for *_, future, _call in self._queue:
                future.cancel()
            self._queue.clear()
            self._ready.notify_all()

    def _work(self) -> None:
        while True:
            with self._ready:
                self._ready.wait_for(lambda: self._queue or self._closed)
                if self._closed:
                    return
                _, _, future, call = heapq.heappop(self._queue)
                self._now = future
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(call())
            except BaseException as error:  # noqa: BLE001  (whatever it is, the reader is told)
                future.set_exception(error)
