"""Bounds: a number is taken or refused alike in a file, in an option and in Python."""

import os
import unicodedata

import numpy as np
import pytest

import globo
from globo import bounds, decisions, facts
from globo.cli import main
from globo.errors import UserError
from globo.forecast import pool
from globo.inference import calibrate
from globo.inference.calibrate import Runner
from globo.model import posterior
from globo.scenario import load

SMALL = {"draws": 1, "until": "2001-12"}
WRONG_SEEDS = (-1, 2**32, 2**70, "1", 4.0, 1.5, True, None.__class__, np.float64(3), np.int64(-1))
SEEDED = (
    ("run", "--draws", "2"), ("demo", "--draws", "2"), ("verify",), ("validate",), ("sensitivity",),
    ("calibrate", "--members", "16"), ("optimise", "no.yaml"),
    ("forecast", "--as-of", "2016-05-15"),
)  # fmt: skip


@pytest.mark.parametrize("seed", WRONG_SEEDS, ids=repr)
def test_a_seed_outside_of_its_range_is_refused_in_python_and_in_a_scenario(seed):
    with pytest.raises(UserError, match="0 to 4,294,967,295"):
        globo.run(**SMALL, seed=seed)
    with pytest.raises(UserError, match="seed"):
        load({"seed": seed})


@pytest.mark.parametrize("words", SEEDED, ids=lambda w: w[0])
@pytest.mark.parametrize("seed", ["-1", "4294967296"])
def test_a_seed_outside_of_its_range_is_refused_by_every_command(words, seed, capsys):
    assert main([*words, "--seed", seed]) == 2
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert "0 to 4,294,967,295" in said


@pytest.mark.slow
def test_numpy_numbers_are_taken_as_meant():
    ds = globo.run(draws=np.int32(1), seed=np.uint32(2**32 - 1), until="2001-12", jobs=np.int64(1))
    assert (ds.sizes["draw"], ds.attrs["seed"]) == (1, 2**32 - 1)
    assert type(ds.attrs["seed"]) is int


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"draws": 1.5}, "draws"), ({"draws": True}, "draws"), ({"draws": "2"}, "draws"),
        ({"draws": 0}, "1 to 1,000,000"), ({"jobs": "2"}, "--jobs"), ({"jobs": 1.0}, "--jobs"),
        ({"jobs": True}, "--jobs"), ({"out": "a\0b"}, "out"), ({"out": ""}, "out"),
        ({"out": b"runs"}, "out"), ({"out": 3}, "out"), ({"cluster": "foo"}, "--cluster"),
        ({"cluster": ""}, "--cluster"), ({"cluster": 3}, "--cluster"), ({"until": 2017}, "until"),
        ({"until": True}, "until"), ({"scenario": 3}, "scenario"), ({"scenario": b"x"}, "scenario"),
    ],
)  # fmt: skip
def test_arguments_of_python_are_refused_before_any_work(given, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError) as told:
        globo.run(**{**SMALL, **given})
    assert said in str(told.value)
    assert "\n" not in str(told.value)
    assert os.listdir(tmp_path) == []


@pytest.mark.slow  # every command once, at a seed of its own
def test_a_largest_seed_serves_every_part_that_has_one_of_its_own():
    assert bounds.beside(bounds.LAST_SEED, 1) == 0
    assert bounds.beside(5, 7) == 12
    found = decisions.sensitivity(
        lambda runs: np.array([r["levers"]["trust"] for r in runs]),
        ["trust"], "x", bounds.LAST_SEED, 4, trajectories=4,
    )  # fmt: skip
    assert found.indices[0].total == pytest.approx(1.0, abs=0.2)
    table = pool.forecast("2016-05-15", 1, "district", 9, bounds.LAST_SEED)
    assert len(table) == 9 * 394


def test_a_seed_of_nought_is_nought_in_sensitivity():
    def ask(seed):
        seen = []
        decisions.sensitivity(
            lambda runs: seen.extend(runs) or np.array([r["levers"]["trust"] for r in runs]),
            ["trust", "security"], "x", seed, 4, trajectories=2,
        )  # fmt: skip
        return seen

    assert ask(0) != ask(1)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["sensitivity", "--n", "1073741824"], "base points"),
        (["sensitivity", "--trajectories", "1000000000"], "paths"),
        (["calibrate", "--members", "1000000000"], "members"),
        (
            ["forecast", "--as-of", "2016-05-15", "--level", "district", "--horizon", "30",
             "--samples", "100000"],
            "draws",
        ),
        (["verify", "--draws", "1000000"], "draws"),
    ],
)  # fmt: skip
def test_a_count_that_memory_cannot_hold_is_refused_with_the_estimate(words, what, capsys):
    assert main([*words, "--quiet"] if "forecast" not in words else words) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert f"{what}, about " in said
    assert "GB" in said
    assert "half of this machine's memory" in said


