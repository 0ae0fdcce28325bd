"""What decides an answer: shares of its variance by unknown and by source, and its ends."""

import numpy as np
import pytest

from globo.decisions import reasons
from globo.decisions.deciding import ASSUMED, EFFECTS, FIGURES, STUDIES, deciding, kind_of
from globo.model import parameters

NAMES = parameters.free_names()


def unknowns(n, seed=5):
    """Every unknown of the model, standard normal and independent."""
    random = np.random.default_rng(seed)
    return {name: random.normal(size=n) for name in NAMES}


def test_shares_are_those_of_a_sum_of_known_weights():
    known = unknowns(2000)
    noise = np.random.default_rng(9).normal(size=2000)
    answer = 2.0 * known["leave_share"] - 1.0 * known["income_weight"] + noise
    told = deciding(known, answer)
    assert [row["name"] for row in told["parameters"]] == ["leave_share", "income_weight"]
    assert [row["sign"] for row in told["parameters"]] == [1, -1]
    assert [row["share"] for row in told["parameters"]] == pytest.approx([4 / 6, 1 / 6], abs=0.06)
    assert told["untold"] == pytest.approx(1 / 6, abs=0.06)
    assert told["sources"][EFFECTS] == pytest.approx(5 / 6, abs=0.06)
    assert told["sources"][ASSUMED] == 0.0


def test_what_follows_another_unknown_is_not_told_twice():
    known = unknowns(1000)
    known["far_weight"] = known["leave_share"] + 0.1 * known["far_weight"]
    answer = known["leave_share"] + 0.5 * np.random.default_rng(1).normal(size=1000)
    assert [row["name"] for row in deciding(known, answer)["parameters"]] == ["leave_share"]


def test_chance_alone_decides_nothing_nor_do_few_draws():
    known = unknowns(256)
    told = deciding(known, np.random.default_rng(2).normal(size=256))
    assert sum(row["share"] for row in told["parameters"]) < 0.1
    few = {name: x[:16] for name, x in known.items()}
    assert deciding(few, few["leave_share"])["parameters"] == []


def test_the_ends_are_the_answer_where_an_unknown_is_low_and_where_it_is_high():
    known = unknowns(400)
    answer = 100.0 * known["camp_ha"]
    (end,) = deciding(known, answer)["ends"]
    order = np.argsort(known["camp_ha"])
    assert end["low"]["answer"]["p50"] == pytest.approx(np.median(answer[order[:100]]), rel=1e-4)
    assert end["high"]["answer"]["p50"] == pytest.approx(np.median(answer[order[-100:]]), rel=1e-4)
    assert end["low"]["value"] == pytest.approx(np.median(known["camp_ha"][order[:100]]), rel=1e-3)


def test_a_draw_that_failed_is_left_out():
    known = unknowns(300)
    answer = known["camp_ha"].copy()
    answer[7] = np.nan
    assert deciding(known, answer)["draws"] == 299


def test_every_source_is_of_a_kind_and_one_assumed_in_part_is_assumed():
    kinds = {name: kind_of(row.source) for name, row in parameters.table().items()}
    assert kinds["far_weight"] == kinds["legitimacy_weight"] == kinds["firm_noise"] == ASSUMED
    assert kinds["income_weight"] == EFFECTS
    assert kinds["year_shock"] == kinds["hit_rate"] == FIGURES
    assert kinds["risk_learning"] == STUDIES


def test_what_is_assumed_and_decides_is_named_in_both_languages():
    known = unknowns(400)
    told = {"Peru": deciding(known, known["camp_ha"] + 0.3 * known["leave_share"])}
    for lang, word in (("en", "Assumed"), ("es", "Supuesto")):
        lines = reasons.hinges(told, lang)
        (line,) = [x for x in lines if x.startswith(word)]
        assert reasons.parameter("camp_ha", lang) in line
        assert reasons.parameter("leave_share", lang) not in line
    assert reasons.hinges(None, "en") == []
