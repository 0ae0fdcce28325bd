"""What the surveys added to the members that ship, by zone and year, and what that says.

A zone's figure is the mean of the log factors of its districts, weighed by the coca that the survey
found in them; 0 is a year in which the mechanisms did what the survey found.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from globo.facts import Facts
from globo.model import surveyed
from globo.model.parameters import FIRST_YEAR
from globo.model.world import World
from globo.results import QUANTILES

LEAST = 0.1  # ha of weight that a district without surveyed coca has


def by_zone(facts: Facts, world: World) -> pd.DataFrame:
    """Return what each December's survey added to the members, by zone.

    Args:
        facts: for the districts' surveyed areas.
        world: order of zones and districts.

    Returns:
        Columns year, zone and quantiles (p05, p50, p95) of the log factor over members; no row
        where no survey looked. Empty where no innovations ship.
    """
    found = surveyed.shipped()
    if found is None:
        return pd.DataFrame(columns=["year", "zone", *QUANTILES])
    coca = facts.coca("district").reindex(columns=list(world.districts)).fillna(0.0)
    mean = coca.mean().to_numpy(float)
    rows = []
    for i, columns in enumerate(found["columns"]):
        year = FIRST_YEAR + i
        weight = coca.loc[year].to_numpy(float) if year in coca.index else mean
        for z, zone in enumerate(world.zones):
            mine = (np.asarray(world.zone) == z) & (columns >= 0)
            if not mine.any():
                continue
            log = found["log"][:, columns[mine]].astype(float)
            of_zone = log @ (weight[mine] + LEAST) / (weight[mine] + LEAST).sum()
            told = np.quantile(of_zone, list(QUANTILES.values()))
            rows.append({"year": year, "zone": zone, **dict(zip(QUANTILES, told, strict=True))})
    return pd.DataFrame(rows)


def bias(table: pd.DataFrame, first: int) -> pd.DataFrame:
    """Return by zone what surveys added on average from a year on: what the mechanisms lack.

    Args:
        table: as `by_zone` returns it.
        first: first year counted.

    Returns:
        Columns mean (log a year), spread (over years) and years; index zone, the largest first.
    """
    late = table[table["year"] >= first].groupby("zone")["p50"]
    told = pd.DataFrame({"mean": late.mean(), "spread": late.std(), "years": late.size()})
    return told.reindex(told["mean"].abs().sort_values(ascending=False).index)
