"""What the repository says of itself: commands exist, versions agree, nothing slips in."""

import csv
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
COUNTRIES = ROOT / "src" / "globo" / "countries"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LAST_YEAR = 2026

BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<body>.*?)^```", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"^\s*(?:\$ )?(?:\.venv/bin/)?(?P<tool>make|globo)\b(?P<rest>[^#|>&;]*)")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)(?P<target>[^)#\s]+)")
MADE_BY = re.compile(r"^<!-- Made by `([^`]+?) > (\S+?)`", re.MULTILINE)
REGISTRY = re.compile(r"(pypi|pythonhosted|npmjs|yarnpkg|debian|anaconda)\.(org|com)")
# Columns that say when something happened. `known_at` does not, nor does the year in which a source
# came out, in tables that have one of the columns below.
WHEN = {"year", "from", "until", "date", "month", "period", "year_from", "year_until"}
OF_SOURCES = {"study", "publisher"}


def commands(text, tool):
    """List the commands of one tool in the shell blocks of a page, as lists of words."""
    bodies = [b["body"] for b in BLOCK.finditer(text) if b["kind"] in {"sh", "bash", "console"}]
    lines = [line for body in bodies for line in body.splitlines()]
    found = [match for line in lines if (match := COMMAND.match(line))]
    return [match["rest"].split() for match in found if match["tool"] == tool]


def make_targets():
    """Name every target of the Makefile."""
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@cache
def help_of(*names):
    """Return what `globo NAMES --help` prints; None where there is no such command."""
    script = "import sys; from globo.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", script, *names, "--help"],
        capture_output=True,
        text=True,
        env={"COLUMNS": "200", "PATH": "", "JAX_PLATFORMS": "cpu", "NO_COLOR": "1"},
    )
    return done.stdout if done.returncode == 0 else None


def tracked_files():
    """List the files that git tracks; outside a clone, the ones that stand here."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True)
    if done.returncode == 0:
        return [ROOT / name for name in done.stdout.decode().split("\0") if name]
    return [path for name in ("src", "tests", "docs") for path in (ROOT / name).rglob("*")]


def late_years(path):
    """List the cells of a table that tell of a year after the last one globo may know.

    Goals of policy are for years to come.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = [name for name in (rows[0] if rows else ()) if name in WHEN]
    if rows and OF_SOURCES & set(rows[0]):
        columns = [name for name in columns if name != "year"]
    told = [(i, row) for i, row in enumerate(rows) if "_goal" not in row.get("quantity", "")]
    cells = [(i + 2, name, row[name] or "") for i, row in told for name in columns]
    years = [
        (at, name, int(y)) for at, name, cell in cells for y in re.findall(r"(?:19|20)\d\d", cell)
    ]
    return [found for found in years if found[2] > LAST_YEAR]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_in_the_docs_exists(page):
    named = {words[0] for words in commands(page.read_text(encoding="utf-8"), "make") if words}
    assert named <= make_targets()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_globo_command_in_the_docs_exists(page):
    for words in commands(page.read_text(encoding="utf-8"), "globo"):
        shown = help_of(words[0])
        assert shown is not None, f"globo {words[0]}"
        flags = {word.split("=")[0] for word in words if word.startswith("--")}
        assert {flag for flag in flags if flag not in shown} == set()


def test_a_command_that_is_not_there_is_found():
    text = "```sh\nmake no-such  # why\n.venv/bin/globo nothing --x\n```\n```text\nmake that\n```\n"
    assert commands(text, "make") == [["no-such"]]
    assert commands(text, "globo") == [["nothing", "--x"]]
    assert "no-such" not in make_targets()
    assert help_of("nothing-of-the-kind") is None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page):
    targets = [match["target"] for match in LINK.finditer(page.read_text(encoding="utf-8"))]
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.name)
def test_a_made_page_names_itself_and_a_command_that_exists(page):
    for command, made in MADE_BY.findall(page.read_text(encoding="utf-8")):
        assert made == page.relative_to(ROOT).as_posix()
        tool, *words = command.split()
        assert tool != "globo" or help_of(words[0]) is not None


def test_versions_are_those_of_pyproject():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    oldest = PROJECT["requires-python"].removeprefix(">=")
    assert set(re.findall(r"Python (\d+\.\d+)", readme)) == {oldest}
    assert set(re.findall(r"\bglobo (\d+\.\d+\.\d+)", readme)) <= {PROJECT["version"]}
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.findall(r"^version: (\S+)", citation, re.MULTILINE) == [PROJECT["version"]]
    newest = re.search(
        r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert newest is not None
    assert newest[1] == PROJECT["version"]


def test_the_readme_counts_districts_as_the_facts_do():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    with (COUNTRIES / "peru" / "facts" / "districts.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        n_districts = len(list(csv.DictReader(file)))
    assert re.findall(r"(\d+) districts", readme) == [str(n_districts)]


def test_constraints_are_names_and_versions_and_cover_what_is_needed():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert [
        line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line)
    ] == []
    pinned = {re.sub(r"[._-]+", "-", line.split("==")[0]).lower() for line in lines}
    asked = PROJECT["dependencies"] + sum(PROJECT["optional-dependencies"].values(), [])
    names = {re.sub(r"[._-]+", "-", re.split(r"[<>=\[ ]", entry)[0]).lower() for entry in asked}
    assert names - pinned - {"globo"} == set()  # extras name one another


def test_no_address_of_a_package_registry_is_tracked():
    texts = {path: path.read_bytes() for path in tracked_files() if path.is_file()}
    found = [
        path for path, text in texts.items() if REGISTRY.search(text.decode("utf-8", "ignore"))
    ]
    assert [str(path.relative_to(ROOT)) for path in found] == []


@pytest.mark.parametrize(
    "path", sorted(COUNTRIES.glob("*/facts/*.csv")), ids=lambda path: path.stem
)
def test_no_fact_tells_of_a_year_after_the_last(path):
    assert late_years(path) == []


def test_a_fact_of_a_later_year_is_found(tmp_path):
    table = tmp_path / "planted.csv"
    table.write_text(
        f"year,known_at,value\n{LAST_YEAR},{LAST_YEAR + 1}-06-01,1\n{LAST_YEAR + 1},,2\n"
    )
    assert late_years(table) == [(3, "year", LAST_YEAR + 1)]


def test_the_readme_is_one_screen_of_commands_and_no_more_than_two_to_start():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert commands(readme, "make") == [["run"], ["serve"]]
    assert len(readme.splitlines()) < 110


@pytest.mark.slow
def test_the_python_example_of_the_readme_runs(tmp_path):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = [block["body"] for block in BLOCK.finditer(readme) if block["kind"] == "python"]
    subprocess.run([sys.executable, "-c", example], cwd=tmp_path, check=True, timeout=500)
