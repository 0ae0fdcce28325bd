"""Loading: only what was known, typed, safe from the hands of its readers."""

import dataclasses
import datetime

import numpy as np
import pandas as pd
import pytest

from globo import facts
from globo.errors import UserError
from globo.facts import tables
from globo.facts.package import UNDATED, table_names

DAYS = ["2004-01-01", "2006-06-30", "2013-09-24", "2016-05-15", "2018-12-21", "2023-06-26"]


@pytest.mark.parametrize("day", DAYS)
def test_nothing_that_came_out_later_is_loaded(day):
    known = facts.load(as_of=day)
    for name in set(table_names()) - set(UNDATED):
        table, whole = known.table(name), facts.load().table(name)
        assert (table.known_at <= pd.Timestamp(day)).all()
        assert len(table) == (whole.known_at <= pd.Timestamp(day)).sum()  # and nothing else is lost


def test_knowledge_only_grows():
    for earlier, later in zip(DAYS, DAYS[1:], strict=False):
        a, b = facts.load(earlier), facts.load(later)
        assert all(len(a.table(name)) <= len(b.table(name)) for name in table_names())


def test_the_day_of_publication_counts_and_the_day_before_does_not():
    assert 2012 in facts.load("2013-09-24").series("Peru", "coca_ha")
    assert 2012 not in facts.load("2013-09-23").series("Peru", "coca_ha")


def test_a_district_counts_as_surveyed_only_once_a_survey_of_it_is_known():
    assert facts.load("2013-01-01").districts.surveyed_for_coca.sum() == 0
    assert facts.load("2013-09-24").districts.surveyed_for_coca.sum() == 133


def test_the_frame_is_whole_on_any_day():
    districts = facts.load("2002-01-01").districts
    assert len(districts) == 394
    assert districts.index.is_unique
    assert districts.zone.nunique() == 14
    assert (districts.zone == "Elsewhere").sum() == 204


@pytest.mark.parametrize("name", sorted(set(table_names()) - set(UNDATED)))
def test_every_row_says_where_from_how_sure_and_since_when(name):
    table = facts.load().table(name)
    assert table.source.isin(facts.load().sources.id).all()
    assert table.confidence.isin(["high", "medium", "low"]).all()
    assert table.known_at.notna().all()


def test_what_is_known_through_a_year_holds_no_figure_of_a_later_one():
    known = facts.load().through(2017)
    rows = facts.figures(known, covariates=True)
    assert rows.year_to.max() == 2017
    assert known.events.date.dt.year.max() <= 2017
    assert known.effects.year_to.max() <= 2017
    assert len(known.coca_zone) == 151  # and nothing else is lost


def poisoned(folder, day):
    """Make every figure that came out after a day absurd, in a copy of the package."""
    for name, table in tables.schemas(folder).items():
        path = folder / table["path"]
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        if "known_at" not in frame or name == "districts":
            continue
        for field in table["schema"]["fields"]:
            if field["type"] == "number":
                later = frame[field.get("known_at", "known_at")] > day
                frame.loc[later & (frame[field["name"]] != ""), field["name"]] = "987654321"
        frame.to_csv(path, index=False)


@pytest.mark.parametrize("day", ["2016-05-15", "2021-12-31", "2024-01-01"])
def test_poisoned_rows_of_the_future_change_nothing(copy, day):
    poisoned(copy, day)
    clean, spoilt = facts.load(day), facts.load(day, folder=copy)
    for name in table_names():
        pd.testing.assert_frame_equal(clean.table(name), spoilt.table(name))
    year = int(day[:4])
    for answer in (
        lambda f: f.coca("zone"),
        lambda f: f.coca("district"),
        lambda f: f.department_coca(),
        lambda f: f.eradicated(year),
        lambda f: f.eradicated(year, by="department"),
        lambda f: f.eradication_plan(year),
    ):
        assert answer(clean).equals(answer(spoilt))
    assert not facts.load().national.equals(facts.load(folder=copy).national)


