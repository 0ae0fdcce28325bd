"""Trouble with the disk and the clock, said in one message each.

Nothing is lost by any of it: members that are done have their rows, and the same
command goes on from there.
"""

from __future__ import annotations

import errno
import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from globo.errors import UserError

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
KEPT = "members that are done are kept: run the same command again to go on"
RUINED = "its file is damaged: put a copy back, or remove the folder and run again"
SLACK_SECONDS = 2.0

log = logging.getLogger("globo.ensemble")


@contextmanager
def said_plainly(where: Path | str) -> Iterator[None]:
    """Turn errors of the disk or of the ledger into one message for the user."""
    try:
        yield
    except OSError as error:
        raise disk_trouble(where, error) from error
    except sqlite3.DatabaseError as error:
        if "full" in str(error):
            raise disk_trouble(where, OSError(errno.ENOSPC, str(error))) from error
        raise ledger_trouble(where, error) from error


def disk_trouble(where: Path | str, error: OSError) -> UserError:
    """Say what the disk refused."""
    place = str(where)
    if error.errno in FULL:
        return UserError(place, "no space left on the disk", "free space", f"make room; {KEPT}")
    what = error.strerror or type(error).__name__
    mend = "choose another folder or mend its permissions"
    return UserError(place, f"cannot be written ({what})", "a folder that can be written", mend)


def ledger_trouble(where: Path | str, error: sqlite3.Error) -> UserError:
    """Say that the ledger cannot be used."""
    found = f"the ledger cannot be used ({error})"
    # the disk, a lock; not the file itself, nor tables of another shape
    passing = isinstance(error, sqlite3.OperationalError) and "no such" not in str(error)
    mend = f"check the disk and its free space; {KEPT}" if passing else RUINED
    return UserError(str(where), found, "a readable and writable ledger.sqlite", mend)


class Stopwatch:
    """Seconds on a clock that never goes back, with an eye on the one that does."""

    def __init__(self) -> None:
        """Start the watch."""
        self._began, self.started = time.monotonic(), time.time()

    @property
    def seconds(self) -> float:
        """Return the seconds since the start."""
        return time.monotonic() - self._began

    @property
    def ended(self) -> float:
        """Return the time now, never before the start."""
        return self.started + self.seconds

    def check(self, where: Path, earlier: float | None) -> bool:
        """Say so once if the machine's clock went back, since `earlier` or the start."""
        back = max((earlier or 0.0) - time.time(), self.ended - time.time())
        if back > SLACK_SECONDS:
            log.warning(
                "%s: the clock went back by %.0f s; no result depends on it and durations are "
                "taken from another clock, but dates in the provenance may be wrong",
                where,
                back,
            )
        return back > SLACK_SECONDS
