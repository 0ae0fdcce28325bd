"""Searches from the command line: rows are runs, and what is found becomes a page."""

from html.parser import HTMLParser

import numpy as np
import pytest

import globo
from globo import decisions
from globo.cli.optimise import Model, outcome
from globo.cli.sensitivity import measured
from globo.decisions import problem
from globo.ensemble import CHUNK_DRAWS
from globo.model.policy import Setting, levers
from globo.report.searches import portfolio_page, sensitivity_page
from globo.simulation import Simulator
from globo.simulation.batches import Futures, Row, whole

PRESENT, UNTIL, SEED = 2002, 2003, 5
PUSH = Setting("eradication_budget", "", "2003-01", "", 60000.0)
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
def base():
    return globo.run(draws=3, seed=SEED, until=f"{UNTIL}-12")


@pytest.fixture(scope="module")
def found():
    return decisions.optimise(ASKED, by_hand, seed=2)


def test_a_row_without_changes_is_the_draw_of_a_run(base):
    rows = [Row(2), Row(0), Row(2)]
    (ds,) = whole(Simulator(seed=SEED), rows, UNTIL)
    for i, row in enumerate(rows):
        np.testing.assert_allclose(ds["coca_ha"][i], base["coca_ha"][row.draw], rtol=1e-3)
    np.testing.assert_array_equal(ds["coca_ha"][0], ds["coca_ha"][2])


def test_a_row_has_its_own_levers_and_parameters():
    rows = [Row(1), Row(1, (PUSH,)), Row(1, (), {"leaf_loss": 0.3})]
    (ds,) = whole(Simulator(seed=SEED), rows, UNTIL)
    cleared = ds["eradicated_ha"].sum("district").values
    np.testing.assert_array_equal(cleared[0, :2], cleared[1, :2])
    assert cleared[1, 2] > cleared[0, 2]
    made = ds["cocaine_t"].sum("zone").values
    assert (made[2] < 0.9 * made[0]).all()  # 30 % of the leaf lost in place of 2 %


def test_futures_go_on_where_history_ended(base):
    future = Futures(Simulator(seed=SEED), [0, 2], PRESENT, UNTIL)
    (ds,) = future.run([Row(2), Row(0, (PUSH,)), Row(0)])
    np.testing.assert_allclose(ds["coca_ha"][0, 0], base["coca_ha"][2, -1], rtol=1e-3)
    cleared = ds["eradicated_ha"].sum("district").values[:, 0]
    assert cleared[1] > cleared[2]
    reported = base["coca_ha"].sel(year=PRESENT).sum("district").values
    np.testing.assert_allclose(future.coca_ha([2, 0, 2]), reported[[2, 0, 2]], rtol=1e-3)


def test_more_rows_than_a_batch_come_in_order():
    future = Futures(Simulator(seed=SEED), range(20), PRESENT, UNTIL)
    draws = [19, 3, *range(18), 19]
    parts = list(future.run([Row(draw) for draw in draws]))
    coca = np.concatenate([part["coca_ha"].values for part in parts])
    assert len(parts) == -(-len(draws) // CHUNK_DRAWS)
    assert len(coca) == 21
    np.testing.assert_array_equal(coca[0], coca[20])
    np.testing.assert_array_equal(coca[1], coca[5])


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
    measure, place = measured("coca_ha@VRAEM")
    zone = base["coca_ha"].where(base["district_zone"] == "VRAEM", drop=True).sum("district")
    np.testing.assert_allclose(measure.of(base)[:, :, place], zone, rtol=1e-5)
    income = outcome("household_income_usd")(base)
    low, high = (base["household_income_usd"].mean("year").quantile(q, "zone") for q in (0, 1))
    assert ((low < income) & (income < high)).all()
    for wrong in ("coca", "coca_ha@VREAM", "nothing@VRAEM"):
        with pytest.raises(globo.UserError, match="did you mean|allowed"):
            measured(wrong)


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
