"""Checking: the shipped package is sound, and each planted error is found where it stands."""

import shutil

import pandas as pd
import pytest

from globo import countries, facts
from globo.errors import UserError
from globo.facts import rules, tables


@pytest.fixture
def frames():
    """Return the tables as frames that a test may spoil."""
    return {name: frame.copy() for name, frame in tables.read().items()}


def spoil(folder, table, row, field, value):
    """Write a value into the n-th row of a table; return the line it stands on."""
    path = folder / f"{table}.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame.loc[row, field] = value
    frame.to_csv(path, index=False)
    return row + 2


def found(problems):
    return {(problem.table, problem.line, problem.field) for problem in problems}


def test_the_shipped_package_is_sound():
    assert facts.check() == []


PLANTED = [
    ("chain", 3, "unit", "kg"),  # another unit than the quantity has
    ("chain", 60, "quantity", "coca_hectares"),
    ("national", 7, "source", "nobody_2009"),
    ("national", 30, "known_at", "2099-01-01"),
    ("yields", 2, "known_at", "2001-01-01"),  # before the year of the figure
    ("coca_district", 5, "ubigeo", "999999"),
    ("coca_district", 40, "coca_ha", "430"),  # ten times the survey
    ("coca_zone", 9, "confidence", "certain"),
    ("prices", 4, "year", "2035"),
    ("bases", 1, "lat", "98"),
    ("districts", 1, "ubigeo", "010101"),  # the code of the row before
]


@pytest.fixture(scope="module")
def problems(tmp_path_factory):
    """Return what is found in one package with every planted error."""
    folder = shutil.copytree(tables.FOLDER, tmp_path_factory.mktemp("spoilt") / "package")
    for table, row, field, value in PLANTED:
        spoil(folder, table, row, field, value)
    return facts.check(folder)


@pytest.mark.parametrize(("table", "row", "field", "value"), PLANTED)
def test_a_planted_error_is_found_in_its_place(problems, table, row, field, value):
    here = [p for p in problems if (p.table, p.line) == (table, row + 2)]
    if field == "coca_ha":  # a figure that may stand there, but not in the sum of its zone
        here = [p for p in problems if (p.table, p.field) == ("coca_zone", "coca_ha")]
    assert any(value in str(problem) or field in str(problem) for problem in here)


def test_a_date_that_is_none_is_found(copy):
    line = spoil(copy, "events", 2, "date", "2006-13-01")
    assert ("events", line, "date") in found(facts.check(copy))


def problems_of(frames):
    return list(rules.problems(frames, tables.descriptor(), countries.load()))


@pytest.mark.parametrize("table", ["coca_district", "coca_zone"])
@pytest.mark.parametrize("year", [2012, 2017])
def test_an_area_ten_times_too_large_is_found(frames, table, year):
    frame = frames[table]
    row = frame[(frame.year == year) & (frame.coca_ha > 300)].index[0]
    frame.loc[row, "coca_ha"] *= 10
    at = {problem.table for problem in problems_of(frames)}
    assert "coca_zone" in at


@pytest.mark.parametrize("zone", ["VRAEM", "Kosñipata", "Aguaytía"])
def test_a_zone_ten_times_too_large_before_districts_were_surveyed_is_found(frames, zone):
    frame = frames["coca_zone"]
    row = frame[(frame.zone == zone) & (frame.year == 2008)].index[0]
    frame.loc[row, "coca_ha"] *= 10
    assert ("coca_zone", row + 2, "coca_ha") in found(problems_of(frames))


def test_an_area_from_before_the_survey_covered_its_zone_is_found(frames):
    scope = frames["scope"].copy()
    scope.loc[scope.zone == "Putumayo", "year"] = 2008
    early = frames["coca_zone"].query("zone == 'Putumayo' and year < 2008").index
    at = found(problems_of(frames | {"scope": scope}))
    assert {("coca_zone", row + 2, "year") for row in early} <= set(at)


