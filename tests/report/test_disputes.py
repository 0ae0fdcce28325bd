import numpy as np
import pytest

from globo import facts
from globo.report.sections.disputes import published, statements

from . import world

SHARES = {  # from the flows of the world: 228 t leave, 140 t by air, 200 t are the VRAEM's
    "air": 140 / 228,
    "air_vraem": 140 / 200,
    "air_bolivia": 140 / 228,
    "sea": 50 / 228,
    "ports": 50 / 228,
    "land": 38 / 228,
    "ecuador": 0.0,
}


@pytest.mark.parametrize(
    "claim", [c for c in statements() if c.name in SHARES], ids=lambda c: c.name
)
def test_the_model_s_share_is_that_of_its_flows(claim):
    ds = world.run(n_draws=2)
    np.testing.assert_allclose(claim.model(ds, 2017), SHARES[claim.name], rtol=1e-6)


def said(name):
    figures = facts.figures(facts.load())
    return published(figures, next(c for c in statements() if c.name == name))


def test_the_air_share_of_the_vraem_is_in_dispute():
    spans = {(low, high) for _, low, high, _ in said("air_vraem")}
    assert {(0.9, 0.9), (0.3, 0.5)} <= spans


def test_tonnes_are_shares_of_the_total_that_their_source_names():
    assert (2015, 120 / 320, 120 / 320, "high") in said("sea")
    assert (2015, 180 / 350, 180 / 350, "high") in said("ports")
    assert (2017, 0.8, 0.8, "high") in said("ports")


@pytest.mark.parametrize("claim", statements(), ids=lambda c: c.name)
def test_every_row_has_something_published(claim):
    assert said(claim.name)
