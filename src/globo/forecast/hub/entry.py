"""One entry: what was said on a day, as rows of quantiles and of joint samples.

The country and its zones come from the same runs, so that a sample is one future of all of them,
over all years; districts are a pool with samples of their own. Hence two targets.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from globo.errors import UserError
from globo.forecast.frames import to_array

TASKS = ["origin_date", "target", "horizon", "location", "target_end_date"]
COLUMNS = [*TASKS, "output_type", "output_type_id", "value"]
QUANTILE_LEVELS = (
    0.025,
    0.05,
    0.1,
    0.2,
    0.25,
    0.3,
    0.4,
    0.5,
    0.6,
    0.7,
    0.75,
    0.8,
    0.9,
    0.95,
    0.975,
)
TARGETS = {"national": "coca_ha", "zone": "coca_ha", "district": "coca_ha_district"}
QUANTILE, SAMPLE = "quantile", "sample"


@dataclass(frozen=True)
class Unit:
    """A place that is forecast.

    Attributes:
        location: its code in the hub: the country, a survey zone, or a district unit's six digits.
        level: national, zone or district.
        name: for readers.
        zone: the survey zone that a district lies in; empty else.
        districts: codes of the districts that a district unit is made of; empty else.
    """

    location: str
    level: str
    name: str
    zone: str = ""
    districts: tuple[str, ...] = ()


def content(
    tables: Mapping[str, pd.DataFrame],
    units: Iterable[Unit],
    day: str,
    last_survey: int,
    horizon: int,
    samples: int,
) -> str:
    """Return an entry as CSV.

    Args:
        tables: draws by level, columns unit, year, draw, coca_ha; districts may be parts of units.
        units: what is kept of them.
        day: the day it is said, "YYYY-MM-DD".
        last_survey: year of the last survey known then.
        horizon: years after it.
        samples: joint draws kept; quantiles are those of all draws.
    """
    years = [last_survey + step for step in range(1, horizon + 1)]
    parts, units = [], list(units)
    first = {target: i * samples for i, target in enumerate(dict.fromkeys(TARGETS.values()))}
    for level, target in TARGETS.items():
        mine = [unit for unit in units if unit.level == level]
        if not mine:
            continue
        groups = {code: u.location for u in mine for code in u.districts or (u.location,)}
        draws = to_array(tables[level], groups, [u.location for u in mine], years)
        for i, unit in enumerate(mine):
            for step, year in enumerate(years, 1):
                task = (day, target, step, unit.location, f"{year}-12-31")
                parts.append(_rows(task, draws[:, step - 1, i], first[target], samples))
    table = pd.concat(parts, ignore_index=True)
    return table.to_csv(index=False, lineterminator="\n")


def _rows(task: tuple, draws: NDArray[np.float64], first: int, samples: int) -> pd.DataFrame:
    """Return the rows of one task: its quantiles, then its samples, to a tenth of a hectare."""
    values = [*np.quantile(draws, QUANTILE_LEVELS), *draws[:samples]]
    kinds = [QUANTILE] * len(QUANTILE_LEVELS) + [SAMPLE] * samples
    names = [*map(str, QUANTILE_LEVELS), *(str(first + i + 1) for i in range(samples))]
    fixed = dict(zip(TASKS, task, strict=True))
    rounded = [f"{value:.1f}" for value in values]
    return pd.DataFrame({**fixed, "output_type": kinds, "output_type_id": names, "value": rounded})[
        COLUMNS
    ]


def read(path: Path) -> pd.DataFrame:
    """Read an entry; codes stay text, `value` is a number.

    Raises:
        UserError: no such file, other columns, or a value that is no number.
    """
    try:
        text = path.read_text(encoding="utf-8")
        table = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise UserError(str(path), str(error), "an entry as CSV", "see docs/forecast.md") from error
    if list(table.columns) != COLUMNS:
        found, allowed = ", ".join(table.columns), ", ".join(COLUMNS)
        raise UserError(str(path), f"columns {found}", allowed, "restore the entry from git")
    value = pd.to_numeric(table["value"], errors="coerce")
    if value.isna().any():
        at = int(value.isna().to_numpy().argmax())
        where, found = f"{path}:{at + 2} value", f"'{table['value'].iloc[at]}'"
        raise UserError(where, found, "hectares", "restore the entry from git")
    return table.assign(value=value)


def quantiles(table: pd.DataFrame) -> pd.DataFrame:
    """Return the quantiles of an entry: a row a task, a column a level."""
    rows = table[table["output_type"] == QUANTILE]
    rows = rows.assign(output_type_id=rows["output_type_id"].astype(float))
    return rows.pivot(index=TASKS, columns="output_type_id", values="value")


def samples(table: pd.DataFrame) -> pd.DataFrame:
    """Return the samples of an entry: a row a task, a column a draw of its target."""
    rows = table[table["output_type"] == SAMPLE]
    number = rows["output_type_id"].astype(int)
    rows = rows.assign(draw=number - number.groupby(rows["target"]).transform("min"))
    return rows.pivot(index=TASKS, columns="draw", values="value")
