"""The command line: answers alone on stdout, one line for what is wrong, nothing half-written."""

import json
import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

from globo import simulation
from globo.cli import main
from globo.forecast.known import known

COMMANDS = (
    "demo", "run", "compare", "serve", "facts", "model", "sensitivity", "optimise",
    "calibrate", "verify", "forecast", "costs", "hub",
)  # fmt: skip
HEAVY = ("jax", "numpy", "pandas", "xarray", "matplotlib", "pydantic_core", "uvicorn")
SMALL = ("--draws", "2", "--until", "2001-12", "--no-report", "--quiet")

BROKEN = "name: x\nlevers:\n  eradication_where: {VRAEM: 1\n"
SCENARIOS = {
    "lever.yaml": "levers:\n  eradication_budjet: 1000\n",
    "range.yaml": "levers:\n  road_control: 999\n",
    "unit.yaml": "levers:\n  eradication_budget: 35000 acres\n",
    "zone.yaml": "levers:\n  eradication_where: {VREAM: 1}\n",
    "broken.yaml": BROKEN,
}
BAD = [
    (["rum"], "run"),
    (["run", "--darws", "2"], "--draws"),
    (["run", "no_such_example"], "no_such_example"),
    (["run", "eradication_enter_vraem"], "eradication_enters_vraem"),
    (["run", "no/such/file.yaml"], "file.yaml"),
    (["run", "lever.yaml"], "eradication_budget"),
    (["run", "range.yaml"], "range.yaml:2"),
    (["run", "unit.yaml"], "ha a year"),
    (["run", "zone.yaml"], "VRAEM"),
    (["run", "broken.yaml"], "broken.yaml:"),
    (["run", "--draws", "0"], "1 to 1,000,000"),
    (["run", "--draws", "1000000000"], "1 to 1,000,000"),
    (["run", "--draws", "1e9"], "--draws"),
    (["run", "--until", "1999-12"], "2001-01"),
    (["run", "--until", "2017"], "YYYY-MM"),
    (["run", "--jobs", "0"], "--jobs"),
    (["run", "--lang", "fr"], "--lang"),
    (["run", "--draws", "2", "--out", "/proc/globo"], "/proc/globo"),
    (["run", "--draws", "2", "--cluster", "tcp://127.0.0.1:1"], "--cluster"),
    (["compare", "nowhere", "nowhere"], "nowhere"),
    (["compare", "nowhere"], "'B'"),
    (["forecast"], "--as-of"),
    (["forecast", "--as-of", "may"], "YYYY-MM-DD"),
    (["forecast", "--as-of", "2001-01-01"], "2002"),
    (["forecast", "--as-of", "2016-05-15", "--horizon", "0"], "--horizon"),
    (["forecast", "--as-of", "2016-05-15", "--level", "town"], "district"),
    (["hub", "rite"], "write"),
    (["hub", "score", "--facts", "nowhere"], "nowhere"),
    (["hub", "page", "--hub", "nowhere"], "nowhere"),
    (["forecast", "--as-of", "2016-05-15", "--samples", "9", "--out", "/proc/x.csv"], "/proc"),
    (["sensitivity", "cocoa_ha"], "coca_ha"),
    (["sensitivity", "coca_ha@VREAM"], "VRAEM"),
    (["sensitivity", "coca_ha", "--of", "erradication_budget"], "eradication_budget"),
    (["optimise", "nowhere.yaml"], "nowhere.yaml"),
    (["calibrate", "--members", "17"], "multiple of 16"),
    (["calibrate", "--as-of", "may"], "YYYY-MM-DD"),
    (["calibrate", "--members", "16", "--out", "/proc/globo"], "/proc/globo"),
]


