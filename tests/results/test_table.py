"""Plain arrays become a dataset whose names, units and shapes are those of the table."""

import numpy as np
import pytest
from results_small import ATTRS, COORDS, ONE, small

from globo.results import dataset, ok_draws, variable


def test_names_and_units_come_from_the_table():
    ds = small()
    assert list(ds.data_vars)[:3] == ["coca_ha", "eradicated_ha", "outside_ha"]
    assert ds["flow_t"].attrs["unit"] == "t a year"
    assert ds["coca_ha"].dtype == "float32"
    assert ds.attrs == ATTRS
    assert ds["draw"].values.tolist() == [0, 1]


def test_a_draw_without_a_status_ended_well():
    assert ok_draws(small()).tolist() == [True, True]
    assert ok_draws(small(status=[0, 5])).tolist() == [True, False]
    assert ok_draws(small().drop_vars("status")).tolist() == [True, True]


def test_a_shape_that_does_not_fit_is_said_by_name():
    with pytest.raises(ValueError, match=r"coca_ha: shape \(1, 2, 2\) .*district 3"):
        dataset({"coca_ha": np.ones((1, 2, 2))}, COORDS)


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(KeyError, match="coca_ha"):
        variable("coca_hq")
    with pytest.raises(KeyError, match="did you mean 'coca_ha'"):
        dataset({"coca_ah": np.asarray([ONE["coca_ha"]])}, COORDS)
