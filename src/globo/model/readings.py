"""Readings: where surveys and studies pull apart, another value for what growers do, by name.

The posterior reads the surveys. `readings.csv` says what another reading of the same unknowns
sets instead, with its source: one row a parameter. A scenario takes it by name (`reading`): its
draws are members of a posterior fitted with those values, and its history is brought to the
surveys by innovations of its own, so that readings differ in what comes of a policy and not in
where it starts.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources

from globo.errors import UserError, did_you_mean

HERE = "readings.csv"


@cache
def table() -> dict[str, dict[str, float]]:
    """Return the parameters that each reading sets, by reading and parameter."""
    with resources.files("globo.model").joinpath(HERE).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        found.setdefault(row["reading"], {})[row["parameter"]] = float(row["value"])
    return found


def values(reading: str) -> dict[str, float]:
    """Return the parameters that a reading sets, none for "", that of the surveys.

    Raises:
        UserError: no such reading.
    """
    if reading and reading not in table():
        where, mend = "reading", did_you_mean(reading, table())
        raise UserError(where, f"'{reading}'", ", ".join(table()), mend)
    return table().get(reading, {})


def of(fixed: Mapping[str, float]) -> str:
    """Return the reading whose parameters are all fixed at its values, "" where none is."""
    for name, values in table().items():
        if all(fixed.get(parameter) == value for parameter, value in values.items()):
            return name
    return ""
