import numpy as np
import pandas as pd
import pytest

from globo import facts
from globo.errors import UserError
from globo.forecast.frames import to_array, to_frame
from globo.forecast.known import known
from globo.forecast.pool import MEMBERS, WALK, WEIGHTS, appearance, forecast, simulator

DAYS = ["2011-07-01", "2013-09-24", "2018-12-31"]
LEVELS = ("district", "zone", "national")
SLOW = [pytest.param(day, marks=pytest.mark.slow) for day in DAYS[:2]]  # each is compiled anew


# the simulator is one of the members of what `forecast` pools
ALONE = pytest.param(simulator, marks=pytest.mark.slow)


@pytest.mark.parametrize("make", [forecast, ALONE])
@pytest.mark.parametrize("day", [SLOW[1], DAYS[2]])
@pytest.mark.parametrize(("level", "horizon", "n"), [("district", 3, 394), ("zone", 3, 14),
                                                     ("national", 7, 1)])  # fmt: skip
def test_every_unit_and_year_comes_out(make, day, level, horizon, n):
    table = make(day, horizon, level, 12, 1)
    assert list(table.columns) == ["unit", "year", "draw", "coca_ha"]
    assert table["unit"].nunique() == n
    first = known(day).last_year + 1
    assert list(table["year"].unique()) == list(range(first, first + horizon))
    assert len(table) == n * horizon * 12
    assert table["coca_ha"].ge(0.0).all()
    assert not table.duplicated(["unit", "year", "draw"]).any()


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
def test_a_forecast_from_before_the_district_surveys_still_names_every_unit(level):
    table = forecast(DAYS[0], 2, level, 8, 1)
    assert table["unit"].nunique() == {"district": 394, "zone": 14, "national": 1}[level]
    assert np.isfinite(table["coca_ha"]).all()


@pytest.mark.parametrize(
    ("make", "level"),
    [
        (forecast, "zone"),
        *((MEMBERS[WALK], level) for level in LEVELS),
        *(pytest.param(forecast, one, marks=pytest.mark.slow) for one in ("district", "national")),
        *(pytest.param(simulator, level, marks=pytest.mark.slow) for level in LEVELS),
    ],
)
def test_nothing_published_after_the_day_reaches_a_forecast(make, level, poison):
    before = make("2016-05-15", 2, level, 12, 3)
    poison("2016-05-15")
    pd.testing.assert_frame_equal(make("2016-05-15", 2, level, 12, 3), before)
    assert not make("2018-12-31", 2, level, 12, 3).equals(before)


@pytest.mark.parametrize("day", [*SLOW, DAYS[2]])
def test_levels_are_sums_of_the_same_draws(day):
    district, zone, national = (
        simulator(day, 2, level, 20, 4) for level in ("district", "zone", "national")
    )
    places = known(day).districts["zone"].to_dict()
    names = sorted(set(zone["unit"]) - {"Elsewhere"})
    years = sorted(zone["year"].unique())
    by_zone = to_array(zone, {z: z for z in names}, names, years)
    np.testing.assert_allclose(to_array(district, places, names, years), by_zone, rtol=1e-9)
    nation = to_array(national, {"Peru": "Peru"}, ["Peru"], years)[:, :, 0]
    looked = facts.load(as_of=day).surveyed(names, [known(day).last_year]).iloc[0]
    inside = by_zone[:, :, looked[names].to_numpy()].sum(axis=2)
    beside = nation - inside  # what the survey counts beside its zones
    assert (beside >= -1e-6).all()
    assert np.quantile(beside, 0.9) < 0.5 * known(day).national.iloc[-1]


def test_a_district_forecast_is_the_walk_in_two_draws_of_three():
    table = forecast("2018-12-31", 3, "district", 6, 1)
    walk = MEMBERS[WALK]("2018-12-31", 3, "district", 4, 1)
    assert table["draw"].nunique() == 6
    assert WEIGHTS["district"] == {"simulator": 1.0, WALK: 2.0}
    assert walk["draw"].nunique() == 4


def test_policy_as_it_came_is_another_forecast_than_policy_drawn():
    drawn, came = (forecast("2014-12-31", 3, "national", 12, 1, came=c) for c in (False, True))
    assert not drawn["coca_ha"].equals(came["coca_ha"])


def test_the_same_seed_gives_the_same_draws_and_another_one_others():
    first, again, other = (forecast("2016-05-15", 2, "zone", 9, seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert not first["coca_ha"].equals(other["coca_ha"])


def steady(value):
    def member(as_of, horizon, level, samples, seed):
        return to_frame(np.full((samples, horizon, 1), value), ["Peru"], 2018)

    return member


def test_weights_deal_whole_draws():
    members = {"low": steady(1.0), "high": steady(9.0)}
    table = forecast("2018-12-31", 2, "national", 10, 1, members, {"low": 3.0, "high": 1.0})
    wide = table.pivot(index="draw", columns="year", values="coca_ha")
    assert (wide.nunique(axis=1) == 1).all()  # a draw is one member's in every year
    assert sorted(wide[2018]).count(9.0) in (2, 3)
    assert len(wide) == 10


@pytest.mark.parametrize(
    "call",
    [
        lambda: forecast("2016-05-15", 0, "zone", 5, 1),
        lambda: forecast("2016-05-15", 1, "district", 1, 1),
        lambda: forecast("2016-05-15", 1, "province", 5, 1),
        lambda: forecast("2016-05-15", 1, "zone", 5, 1, weights={"oracle": 1.0}),
        lambda: forecast("1999-01-01", 1, "zone", 5, 1),
    ],
)
def test_bad_requests_are_refused(call):
    with pytest.raises(UserError):
        call()


def test_appearance_is_the_share_of_draws_that_reach_50_ha():
    found = appearance("2018-12-31", 3, 48, 1)
    assert list(found.columns) == ["unit", "year", "p_appearance"]
    table = forecast("2018-12-31", 3, "district", 48, 1)
    state = known("2018-12-31")
    last = state.by_district.iloc[-1].reindex(state.districts.index).fillna(0.0)
    assert found["unit"].nunique() == (last < 10.0).sum()
    one = found.iloc[7]
    draws = table[(table["unit"] == one["unit"]) & (table["year"] == one["year"])]["coca_ha"]
    assert one["p_appearance"] == pytest.approx((draws >= 50.0).mean())
    by_year = found.groupby("year")["p_appearance"].mean()
    assert by_year.iloc[-1] > by_year.iloc[0]
