"""Plant errors into copies of the data package: a seeded battery of 450.

Each error is one that a person makes who types a table or copies it from a report. `battery` draws
kind by kind as `KINDS` counts them: a table (large ones more often, by the root of their rows),
a row and a field, all at random among those that the kind can spoil; nothing is chosen by hand,
and no rule of `globo.facts` knows of a planted row. In a package the errors of a table stand far
apart, so that what is found can be laid at its door: `is_found` asks for a problem on the very
line, or for one of the whole table (rows that vanished), or for a sum that names the year and place
of the row.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from globo.facts import tables
from globo.facts.problem import Problem

Rows = list[dict[str, str]]
NOT_MEASURED = {"year", "year_to", "opened", "round", "lat", "lon"}
# read by people, and the frame's own words and citations, which every other table refers to
NOT_PLANTED = {"disputes", "vocabulary", "sources"}
SUMMED = ("coca_district", "coca_zone", "coca_department", "national")  # tables that add up
PLACES = ("ubigeo", "zone", "department", "country", "place")
APART = 40  # rows between two errors of one table and package: more than a district has years


@dataclass(frozen=True)
class Planted:
    """An error: its kind, where it stands, and what the row was and became.

    Attributes:
        kind: a name of `KINDS`.
        table: the table.
        row: index of the row in the sound table.
        field: the column, "" where the whole row is meant.
        was: what stood there.
        now: what stands there.
    """

    kind: str
    table: str
    row: int
    field: str
    was: str
    now: str

    def __str__(self) -> str:
        """Say it on one line."""
        where = f"{self.table}.csv:{self.row + 2} {self.field}".rstrip()
        return f"{self.kind}: {where}: '{self.was}' -> '{self.now}'"


class Package:
    """The sound package as text, and what its schemas say."""

    def __init__(self) -> None:
        """Read the package shipped."""
        self.tables: dict[str, Rows] = {}
        self.fields: dict[str, dict[str, dict]] = {}
        self.keys: dict[str, list[str]] = {}
        for name, table in tables.schemas().items():
            frame = pd.read_csv(tables.FOLDER / table["path"], dtype=str, keep_default_na=False)
            self.tables[name] = frame.to_dict("records")
            self.fields[name] = {field["name"]: field for field in table["schema"]["fields"]}
            self.keys[name] = table["schema"]["primaryKey"]
        self.units = [r["name"] for r in self.tables["vocabulary"] if r["kind"] == "unit"]
        self.sources = [r["id"] for r in self.tables["sources"]]

    def measured(self, table: str) -> list[str]:
        """List the columns of a table that hold measured numbers."""
        return [
            name
            for name, field in self.fields[table].items()
            if field["type"] in ("number", "integer") and name not in NOT_MEASURED
        ]

    def words(self, table: str, field: str) -> list[str]:
        """List the words that stand in a column."""
        return sorted({row[field] for row in self.tables[table]} - {""})


Spoil = Callable[[Package, str, dict[str, str], random.Random], tuple[str, str] | None]


def not_a_number(package: Package, table: str, row: dict[str, str], rng: random.Random):
    """A number that must stand there is missing, or is NaN."""
    needed = [
        name
        for name, field in package.fields[table].items()
        if field["type"] in ("number", "integer") and field.get("constraints", {}).get("required")
    ]
    return (rng.choice(needed), rng.choice(["NaN", "nan", ""])) if needed else None


def impossible_sign(package: Package, table: str, row: dict[str, str], rng: random.Random):
    """A minus before what is never negative."""
    like = [r for r in package.tables[table] if r.get("quantity") == row.get("quantity")]
    never = [
        name
        for name in package.measured(table)
        if number(row[name]) > 0 and all(not r[name] or number(r[name]) >= 0 for r in like)
    ]
    return (field := rng.choice(never), "-" + row[field]) if never and len(like) > 1 else None


def scaled(factor: float) -> Spoil:
    """Return what multiplies a measured number."""

    def spoil(package: Package, table: str, row: dict[str, str], rng: random.Random):
        fields = [name for name in package.measured(table) if number(row[name]) != 0]
        if not fields:
            return None
        field = rng.choice(fields)
        value = number(row[field]) * factor
        whole = package.fields[table][field]["type"] == "integer"
        return field, f"{value:.0f}" if whole else f"{value:.12g}"

    return spoil


def other_unit(package: Package, table: str, row: dict[str, str], rng: random.Random):
    """The unit of another quantity."""
    return ("unit", rng.choice(package.units)) if "unit" in row else None


def other_source(package: Package, table: str, row: dict[str, str], rng: random.Random):
    """A source that exists, and holds something else."""
    return ("source", rng.choice(package.sources)) if "source" in row else None


def lost_zero(package: Package, table: str, row: dict[str, str], rng: random.Random):
    """A spreadsheet took a code for a number."""
    codes = [name for name in ("ubigeo", "series_unit") if row.get(name, "").startswith("0")]
    return (field := rng.choice(codes), row[field][1:]) if codes else None


def from_the_future(package: Package, table: str, row: dict[str, str], rng: random.Random):
    """Known on a day that has not come."""
    day = f"{rng.randint(2027, 2099)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    return ("known_at", day) if "known_at" in row else None


def before_its_year(package: Package, table: str, row: dict[str, str], rng: random.Random):
    """Known before the year that it is about began."""
    year = row.get("year_to") or row.get("year")
    if not year or "known_at" not in row or "goal" in row.get("quantity", ""):
        return None
    return "known_at", f"{int(year) - rng.randint(1, 4)}{row['known_at'][4:]}"


def swapped(package: Package, table: str, row: dict[str, str], rng: random.Random):
    """Two columns of numbers stand in each other's place."""
    fields = [
        name
        for name, field in package.fields[table].items()
        if field["type"] in ("number", "integer") and row[name]
    ]
    pairs = [
        (a, b)
        for a in fields
        for b in fields
        if a < b and number(row[a]) != number(row[b]) and {a, b} != {"year", "year_to"}
    ]
    return ("+".join(rng.choice(pairs)), "") if pairs else None


