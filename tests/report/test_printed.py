"""The long report on paper: paginated, nothing cut, sources open, the way to the markets whole."""

import re

import pytest

from globo import report

from . import world
from .printing import ink_outside, needs_chromium, printed


@pytest.fixture(scope="module", params=["es", "en"])
def paper(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("paper")
    push = world.run("push", growth={"VRAEM": 0.5}, levers="  eradication_budget: 30000\n")
    page = report.write(push, folder / "report.html", request.param, world.run())
    return request.param, *printed(page, folder / "report.pdf")


pytestmark = needs_chromium


def test_every_page_has_its_number(paper):
    _, pages, _ = paper
    assert len(pages) > 8
    for i, text in enumerate(pages, start=1):
        assert re.search(rf"\b{i} / {len(pages)}\b", text), i


def test_nothing_is_cut_at_the_sides(paper):
    _, pages, document = paper
    assert [i + 1 for i in range(len(pages)) if ink_outside(document[i])] == []


def test_provenance_and_sources_are_whole(paper):
    lang, pages, _ = paper
    text = re.sub(r"\s+", "", "".join(pages))
    assert text.count("0123456789abcdef") == 2  # the facts of both runs, to the last digit
    assert "globorunpush--seed3" in text
    assert "eradication_budget:30000" in text  # the scenario as resolved
    assert text.count("UNODC") > 20
    assert {"es": "Fuente", "en": "Source"}[lang] in text


def test_the_flows_reach_their_markets(paper):
    lang, pages, _ = paper
    markets = {
        "es": ("Europa", "Asia y Oceanía", "América del Norte"),
        "en": ("Europe", "Asia and Oceania", "North America"),
    }
    for name in markets[lang]:
        assert any(name in page for page in pages), name
