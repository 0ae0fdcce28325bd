"""Difference of two runs that share their luck: what moves, how surely, what reappears.

The one place that says it, for the terminal, the page, the report and the costs. A
difference is taken inside each draw and only then summarised. Reads arrays of two runs,
draws first; writes nothing. docs/results.md says why it is defined so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from globo.results.statistics import quantiles

NOISE = 1e-6  # of the largest place's value; results are kept in 32 bits, less is no difference
LIKELY = 0.66  # least probability at which a direction is said, "likely" of the IPCC's scale
LEAST_HA = 50.0  # ha; a zone that moves less is not named, and less removed has no share


@dataclass(frozen=True)
class Displacement:
    """What is removed where coca falls, and what becomes of it, draw by draw.

    Attributes:
        home: zones in which it is removed, [..., zone].
        removed: area lost in these zones, ha [draw, ...].
        elsewhere: change of all other coca of the country, ha [draw, ...]; below 0 it falls too.
        share: elsewhere over removed [draw, ...], neither cut at 0 nor at 1; NaN where less
            than `LEAST_HA` is removed, and in every draw where that holds in most of them.
    """

    home: np.ndarray
    removed: np.ndarray
    elsewhere: np.ndarray
    share: np.ndarray


def moved(after: np.ndarray, before: np.ndarray, places: bool = False) -> np.ndarray:
    """Return after - before, 0 where they differ by less than results can hold.

    Args:
        after: one run, draws first.
        before: the other run, same draws in the same order.
        places: whether the last axis holds places of one quantity, whose rounding is that
            of the largest of them (a sum or a market of all moves each by as much).
    """
    after, before = (np.asarray(x, dtype="float64") for x in (after, before))
    size = np.fmax(np.abs(before), np.abs(after))
    if places:
        size = np.fmax.reduce(size, axis=-1, keepdims=True)
    change = after - before
    return np.where(np.abs(change) <= NOISE * size, 0.0, change)


def p_up(change: np.ndarray) -> np.ndarray:
    """Return the probability of growth over the draws; a draw that stays as it was counts half.

    So growth and fall add up to 1, and 0.5 says that neither is likelier (Vargha and
    Delaney's A for paired draws). Draws that are NaN are left out; NaN where none is left.
    """
    there = ~np.isnan(change)
    ups = np.where(there, (change > 0) + 0.5 * (change == 0), 0.0).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return ups / there.sum(axis=0)


def grows(change: np.ndarray) -> np.ndarray:
    """Return where area likely grows, and by enough to be named; draws first."""
    (middle,) = quantiles(change, (0.5,))
    return (p_up(change) >= LIKELY) & (middle >= LEAST_HA)


def falls(change: np.ndarray) -> np.ndarray:
    """Return where area likely falls, and by enough to be named; draws first."""
    return grows(-change)


def displacement(
    zones: np.ndarray, country: np.ndarray, home: np.ndarray | None = None
) -> Displacement:
    """Return what is removed in some zones and what reappears in the rest of the country.

    The zones are the same in every draw: picked anew in each, by sign, luck alone would
    seem to move coca from zone to zone.

    Args:
        zones: change of coca by zone, ha [draw, ..., zone].
        country: change of all coca of the country, ha [draw, ...], surveyed or not.
        home: zones in which it is removed [zone]; those that likely fall where None.
    """
    home = falls(zones) if home is None else np.asarray(home, dtype=bool)
    removed = -np.where(home, zones, 0.0).sum(axis=-1)
    elsewhere = country + removed
    told = removed >= LEAST_HA  # never where a draw is NaN
    most = told.sum(axis=0) >= 0.5 * (~np.isnan(removed)).sum(axis=0)
    share = np.divide(elsewhere, removed, out=np.full(removed.shape, np.nan), where=told & most)
    return Displacement(home, removed, elsewhere, share)
