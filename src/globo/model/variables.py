"""Variables: what a run reports of itself; brings no JAX.

Reads `variables.csv`, the one table of it (name, dimensions, unit, kind, meaning): the record,
and every room that stores, draws or serves results, take names and units from there.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from globo.texts import LANGUAGES, in_every_language


@dataclass(frozen=True)
class Variable:
    """One reported variable: a row of `variables.csv`.

    Attributes:
        name: its name in datasets, tables and on the page.
        dims: its dimensions, `draw` first.
        unit: unit in words.
        kind: stock (on 31 December), flow (sum of the year) or mean.
        meaning: what it is, by language.
        dtype: how it is stored.
    """

    name: str
    dims: tuple[str, ...]
    unit: str
    kind: str
    meaning: Mapping[str, str]
    dtype: str = "float32"

    def attrs(self) -> dict[str, str]:
        """Return the attributes that go with the array."""
        meanings = {"meaning": self.meaning["en"], "meaning_es": self.meaning["es"]}
        return {"unit": self.unit, "kind": self.kind, **meanings}


@lru_cache(maxsize=1)
def variables() -> Mapping[str, Variable]:
    """Return the reported variables by name, in the order of the table."""
    text = (files("globo.model") / "variables.csv").read_text(encoding="utf-8")
    table = {}
    for row in in_every_language("variables", csv.DictReader(text.splitlines()), "name"):
        meaning = {lang: row[f"meaning_{lang}"] for lang in LANGUAGES}
        dims = tuple(row["dims"].split())
        table[row["name"]] = Variable(row["name"], dims, row["unit"], row["kind"], meaning)
    return table
