"""Laws of the numbers in code: none is bare, each row says what it is, and is taken."""

import ast
import re
from pathlib import Path

import pytest

from globo.errors import UserError
from globo.model import constants, world

SRC = Path(__file__).resolve().parents[2] / "src" / "globo"
MODEL = SRC / "model"
ROOMS = (
    "start",
    "record",
    "world",
    "places",
    "policy",
    "network",
    "years",
    "state",
    "month",
    "innovation",
)
FILES = [*sorted((MODEL / "mechanisms").glob("*.py")), *(MODEL / f"{name}.py" for name in ROOMS)]
FILES += [SRC / "inference" / "targets.py"]
ROWS = constants.table()

PLAIN = {0, 1, 2, 3, 12, 0.5, 100, 1000}  # counts, halves, months, units; no fact and no assumption
GUARD = 1e-3  # a power of ten up to it keeps a formula from dividing by nought
ELSEWHERE = {  # what is neither a fact of a country nor an assumption about it, and why
    "network": {6371.0},  # the Earth's radius, km
    "_draws": {4.0},  # where inverting a distribution by recurrence ends; its error is tested
    "firms": {16, 65536, 0xFFFF},  # one random word cut in two
    "policy": {4, 7, 2000, 2001, 2025},  # letters of a year and of a month, years
}


def bare(path):
    """List the numbers of a file that are neither plain, nor a guard, nor excused."""
    excused = PLAIN | ELSEWHERE.get(path.stem, set())
    found, tree = [], ast.parse(path.read_text(encoding="utf-8"))
    ranges = [
        one for one in ast.walk(tree) if getattr(getattr(one, "func", 0), "id", "") == "range"
    ]
    counts = {id(arg) for one in ranges for arg in one.args}  # streams of luck are counted so
    for node in ast.walk(tree):
        if id(node) in counts:
            continue
        if not isinstance(node, ast.Constant) or type(node.value) not in (int, float):
            continue
        value = node.value
        guard = 0 < value <= GUARD and f"{value:e}"[0] == "1" and float(f"{value:.0e}") == value
        if value not in excused and not guard:
            found.append(f"{path.name}:{node.lineno}: {value}")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_number_of_the_model_stands_bare_in_code(path):
    assert bare(path) == [], "give it a row of constants.csv or parameters.csv"


def test_a_bare_number_is_found(tmp_path):
    path = tmp_path / "growing.py"
    path.write_text("share = 0.35\nfloor = 1e-6\nhalf, year = 0.5 * share, 12\nodd = 2e-6\n")
    assert bare(path) == ["growing.py:1: 0.35", "growing.py:4: 2e-06"]


def test_excuses_are_needed():
    for name, values in ELSEWHERE.items():
        (path,) = [one for one in FILES if one.stem == name]
        tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        there = {node.value for node in tree if isinstance(node, ast.Constant)}
        assert values <= there, name


TABLES = {"constants": ROWS, "errors": constants.table("globo.inference", "errors.csv")}


@pytest.mark.parametrize(("of", "name"), [(of, name) for of in TABLES for name in TABLES[of]])
def test_a_row_says_what_it_is_and_names_the_files_that_take_it(of, name):
    row = TABLES[of][name]
    assert row.unit
    assert row.source
    assert row.meaning
    assert row.low < row.high
    takers = {
        path.stem
        for path in FILES
        if re.search(rf"\b{of}\.{name}\b", path.read_text(encoding="utf-8"))
    }
    assert takers == set(row.files)


def test_each_constant_in_code_has_a_row():
    for path in FILES:
        used = re.findall(r"\bconstants\.([a-z_]+)\b", path.read_text(encoding="utf-8"))
        assert set(used) - {"constants"} <= set(ROWS), path.name
    with pytest.raises(AttributeError, match=r"constants\.csv"):
        _ = constants.constants.no_such_row


@pytest.mark.parametrize(
    ("row", "found"),
    [("a,1,5,0,1,s,f,m", "value 5"), (2 * "a,1,1,0,1,s,f,m\n", "above")],
)
def test_a_bad_row_is_refused_by_line(tmp_path, monkeypatch, row, found):
    head = "name,unit,value,low,high,source,files,meaning"
    (tmp_path / constants.TABLE).write_text(f"{head}\n{row}\n")
    monkeypatch.setattr(constants.resources, "files", lambda package: tmp_path)
    with pytest.raises(UserError, match=found):
        constants.table.__wrapped__()


def test_types_of_households_have_a_source_and_shares_that_add_up():
    types = world.households()
    assert types.source.str.len().gt(0).all()
    assert types.share.sum() == pytest.approx(1.0)
