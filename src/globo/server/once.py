"""What is made once a server, in a thread of its own, while readers are told to wait."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """A result that nobody waits for.

    Args:
        make: makes it.
        name: of the thread.
    """

    def __init__(self, make: Callable[[], T], name: str) -> None:  # noqa: D107  (said above)
        self._make, self._name = make, name
        self._made: Future[T] | None = None
        self._turn = threading.Lock()

    def look(self) -> T | None:
        """Return the result; None while it is made, which the first look begins.

        Raises:
            Exception: what it failed with; the next look begins anew.
        """
        with self._turn:
            made = self._made
            if made is None:
                self._made = Future()
                work = threading.Thread(target=self._work, args=(self._made,), name=self._name)
                work.daemon = True  # a server that ends does not wait for it
                work.start()
                return None
            if not made.done():
                return None
            if made.exception():
                self._made = None
            return made.result()

    def _work(self, made: Future[T]) -> None:
        try:
            made.set_result(self._make())
        except BaseException as error:  # noqa: BLE001  (whatever it is, who looks is told)
            made.set_exception(error)