@pytest.mark.parametrize("year", [2012, 2016, 2024])
def test_the_share_of_a_year_is_not_known_before_the_total_of_the_year_was(year):
    told = facts.load().eradication_best.query("year == @year")
    total = facts.load().national.query("country == 'Peru' and quantity == 'eradicated_ha'")
    out = total.set_index("year").known_at[year]
    before = facts.load(out - pd.Timedelta(days=1)).eradication_best.query("year == @year")
    assert len(before) == len(told)  # what brigades had cleared by then was told at once
    assert before.eradicated_ha.notna().all()
    assert before[["national_year_ha", "share_of_year"]].isna().all(axis=None)
    after = facts.load(out).eradication_best.query("year == @year")
    assert after[["national_year_ha", "share_of_year"]].notna().all(axis=None)


def test_a_survey_looks_where_its_scope_says():
    known = facts.load()
    assert [len(known.surveyed_areas(y)) for y in range(2020, 2025)] == [14, 19, 20, 21, 24]
    assert "Yaguas" in known.surveyed_areas(2022)
    assert "Yaguas" not in facts.load("2023-06-25").surveyed_areas(2022)  # told a day later
    assert set(known.coca_zone[known.coca_zone.year == 2021].zone) == set(
        known.surveyed_areas(2021)
    )


def test_an_area_has_its_districts_and_says_which_are_assumed():
    known = facts.load()
    assert known.area_districts("Amazonas").to_dict() == {"010401": "high"}
    assert len(known.area_districts("Bajo Huallaga")) == 9
    assert len(known.area_districts("Bajo Ucayali")) == 5
    assert set(known.area_districts("Bajo Ucayali")) == {"low"}
    assert set(known.area_districts("Huallaga")) == {"high"}
    assert known.area_districts("Alto Chicama").empty
    with pytest.raises(UserError, match="did you mean 'Bajo Ucayali'"):
        known.area_districts("Bajo Ucayal")


def test_departments_add_up_to_the_nation():
    known = facts.load()
    total = known.department_coca().sum(axis=1)
    nation = known.series("Peru", "coca_ha")[total.index]
    np.testing.assert_allclose(total, nation, rtol=1e-3)


def test_cleared_hectares_have_a_place_as_far_as_it_was_told():
    known = facts.load()
    by_zone, by_department = known.eradicated(2022), known.eradicated(2025, by="department")
    assert by_zone["Huallaga"] == 2902.59
    assert by_zone.sum() == 21628  # the nation, and what has no place stands under ""
    assert known.eradication_placed(2022) == pytest.approx(15911.97 / 21628)
    assert by_department["Ucayali"] == 17531.80
    assert known.eradication_placed(2025, by="department") == pytest.approx(1.0)
    assert known.eradication_placed(2020) == 0.0
    early = facts.load("2022-12-20").eradicated(2022)
    assert 15911 < early.sum() < 21628  # the year was not over
    assert facts.load("2022-01-01").eradicated(2022).empty


def test_a_plan_is_known_from_its_day_on():
    assert facts.load("2025-04-09").eradication_plan(2025).empty
    assert facts.load("2025-07-14").eradication_plan(2025).iloc[-1] == 30000
    assert facts.load().eradication_plan(2025).iloc[-1] == 34123.63
    assert facts.load().eradication_plan(2026).tolist() == [19000]


def test_series_that_rival_the_survey_stand_beside_it():
    known = facts.load()
    assert known.series("Peru", "coca_ha")[2020] == 61777
    assert known.series("Peru", "coca_ondcp_ha")[2020] == 88200
    told = known.coca_special.query("quantity == 'counterfactual_coca_ha'")
    assert told.set_index("year").value.to_dict() == {2023: 109250, 2024: 125000}