def wrong_code(package: Package, table: str, row: dict[str, str], rng: random.Random):
    """Another place than the row is about, and one that exists."""
    fields = [name for name in PLACES if row.get(name) and len(package.words(table, name)) > 1]
    if not fields:
        return None
    field = rng.choice(fields)
    return field, rng.choice(package.words(table, field))


def misspelt(package: Package, table: str, row: dict[str, str], rng: random.Random):
    """A name without a letter, in capitals, or with a blank behind it."""
    names = [n for n in (*PLACES, "quantity", "confidence", "source", "basis") if row.get(n)]
    if not names:
        return None
    field = rng.choice(names)
    text, at = row[field], rng.randrange(len(row[field]))
    return field, rng.choice([text[:at] + text[at + 1 :], text.upper(), text + " "])


def wrong_year(package: Package, table: str, row: dict[str, str], rng: random.Random):
    """Another year than the row is about."""
    if not row.get("year"):
        return None
    return "year", str(int(row["year"]) + rng.choice([-20, -9, -2, -1, 1, 2, 9, 20]))


def comma(package: Package, table: str, row: dict[str, str], rng: random.Random):
    """A decimal comma, or one between thousands."""
    measured = package.measured(table)
    fields = [n for n in measured if "." in row[n] or abs(number(row[n])) >= 1000]
    if not fields:
        return None
    field = rng.choice(fields)
    text = row[field]
    return field, text.replace(".", ",") if "." in text else f"{float(text):,.1f}"


VANISHED, DOUBLED = "a row vanished", "a row twice"
KINDS: dict[str, tuple[int, Spoil | None]] = {
    "no number": (27, not_a_number),
    "impossible sign": (27, impossible_sign),
    "impossible size": (18, scaled(1e6)),
    "ten times": (36, scaled(10)),
    "a tenth": (36, scaled(0.1)),
    "a thousand times": (27, scaled(1000)),
    "a thousandth": (27, scaled(0.001)),
    "other unit": (27, other_unit),
    "other source": (36, other_source),
    VANISHED: (27, None),
    "lost zero": (18, lost_zero),
    DOUBLED: (27, None),
    "from the future": (18, from_the_future),
    "before its year": (18, before_its_year),
    "swapped columns": (27, swapped),
    "wrong place": (18, wrong_code),
    "misspelt": (18, misspelt),
    "wrong year": (9, wrong_year),
    "comma": (9, comma),
}


