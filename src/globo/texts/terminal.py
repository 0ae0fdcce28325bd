"""Words of the terminal: `terminal.csv`, a row a text.

The language is that of `--lang`, else of the locale, else English; `speaking` sets it for a
command, and whoever is not told a language speaks that one.
"""

from __future__ import annotations

import csv
import locale
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from globo import texts
from globo.texts import HERE, LANGUAGES, in_every_language

OPTION = "--lang"
NAMED = {"spanish": "es", "english": "en"}  # as Windows calls them
_spoken: ContextVar[str] = ContextVar("language of the terminal", default="en")


def say(key: str, lang: str | None = None, **values: object) -> str:
    """Return a text with its placeholders filled, in the language of the terminal or another."""
    return words()[key][lang or _spoken.get()].format(**values)


def parameter(name: str, lang: str) -> str:
    """Return a parameter's name in words, as the page says it."""
    return _page(lang).get(f"page.parameter.{name}", name)


def place(name: str, lang: str, within: bool = False) -> str:
    """Return a zone's or the country's name, as the page says it.

    Args:
        name: as the facts have it.
        lang: the language.
        within: as it stands after "in", with its article where it has one.
    """
    kind = "page.zone.in" if within else "page.zone"
    return _page(lang).get(f"{kind}.{name}", name)


def spoken() -> str:
    """Return the language of the terminal."""
    return _spoken.get()


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Speak a language meanwhile."""
    before = _spoken.set(lang)
    try:
        yield
    finally:
        _spoken.reset(before)


def language_of(command: Sequence[str]) -> str:
    """Return the language that the words of a command ask for, or the locale."""
    for word, after in zip(command, [*command, ""][1:], strict=True):
        named = after if word == OPTION else word.removeprefix(f"{OPTION}=")
        if named in LANGUAGES and word.startswith(OPTION):
            return named
    return of_locale()


def of_locale() -> str:
    """Return the locale's language where globo speaks it, else "en"."""
    named = next((v for n in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(n))), None)
    if named is None:
        named = locale.getlocale()[0] or ""  # Windows says it here alone
    named = NAMED.get(named.lower().partition("_")[0], named.lower())
    return next((lang for lang in LANGUAGES if named.startswith(lang)), "en")


@cache
def _page(lang: str) -> Mapping[str, str]:
    return texts.words(lang)


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Return every text by key and language."""
    text = HERE.joinpath("terminal.csv").read_text(encoding="utf-8")
    rows = in_every_language("terminal", csv.DictReader(text.splitlines()))
    return {row["key"]: {lang: row[lang] for lang in LANGUAGES} for row in rows}
