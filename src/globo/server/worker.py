"""The one thread in which the model runs, so that the page is served meanwhile.

What is due earliest goes first. A first picture is due when it is asked for, a
refinement a while later: readers who move levers see their first pictures, and those
who wait are not put off for ever. A piece of a download goes when no reader waits.
Work whose reader has gone is dropped before it starts.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TypeVar

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


class Worker:
    """A thread that runs what is due earliest; it begins with the first call."""

    def __init__(self) -> None:  # noqa: D107  (said above)
        self.waiting = dict.fromkeys(WAITING, 0)
        self._queue: list[tuple[float, int, Future, Callable[[], object]]] = []
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
        """Run a call in the thread and wait for it; cancelling drops it if it has not begun."""
        return await asyncio.wrap_future(self.submit(grace, call, asked))

    def submit(self, grace: float, call: Callable[[], T], asked: float | None = None) -> Future[T]:
        """Queue a call.

        Args:
            grace: seconds after the question in which it is due.
            call: the work.
            asked: when the question came, on `time.perf_counter`'s clock; now if not given.

        Raises:
            Busy: the server is closing.
        """
        future: Future = Future()
        due = (time.perf_counter() if asked is None else asked) + grace
        with self._ready:
            if self._closed:
                raise Busy
            if self._thread.ident is None:
                self._thread.start()
            self._queue = [job for job in self._queue if not job[2].cancelled()]
            heapq.heapify(self._queue)
            heapq.heappush(self._queue, (due, next(self._order), future, call))
            self._ready.notify()
        return future

    def close(self, wait: float = 0.0) -> None:
        """Drop what waits and end the thread after the call that runs.

        Args:
            wait: seconds to wait for that call.
        """
        with self._ready:
            self._closed = True
            for *_, future, _call in self._queue:
                future.cancel()
            self._queue.clear()
            self._ready.notify_all()
        if self._thread.ident is not None:
            self._thread.join(wait)

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
