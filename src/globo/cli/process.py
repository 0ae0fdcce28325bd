"""The process around a command: its streams, its environment and Ctrl-C.

stdout and stderr are UTF-8 whatever the locale says; a stream that is closed takes nothing and
breaks nothing. The first Ctrl-C stops the work, and those that follow at once are not heard, so
that the work can put its things in order; after a few seconds one more ends the process. While a
module is loaded there is no work to be put in order, and libraries that are interrupted then print
what nobody can use: the process ends at once.
"""

from __future__ import annotations

import _thread
import io
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

STOPPED = 130
PATIENCE = 5.0  # seconds that the work has to put its things in order
AGAIN = 0.05  # seconds until an interrupt that was lost in a call-back is raised again
OURS = "globo-"  # how the names of our threads begin
SETTLED = ("MPLBACKEND", "agg")  # a command opens no window


class StreamLost(Exception):
    """stdout takes no more; the message says why."""


class Answer(io.TextIOWrapper):
    """stdout that tells its own trouble from that of every other file."""

    def write(self, text: str, /) -> int:
        """Write as any stream does."""
        with _broken_pipes_apart():
            return super().write(text)

    def flush(self) -> None:
        """Flush as any stream does."""
        with _broken_pipes_apart():
            super().flush()


class Interrupts:
    """What Ctrl-C does in a command."""

    def __init__(self, say: Callable[[], object] | None = None) -> None:
        """Begin with none asked for.

        Args:
            say: says that the process ends, where one comes while a module is loaded; None raises
                there too.
        """
        self.asked, self._say = False, say
        self._first, self._lost = 0.0, False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Stop the work at the first; end the process where it did not stop in time."""
        if self._say is not None and not self.asked and _loads(frame):
            self._say()
            os._exit(STOPPED)
        if not self.asked or self._lost:
            self.asked, self._lost, self._first = True, False, time.monotonic()
            raise KeyboardInterrupt
        if time.monotonic() - self._first > PATIENCE:
            os._exit(STOPPED)

    def swallowed(self, what: Any) -> None:
        """Ask again where an interrupt came in a call-back, which nothing can raise from."""
        if issubclass(what.exc_type, KeyboardInterrupt):
            threading.Timer(AGAIN, self._ask_again).start()
        elif not self.asked:
            sys.__unraisablehook__(what)

    def _ask_again(self) -> None:
        self._lost = True
        if hasattr(signal, "pthread_kill"):  # wakes a main thread that waits, as Ctrl-C does
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        else:
            _thread.interrupt_main()


@contextmanager
def interruptible(say: Callable[[], object] | None = None) -> Iterator[Interrupts]:
    """Hold Ctrl-C for a command; yields what knows whether it was asked for.

    Args:
        say: as `Interrupts` takes it.
    """
    interrupts = Interrupts(say)
    try:
        before = signal.signal(signal.SIGINT, interrupts)
    except ValueError:  # not the main thread: whoever called us holds it
        yield interrupts
        return
    hook, sys.unraisablehook = sys.unraisablehook, interrupts.swallowed
    try:
        yield interrupts
    finally:
        sys.unraisablehook = hook
        signal.signal(signal.SIGINT, before)


def _loads(frame: FrameType | None) -> bool:
    """Whether a module is being loaded."""
    while frame is not None and not frame.f_code.co_filename.startswith("<frozen importlib"):
        frame = frame.f_back
    return frame is not None


def open_streams() -> None:
    """Make stdout and stderr take every text, and fill the places of those that are closed.

    Where stdout is closed the next file opened would take its number, and what a library
    prints would go into that file.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            with suppress(OSError):
                _fill(number)
            mode = "r" if number == 0 else "w"
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def own_stdout() -> None:
    """Write the answer through a stream that tells its own trouble; a terminal has none."""
    if not isinstance(sys.stdout, io.TextIOWrapper) or sys.stdout.isatty():
        return
    with suppress(OSError, ValueError):
        raw = io.FileIO(sys.stdout.fileno(), "w", closefd=False)
        sys.stdout = Answer(io.BufferedWriter(raw), encoding="utf-8", errors="backslashreplace")


def settle() -> str:
    """Settle the environment of a command; returns what was left out, in one line."""
    from globo import environment

    os.environ.__setitem__(*SETTLED)
    environment.keep_compiled()
    return "" if "jax" in sys.modules else environment.leave_out()


def computes() -> bool:
    """Whether a thread of ours is left; one that is in JAX aborts an interpreter that ends."""
    return any(thread.name.startswith(OURS) for thread in threading.enumerate())


def silence(stream: Any) -> None:
    """Let what is left in a stream that takes no more go nowhere, at the end too."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextmanager
def _broken_pipes_apart() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise StreamLost(error.strerror or str(error)) from error


def _fill(number: int) -> None:
    """Open the null device at a number that nothing holds."""
    try:
        os.fstat(number)
    except OSError:
        found = os.open(os.devnull, os.O_RDWR)
        if found != number:
            os.dup2(found, number)
            os.close(found)
