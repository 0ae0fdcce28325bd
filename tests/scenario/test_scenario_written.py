"""Scenarios as people write them: commas, thousands, spreadsheets; nothing is read otherwise."""

import logging
import unicodedata

import pytest

from globo.errors import UserError
from globo.scenario import load


@pytest.fixture
def written(tmp_path):
    """Write a scenario file and return what loading it says, or its changes."""

    def load_text(text, encoding="utf-8"):
        path = tmp_path / "f.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return load(path).changes

    return load_text


@pytest.mark.parametrize(
    ("lever", "value", "mend"),
    [
        ("eradication_budget", "25.000", "write 25000, or 25.00"),
        ("eradication_budget", "7.500", "write 7500"),
        ("eradication_budget", "[{from: 2018-01, value: 35.000}]", "write 35000"),
        ("eradication_budget", "25,000", "write 25000"),
        ("eradication_budget", "'25 000'", "write 25000"),
        ("eradication_budget", "1.234,5", "write 1234.5"),
        ("eradication_budget", "1,234.5", "write 1234.5"),
        ("trust", "0,5", "write 0.5"),
        ("trust", "'0,5'", "write 0.5"),
        ("trust", "',5'", "write 0.5"),
        ("eradication_where", "{VRAEM: 0,5}", "write 0.5"),
        ("eradication_where", "{Huallaga: 0.1, VRAEM: 0,25}", "write 0.25"),
    ],
)
def test_commas_and_points_of_another_country_are_refused_with_the_number_meant(
    lever, value, mend, written
):
    with pytest.raises(UserError, match=mend) as told:
        written(f"levers:\n  {lever}: {value}\n")
    assert told.value.where.startswith("f.yaml:2") or "f.yaml:2" in told.value.where


@pytest.mark.parametrize(
    ("lever", "value", "meant"),
    [
        ("eradication_budget", "25000", 25000.0),
        ("eradication_budget", "25.0", 25.0),
        ("eradication_budget", "25.00", 25.0),
        ("eradication_budget", "2.5e4", 25000.0),
        ("eradication_budget", "0.125", 0.125),
        ("road_control", "1.250", 1.25),
        ("trust", "0.500", 0.5),
    ],
)
def test_a_number_that_can_be_meant_one_way_alone_is_taken(lever, value, meant, written):
    assert written(f"levers:\n  {lever}: {value}\n")[0].value == meant


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 and so on", "a spreadsheet or an archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an office program"),
        (b"{\\rtf1\\ansi levers}", "a text program"),
        ("name: x\n".encode("utf-16"), "text in UTF-16"),
        ("name: x\n".encode("utf-16-be").join([b"\xfe\xff", b""]), "text in UTF-16"),
        ("lever;value\neradication_budget;3\n", "rows of a spreadsheet"),
        ("lever,value\neradication_budget,3\n", "rows of a spreadsheet"),
        ("levers: {trust: 1}  # ¡año!\n".encode("latin-1"), "UTF-8"),
    ],
)
def test_what_another_program_saved_is_named(content, said, written):
    with pytest.raises(UserError, match=said) as told:
        written(content)
    assert "\n" not in str(told.value)


def test_a_name_with_its_accents_apart_is_taken_and_titles_too(written, tmp_path):
    apart = unicodedata.normalize("NFD", "title: Año\nlevers:\n  trust: {Marañón: 0.5}\n")
    assert written(apart)[0].place == "Marañón"
    assert load(tmp_path / "f.yaml").title["es"] == "Año"


def test_a_lever_that_begins_after_the_end_is_told(caplog):
    declared = {
        "name": "late",
        "levers": {
            "demand": [{"from": "2010-01", "value": 2}],
            "trust": [{"from": "2018-01", "value": 1}],
            "security": [{"from": "2019-01", "value": 1}],
        },
    }
    with caplog.at_level(logging.WARNING, "globo.scenario"):
        load(declared, until="2020-12")
        assert caplog.text == ""
        load(declared, until="2017-12")
    assert "late: left out, since it begins after 2017-12: security, trust" in caplog.text
