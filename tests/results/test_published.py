"""The figure that stands beside a variable: one for the calibration, the page and the report."""

import numpy as np
import pandas as pd
import pytest

from globo import facts
from globo.errors import UserError
from globo.inference.targets import targets
from globo.model import policy
from globo.model.world import build
from globo.report.charts.fan import Points
from globo.report.known import main_points
from globo.results import variables
from globo.results.published import FIGURES, published
from globo.server.evidence import surveys


def row(table, year, value, quantity, confidence="high", place="Peru", year_to=None):
    head = {"table": table, "quantity": quantity, "place": place, "value": value}
    return {**head, "year": year, "year_to": year_to or year, "confidence": confidence}


def test_a_seizure_is_base_and_hydrochloride_together_in_tonnes():
    rows = [
        row("national", 2015, 11_000.0, "base_seized_kg"),
        row("chain", 2015, 99_000.0, "base_seized_kg"),
        row("chain", 2015, 8_000.0, "hcl_seized_kg", "medium"),
        row("national", 2016, 14_000.0, "hcl_seized_kg"),
        row("national", 2017, 1_000.0, "base_seized_kg"),
        row("national", 2017, 2_500.0, "hcl_seized_kg"),
        row("national", 2017, 9_000.0, "hcl_seized_kg", place="Bolivia"),
    ]
    found = published(pd.DataFrame(rows), "seized_t")
    assert found.to_dict("records") == [
        {"year": 2015, "value": 19.0, "confidence": "medium", "national": False},
        {"year": 2017, "value": 3.5, "confidence": "high", "national": True},
    ]


def test_money_is_brought_to_dollars_of_2015_and_years_without_prices_are_left_out():
    rows = [row("national", y, 3.0, "leaf_price_usd_kg") for y in (2005, 2030)]
    found = published(pd.DataFrame(rows), "leaf_price_usd_kg", pd.Series({2005: 1.2}))
    assert found[["year", "value"]].to_numpy().tolist() == [[2005, pytest.approx(3.6)]]


def test_a_variable_without_a_figure_is_refused_with_the_nearest():
    with pytest.raises(UserError, match="did you mean 'seized_t'"):
        published(pd.DataFrame(), "seized_kg")


def test_each_figure_tells_of_its_variable_by_the_vocabulary():
    words = facts.load().vocabulary.set_index("name")
    for variable, parts in FIGURES.items():
        assert {words.result[part] for part in parts} == {variable}
        assert variable in variables()


def test_the_calibration_the_page_and_the_report_hold_seizures_against_one_figure():
    known = facts.load().through(policy.LAST)
    (report,) = main_points(facts.figures(known), "seized_t")
    assert isinstance(report, Points)
    told = dict(zip(report.years, report.values, strict=True))
    assert told[2016] == pytest.approx(27.993)
    page = {s["year"]: s["value"] for s in surveys() if s["outcome"] == "seized_t|country"}
    assert page == told
    fitted = {t.year: t.value for t in targets(known, build(known), 2016) if "seized_t" in t.name}
    assert fitted == {year: pytest.approx(np.log(told[year])) for year in fitted}
    assert len(fitted) == 12


def test_the_page_holds_prices_against_dollars_of_2015():
    known = facts.load().through(2017)
    nominal, deflator = known.series("Peru", "leaf_price_usd_kg"), known.deflator()
    page = {s["year"]: s["value"] for s in surveys() if s["outcome"] == "leaf_price_usd_kg|country"}
    assert page[2005] == pytest.approx(nominal[2005] * deflator[2005])
