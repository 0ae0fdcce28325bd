"""Check: how far the fitted response lies from the simulator in settings that it never saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from globo.publish.answers import BULGE, Block
from globo.publish.response import Response

CLOSE = 0.05  # of the simulator's figure
INTERVAL = 3  # lines of a part that has an interval, at least


@dataclass(frozen=True)
class Error:
    """How a response did.

    Attributes:
        settings: that were run.
        figures: compared in all of them, levels and differences of every outcome, place and year.
        within: share of the figures within 5 % of the simulator's or within its 90 % interval.
        least: that share in the worst setting.
        worst: the largest miss: how far outside the interval, over the level of the figure.
        figure: the figure that missed most.
        levers: the setting in which it did.
        runs: that the response was learnt from.
    """

    settings: int
    figures: int
    within: float
    least: float
    worst: float
    figure: str
    levers: Mapping[str, float]
    runs: int


def error(
    response: Response,
    blocks: Sequence[Block],
    settings: Sequence[Mapping[str, float]],
    rows: np.ndarray,
) -> Error | None:
    """Return how far a response lies from the simulator's rows; None where there are none.

    Args:
        response: the fit.
        blocks: where the parts of a row stand.
        settings: that were run, none of which the response learnt from.
        rows: what the simulator answered.
    """
    if not settings:
        return None
    levels = {b.name: b for b in blocks if b.part == "level"}
    told = [b for b in blocks if b.part in ("level", "delta") and b.lines >= INTERVAL]
    told = [b for b in told if b.name != BULGE and levels[b.name].lines >= INTERVAL]
    good, count, worst = np.zeros(len(settings)), 0, (0.0, "", {})
    for i, (levers, row) in enumerate(zip(settings, rows, strict=True)):
        fitted = response.row(levers)
        count = 0
        for block in told:
            off, size = _off(block, fitted, row), _size(levels[block.name], row)
            good[i] += (off == 0).sum()
            count += off.size
            miss = off / size
            if miss.max() > worst[0]:
                worst = (float(miss.max()), f"{block.name} {block.part}", dict(levers))
    shares = good / count
    whole = (len(settings), count * len(settings), float(shares.mean()), float(shares.min()))
    return Error(*whole, *worst, len(response.points) - 1)


def _off(block: Block, fitted: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Return how far outside the simulator's interval and its 5 % a part lies (year, place)."""
    ran, told = block.of(row), block.of(fitted)
    middle = ran[block.lines // 2]
    mid = told[block.lines // 2]
    low = np.minimum(ran[0], middle - CLOSE * np.abs(middle))
    high = np.maximum(ran[-1], middle + CLOSE * np.abs(middle))
    return np.maximum(0.0, np.maximum(low - mid, mid - high))


def _size(level: Block, row: np.ndarray) -> np.ndarray:
    """Return what a miss is held against: the level, or a twentieth of the largest place's."""
    middle = np.abs(level.of(row)[level.lines // 2])
    return np.maximum(middle, max(0.05 * float(middle.max()), 1e-9))
