"""Design: the levers that the fitted response covers, and the settings at which it is learnt.

Every lever alone at some values, then settings of several levers at once from a scrambled Sobol
sequence. Settings of a check are drawn by another seed and never learnt from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from globo import countries
from globo.scenario.controls import Control

ALONE = (0.0, 0.25, 0.5, 0.75, 1.0)  # where on its axis a lever is moved alone
DIGITS = 6
LEARNT, CHECKED = 7, 11  # seeds
Shape = Literal["line", "root", "log"]


@dataclass(frozen=True)
class Axis:
    """A lever of the response: its range and how its values are spread on an axis of 0 to 1.

    Attributes:
        key: the control.
        low: least value covered.
        high: largest value covered.
        today: value today.
        shape: "line", "root" (fine near nothing) or "log" (by times today).
        whole: whether it is a switch, with its two ends alone.
    """

    key: str
    low: float
    high: float
    today: float
    shape: Shape
    whole: bool

    def at(self, value: np.ndarray | float) -> np.ndarray:
        """Return where values stand on the axis."""
        x = np.asarray(value, "float64")
        if self.shape == "log":
            low, high = (np.log1p(end / self.today) for end in (self.low, self.high))
            return (np.log1p(x / self.today) - low) / (high - low)
        share = (x - self.low) / (self.high - self.low)
        return np.sqrt(share) if self.shape == "root" else share

    def value(self, u: float) -> float:
        """Return the value at a place of the axis; the inverse of `at`."""
        if self.whole:
            return self.low if u < 0.5 else self.high
        if self.shape == "log":
            low, high = (np.log1p(end / self.today) for end in (self.low, self.high))
            made = np.expm1(low + (high - low) * u) * self.today
        else:
            made = self.low + (self.high - self.low) * (u * u if self.shape == "root" else u)
        return float(np.clip(float(f"{made:.{DIGITS}g}"), self.low, self.high))


def axes(table: Mapping[str, Control]) -> list[Axis]:
    """Return the levers of the response that the table has, in its order."""
    made = []
    for row in countries.load().rows("benches/response"):
        if row["key"] not in table:
            continue
        control = table[row["key"]]
        low, high = max(float(row["low"]), control.low), min(float(row["high"]), control.high)
        whole = control.kind == "switch"
        made.append(Axis(control.key, low, high, control.default, _shape(control), whole))
    return made


def _shape(control: Control) -> Shape:
    if control.kind in ("index", "factor") and control.default > 0:
        return "log"
    return "root" if control.kind == "amount" and control.default == control.low else "line"


def covered(table: Mapping[str, Control], known: Sequence[Axis]) -> dict[str, Control]:
    """Return the controls that the response covers, each within the range that it covers."""
    return {a.key: replace(table[a.key], low=a.low, high=a.high) for a in known}


def learnt(known: Sequence[Axis], n: int) -> list[dict[str, float]]:
    """Return the settings to learn from: every lever alone, then `n` of several at once."""
    alone = [{a.key: a.value(u)} for a in known for u in ALONE]
    return _distinct([*alone, *_several(known, n, LEARNT, 2)], known)


def checks(known: Sequence[Axis], n: int) -> list[dict[str, float]]:
    """Return `n` random settings to check against: one lever to all of them, anywhere."""
    return _distinct(_several(known, 2 * n, CHECKED, 1), known)[:n]


def _several(known: Sequence[Axis], n: int, seed: int, least: int) -> list[dict[str, float]]:
    """Return random settings of `least` levers to all: how many and where, evenly spread."""
    from scipy.stats import qmc

    if not n:
        return []
    k = len(known)
    least = min(least, k)
    sobol = qmc.Sobol(k + 1, rng=np.random.default_rng(seed)).random_base2(int(np.ceil(np.log2(n))))
    rng = np.random.default_rng(seed)
    made = []
    for row in sobol[:n]:
        size = least + int(row[0] * (k - least + 1))
        some = sorted(rng.choice(k, size, replace=False))
        made.append({known[i].key: known[i].value(row[1 + i]) for i in some})
    return made


def _distinct(
    settings: Sequence[Mapping[str, float]], known: Sequence[Axis]
) -> list[dict[str, float]]:
    """Return settings that move something, each once, without levers that stay as today."""
    today = {a.key: a.today for a in known}
    moved = [{k: v for k, v in one.items() if v != today[k]} for one in settings]
    found = {tuple(sorted(one.items())): one for one in moved if one}
    return list(found.values())
