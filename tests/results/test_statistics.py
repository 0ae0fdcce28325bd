"""Intervals over draws, against numbers counted by hand."""

import json

import numpy as np
import pytest
from results_small import ONE, small

from globo.results import quantiles, run_json, summary, summary_csv, variables


def line(frame, variable, place, year):
    found = frame[(frame.variable == variable) & (frame.place == place) & (frame.year == year)]
    assert len(found) == 1
    return found.iloc[0]


def test_quantiles_are_those_of_the_definition():
    values = np.array([[3.0], [1.0], [11.0]])
    np.testing.assert_allclose(quantiles(values, [0.05, 0.5, 0.95])[:, 0], [1.2, 3.0, 10.2])


def test_missing_cells_are_left_out_and_a_column_of_them_has_no_quantile():
    values = np.array([[1.0, np.nan], [np.nan, np.nan], [4.0, np.nan]])
    got = quantiles(values, [0.0, 0.5, 1.0])
    np.testing.assert_allclose(got[:, 0], [1.0, 2.5, 4.0])
    assert np.isnan(got[:, 1]).all()
    assert np.isnan(quantiles(np.empty((0, 2)), [0.5])).all()


def test_a_summary_has_country_zones_and_places():
    frame = summary(small(3))  # draws times 1, 3, 5
    row = line(frame, "coca_ha", "VRAEM", 2001)
    assert (row.p50, row["mean"], row.draws, row.failed) == (15.0, 15.0, 3, 0)
    assert row.p05 == pytest.approx(5 * 1.2)
    assert row.p95 == pytest.approx(5 * 4.8)
    assert line(frame, "coca_ha", "Peru", 2002).p50 == 210.25
    assert line(frame, "coca_ha", "090305", 2002).p50 == 60.0
    assert line(frame, "seized_t", "Peru", 2001).p50 == 75.0
    assert line(frame, "seized_t", "b", 2001).p50 == 6.0
    assert line(frame, "firm_count", "collection | VRAEM", 2001).p50 == 9.0
    assert line(frame, "exit_share", "Callao", 2002).p50 == pytest.approx(2 / 12)
    assert not frame.duplicated(["variable", "place", "year"]).any()
    assert set(ONE) | {"outside_ha"} <= set(frame.variable)


def test_failed_draws_are_in_no_statistic_and_counted():
    frame = summary(small(3, status=[0, 2, 0]))
    row = line(frame, "outside_ha", "Peru", 2001)
    assert (row.draws, row.failed) == (3, 1)
    assert line(frame, "coca_ha", "VRAEM", 2001)["mean"] == 15.0  # 5 and 25
    assert line(frame, "coca_ha", "VRAEM", 2001).p05 == pytest.approx(6.0)
    nothing = summary(small(2, status=[1, 1]))
    assert nothing[["p05", "p50", "p95", "mean"]].isna().all().all()


def test_text_has_six_digits_unix_ends_and_no_negative_zero():
    frame = summary(small(2))
    frame.loc[0, ["p05", "p50", "p95", "mean"]] = [-0.0, 1234567.8, 1 / 3, 2e-9]
    text = summary_csv(frame)
    assert text.splitlines()[0] == "variable,place,year,p05,p50,p95,mean,draws,failed"
    assert text.splitlines()[1].split(",")[3:7] == ["0", "1.23457e+06", "0.333333", "2e-09"]
    assert "\r" not in text


def test_the_printed_object_is_json_with_the_figures_counted_by_hand():
    said = json.loads(json.dumps(run_json(small(3, status=[0, 0, 7]), 1.23456, "runs/a")))
    assert (said["scenario"], said["draws"], said["failed_draws"]) == ("small", 3, 1)
    assert (said["seconds"], said["run"], said["seed"]) == (1.235, "runs/a", 3)
    assert said["national"]["seized_t"]["2001"]["p50"] == 50.0  # of 25 and 75
    assert said["national"]["leaf_price_usd_kg"]["2002"]["p50"] is None
    assert said["zones"]["Putumayo"]["coca_ha"]["2001"] == {"p05": 0.0, "p50": 0.0, "p95": 0.0}
    assert said["exits"]["Callao"]["p50"] == pytest.approx(0.4)
    assert said["modes"]["road"]["p50"] == 0.0
    assert said["firms"]["collection"]["count"]["2001"]["p50"] == 12.0  # 6 and 18
    assert said["firms"]["export"]["hhi"]["2002"]["p50"] == 0.125
    assert said["balance"] == {"leaf": 3e-09, "product": 2e-08}


def test_the_table_of_variables_says_all_of_each():
    table = variables()
    dims = "draw year month district zone stage market group item exit edge".split()
    for var in table.values():
        assert var.dims[0] == "draw"
        assert var.dims[1] in ("year", "month")
        assert set(var.dims) <= set(dims)
        assert var.kind in ("stock", "flow", "mean")
        assert var.unit
        assert var.meaning["en"] != var.meaning["es"] != ""
