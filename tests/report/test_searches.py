"""Searches: what a sensitivity or a portfolio search found becomes a page."""

from html.parser import HTMLParser

import numpy as np
import pytest

from globo import decisions
from globo.model.levers import levers
from globo.report.searches import portfolio_page, sensitivity_page

ASKED = {
    "name": "small",
    "title": {"en": "A <small> question", "es": "Una pregunta <chica>"},
    "from": "2003-01",
    "until": "2003-12",
    "budget_usd_year": 30e6,
    "levers": {
        "eradication_budget": {"low": 0, "high": 40000, "cost": 700, "source": "assumed"},
        "road_control": {"low": 1, "high": 5, "cost": 4e6, "source": "assumed"},
    },
    "objectives": {
        "coca_ha": {"goal": "less", "unit": "ha", "step": 100},
        "delivered_t": {"goal": "less", "unit": "t a year", "step": 1},
    },
    "worlds": {"demand@Europe": [0.8, 1.5]},
    "runs": 40,
    "draws": 3,
    "fresh_draws": 6,
    "discovery_draws": 40,
}


def by_hand(portfolios, worlds):
    """Outcomes that can be worked out: clearing lowers area, control lowers deliveries."""
    made = [
        [
            (
                50_000 - one["eradication_budget"] / 2,
                200 / one["road_control"] * world["demand@Europe"],
            )
            for world in worlds
        ]
        for one in portfolios
    ]
    return np.array(made)


class Words(HTMLParser):
    """The words of a page, and whether it asks for anything from outside."""

    def __init__(self, html):
        super().__init__()
        self.words, self.outside, self.style = "", [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.outside += [v for k, v in attrs if k in ("src", "href") and v and "//" in v]
        self.style = tag == "style"

    def handle_data(self, data):
        self.words += "" if self.style else f" {data}"


@pytest.fixture(scope="module")
def found():
    return decisions.optimise(ASKED, by_hand, seed=2)


@pytest.mark.parametrize("lang", ["es", "en"])
def test_a_portfolio_search_becomes_one_page_that_asks_for_nothing(found, lang):
    told = {**found.to_json(), **found.details()}
    html = portfolio_page(told, lang)
    page = Words(html)
    assert page.outside == []
    assert f'lang="{lang}' in html
    assert ASKED["title"][lang] in page.words
    assert "<small>" not in html
    for one in told["front"]:
        assert one["id"] in page.words
    for lever in told["front"][0]["levers"]:
        assert levers()[lever][f"label_{lang}"] in page.words
    unit = {"es": "ha al año", "en": "ha a year"}[lang]
    assert f"{levers()['eradication_budget'][f'label_{lang}']} ({unit})" in page.words
    assert "{" not in page.words


@pytest.mark.parametrize("lang", ["es", "en"])
def test_a_sensitivity_becomes_one_page(lang):
    names = ["eradication_budget", "road_control"]
    found = decisions.sensitivity(
        lambda runs: np.array([run["levers"]["road_control"] for run in runs]),
        names, "coca_ha@VRAEM", seed=1, n=16, trajectories=4,
    )  # fmt: skip
    page = Words(sensitivity_page({**found.to_json(), "year": 2020, "draws": 1, "seed": 1}, lang))
    assert page.outside == []
    assert "VRAEM, 2020" in page.words
    assert "Control de carreteras" in page.words or "Control of roads" in page.words
