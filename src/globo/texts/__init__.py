"""Words of the page and the report, one JSON file a language each."""

import json
from functools import cache
from importlib import resources


@cache
def words(lang: str, of: str = "") -> dict[str, str]:
    """Return words in a language, `es` or `en`, by key.

    Args:
        lang: the language.
        of: "" for the page's words, "report" for the report's.
    """
    path = resources.files("globo.texts").joinpath(of, f"{lang}.json")
    return json.loads(path.read_text("utf-8"))
