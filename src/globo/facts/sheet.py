"""Sheet: a CSV file of somebody's read as rows of a table, or its first fault told.

Reads the file and the schemas of a package; writes nothing. Each fault has the file, the row and
the field, what stands there, what is allowed and the mend: codes that lost their zero, decimal
commas, words that the vocabulary lacks, units of another quantity, days to come, rows twice.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from globo import files
from globo.errors import UserError, did_you_mean
from globo.facts import tables
from globo.facts.problem import line

GIVEN = ("source", "confidence", "known_at")  # a file may leave them to the source
CLOSED = ("districts", "district_year", "vocabulary", "sources", "disputes")  # not of a survey
PRINTED = {"value_printed": "value", "unit_printed": "unit"}
SEPARATORS = {";": "semicolons", "\t": "tabs"}
COMPARE = "compare with the printed table"
SOME = 6  # words that a message lists


@dataclass(frozen=True)
class Source:
    """Where new figures come from.

    Attributes:
        id: short name in lower case, as "unodc_devida_2025".
        published: day on which they became public.
        title: full title; needed where the package does not have the source yet.
        publisher: full name of who published it; likewise.
        url: its address.
        confidence: of rows that do not say.
    """

    id: str
    published: date
    title: str = ""
    publisher: str = ""
    url: str = ""
    confidence: str = "high"


@dataclass(frozen=True)
class Sheet:
    """Rows for one table, as text in its columns, and the line of the file that each stands on."""

    path: Path
    table: str
    rows: pd.DataFrame


def read(path: Path, base: Path, source: Source) -> Sheet:
    """Read a CSV file as rows of a table of the package.

    Args:
        path: the file; its header tells which table it is for.
        base: the package that the rows are for.
        source: fills in `source`, `known_at` and `confidence` where the file leaves them out.

    Returns:
        The rows, every cell of the type, range and word that the schema of the table asks for.

    Raises:
        UserError: the first cell that is not.
    """
    frame = _cells(path)
    described = tables.schemas(base)
    name = _table_of(path, frame, described)
    fields = {field["name"]: field for field in described[name]["schema"]["fields"]}
    filled = {"source": source.id, "known_at": f"{source.published:%Y-%m-%d}"}
    for column, value in (filled | {"confidence": source.confidence}).items():
        if column in fields and column not in frame:
            frame[column] = value
    if "year_to" in fields and "year_to" not in frame:
        frame["year_to"] = frame["year"]
    for column, same in PRINTED.items():
        if column in fields and column not in frame:
            frame[column] = frame[same]
    package = {key: tables.text(base, described[key]) for key in ("districts", "vocabulary")}
    if "id" in fields and "id" not in frame:
        frame["id"] = _next_ids(tables.text(base, described[name]).id, len(frame))
    rows = frame.reindex(columns=list(fields), fill_value="")
    for index, row in rows.iterrows():
        for column, field in fields.items():
            _check_cell(f"{path}:{line(index)} {column}", row[column], field, package)
        _check_unit(f"{path}:{line(index)} unit", row, package["vocabulary"])
    _check_keys(path, rows, tables.text(base, described[name]), described[name])
    return Sheet(path, name, rows)


def head_of(path: Path) -> str:
    """Name the header of a file."""
    return f"{path}:1"


def _cells(path: Path) -> pd.DataFrame:
    """Read a file as text, a column a name of its header."""
    try:
        content = files.read_plain(path).decode("utf-8-sig")
    except OSError as error:
        found = error.strerror or "cannot be read"
        raise UserError(str(path), found, "a CSV file") from error
    except UnicodeDecodeError as error:
        mend = 'save it as "CSV UTF-8"'
        raise UserError(str(path), "letters in another encoding", "UTF-8", mend) from error
    head = content.split("\n", 1)[0]
    if not head.strip():
        raise UserError(str(path), "nothing", "a header and a row a figure")
    for mark, spoken in SEPARATORS.items():
        if mark in head and "," not in head:
            found = f"columns parted by {spoken}"
            raise UserError(head_of(path), found, "a comma", "save it as CSV with commas")
    header, *rows = csv.reader(StringIO(content.rstrip("\r\n")))
    for at, row in enumerate(rows, start=2):
        if len(row) != len(header):
            where, found = f"{path}:{at}", f"{len(row)} cells"
            mend = "write decimals with a point, quote a cell that holds a comma"
            raise UserError(where, found, f"{len(header)}, as the header", mend)
    if not rows:
        raise UserError(str(path), "no rows", "a header and a row a figure")
    return pd.DataFrame(rows, columns=[name.strip() for name in header])


def _table_of(path: Path, frame: pd.DataFrame, described: dict[str, dict[str, Any]]) -> str:
    """Return the table that has every column of a file, and needs no other."""
    open_to = {name: table for name, table in described.items() if name not in CLOSED}
    names = {n: [f["name"] for f in t["schema"]["fields"]] for n, t in open_to.items()}
    unknown = [c for c in frame if not any(c in columns for columns in names.values())]
    if unknown:
        every = sorted({column for columns in names.values() for column in columns})
        found, mend = f"column '{unknown[0]}'", did_you_mean(unknown[0], every)
        raise UserError(head_of(path), found, "columns of a table (docs/facts.md)", mend)
    lacks = {
        name: [
            f["name"]
            for f in table["schema"]["fields"]
            if f.get("constraints", {}).get("required")
            and f["name"] not in (*frame, *GIVEN, "id", "year_to")
        ]
        for name, table in open_to.items()
        if set(frame) <= set(names[name])
    }
    fitting = [name for name, left in lacks.items() if not left]
    if len(fitting) == 1:
        return fitting[0]
    if path.stem in fitting:
        return path.stem
    if fitting:
        allowed = "a file named like its table: " + ", ".join(f"{name}.csv" for name in fitting)
        raise UserError(head_of(path), "columns of several tables", allowed, "rename it")
    if not lacks:
        found = "columns of different tables"
        raise UserError(
            head_of(path), found, "those of one table (docs/facts.md)", "a file a table"
        )
    near = min(lacks, key=lambda name: len(lacks[name]))
    found = f"no column '{lacks[near][0]}'"
    raise UserError(head_of(path), found, f"the columns of {near}.csv", "add it")


def _check_cell(where: str, text: str, field: dict[str, Any], package: dict[str, Any]) -> None:
    """Refuse a cell of another type, range or word than its column's."""
    rule = field.get("constraints", {})
    if text == "":
        if rule.get("required"):
            raise UserError(where, "nothing", f"a {field['type']}", "fill it in")
        return
    codes = package["districts"].ubigeo
    if rule.get("pattern") == "[0-9]{6}" and text not in set(codes):
        allowed = "the code of a district of districts.csv, six digits"
        raise UserError(where, f"'{text}'", allowed, did_you_mean(text, codes))
    if bool(tables.illegible(pd.Series([text]), field).iloc[0]):
        comma = re.fullmatch(r"-?\d[\d., ]*", text) and field["type"] != "date"
        mend = "write thousands without a mark and decimals with a point" if comma else ""
        kind = "a day as YYYY-MM-DD" if field["type"] == "date" else f"a {field['type']}"
        raise UserError(where, f"'{text}'", kind, mend)
    if "enum" in rule and text not in rule["enum"]:
        allowed = ", ".join(rule["enum"][:SOME]) + (", ..." if len(rule["enum"]) > SOME else "")
        raise UserError(where, f"'{text}'", allowed, did_you_mean(text, rule["enum"]))
    if field["type"] in ("number", "integer"):
        low, high = rule.get("minimum", -float("inf")), rule.get("maximum", float("inf"))
        if not low <= float(text) <= high:
            unit = field.get("unit", "")
            raise UserError(where, text, f"{low:,g} to {high:,g} {unit}".strip(), COMPARE)
    if field["type"] == "date" and text > f"{datetime.now(UTC):%Y-%m-%d}":
        raise UserError(where, text, "a day up to today", "the day on which it was published")


