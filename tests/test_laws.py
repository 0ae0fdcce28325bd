"""The register of laws: every file of the model has tests of its own, every mechanism a section.

A mechanism without a law, an ODD section at its place in the month, or a line of what it reads and
writes fails here by name, and so does any file of the model that no test file speaks of.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "src" / "globo" / "model"
TESTS = ROOT / "tests" / "model"
MECHANISMS = sorted(p.stem for p in (MODEL / "mechanisms").glob("[a-z]*.py"))
FILES = sorted(path.stem for path in MODEL.glob("*.py") if path.stem != "__init__")
ODD = (ROOT / "docs" / "odd.md").read_text(encoding="utf-8")
LEAST_LAWS = 4  # of a mechanism: exact answer, limit, direction, what it does when off

# Files whose laws stand elsewhere, and where: a file of tests that names them.
BESIDE = {
    "state": "model/test_month.py",  # names and shapes; every balance of its stocks
    "years": "simulation/test_simulator.py",  # spans, keys of luck
    "places": "model/test_world.py",  # covariates and first areas
    "levers": "model/test_policy.py",  # every lever reaches its months
    "innovation": "assimilation/test_assimilation.py",  # what a December adds, and to what
    "surveyed": "assimilation/test_today.py",  # what ships, and the luck of years to come
}


def laws(path):
    """List the tests of a file; a parametrized one counts once."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        one.name
        for one in tree.body
        if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")
    ]


def steps():
    """Name the steps in their order, read from the month itself."""
    source = ast.parse((MODEL / "month.py").read_text(encoding="utf-8"))
    (plan,) = [
        one for one in source.body if isinstance(one, ast.FunctionDef) and one.name == "month"
    ]
    calls = [one for one in ast.walk(plan) if isinstance(one, ast.Call)]
    return [one.args[0].id for one in calls if getattr(one.func, "id", "") == "do"]


def test_the_month_has_every_mechanism_once():
    assert sorted(steps()) == MECHANISMS


@pytest.mark.parametrize("name", MECHANISMS)
def test_a_mechanism_has_laws_of_its_own(name):
    path = TESTS / "mechanisms" / f"test_{name}.py"
    assert path.is_file(), f"no {path.relative_to(ROOT)}"
    assert len(laws(path)) >= LEAST_LAWS


@pytest.mark.parametrize("name", MECHANISMS)
def test_a_mechanism_has_a_section_of_the_odd_at_its_place_in_the_month(name):
    head = f"## {name.replace('_', ' ').capitalize()} (step {steps().index(name) + 1})\n"
    assert head in ODD
    section = ODD.partition(head)[2].partition("\n## ")[0]
    assert len(section.split()) > 60  # what it is, its formulas, where they are from


@pytest.mark.parametrize("name", MECHANISMS)
def test_a_mechanism_says_what_it_reads_and_writes_and_when(name):
    source = (MODEL / "mechanisms" / f"{name}.py").read_text(encoding="utf-8")
    said = " ".join((ast.get_docstring(ast.parse(source)) or "").split())
    assert re.search(r"\bReads .+; writes .+\.", said)
    assert f"Step {steps().index(name) + 1} of the month" in said


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_the_model_has_laws(name):
    path = ROOT / "tests" / BESIDE.get(name, f"model/test_{name}.py")
    assert path.is_file(), f"no {path.relative_to(ROOT)}"
    assert laws(path)
    if name in BESIDE:
        assert re.search(rf"\b{name}\b", path.read_text(encoding="utf-8"))
        assert not (TESTS / f"test_{name}.py").exists()


def test_a_law_is_a_sentence_and_says_it_once():
    names = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for name in laws(path):
            assert name.count("_") >= 3, f"{path.name}: {name}"
            names.setdefault(name, []).append(path.name)
    assert {name: where for name, where in names.items() if len(where) > 1} == {}
