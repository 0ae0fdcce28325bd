"""A policy given to a forecast: followed where the model has the lever, refused elsewhere."""

import numpy as np
import pandas as pd
import pytest

from globo.errors import UserError
from globo.evidence.compact_model import Start, paths
from globo.evidence.compact_prior import Taught, learn
from globo.evidence.compact_settings import Settings
from globo.evidence.forecast_policy import by_year, future, steered
from globo.evidence.forecast_pool import EQUAL, forecast
from globo.scenario import load

DAY = "2016-05-15"  # the last survey known then is that of 2014
ZONES = ["Huallaga", "VRAEM", "Elsewhere"]
DRAWS = 4000


def given(levers, first=2015, horizon=3, zones=ZONES, **more):
    """Return a policy by year, as a forecast of `DAY` follows it."""
    return by_year(future(load({"levers": levers, **more}), DAY), first, horizon, zones)


def span(value, first, last=None):
    return [{"from": first, "value": value, **({"until": last} if last else {})}]


def test_a_setting_holds_from_the_month_of_the_day_on_and_not_before():
    found = given({"eradication_budget": 24_000})
    np.testing.assert_allclose(found.cleared, [0, 24_000 * 8 / 12, 24_000])
    np.testing.assert_allclose(found.unstated, [1, 4 / 12, 0])
    early = given({"eradication_budget": span(24_000, "2013-02")})
    np.testing.assert_array_equal(early.cleared, found.cleared)


def test_spans_end_and_later_ones_win():
    spans = [*span(12_000, "2016-07"), *span(0, "2017-03", "2017-05")]
    found = given({"eradication_budget": spans})
    np.testing.assert_allclose(found.cleared, [0, 6_000, 9_000])
    np.testing.assert_allclose(found.unstated, [1, 0.5, 0])  # a stated 0 is stated
    ended = given({"eradication_budget": span(12_000, "2016-07", "2017-02")})
    np.testing.assert_allclose(ended.unstated, [1, 0.5, 10 / 12])


def test_places_are_told_apart_and_nowhere_means_everywhere():
    found = given(
        {
            "eradication_allowed": span({"Huallaga": 0}, "2017-01", "2017-03"),
            "eradication_where": span({"VRAEM": 0.5, "Huallaga": 0.8}, "2017-01"),
        }
    )
    np.testing.assert_allclose(found.allowed[2], [0.75, 1, 1])
    np.testing.assert_allclose(found.escorted[2], [0.75 * 0.8, 0.5, 0])
    np.testing.assert_array_equal(found.allowed[:2], 1)
    np.testing.assert_array_equal(given({"eradication_allowed": span(0, "2017-01")}).allowed[2], 0)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"levers": {"trust": {"VRAEM": 1}}}, "lever trust"),
        ({"levers": {"eradication_budget": 1000, "road_control": 2}}, "lever road_control"),
        ({"off": ["relocation"]}, "off: relocation"),
        ({"parameters": {"risk_weight": 0.3}}, "parameters: risk_weight"),
        ({}, "no setting"),
        ({"levers": {"eradication_budget": span(1000, "2012-01", "2016-04")}}, "no setting"),
        ({"levers": {"eradication_budget": span(1000, "2018-01")}}, "no setting from 2015 to 2017"),
        ({"levers": {"eradication_where": {"Callería": 1}}}, "Callería, which no survey"),
    ],
)
def test_what_the_model_cannot_follow_is_refused_by_name(changed, named):
    with pytest.raises(UserError) as told:
        by_year(future(load(changed), DAY), 2015, 3, ZONES)
    assert named in told.value.found
    if named.startswith(("lever", "off", "parameters")):
        assert told.value.allowed.endswith(
            "eradication_budget, eradication_allowed, eradication_where"
        )


def test_a_setting_that_had_ended_is_left_out_and_said():
    levers = {"trust": span({"VRAEM": 1}, "2012-01", "2016-04"), "eradication_budget": 1000}
    found = future(load({"levers": levers}), DAY)
    assert [c.lever for c in found.past] == ["trust"]
    assert [(c.lever, c.first) for c in found.changes] == [("eradication_budget", "2016-05")]


def test_a_closed_zone_leaves_its_budget_to_the_others_by_hectares():
    rate, if_open = np.array([[0.4, 0.1, 0.2]]), np.array([[0.4, 0.5, 0.3]])
    reach = np.array([[1000.0, 3000.0, 500.0]])
    closed = given({"eradication_allowed": {"Huallaga": 0}})
    found = steered(closed, 2, rate, if_open, reach)
    assert found[0, 0] == 0
    assert (found * reach).sum() == pytest.approx((rate * reach).sum())
    assert found[0, 1] / found[0, 2] == pytest.approx(0.1 / 0.2)
    opened = given({"eradication_where": {"VRAEM": 0.5}})
    found = steered(opened, 2, rate, if_open, reach)
    assert (found * reach).sum() == pytest.approx((rate * reach).sum())
    assert found[0, 1] / found[0, 0] == pytest.approx((0.1 + 0.5 * 0.4) / 0.4)
    np.testing.assert_array_equal(steered(opened, 0, rate, if_open, reach), rate)
    nowhere = given({"eradication_allowed": 0})
    np.testing.assert_array_equal(steered(nowhere, 2, rate, if_open, reach), 0)