def test_a_reader_cannot_change_what_the_next_one_gets():
    first = facts.load()
    first.national["value"] = 0.0
    first.districts.loc[:, "zone"] = "nowhere"
    assert facts.load().national.value.max() > 0
    assert "nowhere" not in set(facts.load().districts.zone)
    with pytest.raises(dataclasses.FrozenInstanceError):
        first.hash = ""  # type: ignore[misc]


def test_the_hash_tells_days_and_packages_apart(copy):
    assert facts.load().hash == facts.load().hash
    assert facts.load().hash != facts.load("2016-05-15").hash
    path = copy / "bases.csv"
    path.write_text(path.read_text().replace("-9.3", "-9.4"))
    assert facts.load(folder=copy).hash != facts.load().hash


def test_a_date_may_be_a_date():
    day = datetime.date(2016, 5, 15)
    assert facts.load(day).hash == facts.load("2016-05-15").hash


@pytest.mark.parametrize("day", ["2016", "15-05-2016", "yesterday", "2016-02-30", 2016])
def test_a_day_that_is_none_is_refused(day):
    with pytest.raises(UserError, match=r"as_of.*YYYY-MM-DD"):
        facts.load(day)


def test_series_come_by_year_in_order():
    area = facts.load().series("Peru", "coca_ha")
    assert area.index.tolist() == list(range(2001, 2025))
    assert area[2001] == 46200
    assert area[2017] == 49900
    assert area[2024] == 89755
    assert facts.load("2002-01-01").series("Peru", "coca_ha").empty


@pytest.mark.parametrize(
    ("country", "quantity", "nearest"),
    [("Perú", "coca_ha", "Peru"), ("Peru", "coca_area", "coca_ha")],
)
def test_an_unknown_series_names_the_nearest(country, quantity, nearest):
    with pytest.raises(UserError, match=f"did you mean '{nearest}'"):
        facts.load().series(country, quantity)


def test_levels_of_coca_add_up():
    known = facts.load()
    units, districts, zones = (known.coca(x) for x in ("series_unit", "district", "zone"))
    assert (units.shape[1], districts.shape[1], zones.shape[1]) == (118, 133, 24)
    np.testing.assert_allclose(units.sum(axis=1), districts.sum(axis=1))
    rest = districts.sum(axis=1) - zones.sum(axis=1)[districts.index]
    assert rest.loc[:2017].between(0, 2).all()  # one surveyed district lies outside the zones
    outside = known.coca_zone.query("zone in ['Marañón', 'Alto Chicama']").groupby("year")
    assert (-rest.loc[2018:] <= outside.coca_ha.sum().loc[2018:2020]).all()  # beyond the frame
    with pytest.raises(UserError, match="did you mean 'district'"):
        known.coca("districts")


def test_what_was_not_surveyed_is_unknown_and_not_zero():
    units = facts.load().coca("zone")
    assert np.isnan(units.loc[2005, "Marañón"])
    assert facts.load().coca("district").loc[2013, "250101"] == 0.0


def test_the_residual_is_the_nation_less_its_districts():
    rest = facts.load().residual()
    assert rest.index.tolist() == list(range(2012, 2021))
    np.testing.assert_allclose(rest.national_ha, rest.districts_ha + rest.residual_ha)
    assert rest.residual_ha[2012] == 60400 - 57683
    assert rest.residual_share.between(0.02, 0.05).all()
    assert facts.load("2016-05-15").residual().index.max() == 2014


def test_the_deflator_is_one_in_its_base_year():
    factor = facts.load().deflator()
    assert factor[2015] == 1.0
    assert factor[2001] == pytest.approx(237.017 / 177.1)
    assert factor[2009] > factor[2008]  # prices fell that year
    assert facts.load().deflator(2001)[2001] == 1.0


def test_a_folder_without_a_package_is_refused(tmp_path):
    with pytest.raises(UserError, match="data package"):
        facts.load(folder=tmp_path)
    (tmp_path / "datapackage.json").write_text("{]")
    with pytest.raises(UserError, match="JSON"):
        facts.load(folder=tmp_path)
