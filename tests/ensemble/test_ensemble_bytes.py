"""The same inputs leave the same bytes, whoever computed them, in whatever order."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from ensemble_files import bytes_of
from ensemble_toy import Toy, toy_plan

from globo.ensemble import EnsembleError, open_run, run_ensemble
from globo.ensemble.ledger import Ledger
from globo.ensemble.resume import open_ledger
from globo.ensemble.store import Store
from globo.ensemble.work import compute_and_store
from globo.errors import UserError


def run(out, plan=None, engine=None, **how):
    how = {"jobs": 1, "progress": False, **how}
    return run_ensemble(plan or toy_plan(), engine or Toy(7), out, **how)


def rows(out):
    ledger = Ledger(out, write=False)
    found = ledger.members()
    ledger.close()
    return found


def test_one_thread_and_three_leave_the_same_bytes(tmp_path):
    one, three = run(tmp_path / "a", jobs=1), run(tmp_path / "b", jobs=3)
    assert bytes_of(tmp_path / "a") == bytes_of(tmp_path / "b")
    assert rows(tmp_path / "a") == rows(tmp_path / "b")
    xr.testing.assert_identical(one, three)


def test_chunks_in_any_order_leave_the_same_bytes(tmp_path):
    plan, engine = toy_plan(7), Toy(7)
    digests = []
    for name, order in [("a", [0, 1, 2, 3]), ("b", [3, 1, 0, 2, 1])]:  # one of them twice
        work = tmp_path / name
        ledger = open_ledger(work, plan)
        for i in order:
            done = compute_and_store(plan, engine, Store(work, plan), plan.chunks()[i])
            ledger.record(done.outcome)
        members = ledger.members()
        assert [row[1] for row in members] == list(range(7))
        ledger.close()
        (work / "summary.csv").write_text("")
        digests.append((bytes_of(work), members))
    assert digests[0] == digests[1]


def test_memory_and_disk_hold_the_same_dataset(tmp_path):
    xr.testing.assert_identical(run(None), run(tmp_path / "a"))
    xr.testing.assert_identical(run(None, jobs=2), open_run(tmp_path / "a"))


@pytest.mark.parametrize("draws", [1, 2, 3, 8])
def test_a_draw_has_the_same_bits_whatever_the_number_of_draws(draws):
    whole, few = run(None, toy_plan(9)), run(None, toy_plan(draws))
    few.attrs = whole.attrs
    xr.testing.assert_identical(few, whole.isel(draw=slice(0, draws)))


def test_a_draw_is_known_by_its_inputs_and_not_by_how_many_there_are():
    plan = toy_plan(5)
    same = [replace(plan, draws=900), replace(plan, command="globo run toy --jobs 2")]
    assert [p.member(3) for p in same] == [plan.member(3)] * 2
    changes = [
        {"seed": 8},
        {"scenario_yaml": "name: toy\n"},
        {"until": "2003-11"},
        {"facts_hash": "1" * 12},
        {"version": "0.1.1+test"},
        {"parameters": "posterior"},
        {"made_by": {"generator": "rbg"}},
    ]
    others = {replace(plan, **change).member(3) for change in changes} | {plan.member(2)}
    assert len(others | {plan.member(3)}) == len(changes) + 2
    assert replace(plan, draws=900).key != plan.key == same[1].key


def test_a_failed_draw_is_a_row_with_its_reason_and_in_no_statistic(tmp_path, caplog):
    plan = toy_plan(7, reasons={3: "prices ran away"})
    ds = run(tmp_path / "a", plan, Toy(7, failing=frozenset({1, 4}), raising=frozenset({6})))
    assert ds["status"].values.tolist() == [0, 3, 0, 0, 3, 0, -1]
    told = {draw: reason for _, draw, _, status, reason in rows(tmp_path / "a") if status}
    assert told == {1: "prices ran away", 4: "prices ran away", 6: "ArithmeticError: no such leaf"}
    table = (tmp_path / "a" / "summary.csv").read_text().splitlines()
    assert {line.rsplit(",", 2)[1:] == ["7", "3"] for line in table[1:]} == {True}
    good = run(None, plan)["outside_ha"].values[[0, 2, 3, 5], 1].astype(float)
    (line,) = [x for x in table if x.startswith("outside_ha,Peru,2002")]
    assert float(line.split(",")[4]) == pytest.approx(np.median(good), rel=1e-5)
    assert "3 of 7 draws failed, most: prices ran away" in caplog.text


def test_draws_that_raised_are_tried_again_and_then_the_bytes_are_those_of_a_good_run(tmp_path):
    run(tmp_path / "a", toy_plan(9), Toy(7, raising=frozenset({6})))
    before = (tmp_path / "a" / "ro-crate-metadata.json").read_text()
    assert "no such leaf" in before
    run(tmp_path / "a", toy_plan(9))
    run(tmp_path / "b", toy_plan(9))
    assert bytes_of(tmp_path / "a") == bytes_of(tmp_path / "b")
    assert "no such leaf" not in (tmp_path / "a" / "ro-crate-metadata.json").read_text()


def test_an_engine_that_raises_on_every_draw_is_an_error_and_leaves_no_run(tmp_path):
    said = "every one of 6 draws failed: ArithmeticError: no such leaf; no run was kept"
    with pytest.raises(EnsembleError, match=said):
        run(tmp_path / "a", toy_plan(99), Toy(7, raising=frozenset(range(200))))
    with pytest.raises(UserError, match="no run.*make one with"):
        open_run(tmp_path / "a")


@pytest.mark.parametrize("folder", [True, False])
def test_a_run_in_which_every_draw_failed_names_the_parameter_and_is_not_kept(folder, tmp_path):
    plan = toy_plan(5, reasons={3: "prices ran away"}, fixed="route_choice = 10")
    said = "every one of 5 draws failed: prices ran away; the scenario sets route_choice = 10"
    with pytest.raises(EnsembleError, match=said) as told:
        run(tmp_path / "a" if folder else None, plan, Toy(7, failing=frozenset(range(9))))
    assert "go on" not in str(told.value)
    assert not folder or list((tmp_path / "a").iterdir()) == []


def test_arrays_that_do_not_fit_the_plan_are_refused():
    def short(chunk):
        arrays = Toy(7)(chunk)
        return {**arrays, "leaf_t": arrays["leaf_t"][:, :2]}

    with pytest.raises(ValueError, match=r"leaf_t: shape \(2, 2, 3\) does not fit \(draw 2"):
        run(None, engine=short)
    with pytest.raises(ValueError, match="hold: the engine did not return it"):
        run(None, engine=lambda c: {k: v for k, v in Toy(7)(c).items() if k != "hold"})


@pytest.mark.parametrize("draws", [0, -3, 1_000_000_000])
def test_an_absurd_number_of_draws_is_refused(draws):
    with pytest.raises(UserError, match="1 to 1,000,000"):
        toy_plan(draws)


@pytest.mark.parametrize("jobs", [0, -1, 100_000])
def test_an_absurd_number_of_jobs_is_refused(jobs, tmp_path):
    with pytest.raises(UserError, match="--jobs.*1 to 1024"):
        run(tmp_path / "a", jobs=jobs)
    assert not (tmp_path / "a").exists()
