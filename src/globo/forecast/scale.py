"""Scale: how areas of coca are walked and scored, and from when coca counts as there.

Areas grow by shares where they are large and by hectares where they are small; asinh(ha / s) is
one scale for both.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

DISTRICT_SCALE = 10.0
ZONE_SCALE = 100.0
NATIONAL_SCALE = 1000.0
SCALES = {"district": DISTRICT_SCALE, "zone": ZONE_SCALE, "national": NATIONAL_SCALE}
APPEARS_FROM = 10.0  # ha, below which a district has hardly any coca
APPEARS_TO = 50.0  # ha, from which it has


def to_scale(area: ArrayLike, scale: float | None) -> NDArray[np.float64]:
    """Return asinh(area / scale), or the area itself where scale is None.

    Args:
        area: coca area, ha, >= 0.
        scale: ha at which the scale turns from linear to logarithmic; None keeps ha.

    Returns:
        The area on that scale, same shape.
    """
    values = np.asarray(area, dtype=np.float64)
    return values if scale is None else np.arcsinh(values / scale)


def from_scale(value: ArrayLike, scale: float) -> NDArray[np.float64]:
    """Return the area that `to_scale` maps to `value`, ha, never below 0."""
    return np.maximum(np.sinh(np.asarray(value, dtype=np.float64)) * scale, 0.0)
