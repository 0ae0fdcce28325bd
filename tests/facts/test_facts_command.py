"""`globo facts`: lists for people, JSON for programs, one line for mistakes."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from globo import facts
from globo.cli.facts_app import app
from globo.facts.docs import page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "facts.md"


def globo_facts(*arguments):
    return CliRunner().invoke(app, list(arguments))


def rows_of(*arguments):
    answer = globo_facts(*arguments, "--json")
    assert answer.exit_code == 0
    return json.loads(answer.stdout)


def test_tables_are_listed_with_their_rows():
    assert globo_facts().exit_code == 0
    rows = {row["table"]: row["rows"] for row in rows_of()}
    assert rows["districts"] == 394
    assert rows["coca_district"] == len(facts.load().coca_district)


def test_a_list_is_narrowed_by_what_where_when_and_how_sure():
    rows = rows_of("list", "--quantity", "leaf_price_usd_kg", "--place", "Peru", "--year", "2014")
    assert {(row["value"], row["basis"]) for row in rows} == {
        (4.3, "arithmetic mean of zones"),
        (3.7, "production-weighted"),
    }
    sure = rows_of("list", "--quantity", "cocaine_t", "--confidence", "high")
    assert {row["confidence"] for row in sure} == {"high"}
    early = rows_of("list", "--quantity", "coca_ha", "--as-of", "2006-12-31")
    assert max(row["known_at"] for row in early) < "2007"


def test_a_year_within_a_period_counts():
    rows = rows_of("list", "--quantity", "supported_ha", "--year", "2009")
    assert {row["value"] for row in rows} == {56000, 24000}


def test_covariates_of_a_district_are_listed():
    rows = rows_of("list", "--quantity", "population", "--place", "250101", "--year", "2010")
    assert len(rows) == 1
    assert rows[0]["value"] > 50_000


def test_a_long_list_says_how_much_it_leaves_out():
    answer = globo_facts("list", "--rows", "3")
    assert "more: narrow them down" in answer.stdout


def test_sources_and_disagreements_are_shown():
    assert {row["id"] for row in rows_of("sources")} == set(facts.load().sources.id)
    text = globo_facts("disagreements").stdout
    assert all(question in text for question in facts.load().disputes.question)
    assert {row["dispute"] for row in rows_of("disagreements")} == set(facts.load().disputes.id)


@pytest.mark.parametrize(
    ("arguments", "mend"),
    [
        (["list", "--quantity", "coca_area"], "did you mean 'coca_"),
        (["list", "--place", "Huallga"], "did you mean 'Huallaga'"),
        (["list", "--confidence", "sure"], "high, medium, low"),
        (["list", "--as-of", "May 2016"], "YYYY-MM-DD"),
        (["check", "--folder", "/nowhere"], "data package"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(arguments, mend):
    answer = globo_facts(*arguments)
    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert mend in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_check_passes_the_package_and_fails_a_spoilt_one(copy):
    assert globo_facts("check").stdout == "no problems\n"
    path = copy / "sources.csv"
    path.write_text(path.read_text().replace("unodc_wdr_2004", "unodc_wdr_2003"))
    answer = globo_facts("check", "--folder", str(copy), "--json")
    assert answer.exit_code == 1
    assert {problem["field"] for problem in json.loads(answer.stdout)} >= {"source"}


@pytest.mark.parametrize("command", [[], ["list"], ["sources"], ["disagreements"], ["check"]])
def test_every_command_explains_itself(command):
    answer = globo_facts(*command, "--help")
    assert answer.exit_code == 0
    assert len(answer.stdout) > 200


def test_the_page_is_current():
    made = page(facts.load())
    assert PAGE.read_text(encoding="utf-8") == made, "run: globo facts docs > docs/facts.md"
    assert globo_facts("docs").stdout == made
