"""Locks of files that end with their process: flock where there is one, else Windows' own."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

PLACE = 2**30  # of the byte that Windows locks: beyond what is written, so that it can be read


def take(file: int) -> bool:
    """Take an open file for this process alone; return whether it could be had.

    Raises:
        OSError: the disk has no locks.
    """
    try:
        fcntl: Any = import_module("fcntl")
    except ImportError:
        return _take_on_windows(file)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _take_on_windows(file: int) -> bool:
    msvcrt: Any = import_module("msvcrt")
    os.lseek(file, PLACE, os.SEEK_SET)
    try:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    except OSError:
        return False
    finally:
        os.lseek(file, 0, os.SEEK_SET)
    return True
