"""Which published zone areas can be fitted to: surveys by district, and totals that join them."""

from __future__ import annotations

import pandas as pd

JOIN = 0.3  # a zone's medium figures must lie within 30 % of its first survey by district


def trusted_zones(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep zone areas of high confidence, and medium ones that pass a check against them.

    Args:
        rows: the table `coca_zone` as known on a day.
    """
    high = rows[rows.confidence == "high"]
    medium = rows[rows.confidence == "medium"]
    first = high.sort_values("year").groupby("zone").coca_ha.first()
    last = medium.sort_values("year").groupby("zone").coca_ha.last()
    off = ((last / first.reindex(last.index)) - 1.0).abs() > JOIN
    return pd.concat([high, medium[~medium.zone.isin(off.index[off])]])
