"""Checks: whether a data package is sound.

First the table schemas (types, ranges, keys), by Frictionless; then the rules of
this package (`rules`), on the rows whose cells can be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from globo import countries
from globo.errors import UserError
from globo.facts import rules, tables
from globo.facts.agreement import counts
from globo.facts.problem import Problem, each


def check(folder: Path | str | None = None, country: str = countries.USUAL) -> list[Problem]:
    """Check a data package.

    Args:
        folder: folder with `datapackage.json`; None for the package shipped.
        country: whose figures they are.

    Returns:
        Problems by table and line, none for a sound package. Where a table cannot be read,
        the problems of the schemas alone.

    Raises:
        UserError: no data package in the folder.
    """
    whose = countries.load(country)
    where = Path(folder) if folder else whose.facts
    missing = _missing_columns(where)
    found = {*_schema_problems(where), *missing}
    try:
        texts, frames = tables.legible(where)
    except UserError:
        return sorted(found)
    if missing:
        return sorted(found)
    described = tables.descriptor(where)
    found |= {*_cells(texts, described), *counts(texts, described)}
    return sorted({*found, *rules.problems(frames, described, whose)})


def _cells(texts: dict[str, pd.DataFrame], described: dict[str, Any]) -> Iterator[Problem]:
    """List cells that are no number, longer than their column is measured, or badly spaced."""
    for table in described["resources"]:
        text = texts[table["name"]]
        for field in table["schema"]["fields"]:
            column = text[field["name"]]
            wrong = text[tables.illegible(column, field)]
            yield from each(table["name"], wrong, field["name"], f"a {field['type']}")
            spaced = text[column != column.str.strip()]
            yield from each(table["name"], spaced, field["name"], "no blank before or behind")
            if "decimals" in field:
                digits = column.str.extract(r"\.(\d*?)0*$")[0].fillna("").str.len()
                fine = text[digits > field["decimals"]]
                allowed = f"at most {field['decimals']} decimals, as the column is measured"
                yield from each(table["name"], fine, field["name"], allowed)


def _missing_columns(folder: Path) -> list[Problem]:
    """List the columns of the shipped package, and the tables needed, that another one lacks."""
    there = {
        table["name"]: {field["name"] for field in table["schema"]["fields"]}
        for table in tables.descriptor(folder)["resources"]
    }
    asked = {*there, *tables.NEEDED}
    return [
        Problem(name, 0, field["name"], "no such column", "the columns of the shipped package")
        for name, table in tables.schemas().items()
        if name in asked
        for field in table["schema"]["fields"]
        if field["name"] not in there.get(name, ())
    ]


def _schema_problems(folder: Path) -> list[Problem]:
    """Validate the tables against their schemas."""
    from frictionless import Package  # slow to import, and needed here only

    descriptor = tables.descriptor(folder)
    report = Package.from_descriptor(descriptor, basepath=str(folder)).validate()
    rows = report.flatten(["type", "note"]) if not report.tasks else []
    found = [Problem("datapackage", 0, kind, note, "a valid data package") for kind, note in rows]
    for task in report.tasks:
        for error in task.errors:
            if error.type == "row-count":  # `counts` says it in our words
                continue
            line = getattr(error, "row_number", None) or 0
            names = [getattr(error, "field_name", ""), *getattr(error, "field_names", [])]
            field = ", ".join(name for name in names if name)
            allowed = ALLOWED.get(error.type, "the schema")
            found.append(Problem(task.name, line, field, error.note, allowed))
    return found


ALLOWED = {
    "constraint-error": "the range, list or pattern of the schema",
    "foreign-key": "a name that the other table holds",
    "primary-key": "one row a key",
    "type-error": "the type of the schema",
    "missing-cell": "a value",
}
