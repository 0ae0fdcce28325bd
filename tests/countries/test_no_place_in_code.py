"""No code names a place of a country: names stand in its folder, and in texts for a reader."""

import csv
import io
import re
import tokenize
from pathlib import Path

import pytest

from globo import countries

SRC = Path(countries.FOLDER).parent
OUTSIDE = ("countries", "texts", "page")  # data, words, and what is built of web/


def names():
    """Return the zones, groups, ports and forces of every country."""
    found = set()
    for one in map(countries.load, countries.names()):
        with (one.facts / "districts.csv").open(encoding="utf-8") as file:
            found |= {row["zone"] for row in csv.DictReader(file)}
        found |= {name for name, row in one.authorities.items() if row["own"] == "1"}
        found |= {*one.ports, *(group.name for group in one.groups)}
    return sorted(found - {"Elsewhere", ""})


NAMED = re.compile(
    r"(?i:per[uú]|vraem|huallaga|callao)|" + "|".join(rf"\b{re.escape(n)}\b" for n in names())
)
FILES = sorted(
    path
    for path in SRC.rglob("*")
    if path.suffix in {".py", ".csv", ".json", ".toml"}
    and path.relative_to(SRC).parts[0] not in OUTSIDE
)
REASONS = {  # docstrings that name one, and why
    "__init__.py": "says what the package is about, with a run that works as it stands",
    "cli/app.py": "the first line of --help: what the package is about",
    "cli/demo.py": "names the question that the shipped story asks",
    "cli/facts_app.py": "an example to be copied: a place of the shipped country",
    "cli/run.py": "an example to be copied: a shipped scenario by its name",
    "cli/sensitivity.py": "an example to be copied: a place of the shipped country",
}


def name_of(path):
    return path.relative_to(SRC).as_posix()


def named(path):
    """List where a file names a place: (line, whether it is a docstring), comments left out."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return [(n, False) for n, line in enumerate(text.splitlines(), 1) if NAMED.search(line)]
    found, fresh = [], True  # a string that begins a line of code is a docstring
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT):
            fresh = True
        elif token.type not in (tokenize.NL, tokenize.COMMENT):
            if NAMED.search(token.string):
                found.append((token.start[0], fresh and token.type == tokenize.STRING))
            fresh = False
        elif NAMED.search(token.string):
            found.append((token.start[0], False))
    return found


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_place_is_named_in_docstrings_with_a_reason_alone(path):
    found = named(path)
    assert [line for line, told in found if not told] == [], "its place is countries/ or texts/"
    assert not found or name_of(path) in REASONS


def test_every_reason_is_needed():
    assert {name_of(path) for path in FILES if named(path)} == set(REASONS)


@pytest.mark.parametrize(
    "code",
    ['ZONE = "VRAEM"\n', "peru = 1\n", "x = 1  # of Callao\n", 'def f():\n    return "Perú"\n'],
)
def test_a_place_in_code_or_comment_is_found(tmp_path, code):
    path = tmp_path / "one.py"
    path.write_text(f'"""Of Peru."""\n\n{code}', encoding="utf-8")
    (told, where) = named(path)
    assert told == (1, True)
    assert not where[1]


def test_a_place_in_a_table_is_found(tmp_path):
    path = tmp_path / "levers.csv"
    path.write_text("name\nsecurity@VRAEM\n", encoding="utf-8")
    assert named(path) == [(2, False)]