def world(rates=(0.3, 0.05, 0.3), if_open=(0.3, 0.5, 0.3), budget=(10_000.0, 20_000.0)):
    """Return three zones of one, two and one units, and what is taught about them."""
    area = np.array([900.0, 700.0, 2000.0, 300.0])
    start = Start(
        area=area,
        most=area,
        zone_of=np.array([0, 1, 1, 2]),
        zones=ZONES,
        surveyed=np.ones(4, bool),
        budget=pd.Series(budget),
    )
    wide = {k: np.tile(v, (DRAWS, 1)) for k, v in (("visit_rate", rates), ("if_open", if_open))}
    none = np.zeros((DRAWS, 3))
    return start, Taught(
        **wide,
        shock_scale=none,
        noise_ratio=np.ones((DRAWS, 4)),
        born_never=none,
        born_again=none,
        trend=np.zeros(3),
    )


def hit(policy, **changes):
    """Return how often each unit was cleared in each of three years."""
    start, taught = world(**changes)
    still = Settings(
        without=frozenset(["regrowth", "transient noise"]),
        unit_noise=0.0,
        year_noise=0.0,
        budget_noise=0.0,
        revisit=(1.0, 1.0),
        visit_fall=(0.01, 0.01),
    )
    area = paths(start, taught, 3, np.random.default_rng(3), still, policy)
    before = np.concatenate([np.broadcast_to(start.area, (DRAWS, 1, 4)), area[:, :-1]], axis=1)
    return (area < before - 1e-9).mean(0)


def test_the_stated_budget_sets_how_much_is_cleared():
    top = hit(None)[0, 0]  # 10,000 a year on average, the last year 20,000, luck off
    half = hit(given({"eradication_budget": 10_000}, first=2017))
    full = hit(given({"eradication_budget": 20_000}, first=2017))
    none = hit(given({"eradication_budget": 0}, first=2017))
    np.testing.assert_allclose(full[:, 0], 0.3, atol=0.03)
    np.testing.assert_allclose(half[:, 0], 0.15, atol=0.03)
    np.testing.assert_array_equal(none, 0)
    assert half[0, 0] < top < full[0, 0]
    much = hit(given({"eradication_budget": 100_000}, first=2017))
    np.testing.assert_allclose(much[:, 0], 0.3 * np.exp(0.5), atol=0.03)  # no more is known


def test_escorted_brigades_clear_a_closed_zone_at_the_cost_of_others():
    plain = hit(given({"eradication_budget": 20_000}, first=2017))
    levers = {"eradication_budget": 20_000, "eradication_where": {"VRAEM": 1}}
    escorted = hit(given(levers, first=2017))
    assert (escorted[:, 1:3] > 1.5 * plain[:, 1:3]).all()
    assert (escorted[:, [0, 3]] < 0.8 * plain[:, [0, 3]]).all()


def test_a_policy_that_says_nothing_new_changes_nothing():
    start, taught = world()
    same = given({"eradication_allowed": 1, "eradication_where": 0}, first=2017)
    runs = [
        paths(start, taught, 3, np.random.default_rng(3), Settings(), policy)
        for policy in (None, same)
    ]
    np.testing.assert_allclose(runs[1], runs[0], rtol=1e-9)


def test_an_open_zone_keeps_its_rate_and_a_closed_one_would_get_that_of_the_open():
    areas = pd.DataFrame([[900, 800], [90, 800], [300, 800], [30, 800]], columns=list("ab"))
    past = pd.DataFrame({"south": np.full(16, 800.0)}, index=range(1998, 2014))
    found = learn(areas.astype(float), ["north", "south"], np.array([0, 1]), past, DRAWS,
                  np.random.default_rng(0), Settings())  # fmt: skip
    closed = found.visit_rate < found.if_open
    assert (found.if_open >= found.visit_rate).all()
    assert closed[:, 0].mean() < 0.1
    assert closed[:, 1].mean() > 0.8
    assert found.if_open[:, 1].mean() > 5 * found.visit_rate[:, 1].mean()


@pytest.mark.parametrize("day", ["2011-07-01", "2016-05-15", "2018-12-31"])
@pytest.mark.parametrize("level", ["zone", "district", "national"])
def test_more_clearing_leaves_less_coca_in_every_forecast(day, level):
    first = f"{int(day[:4]) + 1}-01"
    totals = [
        forecast(day, 4, level, 60, 2, policy=load({"levers": {"eradication_budget": levers}}))
        .groupby("year")["coca_ha"]
        .sum()
        for levers in (span(0, first), span(60_000, first))
    ]
    assert totals[0].iloc[-1] > 1.03 * totals[1].iloc[-1]
    np.testing.assert_array_equal(totals[0].iloc[0], totals[1].iloc[0])  # a year before it holds


def test_the_years_before_a_policy_are_those_of_a_drawn_one():
    policy = load({"levers": {"eradication_where": span({"VRAEM": 1}, "2017-01")}})
    with_it, without = (forecast(DAY, 4, "zone", 30, 2, policy=p) for p in (policy, None))
    same = with_it["coca_ha"] == without["coca_ha"]
    by_year_same = same.groupby(with_it["year"]).all()
    assert by_year_same.to_dict() == {2015: True, 2016: True, 2017: False, 2018: False}


def test_nothing_published_later_reaches_a_forecast_under_a_policy(poison):
    policy = load("eradication_enters_vraem")
    before = forecast(DAY, 3, "zone", 12, 3, policy=policy)
    poison(DAY)
    pd.testing.assert_frame_equal(forecast(DAY, 3, "zone", 12, 3, policy=policy), before)


def test_members_that_know_no_policy_refuse_one():
    policy = load({"levers": {"eradication_budget": 0}})
    with pytest.raises(UserError) as told:
        forecast(DAY, 3, "zone", 12, 3, weights=EQUAL, policy=policy)
    assert told.value.found == "analogues"
    assert told.value.allowed == "compact model"
