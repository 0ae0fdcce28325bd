"""The rooms of the package: imports run one way, files hold one noun, nothing prints on import."""

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parent.parent / "src" / "globo"
FILES = sorted(path for path in SRC.rglob("*.py") if "page" not in path.relative_to(SRC).parts)

# A room imports only from rooms that stand before it. `globo` is the public surface, __init__.py.
ROOMS = [
    "errors",
    "bounds",
    "files",
    "luck",
    "texts",
    "environment",
    "countries",
    "facts",
    "model",
    "constants",
    "levers",
    "parameters",
    "variables",
    "readings",
    "surveyed",
    "posterior",
    "inputs",
    "network",
    "places",
    "world",
    "policy",
    "state",
    "channels",
    "mechanisms",
    "innovation",
    "month",
    "record",
    "start",
    "years",
    "results",
    "scenario",
    "ensemble",
    "simulation",
    "assumptions",
    "assimilation",
    "inference",
    "forecast",
    "scoring",
    "validation",
    "verification",
    "decisions",
    "report",
    "globo",
    "server",
    "publish",
    "cli",
    "__main__",
]
LINES, LINES_OF_MODEL = 400, 120
MECHANISMS = ("model", "mechanisms")


def room_of(path):
    """Name the room that a file of the package stands in."""
    first, *rest = (part.removesuffix(".py") for part in path.relative_to(SRC).parts)
    first = rest[0] if first == "model" and rest != ["__init__"] else first
    return "globo" if first == "__init__" else first


def imports_of(tree, path):
    """List what a file imports from the package, each as a tuple of names after `globo`."""
    here = ("globo", *path.relative_to(SRC).parent.parts)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [tuple(alias.name.split(".")) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) + 1 - node.level] if node.level else ()
            base += tuple((node.module or "").split(".")) if node.module else ()
            found += [(*base, alias.name) for alias in node.names]
    return [names[1:] for names in found if names[0] == "globo"]


def imported_room(names):
    """Name the room that an import reaches; a name that is no room is of the public surface."""
    inner = names[1] if names[:1] == ("model",) and len(names) > 1 else ""
    return next((name for name in (inner, *names[:1]) if name in ROOMS), "globo")


def backward_imports(source, path):
    """List the imports of a file that run against the order of rooms."""
    room = room_of(path)
    limit = ROOMS.index(room)
    found = [(names, imported_room(names)) for names in imports_of(ast.parse(source), path)]
    return [f"{room} imports {there}" for _, there in found if ROOMS.index(there) > limit]


def sideways_imports(source, path):
    """List the mechanisms that a mechanism imports; helpers in `_name.py` are free."""
    found = imports_of(ast.parse(source), path)
    names = [names[2] for names in found if names[:2] == MECHANISMS and len(names) > 2]
    return [name for name in names if name != path.stem and not name.startswith("_")]


def printing_lines(source):
    """List the lines that print when the module is imported."""
    pending, lines = list(ast.parse(source).body), []
    while pending:
        node = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            lines += [node.lineno] if node.func.id == "print" else []
        pending += ast.iter_child_nodes(node)
    return lines


def test_every_file_stands_in_a_known_room():
    assert {room_of(path) for path in FILES} <= set(ROOMS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SRC)))
def test_imports_run_one_way(path):
    assert backward_imports(path.read_text(encoding="utf-8"), path) == []


@pytest.mark.parametrize(
    "path", sorted((SRC / "model" / "mechanisms").glob("*.py")), ids=lambda p: p.stem
)
def test_no_mechanism_imports_another(path):
    if path.stem != "__init__":
        assert sideways_imports(path.read_text(encoding="utf-8"), path) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SRC)))
def test_a_file_holds_one_noun(path):
    most = LINES_OF_MODEL if path == SRC / "model" / "month.py" else LINES
    assert len(path.read_text(encoding="utf-8").splitlines()) < most


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SRC)))
def test_nothing_prints_on_import(path):
    assert printing_lines(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "from globo.cli import main",
        "import globo.server.app",
        "from ..report import html",
        "def f():\n    from globo import decisions",
        "from globo import run",
    ],
)
def test_an_import_against_the_order_is_found(source):
    assert backward_imports(source, SRC / "ensemble" / "plan.py") != []


@pytest.mark.parametrize(
    "source",
    [
        "from globo.model.mechanisms import growing",
        "from .growing import step",
        "from . import growing",
    ],
)
def test_a_mechanism_that_imports_another_is_found(source):
    path = SRC / "model" / "mechanisms" / "eradication.py"
    assert sideways_imports(source, path) == ["growing"]
    assert sideways_imports("from ._choice import softmax", path) == []


def test_a_print_on_import_is_found_and_one_in_a_function_is_not():
    source = "def f():\n    print(1)\n\nif True:\n    print(2)\n"
    assert printing_lines(source) == [5]
