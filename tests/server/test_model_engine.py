"""The model behind the page: one set of numbers everywhere, and a history kept between starts."""

import asyncio
import io
import os
import re
import runpy
import subprocess
import sys

import numpy as np
import orjson
import pandas as pd
import pypdfium2
import pytest
import xarray as xr
from fastapi.testclient import TestClient

import globo
from globo import simulation
from globo.cli import main
from globo.report.book import html
from globo.report.brief.sheet import pdf
from globo.results import variables, zone_sum
from globo.scenario import load as load_scenario
from globo.server import model_engine
from globo.server.app import create_app
from globo.server.limits import Limits
from globo.server.model_engine import ModelEngine
from globo.server.session import Session
from globo.simulation import cache

# Two years on each side: a loop over a single year is compiled without its loop and may round
# otherwise in the last bit.
DRAWS, PRESENT, UNTIL = 3, 2002, 2004
MOVED = {"eradication_where@VRAEM": 1.0, "eradication_budget": 40000.0, "air_interdiction": 0.0}
ASKED = {**MOVED, "start": PRESENT + 1, "lang": "en"}


def engine(keep=None, seed=1):
    return ModelEngine(draws=DRAWS, seed=seed, present=PRESENT, until=UNTIL, keep=keep)


def branch(of):
    return of.run(MOVED, PRESENT + 1, range(DRAWS))


@pytest.fixture(scope="module")
def made():
    return engine()


@pytest.mark.slow
def test_the_page_of_a_reading_has_the_numbers_of_a_run_of_it(made):
    fixed = load_scenario(reading="studies").parameters
    read = ModelEngine(draws=DRAWS, present=PRESENT, until=UNTIL, fixed=fixed)
    run = globo.run({"reading": "studies", "until": f"{UNTIL}-12"}, draws=DRAWS, seed=1)
    shown = read.baseline()
    np.testing.assert_array_equal(shown["coca_ha"], run["coca_ha"])
    assert (read.reading, shown.attrs["reading"]) == ("studies", "studies")
    assert (made.reading, made.baseline().attrs["reading"]) == ("", "")
    assert read.name != made.name
    assert np.ptp(read.unknowns()["leave_share"]) == 0 < np.ptp(made.unknowns()["leave_share"])


def test_a_start_takes_up_the_history_that_an_earlier_one_kept(made, tmp_path):
    first = engine(tmp_path)
    xr.testing.assert_identical(first.baseline(), made.baseline())
    (file,) = tmp_path.glob("*.npz")
    second = engine(tmp_path)
    xr.testing.assert_identical(second.baseline(), made.baseline())
    xr.testing.assert_identical(branch(second), branch(made))
    # What is returned is what the file holds, and not made once more.
    arrays = cache.read(file)
    assert arrays is not None
    cache.write(file, arrays | {"coca_ha": arrays["coca_ha"] + 1.0})
    third = engine(tmp_path).baseline()
    np.testing.assert_array_equal(third["coca_ha"], made.baseline()["coca_ha"] + 1.0)


@pytest.mark.parametrize("size", [0, 1000, -1])
def test_a_broken_history_is_made_anew(made, tmp_path, size):
    engine(tmp_path).baseline()
    (file,) = tmp_path.glob("*.npz")
    whole = file.read_bytes()
    broken = whole[:size] if size >= 0 else whole[:5000] + b"\xff" * 500 + whole[5500:]
    file.write_bytes(broken)
    xr.testing.assert_identical(engine(tmp_path).baseline(), made.baseline())
    assert file.read_bytes() != broken


def test_where_nothing_can_be_kept_the_engine_goes_on(made, tmp_path):
    (tmp_path / "taken").write_text("a file where the folder should be")
    xr.testing.assert_identical(engine(tmp_path / "taken").baseline(), made.baseline())


def test_another_seed_has_another_history(made, tmp_path):
    for seed in (1, 2):
        engine(tmp_path, seed).baseline()
    assert len(list(tmp_path.glob("*.npz"))) == 2
    again = engine(tmp_path, 2).baseline()
    assert not np.array_equal(again["coca_ha"], made.baseline()["coca_ha"])


def test_the_newest_histories_stay_and_nothing_half_written(tmp_path):
    for i in range(cache.NEWEST + 2):
        path = tmp_path / f"{i}.npz"
        cache.write(path, {"x": np.arange(i)})
        os.utime(path, (i, i))
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == [f"{i}.npz" for i in range(2, cache.NEWEST + 2)]