def _check_unit(where: str, row: pd.Series, vocabulary: pd.DataFrame) -> None:
    """Refuse a word that the vocabulary lacks, and a unit that is not the quantity's."""
    if "quantity" not in row or "unit" not in row:
        return
    words = vocabulary[vocabulary.kind == "quantity"]
    units = dict(zip(words.name, words.unit, strict=True))
    if row.quantity not in units:
        at, allowed = where.removesuffix("unit") + "quantity", "a quantity of vocabulary.csv"
        raise UserError(at, f"'{row.quantity}'", allowed, did_you_mean(row.quantity, units))
    if row.unit != units[row.quantity]:
        allowed = f"'{units[row.quantity]}', the unit of {row.quantity}"
        raise UserError(where, f"'{row.unit}'", allowed, "convert the figures")


def _check_keys(path: Path, rows: pd.DataFrame, there: pd.DataFrame, table: dict[str, Any]) -> None:
    """Refuse a row that stands there twice, in the file or beside the package."""
    keys = table["schema"]["primaryKey"]
    again = rows[rows.duplicated(keys)]
    if len(again):
        row = again.iloc[0]
        found = " ".join(str(row[key]) for key in keys) + " a second time"
        where = f"{path}:{line(row.name)} {keys[-1]}"
        raise UserError(where, found, "one row a key", "take one of them out")
    known = rows.merge(there[keys].drop_duplicates(), on=keys, how="left", indicator=True)
    if (known._merge == "both").any():
        at = int((known._merge == "both").to_numpy().argmax())
        found = " ".join(str(rows[key].iloc[at]) for key in keys) + " is in the package"
        where, mend = f"{path}:{line(at)} {keys[-1]}", "correct the row there"
        raise UserError(where, found, "figures that are new", mend)


def _next_ids(ids: pd.Series, count: int) -> list[str]:
    """Return ids that follow those of a table."""
    letter, digits = ids.iloc[-1][0], len(re.sub(r"\D", "", ids.iloc[-1]))
    last = max(int(re.sub(r"\D", "", name)) for name in ids if name[0] == letter)
    return [f"{letter}{last + 1 + step:0{digits}d}" for step in range(count)]
