"""Forecasts as tables: arrays of draws to (unit, year, draw, coca_ha) and back.

Every forecaster hands over such a table; scores read arrays. District tables may name
districts or comparable units: a parent district carries the code of its unit.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

COLUMNS = ["unit", "year", "draw", "coca_ha"]


def to_frame(draws: NDArray[np.float64], units: Sequence[str], first_year: int) -> pd.DataFrame:
    """Return draws as a long table.

    Args:
        draws: areas, ha, shape (draw, horizon, unit).
        units: name of each unit.
        first_year: year of the first step.

    Returns:
        Columns unit, year, draw, coca_ha; sorted by unit, year, draw.
    """
    samples, horizon, n_units = draws.shape
    codes = np.repeat(np.arange(n_units), horizon * samples)
    return pd.DataFrame(
        {
            "unit": np.asarray(units, dtype=object)[codes],
            "year": np.tile(np.repeat(np.arange(horizon) + first_year, samples), n_units),
            "draw": np.tile(np.arange(samples), horizon * n_units),
            "coca_ha": draws.transpose(2, 1, 0).ravel(),
        }
    )


def to_array(
    table: pd.DataFrame, groups: dict[str, str], units: Sequence[str], years: Sequence[int]
) -> NDArray[np.float64]:
    """Return a long table as an array, summed over units that belong together.

    Args:
        table: columns unit, year, draw, coca_ha.
        groups: name of the unit of the result that each unit of the table is part of;
            units without a group are left out.
        units: units of the result, in order.
        years: years of the result, in order.

    Returns:
        Areas, ha, shape (draw, year, unit); NaN where the table has no such unit or year.
    """
    group = table["unit"].map(groups)
    kept = table[group.notna() & table["year"].isin(years)]
    sums = kept["coca_ha"].groupby([kept["draw"], kept["year"], group[kept.index]]).sum()
    wide = sums.unstack().reindex(columns=units)
    draws = np.sort(table["draw"].unique())
    index = pd.MultiIndex.from_product([draws, years])
    return wide.reindex(index).to_numpy().reshape(len(draws), len(years), len(units))
