"""Inputs: every table and column that a country brings, what it holds and what is missing.

Reads `countries/columns.csv` (what the model asks for), the country's tables and its facts;
writes nothing. `globo describe` prints it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from globo import countries
from globo.countries import Country
from globo.facts import tables
from globo.model import posterior
from globo.model.levers import levers
from globo.model.parameters import table as parameters

FACTS = "facts/"
DECLARED = "country"  # its `country.toml`, one value a field
SOURCES = 2  # shown by name
YES = "yes"


@dataclass(frozen=True)
class Input:
    """One column of one input table.

    Attributes:
        table: name of the table; `facts/NAME` for one of the data package.
        column: name of the column.
        rows: rows of the table.
        unit: unit, or what its words name.
        needed: whether the model cannot do without it.
        default: what is taken where it is missing.
        source: whose figures they are: the first names, and how many more.
        missing: "" where all is there; "table", "column", or how many rows lack it.
        meaning: what it is.
    """

    table: str
    column: str
    rows: int
    unit: str
    needed: bool
    default: str
    source: str
    missing: str
    meaning: str


def inputs(country: Country) -> list[Input]:
    """Return every input of a country: its own tables, the facts, then what the model brings."""
    path = countries.FOLDER / "columns.csv"
    asked = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    facts = _facts(country)
    found = []
    for row in asked:
        name, column = row["table"], row["column"]
        held = facts.get(name.removeprefix(FACTS), []) if name.startswith(FACTS) else None
        rows = _own(country, name) if held is None else held
        found.append(
            Input(
                table=name,
                column=column,
                rows=len(rows),
                unit=row["unit"],
                needed=row["needed"] == YES,
                default=row["default"],
                source=_sources(one.get("source", "") for one in rows),
                missing=_missing(rows, column, row["needed"] == YES),
                meaning=row["meaning"],
            )
        )
    return [*found, *_rest(country, facts, {(r["table"], r["column"]) for r in asked})]


def _own(country: Country, table: str) -> Sequence[countries.Row]:
    if table == DECLARED:
        fields = {**vars(country), "elections": country.elections or ""}
        return [{k: str(v) for k, v in fields.items()} | {"source": "country.toml"}]
    return country.rows(table)


def _facts(country: Country) -> dict[str, list[countries.Row]]:
    """Return the rows of each table of the data package as text; a table not there has none."""
    found: dict[str, list[countries.Row]] = {name: [] for name in tables.schemas()}
    for name, table in tables.schemas(country.facts).items():
        text = (country.facts / table["path"]).read_text(encoding="utf-8")
        found[name] = list(csv.DictReader(text.splitlines()))
    return found


def _missing(rows: Sequence[countries.Row], column: str, needed: bool) -> str:
    if not rows:
        return "table"
    if column not in rows[0]:
        return "column"
    empty = sum(not row[column] for row in rows)
    return f"{empty} of {len(rows)} rows" if empty and needed else ""


def _sources(names: Iterable[str]) -> str:
    known = list(dict.fromkeys(name for name in names if name))
    more = f" and {len(known) - SOURCES} more" if len(known) > SOURCES else ""
    return ", ".join(known[:SOURCES]) + more


def _rest(
    country: Country, facts: dict[str, list[countries.Row]], told: set[tuple[str, str]]
) -> Iterable[Input]:
    """Yield the facts' columns that no part of the month reads, and the model's own tables."""
    read = "not read by the month: shown beside it, or fitted to"
    for name, table in tables.schemas().items():
        rows = facts[name]
        source = _sources(row.get("source", "") for row in rows)
        for field in table["schema"]["fields"]:
            key = (FACTS + name, field["name"])
            if key not in told:
                unit, meaning = field.get("unit", field["type"]), field.get("description") or read
                gone = "" if rows else "table"
                yield Input(*key, len(rows), unit, False, "none", source, gone, meaning)
    rows = [vars(row) for row in parameters().values()]
    says = "one a row, with unit, default, prior and source: docs/parameters.md"
    source = _sources(row["source"] for row in rows)
    yield Input("parameters", "default", len(rows), "of the row", True, "", source, "", says)
    table = levers(country.name)
    source, says = _sources(row["source"] for row in table.values()), "one a row, as today"
    yield Input("levers", "default", len(table), "of the row", True, "", source, "", says)
    members = posterior.shipped(country.name)
    held, gone = (0, "table") if members is None else (len(members), "")
    says, default = "members of the posterior, a draw each", "draws from the priors"
    yield Input(
        "posterior", "member", held, "normals", False, default, "globo calibrate", gone, says
    )
