"""One country: its names, its groups, markets and neighbours, and where its tables stand.

Reads `country.toml` and the tables beside it; writes nothing. Figures stand in the data package
`facts/` of the folder, which `globo.facts` reads; docs/new-country.md says what a folder holds.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from globo.errors import UserError, did_you_mean
from globo.texts import LANGUAGES

FOLDER = Path(__file__).parent
USUAL = "peru"  # where no country is named
DECLARED = "country.toml"
NEEDED = (
    "groups", "markets", "neighbours", "outside", "authorities", "nodes", "edges", "modes",
)  # fmt: skip
KINDS = {"groups": ("faction", "clans"), "authorities": ("land", "air", "port", "abroad")}
Row = Mapping[str, str]


@dataclass(frozen=True)
class Group:
    """An armed group: fighters who hold terrain and tax, or clans that hold where coca is general.

    Attributes:
        name: its name.
        clans: families that keep no fighters.
        fighters: in 2001.
        zone: survey zone in which events strike it; "" for none.
        area: how the emergency area that it can be in begins; "" for clans.
    """

    name: str
    clans: bool
    fighters: float
    zone: str
    area: str


@dataclass(frozen=True)
class Cycle:
    """Elections by the legal calendar: in a month of every some years."""

    month: int
    first: int
    every: int


@dataclass(frozen=True, eq=False)
class Country:
    """What tells one country from another. Loaded once; equal to itself alone.

    Attributes:
        name: its folder, as `--country` takes it.
        nation: as its facts name it.
        title: for a reader, by language.
        folder: where its tables stand.
        beyond: survey zone that holds districts outside the frame; "" for none.
        coca_ha: surveyed coca of 2001, ha, where no survey is known yet.
        legal_leaf_t: leaf that the legal market takes a year, t, where it is not known.
        leaf_price_usd_kg: farm gate price of 2001, USD/kg (2015), where none is known.
        elections: the legal calendar, after the elections known.
        story: the shipped scenario that `globo demo` tells; "" for none.
        map: edges of its map, `west`, `east`, `south` and `north`, and the latitude `middle` at
            which it is true to scale, degrees; empty without a map.
    """

    name: str
    nation: str
    title: Mapping[str, str]
    folder: Path
    beyond: str
    coca_ha: float
    legal_leaf_t: float
    leaf_price_usd_kg: float
    elections: tuple[Cycle, ...]
    story: str = ""
    map: Mapping[str, float] = field(default_factory=dict)

    def rows(self, table: str) -> tuple[Row, ...]:
        """Return a table of the folder, read once; none where the country has no such table."""
        return _rows(self.folder / f"{table}.csv")

    def document(self, name: str) -> Mapping[str, Any]:
        """Return a TOML file of the folder, read once.

        Raises:
            UserError: the country has no such file, or it cannot be read.
        """
        return _document(self.folder / f"{name}.toml")

    @property
    def roles(self) -> Mapping[str, Any]:
        """Which places play a part in claims and responses, from `benches/roles.toml`."""
        return self.document("benches/roles")

    @property
    def facts(self) -> Path:
        """Folder of its data package."""
        return self.folder / "facts"

    @property
    def has_map(self) -> bool:
        """Whether shapes ship with it, as the report needs them."""
        return (self.folder / "geo.json").is_file()

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Armed groups, in the order of results."""
        rows = self.rows("groups")
        return tuple(
            Group(r["name"], r["kind"] == "clans", float(r["fighters"]), r["zone"], r["area"])
            for r in rows
        )

    @cached_property
    def markets(self) -> tuple[str, ...]:
        """End markets, in the order of results."""
        return tuple(row["name"] for row in self.rows("markets"))

    @cached_property
    def neighbours(self) -> tuple[str, ...]:
        """Other countries whose cocaine reaches the same markets."""
        return tuple(row["name"] for row in self.rows("neighbours"))

    @cached_property
    def authorities(self) -> Mapping[str, Row]:
        """Who watches a corridor, by the name that edges give it."""
        return {row["name"]: row for row in self.rows("authorities")}

    @cached_property
    def ports(self) -> tuple[str, ...]:
        """Ports whose containers the country can scan, in the order of results."""
        return tuple(n for n, row in self.authorities.items() if row["kind"] == "port")

    def owns(self, authority: str) -> bool:
        """Return whether a corridor's authority is one of the country's own."""
        row = self.authorities.get(authority)
        return row is not None and row["own"] == "1"

    def places(self, by: str) -> tuple[str, ...]:
        """Return the names of a kind of place that a lever acts at; zones stand in the facts."""
        named = {"group": tuple(g.name for g in self.groups), "port": self.ports}
        return {**named, "market": self.markets}.get(by, ())

    @cached_property
    def levers(self) -> frozenset[str]:
        """Levers that move one of its authorities or neighbours."""
        return frozenset(
            row["lever"] for t in ("authorities", "neighbours") for row in self.rows(t)
        ) - {""}


