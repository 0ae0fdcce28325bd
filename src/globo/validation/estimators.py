"""Estimators: a study's own arithmetic, run on simulated panels as it was on surveyed ones.

The responses compare runs of one luck, which no study can; what a study estimates from a single
history carries its design's error too. These figures stand beside the responses and change no
count: where both agree, a published sign says what the measure does, where they part, how far
the design can mislead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from globo.results import ok_draws, zone_ha
from globo.validation.experiments import FIRST, PUSHED
from globo.validation.land import NEAR_KM, distances
from globo.validation.response import Runs, levels, of_year

PANEL = range(2002, 2011)  # years of the Colombian panels, from the first with a year before it
BORDER_KM = 100.0  # either side of the border of clearing
LEAST_JUMP = 1.0  # of the measure, in its unit (ha): by less nothing is divided
FEWEST = 4  # places on a side, so that a line leaves something over
FAR = 0.999  # of the range in which the spatial lag is looked for; at its ends it has no likelihood


@dataclass(frozen=True)
class Durbin:
    """Estimates of a spatial Durbin model: a place's own response, and its neighbours'.

    Attributes:
        lag: weight of the neighbours' outcomes.
        own: mean change of a place's outcome with its own measure.
        beside: mean change of a place's outcome with the measure of all others.
    """

    lag: float
    own: float
    beside: float


def durbin(outcome: NDArray, measure: NDArray, weights: NDArray) -> Durbin:
    """Fit y = lag·Wy + b·x + c·Wx + effects of places and years, by maximum likelihood.

    Args:
        outcome: y [place, year].
        measure: x [place, year].
        weights: W, rows that add up to 1 or are 0, and as a matrix similar to a symmetric one.

    Returns:
        The lag and mean effects, with what comes back through neighbours' neighbours.
    """
    y, x = within(outcome), within(measure)
    lagged = weights @ y
    design = np.stack([x.ravel(), (weights @ x).ravel()], axis=1)
    plain, spatial = (_fit(design, v.ravel()) for v in (y, lagged))
    roots = np.linalg.eigvals(weights).real
    n_years = y.shape[1]

    def unlikely(lag: float) -> float:
        left = plain[1] - lag * spatial[1]
        return 0.5 * y.size * np.log(left @ left) - n_years * np.log1p(-lag * roots).sum()

    bounds = FAR / roots.min(initial=-1.0), FAR / roots.max(initial=1.0)
    lag = float(minimize_scalar(unlikely, bounds=bounds, method="bounded").x)
    b, c = plain[0] - lag * spatial[0]
    own = float(((b + c * roots) / (1.0 - lag * roots)).mean())
    total = np.linalg.solve(np.eye(len(weights)) - lag * weights, b + c * weights.sum(1)).mean()
    return Durbin(lag, own, float(total) - own)


def within(panel: NDArray) -> NDArray:
    """Return a panel [place, year] less its means by place and by year."""
    return panel - panel.mean(1, keepdims=True) - panel.mean(0, keepdims=True) + panel.mean()


def differences(panel: NDArray, treated: NDArray, after: NDArray) -> float:
    """Return the difference in differences of a panel [place, year].

    Args:
        panel: outcomes.
        treated: places with the measure.
        after: years with it.
    """
    rise = panel[:, after].mean(1) - panel[:, ~after].mean(1)
    return float(rise[treated].mean() - rise[~treated].mean())


def discontinuity(outcome: NDArray, measure: NDArray, beyond: NDArray, width: float) -> float:
    """Return the jump of an outcome at a border over that of a measure: a fuzzy discontinuity.

    A line either side, by weighted least squares with a triangular kernel; the ratio of the jumps
    is what two-stage least squares gives with the side as the instrument (Hahn, Todd and Van der
    Klaauw 2001).

    Args:
        outcome: of each place.
        measure: what the places inside had more of.
        beyond: distance to the border, positive inside.
        width: distance at which a place counts no more.

    Returns:
        Outcome per unit of measure; NaN where the measure hardly jumps, or few places lie near.
    """
    weight = np.maximum(1.0 - np.abs(beyond) / width, 0.0)
    inside = (beyond > 0).astype(float)
    design = np.stack([inside, np.ones_like(beyond), beyond, inside * beyond], axis=1)
    near = weight > 0
    sides = [int((near & (inside == side)).sum()) for side in (0, 1)]
    if min(sides) < FEWEST:
        return float("nan")
    root = np.sqrt(weight[near])
    jumps = [_fit(design[near] * root[:, None], y[near] * root)[0][0] for y in (outcome, measure)]
    return float(jumps[0] / jumps[1]) if abs(jumps[1]) > LEAST_JUMP else float("nan")


def _fit(design: NDArray, y: NDArray) -> tuple[NDArray, NDArray]:
    """Return least-squares coefficients and what they leave."""
    found = np.linalg.lstsq(design, y, rcond=None)[0]
    return found, y - design @ found


def _spatial(runs: Runs) -> list[Durbin]:
    """Fit each draw's districts that ever grew coca, those within 60 km being neighbours."""
    ds = runs["base"]
    fields, cleared = (
        np.stack([of_year(ds, name, year) for year in PANEL], axis=-1)
        for name in ("coca_ha", "eradicated_ha")
    )
    close = distances(ds) <= NEAR_KM
    np.fill_diagonal(close, val=False)
    found = []
    for coca, gone in zip(fields, cleared, strict=True):
        kept = (coca > 1.0).any(1)
        w = close[np.ix_(kept, kept)].astype(float)
        w = w / np.maximum(w.sum(1, keepdims=True), 1.0)
        found.append(durbin(np.arcsinh(coca[kept]), np.arcsinh(gone[kept]), w))
    return found


