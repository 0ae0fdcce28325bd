import pandas as pd
import pytest

from globo import facts
from globo.report.case import case
from globo.report.evidence import FIGURES, behind, evidence
from globo.report.known import points, wholesale_marks, zone_points
from globo.report.texts import texts

from . import world
from .reading import Reader


@pytest.fixture(scope="module")
def told():
    return case(world.run(n_draws=4), None, facts.load(), texts("en"))


def row(table, year, value, basis="", confidence="high", quantity="coca_ha"):
    return {
        "table": table,
        "quantity": quantity,
        "place": "Peru",
        "year": float(year),
        "year_to": float(year),
        "value": value,
        "basis": basis,
        "unit": "ha",
        "confidence": confidence,
    }


def test_others_are_crosses_and_repetitions_are_left_out():
    rows = [
        row("national", 2012, 60400.0),
        row("chain", 2012, 60500.0),  # the same figure, rounded
        row("chain", 2012, 50500.0, "US government", "medium"),
        row("chain", 2014, 46500.0, "US government"),
    ]
    main, others = points(pd.DataFrame(rows), "coca_ha")
    assert (main.years, main.values, main.other) == ([2012], [60400.0], False)
    assert others.values == [50500.0, 46500.0]
    assert others.confidence == ["medium", "high"]
    assert others.other


def test_money_is_brought_to_dollars_of_2015():
    cpi = pd.Series({2005: 200.0, 2015: 240.0})
    rows = [row("national", 2005, 3.0), row("national", 2030, 9.0)]
    (main,) = points(pd.DataFrame(rows), "coca_ha", cpi=cpi)
    assert main.values == [pytest.approx(3.6)]


def test_surveys_of_a_zone_keep_their_confidence(told):
    (surveys,) = zone_points(told.facts, "VRAEM")
    assert surveys.years == sorted(surveys.years)
    assert set(surveys.confidence) >= {"high", "medium"}
    assert zone_points(told.facts, "Elsewhere") == []


def test_wholesale_prices_are_a_range(told):
    (europe,) = wholesale_marks(told.facts, "Europe")
    assert 30_000 < europe.low < europe.high < 90_000
    assert wholesale_marks(told.facts, "Nowhere") == []


@pytest.mark.parametrize("lang", ["es", "en"])
def test_every_row_of_evidence_has_its_words(lang, told):
    words = texts(lang).words
    for figure, asked in FIGURES.items():
        rows = behind(told, asked)
        assert {f"quantity.{name}" for name in rows.quantity} <= set(words), figure
        disputes = {f"dispute.{name}.reading" for name in rows.dispute if name}
        assert disputes <= set(words), figure
        assert {f"bound.{name}" for name in rows.bound if name} <= set(words), figure


def test_both_sides_of_a_dispute_are_shown(told):
    text = "".join(Reader(evidence(told, "exits")).words)
    assert "40 (30–50) %" in text
    assert "90 %" in text
    assert "at most 4 t/day" in text
    assert "How much of the VRAEM's cocaine leaves by air?" in text


def test_studies_that_find_opposite_signs_are_said_to(told):
    html = evidence(told, "moved")
    assert "studies find opposite signs" in html
    assert "rises" in html
    assert "falls" in html


def test_every_source_is_named_and_no_year_stands_alone(told):
    page = Reader(evidence(told, "country"))
    assert "US government" in "".join(page.words)
    assert page.count["th scope=row"] == len(behind(told, FIGURES["country"]))
