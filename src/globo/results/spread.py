"""Statistics over draws: bands, differences draw by draw, and the words for likelihood.

A difference is taken inside each draw (the two runs share its luck) and only then
summarised. The words are those of the IPCC's likelihood scale.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from globo.results import difference, quantiles

BAND_AT = (0.05, 0.25, 0.5, 0.75, 0.95)
SAME = 0.99  # share of draws that stay as they were, above which nothing changes
# Likelihood scale: at least this probability -> key of the words.
WORDS = ((0.99, "certain"), (0.9, "very_likely"), (0.66, "likely"))


@dataclass(frozen=True)
class Band:
    """Median, inner half and 90 % interval over draws; all of one shape.

    Attributes:
        p05: lower end of the 90 % interval.
        p25: lower end of the 50 % interval.
        p50: median.
        p75: upper end of the 50 % interval.
        p95: upper end of the 90 % interval.
    """

    p05: np.ndarray
    p25: np.ndarray
    p50: np.ndarray
    p75: np.ndarray
    p95: np.ndarray

    def at(self, index: int | tuple[int, ...]) -> tuple[float, float, float]:
        """Return median, lower and upper end (90 %) of one cell."""
        return float(self.p50[index]), float(self.p05[index]), float(self.p95[index])


@dataclass(frozen=True)
class Change:
    """A difference over draws.

    Attributes:
        p05: lower end of the 90 % interval.
        p50: median.
        p95: upper end of the 90 % interval.
        p_up: probability of growth; a draw that stays as it was counts half.
        n_draws: draws that were compared.
        same: whether it stays as it was, in all but one in a hundred draws.
    """

    p05: float
    p50: float
    p95: float
    p_up: float
    n_draws: int
    same: bool = False

    @property
    def p_down(self) -> float:
        """Return the probability of fall."""
        return 1.0 - self.p_up

    @property
    def sign_known(self) -> bool:
        """Say whether the 90 % interval leaves zero out."""
        return self.p05 > 0 or self.p95 < 0

    @property
    def direction(self) -> str:
        """Return the word for the sign: `more`, `less`, `same` or `unknown`."""
        if self.same:
            return "same"
        if self.p_up >= difference.LIKELY and self.p50 > 0:
            return "more"
        return "less" if self.p_down >= difference.LIKELY and self.p50 < 0 else "unknown"

    @property
    def likelihood(self) -> str:
        """Return the word for how sure the direction is, never surer than the draws allow."""
        sure = min(max(self.p_up, self.p_down), 1 - 1 / (self.n_draws + 1))
        return next((word for least, word in WORDS if sure >= least), "even")


def band(values: np.ndarray) -> Band:
    """Return the band over the first axis (draws)."""
    return Band(*quantiles(values, BAND_AT))


def change(after: np.ndarray, before: np.ndarray | float = 0.0) -> Change:
    """Return the difference over draws of one quantity.

    Args:
        after: one value a draw.
        before: one value a draw, the same draws in the same order.
    """
    moved = difference.moved(after, np.broadcast_to(before, np.shape(after)))
    moved = moved[np.isfinite(moved)]
    if not len(moved):
        nan = float("nan")
        return Change(nan, nan, nan, 0.5, 0, same=True)
    p05, p50, p95 = (float(end) for end in quantiles(moved, (0.05, 0.5, 0.95)))
    same = float((moved == 0).mean()) > SAME
    return Change(p05, p50, p95, float(difference.p_up(moved)), len(moved), same)
