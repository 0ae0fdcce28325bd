"""The luck of a zone in years to come, learnt from what surveys added: mean, width, what lasts.

What surveys add to a zone year after year is no luck but something that the mechanisms lack: its
mean goes on, as far as its spread over the years lets it be told from none. About the mean luck is
an autoregression of one year. Its innovation beyond what the members' own spread explains is luck
that the mechanisms miss. Zones lean on the mean of all, the restless more than the calm (partial
pooling); one that was never surveyed has the luck of the mechanisms alone.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from jaxtyping import Float

from globo.assimilation.history import History
from globo.assimilation.survey import REST_ERROR, error
from globo.assimilation.update import gain
from globo.model.parameters import ELSEWHERE
from globo.model.surveyed import Coming
from globo.model.world import World

SURVEYED = 0.06  # assumed: error of a zone's survey, log
FLOOR = 50.0  # ha added before the log of a zone
MOST = 1.5  # an innovation is cut there, so that one boom does not make a zone's luck
LEANS = 4.0  # surveys that the mean of all zones is worth
MOST_LASTING = 0.9  # a year, so that luck ends
HALF = 0.5  # of the mean of all zones: what a zone leans on


def by_zone(history: History, world: World) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return what the surveys added and what the members' spread allowed for, zone by year.

    Returns:
        Log of what was found over the median member's area; the gain with which a survey of that
        size is followed; and the variance of the members' log area before the survey. Rows years,
        columns zones, NaN where none looked. Of the districts that no survey looked at, what nation
        and zones leave for them.
    """
    rows, gains, spreads = {}, {}, {}
    zones, names = np.asarray(world.in_zone), np.array(world.zones)
    for year, survey in history.surveys.items():
        looked = (np.array(survey.names) != ELSEWHERE)[:, None] | (names == ELSEWHERE)
        inside = (survey.zone_of @ zones.T > 0.5) & looked  # [area, zone]
        whole = survey.area @ inside
        unseen = names == ELSEWHERE
        follows = gain(np.where(unseen, REST_ERROR, error(whole)))
        had = history.expected[year] @ inside + FLOOR
        log = np.log(whole + FLOOR) - np.log(np.median(had, 0))
        told = (log, follows, np.log(had).var(0))
        for kept, values in zip((rows, gains, spreads), told, strict=True):
            kept[year] = pd.Series(np.where(inside.any(0), values, np.nan), world.zones)
    log, follows, own = (pd.DataFrame(kept).T for kept in (rows, gains, spreads))
    return log, follows, own


def learnt(history: History, world: World, since: int = 0) -> Coming:
    """Return the luck of years to come as what the surveys added tells it.

    Args:
        history: an assimilated past.
        world: zones.
        since: first year that counts; the first surveys bring members to a level, which is no
            luck of a year.
    """
    log, follows, own = (x[x.index >= since] for x in by_zone(history, world))
    log = log.clip(-MOST, MOST)
    if not log.notna().any(axis=None):
        none = np.zeros(len(world.zones))
        return Coming(none, none, none, none)
    added = follows * log
    mean = _mean(added)
    lasts = _lasting(added - mean)
    new = log - lasts * log.shift().fillna(0.0)  # its mean too: that it goes on is not known
    wide = _spread(new**2 - own - SURVEYED**2, np.asarray(world.volatility))
    # nobody knows how what no survey looks at swings, so it has no luck of its own
    wide = np.where(np.array(world.zones) == ELSEWHERE, 0.0, wide)
    last = added.iloc[-1].fillna(mean).to_numpy(float)
    return Coming(last, lasts.to_numpy(float), wide, mean.to_numpy(float))


def _mean(log: pd.DataFrame) -> pd.Series:
    """Return by zone what surveys add in a mean year, 0 where it cannot be told from none.

    Shrunk towards 0 by the share of its square that chance would give (James and Stein 1961,
    positive part), and as by `LEANS` surveys more that added nothing.
    """
    n, mean = log.notna().sum(), log.mean()
    chance = log.var(ddof=1) / n
    sure = (1.0 - chance / (mean**2).clip(lower=1e-12)).clip(0.0, 1.0)
    return (mean * sure * n / (n + LEANS)).where(n > 1, 0.0).fillna(0.0)


def _lasting(log: pd.DataFrame) -> pd.Series:
    """Return by zone the share of a year's luck that the next year has too, 0 to `MOST_LASTING`.

    Least squares through the origin. All zones, each by its own spread, give the mean; zones lean
    on it, and it leans on nothing lasting, both as on `LEANS` surveys.
    """
    before = log.shift()
    both = log.notna() & before.notna()
    size = (log**2).mean()
    moved = (log * before).where(both).sum()
    square = (before**2).where(both).sum()
    told = size > 0
    years = (square[told] / size[told]).sum() / told.sum()  # that zones share: one bad year is one
    pooled = (moved[told] / size[told]).sum() / told.sum() / (years + LEANS)
    share = (moved + LEANS * size * pooled) / (square + LEANS * size)
    return share.clip(0.0, MOST_LASTING).fillna(0.0)


def _spread(extra: pd.DataFrame, restless: Float[np.ndarray, " zone"]) -> np.ndarray:
    """Return the standard deviation of a zone's luck from its squares beyond what explains them."""
    pooled = max(float(np.nanmean(extra.to_numpy())), 0.0)
    n = extra.notna().sum().to_numpy(float)
    total = np.maximum(extra.sum().to_numpy(float), 0.0)
    lean = LEANS * HALF * pooled * restless / restless[n > 0].mean()
    return np.where(n > 0, np.sqrt((total + lean) / (n + LEANS)), 0.0)
