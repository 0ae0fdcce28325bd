"""Words that a reader sees, by language: the page's, the report's, and those of tables.

A language is there when its files are: `XX.json` (the page), `report/XX.json` and `tables/XX.csv`,
which says in it what tables of other rooms say in a column (English and Spanish stand in the
tables themselves). What a language lacks in a table is said in English.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal, TypeAlias

__all__ = ["LANGUAGES", "Lang", "glossary", "in_every_language", "words"]

HERE = resources.files("globo.texts")
LANGUAGES = tuple(sorted(f.name[:-5] for f in HERE.iterdir() if f.name.endswith(".json")))
Row = dict[str, str]
if TYPE_CHECKING:
    Lang: TypeAlias = str  # which ones there are is known once the files are seen
else:
    Lang = Literal[LANGUAGES]


@cache
def words(lang: str, of: str = "") -> dict[str, str]:
    """Return words in a language by key.

    Args:
        lang: the language, one of `LANGUAGES`.
        of: "" for the page's words, "report" for the report's.
    """
    return json.loads(HERE.joinpath(of, f"{lang}.json").read_text("utf-8"))


def in_every_language(table: str, rows: Iterable[Row], key: str = "key") -> list[Row]:
    """Give the rows of a table their words in every language.

    A table holds a text in English and in Spanish: columns `en` and `es`, or `NAME_en` (or `NAME`
    alone) and `NAME_es`. Any other language gets such columns too, from its `tables/XX.csv`.

    Args:
        table: name of the table there.
        rows: as the table has them.
        key: column that names a row.
    """
    rows = [dict(row) for row in rows]
    for lang in LANGUAGES:
        own = _own(lang)
        for row in rows:
            for column in [c for c in row if c == "es" or c.endswith("_es")]:
                name = column[:-3]
                english = row[f"{name}_en" if f"{name}_en" in row else name or "en"]
                there = f"{name}_{lang}" if name else lang
                row.setdefault(there, own.get((table, row[key], name), english))
    return rows


@cache
def _own(lang: str) -> dict[tuple[str, str, str], str]:
    """Return what a language says for tables, by table, row and column."""
    file = HERE.joinpath("tables", f"{lang}.csv")
    if not file.is_file():
        return {}
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return {(row["table"], row["row"], row["column"]): row["text"] for row in rows}


@cache
def glossary() -> tuple[Row, ...]:
    """Return the words that page, report and terminal share, a row a word.

    Columns: `key`; `en`, `es` and so on, the word; its `meaning`; and `never`, a pattern of the
    words that no text uses in its place.
    """
    text = HERE.joinpath("glossary.csv").read_text(encoding="utf-8")
    return tuple(in_every_language("glossary", csv.DictReader(text.splitlines())))
