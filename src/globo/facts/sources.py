"""Sources: where a figure comes from, as a reader is told it in their language.

Reads `sources.csv` and the words of the languages; writes nothing. A publication keeps its own
title; what is added around it (what it is, who quotes it, how it was read) is said in the
reader's language.
"""

from __future__ import annotations

import pandas as pd

from globo.texts import LANGUAGES, in_every_language, words

TOLD = ("title", "title_es", "publisher", "publisher_es")
READ = "read"  # the access of a source that was read itself


def told(sources: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Tell sources in a language.

    Args:
        sources: rows of `sources.csv`.
        lang: the language.

    Returns:
        By id of the source: `title`, with who quotes it; `publisher`; `access`, how it was read,
        in words; `url`.
    """
    text = words(lang, "report")
    own = in_every_language("sources", sources[["id", *TOLD]].to_dict("records"), "id")
    named = [(row[f"title_{lang}"] or row["title"]) for row in own]
    who = [(row[f"publisher_{lang}"] or row["publisher"]) for row in own]
    quoted = text["source.quoted"]
    titles = [
        quoted.format(title=name, via=via) if via else name
        for name, via in zip(named, sources.via, strict=True)
    ]
    access = [text[f"access.{how}"] for how in sources.access]
    columns = {"title": titles, "publisher": who, "access": access, "url": sources.url.tolist()}
    return pd.DataFrame(columns, index=pd.Index(sources.id, name="id"))


def citations(sources: pd.DataFrame) -> pd.DataFrame:
    """Return what stands beside a figure, in every language.

    Args:
        sources: rows of `sources.csv`.

    Returns:
        By id of the source: `title_en`, `publisher_en` and so on for each language (`told`);
        `access` as the table has it; `url`.
    """
    parts = {lang: told(sources, lang)[["title", "publisher"]] for lang in LANGUAGES}
    said = pd.concat([part.add_suffix(f"_{lang}") for lang, part in parts.items()], axis=1)
    return said.join(sources.set_index("id")[["access", "url"]])
