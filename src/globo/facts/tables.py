"""Tables: the data package read into typed frames, once a folder.

Reads `datapackage.json` (names, types, units, keys) and the CSV files beside it.
Types come from the table schemas, so that a column is declared in one place.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from globo.errors import UserError

FOLDER = Path(__file__).parent / "data"
DESCRIPTOR = "datapackage.json"


def descriptor(folder: Path = FOLDER) -> dict[str, Any]:
    """Return the description of the data package.

    Args:
        folder: folder that holds `datapackage.json`.

    Returns:
        The descriptor as JSON holds it; `schemas` gives its tables by name.

    Raises:
        UserError: no data package there, or one that cannot be read.
    """
    path = folder / DESCRIPTOR
    try:
        package = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        found = error.strerror or "cannot be read"
        raise UserError(str(path), found, "a folder with a data package") from error
    except ValueError as error:
        raise UserError(str(path), str(error), "a JSON object") from error
    if not isinstance(package, dict) or not isinstance(package.get("resources"), list):
        raise UserError(str(path), "no list of resources", "a data package with its tables")
    return package


def schemas(folder: Path = FOLDER) -> dict[str, dict[str, Any]]:
    """Return the description of each table (path, title, schema), by table name."""
    return {resource["name"]: resource for resource in descriptor(folder)["resources"]}


def known_later(folder: Path = FOLDER) -> dict[str, dict[str, str]]:
    """Return the columns that became public on a day of their own, by table.

    Args:
        folder: folder of the data package.

    Returns:
        Table name -> column -> the column that holds its day, as the schema's `known_at` says.
    """
    return {
        name: {f["name"]: f["known_at"] for f in table["schema"]["fields"] if "known_at" in f}
        for name, table in schemas(folder).items()
    }


def parse(folder: Path = FOLDER) -> dict[str, pd.DataFrame]:
    """Parse every table of the package.

    Args:
        folder: folder of the data package.

    Returns:
        Table name -> frame with the columns and types of its schema.

    Raises:
        UserError: a table that cannot be read, or not with these types.
    """
    return {name: _table(folder, table) for name, table in schemas(folder).items()}


def legible(folder: Path = FOLDER) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """Read every table as far as it goes, for a check that tells all that is wrong at once.

    Args:
        folder: folder of the data package.

    Returns:
        The tables as text, whole; and typed, with the rows alone in which every cell has its type
        and none that must stand there is missing. Both keep the rows' numbers.

    Raises:
        UserError: a table that cannot be read, or lacks a column.
    """
    texts, typed = {}, {}
    for name, table in schemas(folder).items():
        texts[name] = cells = text(folder, table)
        fields = table["schema"]["fields"]
        sound = np.ones(len(cells), dtype=bool)
        for field in fields:
            sound &= ~illegible(cells[field["name"]], field).to_numpy()
        columns = {f["name"]: _typed(cells.loc[sound, f["name"]].tolist(), f) for f in fields}
        frame = pd.DataFrame(columns)
        typed[name] = frame.set_axis(cells.index[sound])
    return texts, typed


def illegible(column: pd.Series, field: dict[str, Any]) -> pd.Series:
    """Return which cells of a column of text have another type, or are missing."""
    given = column != ""
    wrong = ~given & bool(field.get("constraints", {}).get("required"))
    if field["type"] in ("number", "integer"):
        value = pd.to_numeric(column, errors="coerce")
        wrong |= given & ~np.isfinite(value)
        if field["type"] == "integer":
            wrong |= given & ~column.str.fullmatch(r"[+-]?\d+")
    elif field["type"] == "date":
        shape = column.str.fullmatch(r"\d{4}-\d{2}-\d{2}")
        wrong |= given & (~shape | pd.to_datetime(column, errors="coerce").isna())
    elif field["type"] == "boolean":
        wrong |= given & ~column.isin([*field["trueValues"], *field["falseValues"]])
    return wrong


def read(folder: Path = FOLDER) -> dict[str, pd.DataFrame]:
    """Return what `parse` returns, read once; the frames are shared, so copy before writing."""
    return _kept(folder)


# called with its folder always, since a cache takes a default left out for another call
_kept = cache(parse)


@cache
def content_hash(folder: Path = FOLDER) -> str:
    """Return the SHA-256 of the package: descriptor and tables, names and bytes."""
    digest = hashlib.sha256()
    names = [DESCRIPTOR, *(table["path"] for table in schemas(folder).values())]
    for name in sorted(names):
        digest.update(name.encode() + b"\0" + (folder / name).read_bytes() + b"\0")
    return digest.hexdigest()


def _table(folder: Path, table: dict[str, Any]) -> pd.DataFrame:
    """Read one table with the types of its schema."""
    fields = table["schema"]["fields"]
    path = folder / table["path"]
    try:
        cells = text(folder, table)
        columns = {field["name"]: cells[field["name"]].tolist() for field in fields}
        return pd.DataFrame({f["name"]: _typed(columns[f["name"]], f) for f in fields})
    except ValueError as error:
        if isinstance(error, UserError):
            raise
        mend = "run `globo facts check`"
        raise UserError(str(path), str(error), "the types of the schema", mend) from error


def text(folder: Path, table: dict[str, Any]) -> pd.DataFrame:
    """Read one table as text, with the columns of its schema."""
    path = folder / table["path"]
    try:
        cells = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
        return cells[[field["name"] for field in table["schema"]["fields"]]]
    except KeyError as error:
        raise UserError(str(path), f"no column {error}", "the columns of the schema") from error
    except (OSError, ValueError) as error:
        mend = "run `globo facts check`"
        raise UserError(str(path), str(error), "the types of the schema", mend) from error


def _typed(column: list[str], field: dict[str, Any]) -> Any:
    """Turn text into the type of the field; empty numbers are NaN, empty text stays empty."""
    kind = field["type"]
    if kind == "date":
        return pd.to_datetime(pd.Series([text or None for text in column]), format="%Y-%m-%d")
    if kind == "boolean":
        return [text in field["trueValues"] for text in column]
    if kind in ("number", "integer"):
        whole = kind == "integer" and "" not in column
        return [int(text) if whole else float(text or "nan") for text in column]
    return column
