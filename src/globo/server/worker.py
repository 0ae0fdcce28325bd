"""The one thread in which the model runs, so that the page is served meanwhile.

Work waits in order of urgency: first pictures before refinements, then first
come, first served. Work whose reader has gone is dropped before it starts.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from globo.errors import UserError

T = TypeVar("T")
FIRST, REFINE = 0, 1
WAITING = 64


class Busy(UserError):
    """More readers are waiting than the server takes."""

    def __init__(self) -> None:  # noqa: D107  (said above)
        found, allowed = "too many requests are waiting", f"{WAITING} at once"
        super().__init__("server", found, allowed, "try again in a moment")


class Worker:
    """A thread that runs calls by urgency.

    Args:
        waiting: how many calls may wait; more are refused with `Busy`.
    """

    def __init__(self, waiting: int = WAITING) -> None:  # noqa: D107  (said above)
        self._waiting = waiting
        self._queue: list[tuple[int, int, Future, Callable[[], object]]] = []
        self._order = itertools.count()
        self._ready = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="globo-model", daemon=True)
        self._thread.start()

    async def do(self, urgency: int, call: Callable[[], T]) -> T:
        """Run a call in the thread and wait for it; cancelling drops it if it has not begun."""
        return await asyncio.wrap_future(self.submit(urgency, call))

    def submit(self, urgency: int, call: Callable[[], T]) -> Future[T]:
        """Queue a call.

        Raises:
            Busy: too many wait already, or the server is closing.
        """
        future: Future = Future()
        with self._ready:
            self._queue = [job for job in self._queue if not job[2].cancelled()]
            heapq.heapify(self._queue)
            if self._closed or len(self._queue) >= self._waiting:
                raise Busy
            heapq.heappush(self._queue, (urgency, next(self._order), future, call))
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
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(call())
            except BaseException as error:  # noqa: BLE001  (whatever it is, the reader is told)
                future.set_exception(error)