@pytest.fixture(scope="module")
def page(made):
    session = Session(made)
    session.open()
    with TestClient(Limits(create_app(session)), base_url="http://127.0.0.1:8750") as client:
        yield session, client
    session.close(10)


@pytest.fixture(scope="module")
def files(page, tmp_path_factory):
    """Return the folder of what the page offers for download, under the names that it gives."""
    folder = tmp_path_factory.mktemp("downloads")
    for kind in ("run.json", "run.yaml", "run.py", "run.csv", "brief.pdf"):
        answer = page[1].get(f"/api/{kind}", params=ASKED)
        assert answer.status_code == 200, answer.text
        name = re.search(r'filename="(.*)"', answer.headers["content-disposition"])[1]
        (folder / name).write_bytes(answer.content)
    return folder


@pytest.fixture(scope="module")
def by_command(files, tmp_path_factory):
    """Return the run that a reader makes of the scenario's file, and today's policy."""
    out = tmp_path_factory.mktemp("runs")
    words = ["--draws", str(DRAWS), "--quiet", "--no-report"]
    scenario = str(files / "globo_scenario.yaml")
    assert main(["run", scenario, *words, "--out", str(out / "run")]) == 0
    assert main(["run", *words, "--until", f"{UNTIL}-12", "--out", str(out / "base")]) == 0
    return globo.open(out / "run"), globo.open(out / "base")


def quantiles(values):
    """Return 5th, 50th and 95th percentile over the draws of values after the present."""
    later = values.sel(year=slice(PRESENT + 1, UNTIL))
    return np.quantile(np.asarray(later, "float64"), [0.05, 0.5, 0.95], axis=0)


def test_page_command_and_python_give_the_same_numbers(made, files, by_command):
    by_python = runpy.run_path(str(files / "globo_scenario.py"), run_name="__main__")["run"]
    by_page = branch(made)
    assert float(np.abs(globo.compare(by_command[0], by_python).districts).max()) == 0.0
    for name in variables():
        along = next(d for d in ("year", "month") if d in by_page[name].dims)
        later = by_python[name].sel({along: by_page[along]})
        np.testing.assert_array_equal(by_page[name], later, name)
    shown = orjson.loads((files / "globo_scenario.json").read_bytes())["arrays"]
    for name in ("leaf_t", "household_income_usd", "armed_hold"):
        if f"{name}|zone" in shown:
            level = shown[f"{name}|zone"]["level"]
            found = quantiles(by_python[name]).ravel()
            np.testing.assert_allclose(level, found, rtol=1e-4, atol=1e-9)
    cleared = by_python["eradicated_ha"].sel(year=UNTIL).sum("district")
    assert float(cleared.min()) > 0.0


def test_the_table_s_figures_are_those_of_the_scenario_s_run(files, by_command):
    table = pd.read_csv(files / "globo_scenario.csv")
    zones = table[(table["quantity"] == "coca_ha") & (table["place_kind"] == "zone")]
    run, base = (zone_sum(ds, "coca_ha") for ds in by_command)
    for scenario, values in {"page": run, "difference": run - base}.items():
        rows = zones[zones["scenario"] == scenario]
        found = rows.set_index(["place", "year"]).sort_index()
        for zone in values["zone"].values:
            told = found.loc[zone][["p05", "p50", "p95"]].to_numpy().T
            np.testing.assert_allclose(told, quantiles(values.sel(zone=zone)), atol=0.051)
        middle = found.loc["VRAEM"]["baseline"]
        np.testing.assert_allclose(middle, quantiles(base.sel(zone="VRAEM"))[1], atol=0.051)


def test_the_brief_says_what_the_scenario_s_run_does(files, by_command):
    def said(content):
        (page,) = pypdfium2.PdfDocument(content)
        text = " ".join(page.get_textpage().get_text_range().split())
        return re.sub("Repeated by: globo run .*(?=Figures come from)", "", text)

    ours = said((files / "globo_brief.pdf").read_bytes())
    assert "Repeated by" not in ours
    assert ours == said(io.BytesIO(pdf(*by_command, "en")))


@pytest.mark.slow  # two long reports
def test_the_report_says_what_the_scenario_s_run_does(page, by_command):
    def chapters(text):
        told = dict(re.findall(r'<section id="(\w+)"(.*?)</section>', text, flags=re.DOTALL))
        return {name: told[name] for name in told if name not in ("scenario", "provenance")}

    told = chapters(page[1].get("/api/report.html", params=ASKED).text)
    assert len(told) > 8
    for name, text in chapters(html(by_command[0], "en", by_command[1])).items():
        assert told[name] == text, name


