"""The public surface: quick to import, the verbs of the command line, one set of numbers."""

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import globo
from globo.cli import main
from globo.results import variables
from globo.server.model_engine import ModelEngine

HEAVY = ("jax", "numpy", "pandas", "xarray", "typer", "rich", "matplotlib", "importlib.metadata")
# Two years on each side of the present: a loop over a single year is compiled without its loop
# and may round otherwise in the last bit.
PRESENT, UNTIL = 2002, 2004
PUSH = {
    "name": "push",
    "until": f"{UNTIL}-12",
    "levers": {
        "eradication_where": [{"from": "2003-01", "value": {"VRAEM": 1.0}}],
        "eradication_budget": [{"from": "2003-01", "value": 40000}],
    },
}


@pytest.fixture(scope="module")
def base():
    return globo.run(draws=3, seed=5, until=f"{UNTIL}-12")


@pytest.fixture(scope="module")
def push():
    return globo.run(PUSH, draws=3, seed=5)


def test_importing_globo_loads_nothing_heavy():
    script = f"import sys, globo\nprint([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_is_there_and_no_other():
    assert [name for name in globo.__all__ if not hasattr(globo, name)] == []
    assert set(globo.__all__) <= set(dir(globo))
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = globo.no_such_name
    assert globo.facts.load().hash
    assert globo.load_scenario("baseline").changes == ()


def test_a_run_holds_every_variable_and_says_how_it_was_made(base):
    assert set(base.data_vars) == {*variables(), "status"}
    assert dict(base.sizes)["draw"] == 3
    assert list(base["year"].values) == [2001, 2002, 2003, 2004]
    told = {key: base.attrs[key] for key in ("scenario", "seed", "from", "until")}
    assert told == {"scenario": "baseline", "seed": 5, "from": "2001-01", "until": "2004-12"}
    for name in variables():
        assert np.isfinite(base[name].values).all(), name


def test_the_same_seed_gives_the_same_bits_and_another_does_not(base):
    again = globo.run(draws=3, seed=5, until=f"{UNTIL}-12", jobs=1)
    assert base.identical(again)
    other = globo.run(draws=3, seed=6, until=f"{UNTIL}-12")
    assert not np.array_equal(base["coca_ha"], other["coca_ha"])


def test_two_scenarios_share_their_luck_until_they_differ(base, push):
    before = slice(None, 2002)
    for name in ("coca_ha", "seized_t", "leaf_price_usd_kg"):
        same = base[name].sel(year=before), push[name].sel(year=before)
        np.testing.assert_array_equal(*same)
    assert push["eradicated_ha"].sel(year=2003).sum() > base["eradicated_ha"].sel(year=2003).sum()


def test_a_scenario_may_set_its_own_draws_and_seed_and_options_win():
    own = {"draws": 2, "seed": 9, "until": f"{UNTIL}-12"}
    assert globo.run(own).attrs["seed"] == 9
    assert globo.run(own).sizes["draw"] == 2
    assert globo.run(own, seed=4, draws=1).attrs["seed"] == 4
    assert globo.run(own, draws=1).sizes["draw"] == 1
    loaded = globo.load_scenario(own)
    assert globo.run(loaded).identical(globo.run(own))


def test_runs_and_their_folders_compare_alike(base, push, tmp_path):
    globo.run(draws=3, seed=5, until=f"{UNTIL}-12", out=tmp_path / "a")
    held = globo.compare(base, push)
    stored = globo.compare(tmp_path / "a", push)
    assert held.to_json() == stored.to_json()
    assert held.to_json()["zones"]["VRAEM"]["delta_ha"]["p50"] < 0
    assert "VRAEM" in str(held)


def test_the_command_line_gives_the_numbers_of_the_api(base, tmp_path):
    words = ["run", "--draws", "3", "--seed", "5", "--until", f"{UNTIL}-12"]
    assert main([*words, "--out", str(tmp_path / "r"), "--no-report", "--quiet"]) == 0
    stored = globo.compare(base, tmp_path / "r")
    assert float(np.abs(stored.districts).max()) == 0.0


def test_bad_input_says_what_is_allowed(tmp_path):
    for asked in ({"draws": 0}, {"until": "1990-01"}, {"jobs": 0}, {"cluster": "local"}):
        with pytest.raises(globo.UserError, match="allowed"):
            globo.run("baseline", **{"draws": 1, "until": "2001-12", **asked})
    with pytest.raises(globo.UserError, match="no_run"):
        globo.compare(tmp_path / "no_run", tmp_path / "no_run")


def test_the_page_s_engine_gives_the_numbers_of_a_run(base, push):
    engine = ModelEngine(draws=3, seed=5, present=PRESENT, until=UNTIL)
    levers = {"eradication_where@VRAEM": 1.0, "eradication_budget": 40000.0}
    branch = engine.run(levers, 2003, range(1, 3))
    np.testing.assert_array_equal(branch["draw"], [1, 2])
    for name in variables():
        np.testing.assert_array_equal(engine.baseline()[name], base[name], name)
        along = [d for d in ("year", "month") if d in base[name].dims][0]
        later = push[name].isel(draw=slice(1, 3)).sel({along: branch[along]})
        np.testing.assert_array_equal(branch[name], later, name)
    unknown = engine.unknowns()
    assert all(len(values) == 3 for values in unknown.values())
    assert np.ptp(unknown["memory_fade"]) > 0


def test_the_page_s_engine_wastes_no_batch_and_forgets_old_ones():
    engine = ModelEngine(draws=3, seed=5, present=PRESENT, until=UNTIL)
    one = engine.run({"road_control": 2.0}, 2003, range(3))
    for value in np.linspace(3.0, 9.0, 30):
        other = engine.run({"road_control": float(value)}, 2003, range(1))
    assert not np.array_equal(other["flow_t"].values[0], one["flow_t"].values[0])
    again = engine.run({"road_control": 2.0}, 2003, range(3))
    np.testing.assert_array_equal(one["flow_t"], again["flow_t"])
    assert len(engine._kept) <= 24


def test_the_python_of_the_page_is_python():
    from globo.server.downloads import as_python

    assert ast.parse(as_python({"name": "page", "until": "2020-12", "levers": {}}, 8, 1))
    assert Path(globo.__file__).name == "__init__.py"
