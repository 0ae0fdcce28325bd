"""Taking stock: what the package says of its own tables, after rows were added by hand."""

import json
import shutil

import pytest

from globo.facts import check, tables
from globo.facts.stock import take_stock


@pytest.fixture
def copy(tmp_path):
    return shutil.copytree(tables.FOLDER, tmp_path / "facts")


def test_stock_of_the_package_as_it_ships_is_what_it_says_of_itself(copy):
    names = (tables.DESCRIPTOR, "sources.csv")
    before = [(copy / name).read_bytes() for name in names]
    take_stock(copy)
    assert [(copy / name).read_bytes() for name in names] == before


@pytest.mark.parametrize("name", ["Tamaya", "Tamayo"])  # the vocabulary has the first
def test_a_new_zone_of_the_vocabulary_is_counted_in_and_a_slip_is_not(copy, name):
    words, places = copy / "vocabulary.csv", copy / "districts.csv"
    row = "place,Tamaya,,Peru,,survey zone: a test\n"
    words.write_text(words.read_text("utf-8") + row, "utf-8")
    first = "CHACHAPOYAS,CHACHAPOYAS,"
    text = places.read_text("utf-8").replace(f"{first}Marañón", f"{first}{name}")
    places.write_text(text, "utf-8")
    take_stock(copy)
    described = json.loads((copy / tables.DESCRIPTOR).read_text("utf-8"))
    (field,) = [
        field
        for table in described["resources"]
        if table["name"] == "districts"
        for field in table["schema"]["fields"]
        if field["name"] == "zone"
    ]
    assert ("Tamaya" in field["constraints"]["enum"]) is (name == "Tamaya")
    assert "Tamayo" not in field["constraints"]["enum"]
    slips = [p for p in check(copy) if p.table == "districts" and p.field == "zone"]
    assert bool(slips) is (name == "Tamayo")