@pytest.mark.slow
def test_the_script_runs_where_it_was_downloaded(files):
    command = [sys.executable, "globo_scenario.py"]
    done = subprocess.run(command, cwd=files, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr
    assert "VRAEM" in done.stdout


def test_a_run_on_its_own_is_as_large_as_the_page_s_and_has_its_luck():
    assert (model_engine.DRAWS, model_engine.SEED) == (globo.DRAWS, globo.SEED)


def test_few_draws_are_the_first_of_all(made):
    few, whole = (made.run(MOVED, PRESENT + 1, range(n)) for n in (2, DRAWS))
    xr.testing.assert_identical(few["coca_ha"], whole["coca_ha"].isel(draw=slice(0, 2)))


@pytest.mark.parametrize(
    ("last", "begins"),
    [(2003, [2003]), (2004, [2003]), (2005, [2003]), (2006, [2003, 2005]), (2007, [2003, 2005])],
)
def test_years_are_run_by_two_and_never_one_alone(last, begins):
    found = model_engine.pieces(2003, last)
    assert [first for first, _ in found] == begins
    assert [end + 1 for _, end in found] == [*begins[1:], last + 1]


@pytest.fixture(scope="module")
def longer():
    """Return an engine whose future is run in two pieces."""
    return ModelEngine(draws=DRAWS, present=PRESENT, until=PRESENT + 4)


def test_years_run_piece_by_piece_have_the_bits_of_years_run_at_once(longer):
    by_pieces = longer.run(MOVED, PRESENT + 2, range(DRAWS))
    months = simulation.span(longer._months(MOVED, PRESENT + 2), PRESENT + 1, longer.until)
    _, whole = longer._simulator.advance(longer._past[0], months)
    at_once = longer._dressed({n: x[:DRAWS] for n, x in whole.items()}, PRESENT + 1)
    xr.testing.assert_identical(by_pieces, at_once)
    with pytest.raises(AssertionError):
        xr.testing.assert_identical(by_pieces, longer.run({}, PRESENT + 2, range(DRAWS)))


def test_what_is_run_between_the_pieces_changes_nothing_and_what_is_raised_ends_the_run(longer):
    def inner():
        longer._kept.clear()
        return longer.run(MOVED, UNTIL, range(DRAWS))

    alone, other, between = inner(), {"air_interdiction": 0.0}, []
    run = longer.run(other, UNTIL, range(DRAWS), lambda: between.append(inner()))
    assert len(between) == 1
    xr.testing.assert_identical(between[0], alone)
    longer._kept.clear()
    with pytest.raises(ZeroDivisionError):
        longer.run(other, UNTIL, range(DRAWS), lambda: 1 // 0)
    xr.testing.assert_identical(longer.run(other, UNTIL, range(DRAWS)), run)


@pytest.mark.slow
def test_a_first_picture_tells_what_the_full_one_does():
    engine = ModelEngine(draws=8, present=PRESENT, until=UNTIL, jobs=2)
    few, none = engine.first(MOVED, UNTIL), engine.first({}, UNTIL)
    n = engine.first_draws
    assert few.sizes["draw"] == n
    # Nothing differs before the start; after it, as in the draws run in full batches.
    for name in ("coca_ha", "leaf_t", "delivered_t"):
        np.testing.assert_array_equal(few[name].isel(year=0), none[name].isel(year=0), name)
    moved, still = (engine.run(levers, UNTIL, range(n)) for levers in (MOVED, {}))
    quick = (few["coca_ha"] - none["coca_ha"]).sel(year=UNTIL).sum("district")
    exact = (moved["coca_ha"] - still["coca_ha"]).sel(year=UNTIL).sum("district")
    assert float(exact.max()) < -1000.0
    np.testing.assert_allclose(quick, exact, rtol=0.1)


def test_a_session_sends_a_first_picture_and_then_the_exact_one():
    engine = ModelEngine(draws=8, present=PRESENT, until=UNTIL, jobs=2)
    session = Session(engine)
    session.open()
    asked = session.question(MOVED, UNTIL, None)

    async def told():
        return [orjson.loads(line) async for line in session.pictures(asked)]

    first, full = asyncio.run(told())
    session.close()
    assert (first["draws"], full["draws"], full["failed"]) == (engine.first_draws, 8, 0)
    removed = [picture["bulge"]["removed"][3] for picture in (first, full)]
    assert removed[0] == pytest.approx(removed[1], rel=0.5)
