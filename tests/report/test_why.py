"""The report's section on why coca moves: there when it was asked for, and only what was found."""

from dataclasses import replace

import numpy as np
import pytest

from globo import report
from globo.decisions import compare
from globo.decisions.why import why_of_parts
from globo.model.channels import NAMES
from globo.report.brief.sheet import pdf

from . import world
from .printing import flat, opened
from .reading import Reader

GROWTH = {"VRAEM": 0.5, "Huallaga": 1.3}


@pytest.fixture(scope="module")
def runs():
    return world.run(), world.run("push", growth=GROWTH)


@pytest.fixture(scope="module")
def split(runs):
    """The comparison, with brigades and growers sharing the change three to one."""
    compared = compare(*runs)
    change = np.concatenate([compared.zones.values, compared.national.values[..., None]], axis=2)
    parts = np.zeros((len(NAMES) + 1, *change.shape))
    parts[NAMES.index("brigades")], parts[NAMES.index("growers")] = 0.75 * change, 0.25 * change
    draws = compared.zones["draw"].values
    found = why_of_parts([(parts, 7)], draws, draws, world.ZONES, np.array(world.YEARS), 2017)
    return replace(compared, reasons=found)


def written(runs, path, lang, comparison):
    report.write(runs[1], path, lang, runs[0], comparison)
    return path.read_text("utf-8")


@pytest.mark.parametrize("lang", ["es", "en"])
def test_the_section_says_what_the_terminal_says(runs, split, tmp_path, lang):
    page = Reader(written(runs, tmp_path / "r.html", lang, split))
    words = " ".join(" ".join(page.words).split())
    told = split.to_json()["why"]["told"][lang]
    assert len(told) >= 3
    for sentence in told:
        assert sentence in words
    assert "why" in page.ids
    assert page.outside == []


def test_the_parts_of_the_comparison_add_up_to_its_change(split):
    told = split.to_json()
    places = told["zones"] | {"Peru": told["national"]}
    for name, one in told["why"]["places"].items():
        whole = sum(part["ha"] for part in one["channels"].values())
        assert whole == pytest.approx(places[name]["delta_ha"]["p50"], rel=1e-4, abs=1e-3)


def test_the_terminal_tells_it_under_its_table(split):
    text = split.table(2017, "en")
    assert "price: leaf" not in text  # it gives nothing
    assert text.splitlines()[-1].startswith("Of ")
    assert "because brigades clear more there" in text


def test_a_report_that_was_not_asked_why_has_no_such_section(runs, tmp_path):
    page = Reader(written(runs, tmp_path / "r.html", "en", None))
    assert "why" not in page.ids


@pytest.mark.parametrize("lang", ["es", "en"])
def test_the_brief_says_it_too_where_it_was_asked_for(runs, split, lang):
    told = split.to_json()["why"]["told"][lang]
    (asked,), _ = opened(pdf(runs[1], runs[0], lang, split))
    (plain,), _ = opened(pdf(runs[1], runs[0], lang))
    assert flat(told[0]) in flat(asked)
    assert flat(told[0]) not in flat(plain)
