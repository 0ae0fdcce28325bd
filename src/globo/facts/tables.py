"""Tables: the data package read into typed frames, once a folder.

Reads `datapackage.json` (names, types, units, keys) and the CSV files beside it.
Types come from the table schemas, so that a column is declared in one place.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from globo import countries
from globo.errors import UserError

FOLDER = countries.FOLDER / countries.USUAL / "facts"  # its schemas are those of every country
DESCRIPTOR = "datapackage.json"
NEEDED = (
    "districts", "district_year", "coca_district", "coca_zone", "scope", "national", "yields",
    "bases", "prices", "vocabulary", "sources",
)  # fmt: skip
OF_ONE = ("zone", "country", "natural_region", "lat", "lon", "year")  # bound to one country
TYPES = {"string": "object", "number": "float64", "integer": "int64", "boolean": "bool"}


def descriptor(folder: Path = FOLDER) -> dict[str, Any]:
    """Return the description of the data package, each table with its schema.

    Args:
        folder: folder that holds `datapackage.json`.

    Returns:
        The descriptor; `schemas` gives its tables by name.

    Raises:
        UserError: no data package there, or one that cannot be read.
    """
    package = written(folder)
    if any("schema" not in table for table in package["resources"]):
        package["resources"] = [_described(t, package["resources"]) for t in package["resources"]]
    return package


def written(folder: Path = FOLDER) -> dict[str, Any]:
    """Return the description of the data package as its file has it: schemas may be left out.

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
        Table name -> frame with the columns and types of its schema; a table that the package
        lacks is there without a row.

    Raises:
        UserError: a table that cannot be read, or not with these types.
    """
    own = schemas(folder)
    return {name: _table(folder, table) for name, table in own.items()} | _lacking(own)


def legible(folder: Path = FOLDER) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """Read every table as far as it goes, for a check that tells all that is wrong at once.

    Args:
        folder: folder of the data package.

    Returns:
        The package's own tables as text, whole; and every table typed, with the rows alone in
        which every cell has its type and none that must stand there is missing. Both keep the
        rows' numbers.

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
    return texts, typed | _lacking(typed)


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


def _described(table: dict[str, Any], others: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a table that names no schema with that of the usual country's, of other places."""
    if "schema" in table:
        return table
    usual = schemas().get(table.get("name", ""))
    if usual is None:
        found, allowed = f"'{table.get('name')}' without a schema", ", ".join(schemas())
        raise UserError(where=DESCRIPTOR, found=found, allowed=allowed)
    there = {one["name"] for one in others} | {""}
    schema = dict(usual["schema"])
    keys = schema.get("foreignKeys", [])
    schema["foreignKeys"] = [key for key in keys if key["reference"]["resource"] in there]
    schema["fields"] = [_elsewhere(field) for field in schema["fields"]]
    return {**usual, "rows": None, "schema": schema, **table}


def _elsewhere(field: dict[str, Any]) -> dict[str, Any]:
    """Return a field without what its constraints say of one country's places."""
    if field["name"] not in OF_ONE:
        return field
    bounds = {"enum", "minimum", "maximum"}
    kept = {k: v for k, v in field.get("constraints", {}).items() if k not in bounds}
    return {**field, "constraints": kept}


def _lacking(own: Container[str]) -> dict[str, pd.DataFrame]:
    """Return the tables that a package lacks, without a row."""
    return {name: _empty(table) for name, table in schemas().items() if name not in own}


def _empty(table: dict[str, Any]) -> pd.DataFrame:
    """Return a table without rows, with the types of its schema."""
    return pd.DataFrame(
        {
            f["name"]: pd.Series(_typed([], f), dtype=TYPES.get(f["type"]))
            for f in table["schema"]["fields"]
        }
    )


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
