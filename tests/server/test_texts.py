"""Words of the page: both languages alike, and one for every name that the model uses."""

import re

import pytest

from globo import facts
from globo.errors import UserError
from globo.model import parameters
from globo.report.texts import texts
from globo.results import MODES, variables
from globo.results.outcomes import outcomes
from globo.scenario.controls import controls
from globo.server.words import words
from globo.texts import LANGUAGES

WORDS = {lang: words(lang) for lang in LANGUAGES}


@pytest.mark.parametrize("lang", WORDS)
def test_every_language_holds_the_same_keys_and_places(lang):
    def places(text):
        return sorted(re.findall(r"\{(\w+)\}", text))

    assert list(WORDS[lang]) == list(WORDS["en"])
    for key, text in WORDS[lang].items():
        assert places(text) == places(WORDS["en"][key]), key


@pytest.mark.parametrize("lang", WORDS)
def test_every_key_is_the_page_s_and_every_text_says_something(lang):
    assert all(key.startswith("page.") for key in WORDS[lang])
    assert all(text.strip() for text in WORDS[lang].values())


def test_every_uncertain_parameter_has_plain_words():
    uncertain = [row.name for row in parameters.table().values() if row.prior != "fixed"]
    assert [n for n in uncertain if f"page.parameter.{n}" not in WORDS["es"]] == []


def test_every_question_that_a_number_meets_has_words():
    known = facts.load()
    met = set()
    for variable in {name.split("|")[0] for name in outcomes()}:
        try:
            met |= set(facts.evidence_for(variable, facts=known).dispute)
        except UserError:
            continue  # nothing of the kind was published
    assert len(met) > 10
    assert [i for i in sorted(met) if i and f"page.dispute.{i}.reading" not in WORDS["es"]] == []


def test_every_mode_and_unit_has_a_word():
    assert [m for m in MODES if f"page.mode.{m}" not in WORDS["es"]] == []
    units = {var.unit for var in variables().values() if "year" in var.dims}
    assert [u for u in sorted(units) if f"page.unit.{u}" not in WORDS["es"]] == []


def test_every_unit_of_a_lever_has_a_word_on_the_page_and_in_the_report():
    places = {
        "zone": ["VRAEM"],
        "group": ["VRAEM faction"],
        "port": ["Callao"],
        "market": ["Europe"],
    }
    units = {control.unit for control in controls(places).values()}
    assert {"0 or 1", "factor", "index (2001 = 1)"} <= units
    for lang in WORDS:
        assert [u for u in sorted(units) if f"page.unit.{u}" not in WORDS[lang]] == []
        assert [u for u in sorted(units) if f"unit.{u}" not in texts(lang).words] == []
