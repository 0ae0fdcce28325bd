"""What the compact model assumes: one record of settings, each a prior and none of them fitted.

Ranges come from the spike on district forecasts (regrowth of 0.1 to 0.25 of the gap a
year, heavy-tailed shocks shared by a zone, campaigns as a budget that reverts and runs
out of targets) or are assumed. docs/inference-log.md lists what was tried and dropped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from globo.errors import UserError, did_you_mean

Array = NDArray[np.float64]

MECHANISMS = (
    "visits",
    "regrowth",
    "bursts",
    "trend",
    "appearance",
    "zone shocks",
    "unit scales",
    "centring",
    "transient noise",
)


@dataclass(frozen=True)
class Settings:
    """Assumptions of the compact model; shares and scales on asinh(ha / 10), per year.

    Attributes:
        without: mechanisms switched off, names of `MECHANISMS`.
        regrowth: range of the share of the gap to the own past maximum that regrows.
        transient: range of the share of noise variance that does not last (survey error).
        revisit: range of the chance of a cleared unit to be visited, relative to others.
        visit_floor: area below which no brigade comes and no fall counts as a visit, ha.
        visit_fall, zone_fall: range of the fall of a unit where a brigade worked, and of a
            whole zone, of which a campaign reaches a part.
        inside: least chance of each unit of a zone once the campaign is there.
        open_prior: chance beforehand that a zone is open to brigades.
        open_visits, closed_visits: Beta prior of the yearly visit rate, open and closed.
        budget_memory: share of the budget's distance to its long-run mean kept a year.
        budget_noise: yearly shock of the log budget.
        unit_noise, unit_floor: noise of a small unit; area from which it shrinks, ha.
        zone_noise, zone_floor: the same for the shock shared by a zone.
        shrinking: power by which noise falls with area.
        year_noise: shock shared by the nation.
        trend_weight: worth of "a zone stands still", in years.
        trend_cap: largest yearly step of a zone that counts for its trend.
        zone_weight, unit_weight, shock_weight: worth of the priors of the scales, in
            observations.
        born_never, born_again, born_elsewhere, born_unseen: yearly chance of coca in a
            unit without: never seen, seen before, outside every zone, never surveyed.
        born_weight, born_zone_weight: worth of these priors for the pool and for a zone.
        born_size, born_spread: median area of new coca, ha, and spread of its log.
        born_memory: power of the past maximum in that median.
        born_shock: how much a zone's good year raises the odds.
        room: how far above its known maximum a unit may grow (1.5 is a factor of 4.5).
        room_from: maximum that every unit is granted, ha.
    """

    without: frozenset[str] = frozenset()
    regrowth: tuple[float, float] = (0.1, 0.25)
    transient: tuple[float, float] = (0.1, 0.5)
    revisit: tuple[float, float] = (0.2, 0.6)
    visit_floor: float = 100.0
    visit_fall: tuple[float, float] = (0.7, 2.3)
    zone_fall: tuple[float, float] = (0.1, 0.9)
    inside: float = 0.7
    open_prior: float = 0.5
    open_visits: tuple[float, float] = (1.5, 3.0)
    closed_visits: tuple[float, float] = (0.5, 30.0)
    budget_memory: float = 0.7
    budget_noise: float = 0.15
    unit_noise: float = 0.7
    unit_floor: float = 30.0
    zone_noise: float = 0.5
    zone_floor: float = 300.0
    shrinking: float = 0.3
    year_noise: float = 0.1
    trend_weight: float = 8.0
    trend_cap: float = 0.3
    zone_weight: float = 4.0
    unit_weight: float = 6.0
    shock_weight: float = 4.0
    born_never: float = 0.1
    born_again: float = 0.3
    born_elsewhere: float = 0.01
    born_unseen: float = 0.01
    born_weight: float = 20.0
    born_zone_weight: float = 15.0
    born_size: float = 10.0
    born_spread: float = 1.3
    born_memory: float = 0.3
    born_shock: float = 2.5
    room: float = 1.5
    room_from: float = 300.0

    def __post_init__(self) -> None:
        """Refuse unknown mechanisms."""
        for name in self.without:
            if name not in MECHANISMS:
                raise UserError(
                    where="without",
                    found=name,
                    allowed=", ".join(MECHANISMS),
                    mend=did_you_mean(name, MECHANISMS),
                )

    def has(self, mechanism: str) -> bool:
        """Say whether a mechanism is on."""
        return mechanism not in self.without

    def noise(self, area: Array) -> Array:
        """Return the noise scale of a unit of this area, before its own multiplier."""
        return self.unit_noise * (1.0 + area / self.unit_floor) ** -self.shrinking

    def shock(self, area: Array) -> Array:
        """Return the prior scale of the shock shared by a zone of this area."""
        return self.zone_noise * (1.0 + area / self.zone_floor) ** -self.shrinking
