"""Problem: something wrong in a table, and the helpers that say where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True, order=True)
class Problem:
    """Something wrong in a table.

    Attributes:
        table: name of the table.
        line: line of its file, 1 is the header; 0 for the whole table.
        field: the column, "" where several are meant.
        found: what stands there.
        allowed: what may stand there.
    """

    table: str
    line: int
    field: str
    found: str
    allowed: str

    def __str__(self) -> str:
        """Say it on one line, as messages to users do."""
        line = f":{self.line}" if self.line else ""
        field = f" {self.field}" if self.field else ""
        return f"{self.table}.csv{line}{field}: {self.found}; allowed: {self.allowed}"

    def as_dict(self) -> dict[str, Any]:
        """Return the parts by name."""
        return asdict(self)


def keyed(frame: pd.DataFrame, *keys: str) -> pd.DataFrame:
    """Index a table by its key; another rule says so where a key stands there twice."""
    return frame.drop_duplicates(list(keys)).set_index(keys[0] if len(keys) == 1 else list(keys))


def each(table: str, rows: pd.DataFrame, field: str, allowed: str) -> Iterator[Problem]:
    """Yield a problem for each row, with what its field holds."""
    for index, value in rows[field].items():
        shown = f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else value
        found = f"'{shown}'" if isinstance(shown, str) else f"{shown:g}"
        yield Problem(table, line(index), field, found, allowed)


def lines(rows: pd.DataFrame) -> Iterator[tuple[int, Any]]:
    """Yield rows with the line of the file that they stand on."""
    for row in rows.itertuples():
        yield line(row.Index), row


def line(index: Any) -> int:
    """Return the line of a row: the header is line 1."""
    return int(index) + 2
