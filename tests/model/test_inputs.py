"""Inputs: what `globo describe` says of a country is what stands in its tables."""

import shutil

import pytest

from globo import countries
from globo.countries import country as room
from globo.facts import tables
from globo.model.inputs import inputs


def by_name(country):
    return {f"{one.table}.{one.column}": one for one in inputs(country)}


@pytest.fixture
def copy(tmp_path):
    """Return a copy of the paper country that a test may spoil."""
    folder = shutil.copytree(countries.load("paper").folder, tmp_path / "paper")
    return room.read(folder)


@pytest.mark.parametrize("name", countries.names())
def test_a_shipped_country_has_all_that_is_needed(name):
    found = by_name(countries.load(name)).items()
    assert [n for n, one in found if one.needed and one.missing] == []


@pytest.mark.parametrize("name", countries.names())
def test_every_column_of_every_table_is_told_once(name):
    country = countries.load(name)
    found = [(one.table, one.column) for one in inputs(country)]
    assert len(found) == len(set(found))
    for table, schema in tables.schemas().items():
        for field in schema["schema"]["fields"]:
            assert (f"facts/{table}", field["name"]) in found
    for path in country.folder.glob("*.csv"):
        if not path.stem.startswith("posterior"):
            columns = set(country.rows(path.stem)[0]) - {"source"}
            assert {(path.stem, column) for column in columns} <= set(found), path.name
    assert {("country", field) for field in ("nation", "title", "elections")} <= set(found)


def test_rows_units_and_sources_are_those_of_the_table():
    found = by_name(countries.load("paper"))
    edges = found["edges.fee_share"]
    assert (edges.rows, edges.unit, edges.source) == (12, "share", "made up")
    assert found["facts/districts.zone"].rows == 3
    assert found["facts/district_year.population"].default == "3000 in the district"


def test_the_paper_country_has_neither_a_posterior_nor_tables_that_the_month_does_not_need():
    found = by_name(countries.load("paper"))
    assert (found["posterior.member"].rows, found["posterior.member"].missing) == (0, "table")
    assert found["facts/chain.value"].missing == "table"
    assert by_name(countries.load("peru"))["posterior.member"].missing == ""


def test_a_table_that_was_taken_away_is_missing(copy):
    (copy.folder / "edges.csv").unlink()
    assert by_name(copy)["edges.origin"].missing == "table"


def test_a_cell_left_empty_is_counted(copy):
    path = copy.folder / "markets.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Overseas,40000", "Overseas,"), encoding="utf-8")
    assert by_name(copy)["markets.price_usd_kg"].missing == "1 of 2 rows"


def test_a_column_that_is_not_there_is_said(copy):
    path = copy.folder / "nodes.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("name,kind,lat,", "name,kind,latitude,"), encoding="utf-8")
    assert by_name(copy)["nodes.lat"].missing == "column"
