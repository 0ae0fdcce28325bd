"""Rows of a benchmark, and the clocks.

Where two programs are compared they take turns in the same process and the least time of each
counts. Ratios and slopes use the time that the cores spent on this process, so that what else
runs on the machine does not count; goals in seconds use the clock on the wall.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

Call = Callable[[], Any]


@dataclass(frozen=True)
class Row:
    """One measured figure.

    Attributes:
        name: what was measured.
        value: the figure.
        unit: of the figure.
        goal: what it should be, in words; "" where there is none.
        holds: whether it is so; None where there is no goal.
        command: what makes it again.
    """

    name: str
    value: float
    unit: str
    goal: str
    holds: bool | None
    command: str

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it, with four figures."""
        return {**asdict(self), "value": float(f"{self.value:.4g}")}


def row(
    part: str,
    name: str,
    value: float,
    unit: str,
    low: float | None = None,
    high: float | None = None,
) -> Row:
    """Return a row whose goal is a range.

    Args:
        part: of the benchmark, as `python -m bench` names it.
        name: what was measured.
        value: the figure.
        unit: of the figure.
        low: least value that will do, None for any.
        high: largest value that will do, None for any.
    """
    words = " and ".join(
        f"{word} {limit:g}"
        for word, limit in (("at least", low), ("at most", high))
        if limit is not None
    )
    holds = None
    if words:
        above, below = low is None or value >= low, high is None or value <= high
        holds = bool(above and below)
    return Row(name, float(value), unit, words, holds, f"python -m bench {part}")


def least(
    calls: Mapping[str, Call], rounds: int, clock: Callable[[], float] = time.process_time
) -> dict[str, float]:
    """Return the least seconds of each call; they take turns, after one turn that warms up.

    Args:
        calls: by name; each returns when its work is done.
        rounds: turns that are timed.
        clock: `time.process_time` or `time.perf_counter`.
    """
    best = dict.fromkeys(calls, np.inf)
    for turn in range(rounds + 1):
        for name, call in calls.items():
            began = clock()
            call()
            if turn:
                best[name] = min(best[name], clock() - began)
    return best


def slope(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """Return the slope of log seconds over log size: 1 where cost grows like the work."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])
