"""Constants: the model's numbers that no draw varies, one row each of `constants.csv`.

A row says unit, range, source or "assumed", the files that take it and what it means. What is
uncertain and matters is a parameter (`parameters.csv`); a number here is the same in every draw.
Brings no JAX: formulas take plain numbers.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from globo.errors import UserError

TABLE = "constants.csv"


@dataclass(frozen=True)
class Constant:
    """One row: `value` whole where the table writes it so, `files` that take it."""

    name: str
    unit: str
    value: float | int
    low: float
    high: float
    source: str
    files: tuple[str, ...]
    meaning: str


@cache
def table(package: str = "globo.model", name: str = TABLE) -> dict[str, Constant]:
    """Return the constants of a room by name.

    Args:
        package: room that the table stands in.
        name: of the table.

    Raises:
        UserError: a name twice, or a value outside its range.
    """
    text = resources.files(package).joinpath(name).read_text(encoding="utf-8")
    rows: dict[str, Constant] = {}
    for line, raw in enumerate(csv.DictReader(text.splitlines()), start=2):
        where, value = f"{name}:{line}: {raw['name']}", _number(raw["value"])
        low, high = float(raw["low"]), float(raw["high"])
        if raw["name"] in rows:
            raise UserError(where, "a name that stands above", "a new name")
        if not low <= value <= high:
            raise UserError(where, f"value {value:g}", f"{low:g} to {high:g}")
        said = (raw["source"], tuple(raw["files"].split()), raw["meaning"])
        rows[raw["name"]] = Constant(raw["name"], raw["unit"], value, low, high, *said)
    return rows


class Constants:
    """The values of a room's table as attributes."""

    def __init__(self, package: str, name: str) -> None:
        """Name the table; it is read when a value is first asked for."""
        self._table = (package, name)

    def rows(self) -> dict[str, Constant]:
        """Return the rows by name."""
        return table(*self._table)

    def __getattr__(self, name: str) -> Any:
        """Return the value of a row."""
        try:
            return self.rows()[name].value
        except KeyError:
            msg = f"{name}: no row of {self._table[1]}"
            raise AttributeError(msg) from None


constants = Constants("globo.model", TABLE)


def _number(text: str) -> float | int:
    return int(text) if text.lstrip("-").isdigit() else float(text)
