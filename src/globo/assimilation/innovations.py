"""How wide the luck of a zone is in a year, learnt from what its surveys added.

A zone's innovation beyond what its members' own spread explains is luck that the mechanisms
miss. Zones lean on the mean of all, the restless more than the calm (partial pooling); one that
was never surveyed has the luck of the mechanisms alone.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from jaxtyping import Float

from globo.assimilation.history import History
from globo.model.parameters import ELSEWHERE
from globo.model.world import World

SURVEYED = 0.06  # assumed: error of a zone's survey, log
FLOOR = 50.0  # ha added before the log of a zone
MOST = 1.5  # an innovation is cut there, so that one boom does not make a zone's luck
LEANS = 4.0  # surveys that the mean of all zones is worth
HALF = 0.5  # of the mean of all zones: what a zone leans on


def by_zone(history: History, world: World) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what the surveys added and what the members' spread allowed for, zone by year.

    Returns:
        Log of what was found over the median member's area, and the variance of the members'
        log area before the survey; rows years, columns zones surveyed by then.
    """
    rows, spreads = {}, {}
    zones = np.asarray(world.in_zone)
    for year, survey in history.surveys.items():
        looked = np.array(survey.names) != ELSEWHERE
        inside = (survey.zone_of @ zones.T > 0.5) & looked[:, None]  # [area, zone]
        whole = survey.area @ inside
        had = history.expected[year] @ inside + FLOOR
        seen = inside.any(0) & (np.array(world.zones) != ELSEWHERE)
        log = np.log(whole + FLOOR) - np.log(np.median(had, 0))
        rows[year] = pd.Series(np.where(seen, log, np.nan), world.zones)
        spreads[year] = pd.Series(np.where(seen, np.log(had).var(0), np.nan), world.zones)
    return pd.DataFrame(rows).T, pd.DataFrame(spreads).T


def spread(history: History, world: World, since: int = 0) -> Float[np.ndarray, " zone"]:
    """Return the standard deviation of a zone's yearly luck that the mechanisms miss, log.

    Args:
        history: an assimilated past.
        world: zones.
        since: first year that counts; the first surveys bring members to a level, which is no
            luck of a year.
    """
    log, own = by_zone(history, world)
    log, own = log[log.index >= since], own[own.index >= since]
    if not log.notna().any(axis=None):
        return np.zeros(len(world.zones))
    extra = log.clip(-MOST, MOST) ** 2 - own - SURVEYED**2
    pooled = max(float(np.nanmean(extra.to_numpy())), 0.0)
    n = extra.notna().sum().to_numpy(float)
    total = np.maximum(extra.sum().to_numpy(float), 0.0)
    restless = np.asarray(world.volatility)
    lean = LEANS * HALF * pooled * restless / restless[n > 0].mean()
    return np.where(n > 0, np.sqrt((total + lean) / (n + LEANS)), 0.0)
