"""Evaluate: what searches ask of the simulator, and how an outcome is named."""

import numpy as np
import pytest

import globo
from globo.decisions import problem
from globo.decisions.evaluate import Model, evaluator, located, outcome

UNTIL, SEED = 2003, 5
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


@pytest.fixture(scope="module")
def base():
    return globo.run(draws=3, seed=SEED, until=f"{UNTIL}-12")


@pytest.mark.slow
def test_the_model_answers_portfolios_by_world():
    asked = problem(ASKED)
    model = Model(asked, SEED)
    worlds = [{"draw": 4, "demand@Europe": 0.8}, {"draw": 1, "demand@Europe": 1.5}]
    none, much = ({"eradication_budget": ha, "road_control": 1.5} for ha in (0.0, 40000.0))
    values = model.evaluate([none, much, none], worlds)
    assert values.shape == (3, 2, 2)
    np.testing.assert_array_equal(values[0], values[2])
    assert (values[1, :, 0] < values[0, :, 0]).all()
    known = model.describe(worlds)
    assert len(known) == 2
    assert known["memory_fade"].iloc[0] != known["memory_fade"].iloc[1]


def test_an_outcome_of_the_country_or_of_a_place_is_named_as_in_the_results(base):
    country = outcome("coca_ha")(base)
    assert base["year"].values.tolist() == [2001, 2002, 2003]  # none surveyed elsewhere by then
    by_hand = base["coca_ha"].where(base["district_surveyed"] == 2001, 0.0).sum("district")
    np.testing.assert_allclose(country, by_hand.mean("year"), rtol=1e-6)
    measure, place = located("coca_ha@VRAEM")
    zone = base["coca_ha"].where(base["district_zone"] == "VRAEM", drop=True).sum("district")
    np.testing.assert_allclose(measure.of(base)[:, :, place], zone, rtol=1e-5)
    income = outcome("household_income_usd")(base)
    low, high = (base["household_income_usd"].mean("year").quantile(q, "zone") for q in (0, 1))
    assert ((low < income) & (income < high)).all()
    for wrong in ("coca", "coca_ha@VREAM", "nothing@VRAEM"):
        with pytest.raises(globo.UserError, match="did you mean|allowed"):
            located(wrong)


@pytest.mark.slow  # two engines are compiled
def test_a_sensitivity_asks_for_the_mean_of_some_draws_in_its_year(base):
    said = []
    evaluate = evaluator("coca_ha", UNTIL, 2003, 3, SEED, said.append)
    plain = {"levers": {}, "parameters": {}}
    found = evaluate([plain, {**plain, "levers": {"eradication_budget": 60000.0}}])
    np.testing.assert_allclose(found[0], outcome("coca_ha")(base.isel(year=[-1])).mean(), rtol=1e-3)
    assert found[1] < found[0]
    assert said == ["globo: 2 runs of 3 draws"]
    for year, start, where in ((2000, 2003, "--year"), (2003, 2101, "--start")):
        with pytest.raises(globo.UserError, match=where):
            evaluator("coca_ha", year, start, 3, SEED, said.append)
