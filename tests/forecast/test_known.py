import numpy as np
import pandas as pd
import pytest

from globo.errors import UserError
from globo.forecast.known import ELSEWHERE, history, known


@pytest.mark.parametrize(
    ("day", "last"),
    [("2013-09-23", 2011), ("2013-09-24", 2012), ("2016-05-15", 2014), ("2018-12-31", 2017)],
)
def test_the_last_year_known_is_the_last_one_published(day, last):
    state = known(day)
    assert state.last_year == last
    assert state.national.index.max() == last
    assert state.eradicated.index.max() in (last, last + 1)  # told before the survey is
    assert len(state.by_unit) == max(last - 2011, 0)


def test_zone_rows_of_low_confidence_are_never_known():
    state = known("2018-12-31")
    early = state.by_zone.loc[:2011].notna().any()
    assert sorted(early.index[early]) == ["Huallaga", "La Convención-Lares", "VRAEM"]


def test_units_districts_and_zones_add_up():
    state = known("2018-12-31")
    assert state.by_unit.shape == (6, 118)
    assert state.by_district.shape == (6, 133)
    total = state.by_district.sum(axis=1)
    np.testing.assert_allclose(state.by_unit.sum(axis=1), total)
    np.testing.assert_allclose(state.by_zone.loc[2012:].sum(axis=1), total)
    np.testing.assert_allclose(state.outside.loc[2012:], state.national.loc[2012:] - total)


def test_before_districts_were_surveyed_the_outside_is_the_rest_of_the_nation():
    state = known("2011-07-01")
    assert state.by_unit.empty
    rest = state.national[2010] - state.by_zone.loc[2010].sum()
    assert state.outside[2010] == pytest.approx(rest)
    assert state.outside.index.min() == 2004  # the first year with all three zones


def test_history_holds_only_units_known_in_the_last_year():
    assert history(known("2011-07-01"), "district").empty
    assert history(known("2011-07-01"), "zone").shape[1] == 3
    table = history(known("2013-09-24"), "zone")
    assert table.shape[1] == 13
    assert ELSEWHERE not in table
    assert table.iloc[-1].notna().all()


def test_medium_rows_that_do_not_join_the_survey_are_left_out(monkeypatch):
    from globo.forecast import known as module

    rows = pd.DataFrame(
        [("north", 2011, 100.0, "medium"), ("north", 2012, 90.0, "high"),
         ("south", 2011, 100.0, "medium"), ("south", 2012, 60.0, "high"),
         ("west", 2011, 5.0, "low")],
        columns=["zone", "year", "coca_ha", "confidence"],
    )  # fmt: skip
    found = module._checked(rows, pd.Series({2011: 300.0, 2012: 300.0}))
    assert list(found.loc[2011].dropna().index) == ["north"]
    crowded = module._checked(rows, pd.Series({2011: 150.0, 2012: 300.0}))
    assert list(crowded.index) == [2012]


def test_a_day_before_the_first_survey_is_refused():
    with pytest.raises(UserError, match="2002-03-31"):
        known("2001-06-01")
