"""Batches: rows are runs, each with its own levers and parameters; futures go on from a present."""

import numpy as np
import pytest

import globo
from globo.ensemble import CHUNK_DRAWS
from globo.model.parameters import table
from globo.model.policy import Setting
from globo.simulation import Simulator
from globo.simulation.batches import Futures, Run, whole

PRESENT, UNTIL, SEED = 2002, 2003, 5
PUSH = Setting("eradication_budget", "", "2003-01", "", 60000.0)


@pytest.fixture(scope="module")
def base():
    return globo.run(draws=3, seed=SEED, until=f"{UNTIL}-12")


@pytest.mark.slow
def test_a_row_without_changes_is_the_draw_of_a_run(base):
    rows = [Run(2), Run(0), Run(2)]
    (ds,) = whole(Simulator(seed=SEED), rows, UNTIL)
    for i, row in enumerate(rows):
        np.testing.assert_allclose(ds["coca_ha"][i], base["coca_ha"][row.draw], rtol=1e-3)
    np.testing.assert_array_equal(ds["coca_ha"][0], ds["coca_ha"][2])


def test_a_row_has_its_own_levers_and_parameters():
    rows = [Run(1), Run(1, (PUSH,)), Run(1, (), {"leaf_loss": 0.3})]
    (ds,) = whole(Simulator(seed=SEED), rows, UNTIL)
    cleared = ds["eradicated_ha"].sum("district").values
    np.testing.assert_array_equal(cleared[0, :2], cleared[1, :2])
    assert cleared[1, 2] > cleared[0, 2]
    made = ds["cocaine_t"].sum("zone").values
    assert (made[2] < 0.9 * made[0]).all()  # 30 % of the leaf lost in place of 2 %


def test_futures_go_on_where_history_ended(base):
    future = Futures(Simulator(seed=SEED), [0, 2], PRESENT, UNTIL)
    (ds,) = future.run([Run(2), Run(0, (PUSH,)), Run(0)])
    np.testing.assert_allclose(ds["coca_ha"][0, 0], base["coca_ha"][2, -1], rtol=1e-3)
    cleared = ds["eradicated_ha"].sum("district").values[:, 0]
    assert cleared[1] > cleared[2]
    reported = base["coca_ha"].sel(year=PRESENT).sum("district").values
    np.testing.assert_allclose(future.coca_ha([2, 0, 2]), reported[[2, 0, 2]], rtol=1e-3)


def test_more_rows_than_a_batch_come_in_order():
    future = Futures(Simulator(seed=SEED), range(20), PRESENT, UNTIL)
    draws = [19, 3, *range(18), 19]
    parts = list(future.run([Run(draw) for draw in draws]))
    coca = np.concatenate([part["coca_ha"].values for part in parts])
    assert len(parts) == -(-len(draws) // CHUNK_DRAWS)
    assert len(coca) == 21
    np.testing.assert_array_equal(coca[0], coca[20])
    np.testing.assert_array_equal(coca[1], coca[5])


@pytest.mark.slow
def test_a_parameter_at_either_end_of_its_range_breaks_no_draw():
    ends = [(row.name, end) for row in table().values() for end in (row.low, row.high)]
    runs = [Run(i % CHUNK_DRAWS, (), {name: end}) for i, (name, end) in enumerate(ends)]
    status = np.concatenate([ds["status"].values for ds in whole(Simulator(seed=SEED), runs, 2004)])
    assert [end for end, bad in zip(ends, status, strict=True) if bad] == []