def number(text: str) -> float:
    """Return a number; 0 where none stands."""
    return float(text or 0)


def battery(seed: int) -> list[list[Planted]]:
    """Draw the 450 errors of a seed, dealt into packages."""
    rng, package = random.Random(seed), Package()
    names = [name for name in package.tables if name not in NOT_PLANTED]
    weights = [len(package.tables[name]) ** 0.5 for name in names]
    packages: list[list[Planted]] = []
    for kind, (count, spoil) in KINDS.items():
        planted = 0
        while planted < count:
            table = rng.choices(names, weights)[0]
            error = draw(package, kind, spoil, table, rng)
            if error is None or any(error == other for pack in packages for other in pack):
                continue
            room = next((p for p in packages if all(_apart(error, other) for other in p)), None)
            if room is None:
                packages.append(room := [])
            room.append(error)
            planted += 1
    return packages


def _apart(one: Planted, other: Planted) -> bool:
    """Whether two errors may stand in one package."""
    if one.table != other.table:
        return True
    moved = {VANISHED, DOUBLED} & {one.kind, other.kind}
    return not moved and abs(one.row - other.row) >= APART


def draw(
    package: Package, kind: str, spoil: Spoil | None, table: str, rng: random.Random
) -> Planted | None:
    """Draw an error of a kind in a table; None where the row drawn cannot hold one."""
    at = rng.randrange(len(package.tables[table]))
    row = package.tables[table][at]
    if spoil is None:
        return Planted(kind, table, at, "", " ".join(list(row.values())[:3]), "")
    found = spoil(package, table, row, rng)
    if found is None or not found[0]:
        return None
    field, now = found
    if field in row and row[field] == now:
        return None
    was = row.get(field) or " ".join(row[name] for name in field.split("+"))
    return Planted(kind, table, at, field, was, now)


def plant(errors: Iterable[Planted], folder: Path) -> None:
    """Write errors into a copy of the package."""
    for error in errors:
        path = folder / tables.schemas()[error.table]["path"]
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        if error.kind == VANISHED:
            frame = frame.drop(index=error.row)
        elif error.kind == DOUBLED:
            again = frame.iloc[[error.row]].copy()
            if "id" in frame and error.row % 2:  # typed again, under an id of its own
                again["id"] = again.id.str[0] + "9" * (len(again.id.iloc[0].rstrip("ab")) - 1)
            frame = pd.concat([frame, again])
        elif "+" in error.field:
            pair = error.field.split("+")
            frame.loc[error.row, pair] = frame.loc[error.row, pair[::-1]].to_numpy()
        else:
            frame.loc[error.row, error.field] = error.now
        frame.to_csv(path, index=False)


def is_found(error: Planted, problems: Iterable[Problem], package: Package) -> bool:
    """Whether the problems name the row of an error, its table as a whole, or its sum."""
    rows = package.tables[error.table]
    row = rows[error.row]
    lines = {len(rows) + 2, error.row + 2} if error.kind == DOUBLED else {error.row + 2}
    for problem in problems:
        if problem.table == error.table:
            whole = error.kind in (VANISHED, DOUBLED) and problem.line == 0
            if whole or (error.kind != VANISHED and problem.line in lines):
                return True
        told = problem.found + problem.allowed
        if error.table in SUMMED and row["year"] in told and zone_of(package, row) in told:
            return True
    return False


def zone_of(package: Package, row: dict[str, str]) -> str:
    """Return the zone or country that a row is summed into."""
    if "ubigeo" in row:
        found = (r["zone"] for r in package.tables["districts"] if r["ubigeo"] == row["ubigeo"])
        return next(found, "")
    return row.get("zone") or row.get("country") or ("Peru" if "department" in row else "")
