import numpy as np
import pytest
import xarray as xr

from globo import facts
from globo.model import surveyed
from globo.model.parameters import FIRST_YEAR
from globo.report.case import case
from globo.report.charts.fan import Points
from globo.report.sections.wrong import national_scores, score, spans, wrong, zone_scores
from globo.report.texts import texts
from globo.server.words import words
from globo.simulation import Simulator

from . import world


@pytest.fixture(scope="module")
def even():
    """Draws 0 to 100 in every year: quantiles are their own levels."""
    values = np.repeat(np.arange(101.0)[:, None], 6, axis=1)
    return xr.DataArray(values, dims=("draw", "year"), coords={"year": np.arange(2010, 2016)})


def test_surveys_are_placed_against_the_band_of_their_year(even):
    said = Points([2010, 2011, 2012, 2013, 2014], [50, 20, 96, 4, 25], ["high"] * 5)
    found = score("x", even, [said])
    places = {2010: "inner", 2011: "outer", 2012: "above", 2013: "below", 2014: "inner"}
    assert found.places == places
    assert found.share("inner") == 0.4
    assert found.share("inner", "outer") == 0.6
    assert found.errors[0] == 0.0
    assert found.errors[4] == 1.0  # the median says twice what the survey says


def test_rough_memories_other_bodies_and_other_years_are_not_scored(even):
    low = Points([2010], [50], ["low"])
    other = Points([2011], [50], ["high"], other=True)
    late = Points([2016], [50], ["high"])
    assert score("x", even, [low, other, late]).places == {}


def test_runs_of_years_are_drawn_together():
    assert spans([2003, 2001, 2002, 2007]) == ["2001–2003", "2007"]


def test_a_zone_that_the_model_misses_is_named():
    told = case(world.run(growth={"VRAEM": 0.01}), None, facts.load().through(2017), texts("en"))
    html = wrong(told).html
    assert "VRAEM: survey above the 90% interval in" in html
    assert "surer of itself than it should be" in html


def test_a_comparison_is_scored_by_its_baseline():
    base = world.run()
    push = world.run("push", growth={"VRAEM": 0.01})
    alone = case(base, None, facts.load().through(2017), texts("en"))
    both = case(push, base, facts.load().through(2017), texts("en"))
    assert zone_scores(both) == zone_scores(alone)
    assert national_scores(both) == national_scores(alone)
    assert "a scenario that did not happen cannot be scored" in wrong(both).html


@pytest.mark.parametrize(
    ("lang", "fit", "free"),
    [
        ("en", "a fit, not a forecast", "run is free"),
        ("es", "ajuste, no un pronóstico", "es libre"),
    ],
)
def test_what_carries_weighed_luck_is_called_a_fit_and_never_free(lang, fit, free):
    assert Simulator().surveyed  # what every run, report and page draws from
    page, t = words(lang), texts(lang)
    told = [t("wrong.how"), page["page.evidence.score"], page["page.unknown.scores_about"]]
    for text in told:
        assert fit in text
        assert free not in text
    last = FIRST_YEAR + len(surveyed.shipped()["columns"]) - 1
    assert all(str(last) in text for text in told)
    assert t("wrong.how") in wrong(case(world.run(), None, facts.load().through(2017), t)).html
