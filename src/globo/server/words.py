"""Words of the page in every language, and what variables mean."""

from __future__ import annotations

from functools import cache

import orjson

from globo import texts as catalogue
from globo.results import variables
from globo.texts import LANGUAGES

SHARED = ("access.", "dispute.")


def words(lang: str) -> dict[str, str]:
    """Return the page's words, with what the report says of sources and where they differ."""
    told = catalogue.words(lang, "report")
    return catalogue.words(lang) | {
        f"page.{key}": text for key, text in told.items() if key.startswith(SHARED)
    }


@cache
def texts() -> bytes:
    """Return the words of the page and what variables mean, as JSON."""
    meanings = {n: {"unit": v.unit, "kind": v.kind, **v.meaning} for n, v in variables().items()}
    return orjson.dumps({**{lang: words(lang) for lang in LANGUAGES}, "variables": meanings})
