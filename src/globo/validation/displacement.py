"""Displacement: where coca grows that was cleared elsewhere, both signs of it side by side.

Near a clearing growers learn to fear brigades, and take in who flees them; far away only the
second acts, and dearer leaf. Which outweighs the other is said by place: near (within 60 km of
a district that lost coca to brigades) and far, where coca stood before and on the frontier, and
there beside native communities or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from globo import facts
from globo.results import ok_draws
from globo.validation.experiments import FIRST
from globo.validation.land import NEAR_KM, QUIET_HA, cleared_more, distances
from globo.validation.response import Runs, levels, of_year, quotient

PUSHES = {"burst": 2, "stick": 5}  # whole years after which the run is looked at
GROWN_HA = 50.0  # coca in the year before, from which a district is no frontier
NATIVE_M = 5000.0  # mean distance to native communities, within which a district is theirs
EACH = 100.0  # ha cleared more, to which gains are put


def displaced(runs: Runs) -> list[dict[str, Any]]:
    """Return what quiet districts gain for each 100 ha that others are cleared more, by place.

    Quiet: within 10 ha of what was cleared there in the baseline.

    Args:
        runs: "base" and a run of `PUSHES` or more.

    Returns:
        Rows of run, years, distance (near or far), place (grown, frontier-native or
        frontier-other), districts (mean over draws), the model's 5, 50 and 95 %, ha, and the
        share of draws in which they gain.
    """
    told = []
    for run in (one for one in PUSHES if one in runs):
        ok = ok_draws(runs["base"]) & ok_draws(runs[run])
        for distance, place, inside, gained in _gains(runs, run):
            told.append(
                {
                    "run": run,
                    "years": PUSHES[run],
                    "distance": distance,
                    "place": place,
                    "districts": float(inside[ok].sum(-1).mean()),
                    **levels(gained[ok]),
                    "gains": float((gained[ok] > 0).mean()),
                }
            )
    return told


def _gains(runs: Runs, run: str) -> Iterator[tuple[str, str, NDArray, NDArray]]:
    """Yield by place: which districts [draw, district], and their gain, ha for 100 ha [draw]."""
    base, year = runs["base"], FIRST + PUSHES[run] - 1
    change = of_year(runs[run], "coca_ha", year) - of_year(base, "coca_ha", year)
    more = cleared_more(runs, run, year)
    cleared, quiet = more > QUIET_HA, np.abs(more) <= QUIET_HA
    extra = np.where(cleared, more, 0.0).sum(-1)
    close = cleared.astype(float) @ (distances(base) <= NEAR_KM) > 0
    grown = of_year(base, "coca_ha", FIRST - 1) >= GROWN_HA
    native = _native(base["district"].values)
    places = {
        "grown": grown,
        "frontier-native": ~grown & native,
        "frontier-other": ~grown & ~native,
    }
    for distance, within in (("near", close), ("far", ~close)):
        for place, of in places.items():
            inside = quiet & within & of
            gained = np.where(inside, change, 0.0).sum(-1)
            yield distance, place, inside, EACH * np.nan_to_num(quotient(gained, extra))


def _native(districts: NDArray) -> NDArray:
    """Return which districts lie within `NATIVE_M` of native communities on the mean."""
    table = facts.load().districts.distance_native_community_m
    return (table.reindex(districts) <= NATIVE_M).to_numpy()