@pytest.mark.parametrize("factor", [0.1, 0.9, 1.2, 10])
def test_a_national_area_that_its_districts_do_not_make_up_is_found(frames, factor):
    frame = frames["national"]
    peru = (frame.country == "Peru") & (frame.quantity == "coca_ha") & (frame.year == 2014)
    frame.loc[peru, "value"] *= factor
    assert ("national", frame[peru].index[0] + 2, "value") in found(problems_of(frames))


def test_a_slipped_decimal_point_in_a_series_is_found(frames):
    for quantity in ("eradicated_ha", "hcl_seized_kg", "dry_leaf_t", "armed_group_acts"):
        frame = frames["national"].copy()
        row = frame[(frame.quantity == quantity) & (frame.year == 2007)].index[-1]
        frame.loc[row, "value"] *= 10
        assert row + 2 in {p.line for p in problems_of(frames | {"national": frame})}


def test_a_printed_figure_converted_by_another_factor_is_found(frames):
    chain = frames["chain"]
    row = chain[chain.unit_printed == "million USD"].index[1]
    chain.loc[row, "value"] /= 1000
    assert ("chain", row + 2, "value") in found(problems_of(frames))


@pytest.mark.parametrize(
    ("table", "field", "value"),
    [
        ("chain", "known_at", pd.Timestamp("2099-12-31")),  # after the package was made
        ("chain", "known_at", pd.Timestamp("1970-01-01")),  # before its year
        ("national", "unit", "kg"),
        ("national", "low", 1e9),
        ("chain", "year_to", 1900),
        ("demand", "place", "ha"),  # a word, but no place
        ("bases", "zone", "VRAEM"),
        ("events", "known_at", pd.Timestamp("2001-01-01")),
        ("effects", "unit", "ha"),  # printed "%"
    ],
)
def test_what_schemas_cannot_say_is_found(frames, table, field, value):
    frames[table].loc[4, field] = value
    assert (table, 6, field) in found(problems_of(frames))


def test_a_row_that_stands_there_twice_is_found(frames):
    chain = frames["chain"]
    frames["chain"] = pd.concat([chain, chain.iloc[[9]].assign(id="C9999")], ignore_index=True)
    assert ("chain", len(chain) + 2, "id") in found(problems_of(frames))


def test_a_disagreement_that_is_not_declared_is_found(frames):
    frames["prices"].loc[frames["prices"].dispute == "wholesale_usa", "dispute"] = ""
    silent = [p for p in problems_of(frames) if (p.table, p.field) == ("prices", "dispute")]
    assert len(silent) >= 2
    assert ("disputes", "id") in {(p.table, p.field) for p in problems_of(frames)}


def test_shares_that_do_not_add_up_are_found(frames):
    demand = frames["demand"]
    row = demand[demand.quantity == "destination_share"].index[0]
    demand.loc[row, "value"] += 10
    assert ("demand", 0, "value") in found(problems_of(frames))


def test_rows_that_vanished_are_told_once(copy):
    frame = pd.read_csv(copy / "demand.csv", dtype=str, keep_default_na=False)
    frame.drop(index=3).to_csv(copy / "demand.csv", index=False)
    whole = [p for p in facts.check(copy) if p.table == "demand" and p.line == 0]
    assert [(p.found, p.allowed.split(",")[0]) for p in whole] == [
        (f"{len(frame) - 1} rows", f"{len(frame)} rows")
    ]


def test_a_missing_table_or_column_is_said(copy):
    (copy / "yields.csv").unlink()
    assert "yields" in {problem.table for problem in facts.check(copy)}


def test_a_missing_column_is_said(copy):
    path = copy / "bases.csv"
    pd.read_csv(path, dtype=str).drop(columns="opened").to_csv(path, index=False)
    assert any(p.table == "bases" and "opened" in str(p) for p in facts.check(copy))


def test_a_folder_without_a_package_is_refused(tmp_path):
    with pytest.raises(UserError, match="data package"):
        facts.check(tmp_path)
