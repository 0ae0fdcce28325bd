"""What a release says of itself: one version, a line for each move of numbers, agreed licences."""

import hashlib
import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from globo.errors import UserError
from globo.model import readings
from globo.scoring.rivals import BASELINES

ROOT = Path(__file__).resolve().parent.parent
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
POSTERIOR = next((ROOT / "src").rglob("posterior.csv"))
MOVERS = {
    "posterior": POSTERIOR,
    "earlier": next((ROOT / "src").rglob("posterior-2*.csv")),
    **{name: next((ROOT / "src").rglob(f"posterior-{name}.csv")) for name in readings.table()},
    "baseline": ROOT / "tests" / "baseline.json",
}


def script(name):
    """Import a script of the repository by its path."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


licences = script("licences")


def unnamed(changelog, movers):
    """Name the files that decide numbers and that the newest line about them does not name."""
    lines = [
        " ".join(entry.split())
        for entry in re.split(r"^- ", changelog, flags=re.MULTILINE)
        if entry.startswith("**Results:**")
    ]
    wrong = []
    for name, content in movers.items():
        digits = hashlib.sha256(content).hexdigest()[:8]
        newest = next(
            (m[1] for line in lines for m in re.findall(rf"\b({name}) (\w{{8}})\b", line)), ""
        )
        wrong += [name] if newest != digits else []
    return wrong


def test_a_posterior_or_baseline_that_changes_has_its_line_in_the_changelog():
    movers = {name: path.read_bytes() for name, path in MOVERS.items()}
    assert unnamed(CHANGELOG, movers) == []


@pytest.mark.parametrize("name", MOVERS)
def test_a_change_without_its_line_is_refused(name):
    movers = {key: path.read_bytes() for key, path in MOVERS.items()}
    movers[name] += b" "
    assert unnamed(CHANGELOG, movers) == [name]
    digits = hashlib.sha256(movers[name]).hexdigest()[:8]
    line = f"- **Results:** it moved ({name} {digits}).\n"
    first = CHANGELOG.index("- **Results:**")
    assert unnamed(CHANGELOG[:first] + line + CHANGELOG[first:], movers) == []
    assert unnamed(CHANGELOG + line, movers) == [name]  # an old line does not do
    assert unnamed(CHANGELOG[:first] + f"- Also {name} {digits}.\n", movers) == list(MOVERS)


def test_the_version_is_the_same_wherever_it_stands():
    made = json.loads(POSTERIOR.read_text(encoding="utf-8").splitlines()[0].lstrip("# "))
    page = json.loads((ROOT / "web" / "package.json").read_text(encoding="utf-8"))
    cited = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    said = {
        "pyproject": PROJECT["version"],
        "installed": version("globo"),
        "posterior": made["version"].partition("+")[0],
        "page": page["version"],
        "CITATION": re.search(r"^version: (\S+)$", cited, re.MULTILINE)[1],
        "CHANGELOG": re.search(r"^## (\S+)", CHANGELOG, re.MULTILINE)[1],
    }
    assert set(said.values()) == {PROJECT["version"]}, said


def test_every_library_that_an_install_brings_has_an_agreed_licence():
    found = {name: licences.licence(one) for name, one in licences.required("globo").items()}
    assert {"jax", "numpy", "pydantic", "certifi"} <= set(found)  # the walk reaches what is deep
    assert [name for name, said in found.items() if licences.refused(name, said)] == []
    assert set(licences.AGREED) <= set(found)  # nothing is agreed to that is not there


def test_extras_have_agreed_licences_too():
    found = licences.required("globo", ("cluster", "scoring"))
    assert "statsmodels" in found
    wrong = [n for n, one in found.items() if licences.refused(n, licences.licence(one))]
    assert wrong == []


@pytest.mark.parametrize(
    ("said", "is_refused"),
    [
        ("GNU General Public License v3 or later (GPLv3+)", True),
        ("GPL-3.0-only", True),
        ("LGPL-2.1-or-later", True),
        ("MPL-2.0 AND MIT", True),
        ("Proprietary", True),
        ("", True),
        ("see the website", True),
        ("MIT", False),
        ("BSD License", False),
        ("Apache-2.0 OR BSD-2-Clause", False),
    ],
)
def test_only_a_permissive_licence_passes_unnamed(said, is_refused):
    assert licences.refused("some-library", said) is is_refused


def test_a_library_that_only_scoring_rivals_need_is_no_requirement():
    assert {"statsmodels", "quantile-forest", "scikit-learn"}.isdisjoint(licences.required("globo"))


def test_no_file_names_a_package_index():
    """A lock file or document that names where packages came from ties its reader to that place."""
    words = re.compile(
        r"(index-url|find-links|registry)\s*[=:]|resolved\"?:\s*\"https?://|files\.pythonhosted"
    )
    shipped = [ROOT / "constraints.txt", ROOT / "pyproject.toml", ROOT / "Makefile"]
    shipped += [*ROOT.glob("docs/**/*.md"), *ROOT.glob("scripts/*"), *ROOT.glob("web/*.json")]
    shipped += [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "web" / ".npmrc"]
    texts = {p: p.read_text(encoding="utf-8") for p in shipped if p.is_file()}
    assert [str(path) for path, text in texts.items() if words.search(text)] == []
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9.-]+==[\w.]+", line)] == []


@pytest.mark.parametrize("rival", ["exponential smoothing", "quantile forest"])
def test_a_rival_without_its_extra_says_what_to_install(rival, monkeypatch):
    for name in ("statsmodels", "quantile_forest"):
        monkeypatch.setitem(sys.modules, name, None)
    for name in [one for one in sys.modules if one.startswith("statsmodels.")]:
        monkeypatch.delitem(sys.modules, name)
    history = pd.DataFrame({"VRAEM": np.linspace(100.0, 190.0, 10)}, index=range(2001, 2011))
    with pytest.raises(UserError, match=r"pip install 'globo\[scoring\]'"):
        BASELINES[rival](history, 1, 4, 0)
    assert BASELINES["symmetric walk"](history, 1, 4, 0).shape == (4, 1, 1)


@pytest.mark.slow
def test_no_pinned_library_has_a_known_fault(tmp_path):
    """Asks the advisories for `constraints.txt`; skipped where they cannot be reached."""
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "--no-deps",
        "--disable-pip",
        "--progress-spinner=off",
    ]
    command += ["-r", str(ROOT / "constraints.txt"), "--format=json", f"--cache-dir={tmp_path}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if not done.stdout.startswith("{"):
        assert re.search("connection|resolve|timed out|proxy|http", done.stderr, re.IGNORECASE), (
            done.stderr
        )
        pytest.skip("the advisories cannot be reached from here")
    found = json.loads(done.stdout)["dependencies"]
    assert len(found) == len((ROOT / "constraints.txt").read_text().split())
    if all("skip_reason" in one for one in found):
        pytest.skip("the advisories cannot be reached from here")
    assert {one["name"]: one["vulns"] for one in found if one.get("vulns")} == {}
