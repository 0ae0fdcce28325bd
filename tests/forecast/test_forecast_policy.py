"""A policy given to a forecast: every lever is followed, what is no lever is refused."""

import numpy as np
import pytest

from globo.errors import UserError
from globo.forecast.policy import future, settings
from globo.forecast.pool import forecast
from globo.model.policy import Setting
from globo.scenario import load

DAY = "2016-05-15"  # the last survey known then is that of 2014


def span(value, first, last=None):
    return [{"from": first, "value": value, **({"until": last} if last else {})}]


def given(levers, first=2015, horizon=3, **more):
    return settings(future(load({"levers": levers, **more}), DAY), first, horizon)


def test_a_setting_holds_from_the_month_of_the_day_on_and_not_before():
    held = (Setting("eradication_budget", "", "2016-05", "", 24_000.0),)
    assert given({"eradication_budget": 24_000}) == held
    assert given({"eradication_budget": span(24_000, "2013-02")}) == held


def test_every_lever_is_followed_in_order():
    levers = {"trust": span({"VRAEM": 0.5}, "2017-01", "2017-03"), "road_control": 2}
    assert given(levers) == (
        Setting("trust", "VRAEM", "2017-01", "2017-03", 0.5),
        Setting("road_control", "", "2016-05", "", 2.0),
    )


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"off": ["relocation"]}, "off: relocation"),
        ({"parameters": {"risk_weight": 0.3}}, "parameters: risk_weight"),
        ({}, "no setting"),
        ({"levers": {"eradication_budget": span(1000, "2012-01", "2016-04")}}, "no setting"),
        ({"levers": {"eradication_budget": span(1000, "2018-01")}}, "no setting from 2015 to 2017"),
    ],
)
def test_what_a_forecast_cannot_follow_is_refused_by_name(changed, named):
    with pytest.raises(UserError) as told:
        settings(future(load(changed), DAY), 2015, 3)
    assert named in told.value.found


def test_a_setting_that_had_ended_is_left_out_and_said():
    levers = {"trust": span({"VRAEM": 1}, "2012-01", "2016-04"), "eradication_budget": 1000}
    found = future(load({"levers": levers}), DAY)
    assert [c.lever for c in found.past] == ["trust"]
    assert [(c.lever, c.first) for c in found.changes] == [("eradication_budget", "2016-05")]


@pytest.mark.parametrize("day", [pytest.param("2011-07-01", marks=pytest.mark.slow), "2018-12-31"])
@pytest.mark.parametrize("level", ["zone", "district", "national"])
def test_more_clearing_leaves_less_coca_in_every_forecast(day, level):
    first = f"{int(day[:4]) + 1}-01"
    totals = [
        forecast(day, 4, level, 12, 2, policy=load({"levers": {"eradication_budget": levers}}))
        .groupby("year")["coca_ha"]
        .sum()
        for levers in (span(0, first), span(60_000, first))
    ]
    assert totals[0].iloc[-1] > 1.03 * totals[1].iloc[-1]
    np.testing.assert_array_equal(totals[0].iloc[0], totals[1].iloc[0])  # a year before it holds