def test_memory_is_the_least_of_the_machine_and_its_group(tmp_path, monkeypatch):
    whole = bounds.memory()
    assert 2**28 < whole < 2**50
    (tmp_path / "max").write_text("1048576\n")
    (tmp_path / "none").write_text("max\n")
    monkeypatch.setattr(bounds, "GROUP_LIMITS", (str(tmp_path / "none"), str(tmp_path / "max")))
    assert bounds.memory() == 2**20
    with pytest.raises(UserError, match=r"3 things, about 3 MB .* 1 things, 524 kB"):
        bounds.in_memory("x", 3, 1e6, "things")
    bounds.in_memory("x", 1, 2**19, "things")


def test_a_system_without_the_calls_of_linux_has_cores_and_memory_all_the_same(monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.delattr(os, "sysconf")
    monkeypatch.setattr(bounds, "GROUP_LIMITS", ())
    assert bounds.cores() == os.cpu_count()
    assert bounds.memory() == bounds.USUAL_MEMORY


EARLY = ("1899-12-31", "1960-01-01", "1995-01-01", "2002-06-01", "2005-06-01", "9999-12-31")


@pytest.mark.parametrize("day", EARLY)
def test_a_day_before_the_first_facts_is_one_line_in_calibrate_and_forecast(day, capsys):
    for words in (["calibrate", "--members", "16"], ["forecast"]):
        if words == ["forecast"] and day > "2002-03" and day < "9":
            continue  # a forecast needs one survey alone
        assert main([*words, "--as-of", day]) == 2
        said = capsys.readouterr().err
        assert len(said.splitlines()) == 1
        assert said.startswith("globo: as_of: ")
        assert "a day " in said
    with pytest.raises(UserError, match="as_of"):
        Runner(day, 1)


@pytest.mark.slow
def test_the_first_day_that_is_named_does_serve():
    with pytest.raises(UserError) as told:
        Runner("2003-01-01", 1)
    first = told.value.allowed.split()[3]
    runner = Runner(first, 1)
    assert len(runner.targets) > 10
    found = runner.predict(posterior.prior_matrix(np.arange(2), 1), 0)
    assert np.isfinite(found).all()
    with pytest.raises(UserError):
        calibrate("2003-01-01", 16, 1)


@pytest.mark.parametrize("command", ["list", "disagreements", ""])
def test_facts_of_a_day_before_the_first_figure_are_one_line(command, capsys):
    words = ["facts", *([command] if command else []), "--as-of"]
    assert main([*words, "1960-01-01"]) == 2
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert "1978-12-31" in said
    assert main([*words, "1980-01-01"]) == 0  # little was known, which is an answer


def test_a_lever_of_the_country_has_no_place():
    ask = lambda name: decisions.sensitivity(lambda runs: np.zeros(len(runs)), [name], "x")  # noqa: E731
    with pytest.raises(UserError, match="one number for the country"):
        ask("eradication_budget@VRAEM")
    with pytest.raises(UserError, match="did you mean 'VRAEM'"):
        ask("trust@VREAM")
    with pytest.raises(UserError, match="Callao"):
        ask("container_scan_share@VRAEM")


def test_a_code_without_its_zero_is_mended(capsys):
    code = next(c for c in facts.load().districts.index if c.startswith("0"))
    assert main(["facts", "list", "--place", code.lstrip("0")]) == 2
    assert f"did you mean '{code}'? A spreadsheet cuts the zero" in capsys.readouterr().err
    assert main(["sensitivity", f"coca_ha@{code.lstrip('0')}"]) == 2
    assert f"'{code}'" in capsys.readouterr().err
    assert main(["facts", "list", "--place", "123456"]) == 2
    assert "six digits" in capsys.readouterr().err


def test_a_name_with_its_accents_apart_is_the_same_name(capsys):
    apart = unicodedata.normalize("NFD", "Marañón")
    assert main(["facts", "list", "--place", apart, "--json"]) == 0
    assert main(["facts", "list", "--place", "Marañón", "--json"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == second
    one, other = (load({"levers": {"trust": {name: 0.5}}}) for name in ("Marañón", apart))
    assert one == other
