"""Words of the page and the report, one JSON file a language each."""

from __future__ import annotations

import csv
import json
from functools import cache
from importlib import resources

__all__ = ["glossary", "words"]


@cache
def words(lang: str, of: str = "") -> dict[str, str]:
    """Return words in a language, `es` or `en`, by key.

    Args:
        lang: the language.
        of: "" for the page's words, "report" for the report's.
    """
    path = resources.files("globo.texts").joinpath(of, f"{lang}.json")
    return json.loads(path.read_text("utf-8"))


@cache
def glossary() -> tuple[dict[str, str], ...]:
    """Return the words that page, report and terminal share, a row a word.

    Columns: `key`; `en` and `es`, the word; its `meaning`; and `never`, a pattern of the words
    that no text uses in its place.
    """
    text = resources.files("globo.texts").joinpath("glossary.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
