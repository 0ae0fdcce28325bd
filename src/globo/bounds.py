"""Bounds of the numbers that callers give: one range for each, wherever it is given.

A scenario file, an option, and an argument in Python are checked by the same lines, so that
what is refused in one is refused in all. Counts end where the machine's memory does.
"""

from __future__ import annotations

import os
import unicodedata
from contextlib import suppress
from numbers import Integral
from pathlib import Path
from typing import Any

from globo.errors import UserError

LAST_SEED = 2**32 - 1
MOST_DRAWS = 1_000_000
MOST_COUNT = 2**40  # of anything; what memory allows is less
MEMORY_SHARE = 0.5  # of the machine's, that one command may take
USUAL_MEMORY = 8 * 2**30  # bytes, where the machine does not say
GROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def whole(where: str, value: Any, low: int, high: int, mend: str = "") -> int:
    """Return a whole number inside its range; NumPy's are taken, texts and fractions are not.

    Args:
        where: option or argument.
        value: what was given.
        low: least value.
        high: largest value.
        mend: what to do; left out, the nearest value allowed.

    Raises:
        UserError: anything else, `True` among it.
    """
    allowed = f"a whole number, {low:,} to {high:,}" if high > 9999 else f"{low} to {high}"
    if isinstance(value, Integral) and not isinstance(value, bool):
        number = int(value)
        if low <= number <= high:
            return number
        nearest = f"use {low if number < low else high}"
        raise UserError(where, _shown(value), allowed, mend or nearest)
    kind = f"{_shown(value)}, a {type(value).__name__}"
    raise UserError(where, kind, allowed, mend or "write a whole number without quotes")


def seed(value: Any, where: str = "seed") -> int:
    """Return a seed, 0 to 4,294,967,295."""
    return whole(where, value, 0, LAST_SEED)


def beside(seed: int, by: int) -> int:
    """Return another seed for a part of the work, in the range of all seeds."""
    return (seed + by) % (LAST_SEED + 1)


def draws(value: Any, where: str = "draws") -> int:
    """Return a number of draws, 1 to 1,000,000."""
    return whole(where, value, 1, MOST_DRAWS, "64 is enough for a first look")


def place(where: str, value: Any) -> Path:
    """Return a path that was given for a file or folder.

    Raises:
        UserError: no path, an empty one, or one that no system can hold.
    """
    allowed, mend = "a path", "name a folder, such as runs/mine"
    if not isinstance(value, str | os.PathLike) or isinstance(value, bytes):
        raise UserError(where, f"{_shown(value)}, a {type(value).__name__}", allowed, mend)
    text = str(value)
    if not text.strip() or "\0" in text:
        raise UserError(where, _shown(text), allowed, mend)
    return Path(value)


def name(text: str) -> str:
    """Return a name with its accents composed, as all tables have them (macOS takes them apart)."""
    return unicodedata.normalize("NFC", text)


def in_memory(where: str, count: int, each: float, what: str) -> None:
    """Refuse a count whose parts the machine's memory cannot hold at once.

    Args:
        where: option or argument.
        count: how many are asked for.
        each: bytes that each takes.
        what: their name, in the plural.

    Raises:
        UserError: too many; tells the estimate and how many would do.
    """
    room = MEMORY_SHARE * memory()
    if count * each <= room:
        return
    found = f"{count:,} {what}, about {_bytes(count * each)} of memory"
    most = max(1, int(room / each))
    allowed = f"{most:,} {what}, {_bytes(room)}: half of this machine's memory"
    raise UserError(where, found, allowed, "ask for fewer")


def memory() -> float:
    """Return the memory that this process may use, bytes: the machine's, or its group's limit."""
    found = []
    with suppress(AttributeError, ValueError, OSError):  # Windows has no sysconf
        found.append(float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")))
    for limit in GROUP_LIMITS:
        with suppress(OSError, ValueError):
            found.append(float(Path(limit).read_text()))
    return min((x for x in found if x > 0), default=float(USUAL_MEMORY))


def cores() -> int:
    """Return the processor cores that this process may use, on every system."""
    if hasattr(os, "sched_getaffinity"):  # Linux; macOS and Windows have no such call
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _shown(value: Any) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def _bytes(size: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:,.1f} GB"
