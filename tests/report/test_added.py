"""What the surveys added, in the report: planted innovations are shown, a free run says so."""

import numpy as np
import pytest

from globo import facts
from globo.model import surveyed
from globo.report.case import case
from globo.report.sections.added import added, shade
from globo.report.texts import texts
from globo.simulation import world_of

from . import world


@pytest.fixture
def planted(monkeypatch):
    """Surveys of 2001 to 2017 that add 0.42 to one zone in 2013, and nothing else."""
    zones, zone = world_of(None).zones, np.asarray(world_of(None).zone)
    columns = np.arange(17)[:, None] * len(zones) + zone
    log = np.zeros((8, 17 * len(zones)))
    log[:, 12 * len(zones) + zones.index("Putumayo")] = 0.42
    monkeypatch.setattr(surveyed, "shipped", lambda: {"columns": columns, "log": log})


@pytest.mark.parametrize(("lang", "title"), [("en", "surveys added"), ("es", "agregaron")])
def test_what_a_survey_added_stands_in_its_row_and_the_largest_mean_comes_first(
    planted, lang, title
):
    found = added(case(world.run(), None, facts.load(), texts(lang)))
    assert title in found.title
    assert found.html.count("+42") == 1
    rows = found.html.split("<tr")[2:]
    assert "Putumayo" in rows[0]
    assert "+42" in rows[0]
    assert "’13" in found.html
    assert "’18" not in found.html  # the run ends in 2017


def test_a_free_run_says_that_nothing_was_added(planted):
    run = world.run().assign_attrs(scenario_yaml="name: free\noff: [surveys]\n")
    found = added(case(run, None, facts.load(), texts("en")))
    assert "free" in found.html
    assert "+42" not in found.html


def test_shades_deepen_away_from_nothing_added():
    assert shade(0.0) == "#ffffff"
    assert shade(float("nan")) == ""
    assert shade(3.0) == shade(0.7) != shade(0.3)
    assert shade(-0.7) != shade(0.7)