@cache
def names() -> tuple[str, ...]:
    """Return the countries that ship."""
    return tuple(sorted(path.parent.name for path in FOLDER.glob(f"*/{DECLARED}")))


@cache
def load(name: str = USUAL) -> Country:
    """Return a country by the name of its folder.

    Raises:
        UserError: no such country, one that cannot be used, or that lacks a table.
    """
    return whole(declared(name))


@cache
def declared(name: str = USUAL) -> Country:
    """Return a country by the name of its folder, whether or not it is whole.

    Raises:
        UserError: no such country, or its `country.toml` cannot be used.
    """
    if name not in names():
        found, mend = f"'{name}'", did_you_mean(str(name), names())
        raise UserError(where="country", found=found, allowed=", ".join(names()), mend=mend)
    return read(FOLDER / name)


def read(folder: Path) -> Country:
    """Read what a folder declares of a country; its tables are read when they are asked for.

    Raises:
        UserError: a field of `country.toml` that is not there or unknown.
    """
    path = folder / DECLARED
    try:
        told: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        cycles = tuple(Cycle(**cycle) for cycle in told.pop("elections", []))
        if isinstance(title := told.get("title"), dict) and "en" in title:
            told["title"] = {lang: title.get(lang, title["en"]) for lang in LANGUAGES}
        return Country(name=folder.name, folder=folder, elections=cycles, **told)
    except (OSError, TypeError, ValueError) as error:
        allowed = "the fields of countries/paper/country.toml"
        raise UserError(str(path), str(error), allowed, "see docs/new-country.md") from error


def whole(country: Country) -> Country:
    """Return a country that has every table that a run needs, with known kinds.

    Raises:
        UserError: a table that is not there, a kind that is unknown.
    """
    for table in NEEDED:
        if not country.rows(table):
            where, allowed = str(country.folder / f"{table}.csv"), "a table with a row or more"
            raise UserError(where, "no such table, or no row", allowed, "copy countries/paper")
    for table, kinds in KINDS.items():
        for row in country.rows(table):
            if row["kind"] not in kinds:
                where = f"{country.name}/{table}.csv: {row['name']}: kind"
                mend = did_you_mean(row["kind"], kinds)
                raise UserError(where, f"'{row['kind']}'", ", ".join(kinds), mend)
    return country


@cache
def local_levers() -> frozenset[str]:
    """Return the levers that only some countries have: of their authorities and neighbours."""
    return frozenset().union(*(declared(name).levers for name in names()))


@cache
def _document(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        allowed = f"a file as countries/{USUAL}/{path.parent.name}/{path.name}"
        raise UserError(str(path), str(error), allowed, "see docs/new-country.md") from error


@cache
def _rows(path: Path) -> tuple[Row, ...]:
    if not path.is_file():
        return ()
    lines = (line for line in path.read_text(encoding="utf-8").splitlines() if line[:1] != "#")
    return tuple(csv.DictReader(lines))