def globo(*words, cwd=None, **env):
    """Run the command in a process of its own, as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "globo", *words],
        cwd=cwd,
        env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1", **env},
        capture_output=True,
        text=True,
        timeout=500,
    )


def hidden(path):
    """Whether a path is part of a run under way, which nobody takes for a finished one."""
    return any(part == ".lock" or part.startswith(".partial-") for part in path.parts)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An empty folder to stand in, with the bad scenarios beside it."""
    monkeypatch.chdir(tmp_path)
    for name, text in SCENARIOS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two small runs of one seed, the second made by two workers."""
    folder = tmp_path_factory.mktemp("runs")
    for name, words in {"a": ["--jobs", "1"], "b": ["--jobs", "2"]}.items():
        asked = ["run", "--draws", "18", "--until", "2001-12", "--no-report", "--quiet", *words]
        assert main([*asked, "--out", str(folder / name)]) == 0
    return folder


def test_help_lists_every_command_and_loads_nothing_heavy():
    script = (
        "import sys\nfrom globo.cli import main\ncode = main(['--help'])\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)\nsys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"
    assert [name for name in COMMANDS if f" {name} " not in done.stdout] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command, capsys):
    assert main([command, "--help"]) == 0
    shown = capsys.readouterr()
    assert f"globo {command}" in shown.out
    assert "--help" in shown.out
    assert shown.err == ""


@pytest.mark.parametrize(("words", "said"), BAD, ids=[" ".join(words) for words, _ in BAD])
def test_bad_input_is_one_line_with_what_is_allowed_and_writes_nothing(words, said, place, capsys):
    before = sorted(place.rglob("*"))
    assert main(words) == 2
    shown = capsys.readouterr()
    lines = [line for line in shown.err.splitlines() if not line.startswith("globo: baseline,")]
    assert len(lines) == 1
    assert lines[0].startswith("globo: ")
    assert said in lines[0]
    assert "Traceback" not in shown.err
    assert shown.out == ""
    left = [path for path in sorted(place.rglob("*")) if path not in before]
    assert [path for path in left if path.is_file() and not hidden(path)] == []


def test_a_run_prints_one_json_document_with_every_key(place, capsys):
    assert main(["run", *SMALL, "--json", "--out", "here"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {
        "scenario", "country", "draws", "failed_draws", "seed", "from", "until", "seconds", "run",
        "version", "parameters", "libraries",
        "national", "zones", "exits", "modes", "firms", "balance",
    }  # fmt: skip
    assert (told["scenario"], told["draws"], told["seed"]) == ("baseline", 2, 1)
    assert (told["from"], told["until"], told["run"]) == ("2001-01", "2001-12", "here")
    levels = told["national"]["coca_ha"]["2001"]
    assert 0 < levels["p05"] <= levels["p50"] <= levels["p95"]
    assert max(told["balance"].values()) < 1e-6
    assert sorted(path.name for path in (place / "here").iterdir())[-1] == "summary.csv"


def test_the_number_of_workers_changes_no_byte_of_the_summary(runs):
    a, b = ((runs / name / "summary.csv").read_bytes() for name in "ab")
    assert a == b
    assert len(a) > 10_000


def test_a_run_against_itself_moves_nothing(runs, capsys):
    assert main(["compare", str(runs / "a"), str(runs / "b"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {zone["probability_up"] for zone in told["zones"].values()} == {0.5}
    assert told["national"]["delta_ha"] == {"p05": 0.0, "p50": 0.0, "p95": 0.0}
    assert told["reappears"] is None
    assert told["bulges"] == []
    assert main(["compare", str(runs / "a"), str(runs / "b"), "--year", "1999"]) == 2
    assert "2001 to 2001" in capsys.readouterr().err


def test_a_comparison_is_told_on_one_page(runs, tmp_path, capsys):
    brief = tmp_path / "brief.pdf"
    words = ["compare", str(runs / "a"), str(runs / "b"), "--brief", str(brief), "--lang", "en"]
    assert main(words) == 0
    assert f"one-page brief: {brief}" in capsys.readouterr().err
    assert brief.read_bytes().startswith(b"%PDF")


def test_a_measure_that_changes_nothing_costs_and_avoids_nothing(runs, capsys):
    assert main(["costs", str(runs / "a"), str(runs / "b"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    (row,) = told["measures"]
    assert row["spent_usd"] == row["kg"] == {"p05": 0.0, "p50": 0.0, "p95": 0.0}
    assert set(row["usd_per_ha"].values()) == {None}
    assert {"quantity", "estimate", "source"} <= set(told["published"][0])


def test_a_dry_run_says_what_it_would_take_and_writes_nothing(place, capsys):
    before = sorted(place.iterdir())
    asked = ["run", "--draws", "1000", "--until", "2001-12", "--dry-run", "--json"]
    assert main(asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["members"] == 1000
    assert told["bytes"] > 0
    assert told["seconds"] > 0
    assert sorted(place.iterdir()) == before


@pytest.mark.slow
def test_a_stopped_run_leaves_nothing_that_looks_finished_and_goes_on(tmp_path):
    out = tmp_path / "out"
    words = ["run", "--draws", "512", "--until", "2003-12", "--no-report", "--out", str(out)]
    command = [sys.executable, "-m", "globo", *words, "--jobs", "1"]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 300
    while not list(out.glob(".partial-*/results.zarr/coca_ha/c/*")):
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    printed, said = running.communicate(timeout=120)
    assert running.returncode == 130
    assert said.splitlines()[-1].startswith("globo: stopped")
    assert "Traceback" not in said
    assert printed == ""
    assert not (out / "ro-crate-metadata.json").exists()
    assert globo(*words).returncode == 0
    assert (out / "ro-crate-metadata.json").exists()
    assert globo(*words[:-1], str(tmp_path / "whole")).returncode == 0
    summaries = [(tmp_path / name / "summary.csv").read_bytes() for name in ("out", "whole")]
    assert summaries[0] == summaries[1]


def test_an_engine_that_fails_on_every_draw_is_one_line_and_code_1(place, capsys, monkeypatch):
    real = simulation.plan

    def breaking(chunk):
        message = "the leaf\nis bitter"
        raise ArithmeticError(message)

    monkeypatch.setattr(simulation, "plan", lambda *given: (real(*given)[0], breaking))
    assert main(["run", *SMALL, "--out", "here"]) == 1
    shown = capsys.readouterr()
    assert shown.err.startswith("globo: ")
    assert "bitter" in shown.err or "the leaf" in shown.err
    assert len(shown.err.splitlines()) == 1
    assert shown.out == ""
    assert not (place / "here" / "ro-crate-metadata.json").exists()


def test_a_reader_who_leaves_early_breaks_nothing():
    script = f"{sys.executable} -m globo facts list --rows 500 | head -1"
    done = subprocess.run(script, shell=True, capture_output=True, text=True, timeout=100)
    assert "Traceback" not in done.stderr
    assert "Broken" not in done.stderr


@pytest.mark.parametrize(
    "level", ["zone", pytest.param("district", marks=pytest.mark.slow), "nation"]
)
def test_a_forecast_has_every_unit_year_and_draw(level, place, capsys):
    day, n = "2016-05-15", 6
    asked = ["forecast", "--as-of", day, "--horizon", "2", "--level", level, "--samples", str(n)]
    assert main([*asked, "--out", "f.csv", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    table = pd.read_csv("f.csv", dtype={"unit": str})
    state = known(day)
    by_level = {"zone": state.zones, "district": list(state.districts.index), "nation": ["Peru"]}
    units = by_level[level]
    assert list(table.columns) == ["unit", "year", "draw", "coca_ha"]
    assert len(table) == len(table.drop_duplicates(["unit", "year", "draw"])) == len(units) * 2 * n
    assert set(table["unit"]) == set(units)
    assert set(table["year"]) == {state.last_year + 1, state.last_year + 2}
    assert (table["coca_ha"] >= 0).all()
    unit = table["unit"].iloc[-1]
    last = table[(table["unit"] == unit) & (table["year"] == state.last_year + 2)]
    told_median = told["coca_ha"][unit][str(state.last_year + 2)]["p50"]
    assert told_median == pytest.approx(last["coca_ha"].median(), rel=1e-4)
    if level == "district":
        chances = pd.read_csv("f-appearance.csv", dtype={"unit": str})
        assert list(chances.columns) == ["unit", "year", "p_appearance"]
        assert chances["p_appearance"].between(0, 1).all()
        assert set(chances["unit"]) < set(units)
        one = chances.iloc[-1]
        its = table[(table["unit"] == one["unit"]) & (table["year"] == one["year"])]
        assert one["p_appearance"] == pytest.approx((its["coca_ha"] >= 50).mean(), abs=1e-5)


@pytest.mark.slow
def test_the_month_is_told_as_it_is_traced(capsys):
    assert main(["model", "--json"]) == 0
    found = {step["name"]: step for step in json.loads(capsys.readouterr().out)["steps"]}
    assert list(found)[:3] == ["growing", "eradication", "relocation"]
    assert sum(step["share"] for step in found.values()) == pytest.approx(1.0)
    assert "policy.budget" in found["eradication"]["reads"]
    assert "cleared" in found["eradication"]["writes"]
    assert "cleared" in found["relocation"]["reads"]
    assert not any("policy.budget" in found[n]["reads"] for n in found if n != "eradication")
    assert not any("market_price" in found[n]["writes"] for n in found if n != "markets")
