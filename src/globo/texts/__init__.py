"""Words of the page and the report, one JSON file a language."""

import json
from functools import cache
from importlib import resources


@cache
def words(lang: str) -> dict[str, str]:
    """Return the page's words in a language, `es` or `en`, by key."""
    return json.loads(resources.files("globo.texts").joinpath(f"{lang}.json").read_text("utf-8"))
