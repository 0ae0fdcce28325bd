"""One vocabulary: page, report, terminal and the documents beside them say one word a thing."""

import csv
import json
import re
from pathlib import Path

import pytest

from globo.decisions.portfolio.robustness import NEAR
from globo.results.difference import LIKELY
from globo.results.spread import WORDS
from globo.server import beside
from globo.texts import LANGUAGES, glossary

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "globo"
LANGS = LANGUAGES
NAMES = re.compile(r"\{\w+\}|«\w+»|“\w+”")  # what is filled in or quoted from a file is no word


def rows(name):
    with (PACKAGE / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def said(lang):
    """Return every text of a language that a reader can reach, by where it stands."""
    found = {}
    for name in ("texts", "texts/report"):
        told = json.loads((PACKAGE / name / f"{lang}.json").read_text(encoding="utf-8"))
        found |= {f"{name}: {key}": text for key, text in told.items()}
    tables = (
        "report/words.csv", "texts/terminal.csv", "server/beside/words.csv",
        "server/beside/method.csv", "server/beside/api.csv", "model/levers.csv",
    )  # fmt: skip
    for name in tables:
        for i, row in enumerate(rows(name), 2):
            own = {key: text for key, text in row.items() if re.fullmatch(rf"(\w+_)?{lang}", key)}
            found |= {f"{name}:{i} {key}": text for key, text in own.items()}
    return {where: NAMES.sub("", text) for where, text in found.items()}


@pytest.mark.parametrize("lang", LANGS)
def test_no_text_uses_another_word_for_a_thing(lang):
    wrong = [
        f"{where}: {hit[0]!r} for {row[lang]!r}"
        for row in glossary()
        if row[f"never_{lang}"]
        for where, text in said(lang).items()
        if (hit := re.search(rf"\b(?:{row[f'never_{lang}']})", text, re.IGNORECASE))
    ]
    assert wrong == []


@pytest.mark.parametrize("lang", LANGS)
def test_every_word_of_the_glossary_is_used_and_told_beside_the_page(lang):
    whole = "\n".join(said(lang).values()).lower()
    document = beside.document(lang)
    for row in glossary():
        stem = row[lang].lower()[: max(4, len(row[lang]) - 3)]
        assert stem in whole, row[lang]
        assert row[f"meaning_{lang}"].split(",")[0].split("'")[0] in document


def test_a_forbidden_word_would_be_found():
    patterns = [row["never_es"] for row in glossary() if row["never_es"]]
    text = "en el caso base"
    assert any(re.search(rf"\b(?:{pattern})", text, re.IGNORECASE) for pattern in patterns)


def test_words_of_likelihood_stand_at_the_numbers_of_the_code():
    told = {row["key"]: row for row in glossary()}
    for least, key in WORDS:
        for lang in LANGS:
            assert f"{round(100 * least)} " in told[key][f"meaning_{lang}"]
    assert dict((key, least) for least, key in WORDS)["likely"] == LIKELY
    assert 0 < NEAR < 1