def own_clearing(runs: Runs) -> NDArray:
    """Change of coca with the area cleared in the district, elasticity."""
    return np.array([one.own for one in _spatial(runs)])


def clearing_beside(runs: Runs) -> NDArray:
    """Change of coca with the area cleared in the districts beside it, elasticity."""
    return np.array([one.beside for one in _spatial(runs)])


def at_the_border(runs: Runs) -> NDArray:
    """Change of coca for a hectare cleared, where brigades enter one zone, two years on, ha.

    The border is that of the zone, half-way between the centres of districts that face each other
    across it.
    """
    ds = runs["stick"]
    inside = ds["district_zone"].values == PUSHED
    across = np.where(inside[:, None] != inside, distances(ds), np.inf)
    reach = across.min(1)
    beyond = np.where(inside, 1.0, -1.0) * (reach - 0.5 * reach[across.argmin(1)])
    gone = of_year(ds, "eradicated_ha", range(FIRST, FIRST + 3))
    rise = of_year(ds, "coca_ha", FIRST + 2) - of_year(ds, "coca_ha", FIRST - 1)
    return np.array(
        [discontinuity(*one, beyond, BORDER_KM) for one in zip(rise, gone, strict=True)]
    )


def helped(runs: Runs) -> NDArray:
    """Change of coca in the zone with help, six years on, against zones without, %."""
    years = np.arange(FIRST - 5, FIRST + 7)
    area = zone_ha(runs["carrot"]).sel(year=years)
    logs = np.log(np.maximum(area.transpose("draw", "zone", "year").values, 1.0))
    treated = area["zone"].values == PUSHED
    after = years >= FIRST + 4
    kept = after | (years < FIRST)
    return np.array(
        [100.0 * np.expm1(differences(one[:, kept], treated, after[kept])) for one in logs]
    )


@dataclass(frozen=True)
class Estimate:
    """A figure as a study would have come by it.

    Attributes:
        id: short name.
        beside: id of the study (`studies.csv`) whose response it stands beside.
        what: estimator and what it gives.
        runs: names of the runs that are read.
        measure: figure by draw.
        rows: effects whose sign it is held against.
        sign: of the rows.
    """

    id: str
    beside: str
    what: str
    runs: tuple[str, ...]
    measure: Callable[[Runs], NDArray]
    rows: tuple[str, ...]
    sign: int


ESTIMATES: Sequence[Estimate] = (
    Estimate(
        "durbin-own",
        "clearing-net",
        "spatial Durbin model, effects of districts and years: coca with what is cleared there",
        ("base",),
        own_clearing,
        ("E003",),
        -1,
    ),
    Estimate(
        "durbin-beside",
        "near-spillover",
        "the same: coca with what is cleared within 60 km",
        ("base",),
        clearing_beside,
        ("E004", "E005"),
        -1,
    ),
    Estimate(
        "border-rd",
        "clearing-net",
        "fuzzy discontinuity at the border of the zone that brigades enter, three years: "
        "coca by hectares cleared, ha per ha",
        ("stick",),
        at_the_border,
        ("E012",),
        -1,
    ),
    Estimate(
        "help-did",
        "help-area",
        "difference in differences of log area, five years before against years five to seven, %",
        ("carrot",),
        helped,
        ("E125",),
        -1,
    ),
)


def estimated(runs: Runs) -> list[dict[str, Any]]:
    """Return the estimates that these runs allow: id, beside, what, levels, share, rows, sign."""
    told = []
    for one in ESTIMATES:
        if not set(one.runs) <= set(runs):
            continue
        ok = np.all([ok_draws(runs[name]) for name in one.runs], axis=0)
        figures = one.measure(runs)[ok]
        figures = figures[np.isfinite(figures)]
        told.append(
            {
                "id": one.id,
                "beside": one.beside,
                "what": one.what,
                **levels(figures),
                "sign": one.sign,
                "share": float((figures * one.sign > 0).mean()) if figures.size else None,
                "rows": list(one.rows),
            }
        )
    return told
