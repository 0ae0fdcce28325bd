"""Each response gives the hand-computed figure in a small past, and says honestly what matches."""

import math

import numpy as np
import pytest
from flat_past import world

from claims_world import DISTRICT, EDGES, ZONES, past
from globo import facts
from globo.scenario import load
from globo.validation import page, validate
from globo.validation.absent import ABSENT
from globo.validation.estimators import ESTIMATES
from globo.validation.experiments import LEVERS, UNTIL, WHAT, scenario
from globo.validation.response import Response, effects, priors_of, range_of, spread
from globo.validation.studies import GRADES, studies

BY_NAME = {one.name: one for one in validate.RESPONSES}
OUT = [f"{a} > {b} [{mode}]" for a, b, mode, leaving, _ in EDGES if leaving]
INNER = [f"{a} > {b} [{mode}]" for a, b, mode, leaving, _ in EDGES if not leaving]
AIR = [name for name in OUT if "[air" in name]
SEA = [f"{a} > {b} [{mode}]" for a, b, mode, _, _ in EDGES if mode in ("container", "vessel")]
ROAD, RIVER = "Cusco > Bolivia [road]", "Putumayo > Brazil [river]"
HUALLAGA, VRAEM, PUTUMAYO = DISTRICT["Huallaga"], DISTRICT["VRAEM"], DISTRICT["Putumayo"]
LOST = 0.38 * float(facts.load().series("Colombia", "coca_ha")[2007])
LOST_LATER = 0.38 * float(facts.load().series("Colombia", "coca_ha")[2010])


def year(number, **labels):
    return {"year": number, **labels}


def coca(zone_code, when, value):
    return ("coca_ha", year(when, district=zone_code), value)


# response: expected figure of draw 0, and what is changed there: run -> (variable, where, value)
CASES = {
    "area change a year later per extra hectare cleared": (
        -0.1,
        {
            "burst": [
                ("eradicated_ha", year(2006, district=HUALLAGA), 600.0),
                ("eradicated_ha", year(2007, district=VRAEM), 200.0),
                ("eradicated_ha", year(2008, district=VRAEM), 900.0),
                coca(HUALLAGA, 2007, 940.0),
                coca(HUALLAGA, 2006, 100.0),
            ]
        },
    ),
    "spending for one hectare less": (
        1500.0,
        {
            "burst": [
                ("spending_usd", year(2006, item="eradication"), 90005.0),
                ("spending_usd", year(2006, item="operations"), 7e6),
                coca(HUALLAGA, 2007, 940.0),
            ]
        },
    ),
    "cleared land under coca again within two years": (
        80.0,
        {
            "burst": [
                ("eradicated_ha", year(2006, district=HUALLAGA), 600.0),
                ("eradicated_ha", year(2006, district=VRAEM), 105.0),
                coca(HUALLAGA, 2008, 900.0),
                coca(VRAEM, 2008, 500.0),
            ]
        },
    ),
    "coca of quiet districts within 60 km of those cleared more": (
        -3.0,
        {
            "burst": [
                ("eradicated_ha", year(2006, district=HUALLAGA), 600.0),
                coca(HUALLAGA, 2008, 100.0),
                coca(VRAEM, 2008, 970.0),
                coca(PUTUMAYO, 2008, 500.0),
            ]
        },
    ),
    "coca of the VRAEM in the third year of an announced payment": (
        5.0,
        {"announced": [coca(VRAEM, 2008, 1050.0), coca(HUALLAGA, 2008, 100.0)]},
    ),
    "coca within 60 km of where a payment is announced, third year": (
        3.0,
        {
            "announced": [
                coca(VRAEM, 2008, 100.0),
                coca(HUALLAGA, 2008, 1030.0),
                coca(PUTUMAYO, 2008, 500.0),
            ]
        },
    ),
    "area lost in the VRAEM gained elsewhere, two years": (
        0.15,
        {
            "stick": [
                coca(VRAEM, 2007, 600.0),
                coca(HUALLAGA, 2007, 1060.0),
                coca(PUTUMAYO, 2007, 3000.0),
                ("eradicated_ha", year(2006, district=PUTUMAYO), 50.0),
            ]
        },
    ),
    "area lost in the VRAEM gained elsewhere, five years": (
        0.6,
        {"stick": [coca(VRAEM, 2010, 600.0), coca(HUALLAGA, 2010, 1240.0)]},
    ),
    "area lost in Colombia gained in Peru, two years": (
        0.2,
        {"colombia": [("outside_ha", year(2007), 0.2 * LOST)]},
    ),
    "area lost in Colombia gained in Peru, five years": (
        0.7,
        {"colombia": [("outside_ha", year(2010), 0.7 * LOST_LATER)]},
    ),
    "leaf price after the air is closed": (
        -60.0,
        {"air": [("monthly_leaf_price_usd_kg", {"month": slice("2006-07", "2007-06")}, 0.8)]},
    ),
    "fall of the leaf price undone in the fourth year": (
        200 / 3,
        {
            "air": [
                ("monthly_leaf_price_usd_kg", {"month": slice("2006-07", "2008-12")}, 0.8),
                ("monthly_leaf_price_usd_kg", {"month": slice("2009-01", "2009-12")}, 1.6),
            ]
        },
    ),
    "coca four years after the air is closed": (-10.0, {"air": [coca(HUALLAGA, 2009, 200.0)]}),
    "leaf price in the third month of closed routes": (
        -50.0,
        {"routes": [("monthly_leaf_price_usd_kg", {"month": "2006-05"}, 1.0)]},
    ),
    "fall of the leaf price undone half a year after routes opened": (
        60.0,
        {
            "routes": [
                ("monthly_leaf_price_usd_kg", {"month": "2006-05"}, 1.0),
                ("monthly_leaf_price_usd_kg", {"month": "2006-12"}, 1.6),
            ]
        },
    ),
    "coca of the VRAEM with help and price support, six years": (
        -10.0,
        {"carrot": [coca(VRAEM, 2012, 900.0), coca(HUALLAGA, 2012, 5.0)]},
    ),
    "extra fall of log area when help and force come together": (
        100 * math.log(0.72 / 0.6),
        {
            "carrot": [coca(VRAEM, 2012, 900.0)],
            "stick": [coca(VRAEM, 2012, 800.0)],
            "both": [coca(VRAEM, 2012, 600.0)],
        },
    ),
    "coca where the state is least legitimate, eight years after roads": (
        5.0,
        {
            "base": [("legitimacy", year(2005, zone=ZONES[:4]), 0.1)],
            "roads": [coca(HUALLAGA, 2014, 1200.0), coca(DISTRICT["Elsewhere"], 2014, 100.0)],
        },
    ),
    "coca where the state is most legitimate, eight years after roads": (
        -5.0,
        {
            "base": [("legitimacy", year(2005, zone=ZONES[:4]), 0.1)],
            "roads": [coca(HUALLAGA, 2014, 1900.0), coca(DISTRICT["Elsewhere"], 2014, 800.0)],
        },
    ),
    "coca eight years after titles": (-10.0, {"titles": [coca(VRAEM, 2014, 200.0)]}),
    "coca in the third year of coffee rust": (10.0, {"coffee": [coca(VRAEM, 2008, 1800.0)]}),
    "coca in the sixth year of cheap coffee": (10.0, {"coffee-price": [coca(VRAEM, 2011, 1800.0)]}),
    "elasticity of coca to the price of coffee, six years": (
        -0.2,
        {"coffee-price": [("outside_ha", year(2011), 8000.0 * (0.57**-0.2 - 1))]},
    ),
    "elasticity of area to the leaf price, two years": (
        0.3,
        {
            "demand": [
                ("leaf_price_usd_kg", year([2006, 2007]), 2.0),
                ("outside_ha", year(2007), 8000.0 * (2**0.3 - 1)),
            ]
        },
    ),
    "elasticity of area to the leaf price, five years": (
        0.8,
        {
            "demand": [
                ("leaf_price_usd_kg", year(list(range(2006, 2011))), 2.0),
                ("outside_ha", year(2010), 8000.0 * (2**0.8 - 1)),
            ]
        },
    ),
    "legitimacy of the state after ten years of boom": (
        -3.0,
        {
            "base": [coca(VRAEM, 2016, 3000.0)],
            "demand": [("legitimacy", year(2016, zone="VRAEM"), 0.4)],
        },
    ),
    "forest cleared per ton of leaf, five years from a burst of clearing": (
        20.0,
        {
            "burst": [
                ("forest_cleared_ha", year(list(range(2006, 2011)), zone="VRAEM"), 20.0),
                ("leaf_t", year(list(range(2006, 2011)), zone="Huallaga"), 50.0),
            ]
        },
    ),
    "gross income of a hectare of coca against coffee, 2013": (
        1000 / 1033,
        {
            "base": [
                ("leaf_t", year(2013), 0.0),
                ("leaf_t", year(2013, zone="VRAEM"), 2000.0),
                ("leaf_price_usd_kg", year(2013, zone="VRAEM"), 4.0),
            ]
        },
    ),
    "cocaine seized in Peru under more patrols, five years": (
        50.0,
        {"patrols": [("seized_t", year(list(range(2006, 2011))), 0.75)]},
    ),
    "corridors out of Peru that carry the flow, under more patrols": (
        -20.0,
        {
            name: [
                ("flow_t", year(2010, edge=OUT), 0.0),
                ("flow_t", year(2010, edge=ROAD), road),
                ("flow_t", year(2010, edge=RIVER), 10.0),
            ]
            for name, road in (("base", 10.0), ("patrols", 30.0))
        },
    ),
    "cocaine seized on other ways out after the air is closed, five years": (
        30.0,
        {
            name: [
                ("seized_t", {"edge": OUT}, 0.0),
                ("seized_t", {"edge": AIR}, flown),
                ("seized_t", {"edge": INNER}, 9.0 * flown),
                ("seized_t", {"edge": ROAD}, road),
            ]
            for name, flown, road in (("base", 100.0, 10.0), ("air", 1.0, 13.0))
        },
    ),
    "seized of what sails": (
        30.0,
        {
            "base": [
                ("seized_t", {"edge": SEA}, 0.0),
                ("seized_t", {"edge": SEA[::2]}, 2.0),
                ("seized_at_sea_t", {}, 0.2 * len(SEA)),
            ]
        },
    ),
    "seized of what is made": (
        25.0,
        {
            "base": [
                ("seized_t", {}, 0.0),
                ("seized_t", {"edge": ROAD}, 16.0),
                ("seized_at_sea_t", {}, 24.0),
            ]
        },
    ),
    "cost of a kilo less: clearing crops over interdiction": (
        4.0,
        {
            "burst": [
                ("spending_usd", year(2006, item="eradication"), 2e6 + 5.0),
                ("delivered_t", year(2007, market="Europe"), 40.0),
            ],
            "patrols": [
                ("spending_usd", year(2006, item="interdiction"), 1e6 + 5.0),
                ("delivered_t", year(2010, market="Europe"), 30.0),
            ],
        },
    ),
    "price in North America in the year of a control of inputs": (
        36.0,
        {"inputs": [("market_price_usd_kg", year(2006, market="North America"), 13.6)]},
    ),
    "rise in the price of inputs undone in the third year after": (
        60.0,
        {"inputs": [("precursor_price", year(2006), 1.5), ("precursor_price", year(2009), 1.2)]},
    ),
    "concentration (HHI) under hits that see the large first": (
        -50.0,
        {
            "firms": [
                ("firm_hhi", year(2008), 0.1),
                ("firm_hhi", year(2008, stage="precursors"), 0.9),
            ]
        },
    ),
    "number of firms under hits over that without": (
        2.0,
        {
            "firms": [
                ("firm_count", year(2008), 20.0),
                ("firm_count", year(2008, stage="precursors"), 1.0),
            ]
        },
    ),
    "cocaine made under hits, five years": (
        -5.0,
        {"firms": [("cocaine_t", year(list(range(2006, 2011)), zone="VRAEM"), 12.0)]},
    ),
    "attacks after brigades enter the VRAEM, six years": (
        100.0,
        {"stick": [("armed_acts", {"group": "VRAEM faction"}, 40.0)]},
    ),
    "leaf in the value of cocaine where it is made": (
        30.0,
        {
            "base": [
                ("leaf_t", {}, 10.0),
                ("leaf_t", {"zone": "VRAEM"}, 310.0),
                ("leaf_price_usd_kg", {"zone": "VRAEM"}, 2.0),
                ("cocaine_t", {}, 0.0),
                ("cocaine_t", {"zone": "VRAEM"}, 2.0),
                ("cocaine_price_usd_kg", {"zone": "VRAEM"}, 1000.0),
            ]
        },
    ),
    "fees for a kilo in the VRAEM": (
        100.0,
        {"base": [("armed_revenue_usd", {"group": "VRAEM faction"}, 2e6)]},
    ),
}


def made(changes):
    """Return the runs with draw 0 changed."""
    runs = world()
    for run, settings in changes.items():
        for variable, where, value in settings:
            runs[run][variable].loc[{"draw": 0, **where}] = value
    return runs


def test_every_response_has_a_case():
    assert set(CASES) == set(BY_NAME)
    assert len(BY_NAME) == len(validate.RESPONSES)


@pytest.mark.parametrize("name", CASES)
def test_a_measure_gives_the_figure_computed_by_hand(name):
    expected, changes = CASES[name]
    found = BY_NAME[name].figures(made(changes))
    np.testing.assert_allclose(found[0], expected, rtol=2e-4)
    assert not math.isclose(found[2], expected, rel_tol=1e-2)  # a draw is not its neighbour
    np.testing.assert_array_equal(found[1], found[2])


@pytest.mark.parametrize("name", CASES)
def test_a_measure_reads_the_runs_that_it_names_and_no_other(name):
    runs = made(CASES[name][1])
    assert set(CASES[name][1]) <= set(BY_NAME[name].runs)
    named = {run: runs[run] for run in BY_NAME[name].runs}
    np.testing.assert_array_equal(BY_NAME[name].figures(named), BY_NAME[name].figures(runs))


def test_a_failed_draw_of_any_run_has_no_figure():
    one = BY_NAME["fees for a kilo in the VRAEM"]
    runs = made(CASES[one.name][1])
    runs["base"]["status"][1] = 1
    assert np.isnan(one.figures(runs)).tolist() == [False, True, False]
    two = BY_NAME["coca eight years after titles"]
    runs["titles"]["status"][2] = 1
    assert np.isnan(two.figures(runs)).tolist() == [False, True, True]


def test_a_cost_is_undefined_where_a_measure_takes_no_kilo_away():
    one = BY_NAME["cost of a kilo less: clearing crops over interdiction"]
    runs = made(CASES[one.name][1])
    runs["burst"]["delivered_t"].loc[{"draw": 0, "year": 2008}] = 60.0
    assert np.isnan(one.figures(runs)[0])


def of(figures, **how):
    """Return a response whose measure gives these figures."""
    given = {"rows": ("E012",), **how}
    return Response(1, "a figure", "ha", ("base",), lambda _: np.array(figures), **given)


@pytest.mark.parametrize(
    ("figures", "how", "verdict"),
    [
        ([1.0, 2.0, 9.0], {"published": (1.5, 3.0)}, "yes"),
        ([1.0, 5.0, 9.0], {"published": (1.5, 3.0)}, "partly"),
        ([4.0, 5.0, 9.0], {"published": (1.5, 3.0)}, "no"),
        ([8.5, 8.1, 7.9], {"published": (6.0, 6.0)}, "partly"),
        ([7.0, 8.1, 7.9], {"published": (6.0, 6.0)}, "yes"),
        ([-1.0, -2.0, -3.0, -0.1, 5.0], {"sign": -1}, "yes"),
        ([-1.0, -2.0, -3.0, 0.0, 5.0], {"sign": -1}, "partly"),
        ([-1.0, -2.0, 3.0, 0.0], {"sign": -1}, "no"),
        ([-1.0, -2.0, np.nan, np.nan], {"sign": -1}, "partly"),
        ([np.nan, np.nan], {"sign": -1}, "no"),
    ],
)
def test_a_match_is_what_the_readings_say(figures, how, verdict):
    assert of(figures, **how).verdict(np.array(figures)) == verdict


def test_a_comparison_counts_the_draws_within_and_the_undefined():
    base = {"base": past(4)}
    response = of([1.0, 2.0, 9.0, np.nan], published=(1.5, 3.0))
    found = response.comparison(response.figures(base))
    assert found["share"] == pytest.approx(1 / 3, abs=1e-6)
    assert found["undefined"] == 1
    assert found["model"]["p50"] == 2.0
    assert found["published"] == {"low": 1.5, "high": 3.0}
    signed = of([1.0, 2.0, -9.0, 4.0], sign=1)
    assert signed.comparison(signed.figures(base))["share"] == 0.75


def test_a_range_goes_from_the_lowest_to_the_highest_figure_of_its_rows():
    assert range_of(("E001", "E012", "E061", "E148")) == (-0.25, -0.021)
    assert range_of(("E153",)) == (0.1, 0.4)
    assert range_of(("E147",)) == pytest.approx((92 * 2 / 3, 92 * 4 / 3))
    assert spread(-60.0, -60.0) == pytest.approx((-80.0, -40.0))


def test_a_prior_set_in_sight_of_an_effect_is_named():
    assert "demand_elasticity" in priors_of(("E052",))  # cited as a span, E050-E053
    assert "control_pass" in priors_of(("E036",))
    assert "control_pass" not in priors_of(("E012",))


def test_every_published_effect_is_compared_or_listed_with_the_reason():
    known = set(effects().index)
    compared = {row for one in validate.RESPONSES for row in (*one.rows, *one.beside)}
    absent = [row for one in ABSENT for row in one.rows]
    assert compared | set(absent) == known
    assert len(absent) == len(set(absent))
    assert not compared & set(absent)


def test_every_topic_is_there():
    told = {one.topic for one in validate.RESPONSES} | {one.topic for one in ABSENT}
    assert told == set(validate.TOPICS) == set(range(1, 18))


def test_experiments_are_scenarios_that_load_and_end_before_what_is_unknown():
    assert set(LEVERS) == set(WHAT)
    assert len(LEVERS) <= 20  # few, each for a reason
    assert scenario("base") is None
    for name in set(LEVERS) - {"base"}:
        loaded = load(scenario(name))
        assert loaded.until == UNTIL == "2017-12"
        assert all(change.first >= "2006-01" for change in loaded.changes)


def validated(chosen):
    """Run `validate` on the hand-made world; also return what was run."""
    runs, asked = world(), []

    def run(source):
        asked.append("base" if source is None else source["name"].removeprefix("validate."))
        return runs[asked[-1]]

    return validate.validate(run, chosen), asked


def test_each_experiment_is_run_once_and_only_when_needed():
    chosen = [one for one in validate.RESPONSES if one.topic in (3, 5)]
    result, asked = validated(chosen)
    assert asked == ["base", "burst", "stick", "carrot", "both", "colombia"]
    assert len(result["responses"]) == len(chosen)
    assert sum(result["counts"].values()) == len(chosen)


def test_runs_of_other_draws_are_refused():
    runs = world()
    runs["burst"] = runs["burst"].isel(draw=slice(0, 2))
    with pytest.raises(ValueError, match="burst"):
        validate.validate(
            lambda source: runs["burst" if source else "base"], validate.RESPONSES[:1]
        )


def test_the_page_names_its_command_every_response_and_what_is_absent():
    result, _ = validated(validate.RESPONSES)
    text = page.page({**result, "seed": 1})
    first = text.splitlines()[0]
    assert first == "<!-- Made by `globo validate --page > docs/validation.md` -->"
    assert all(one.name in text for one in validate.RESPONSES)
    assert all(one.what in text for one in ABSENT)
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert {line.count("|") for line in rows} == {3, 5, 6, 8, 10}
    assert all(one.what in text for one in ESTIMATES)
    missed = text.split("## What does not match")[1].split("##")[0]
    assert missed.count("\n- ") == result["counts"]["no"] + result["counts"]["partly"]


def test_every_response_has_one_study_with_a_grade_and_a_reason():
    found = studies()
    assert set(found) == set(BY_NAME)
    assert len({one.id for one in found.values()}) == len(BY_NAME)
    assert all(one.applies in GRADES and one.why and one.design for one in found.values())


def test_no_fit_may_see_an_even_topic_or_what_does_not_apply():
    result, _ = validated(validate.RESPONSES)
    for one in result["responses"]:
        assert one["fitted"] == (one["topic"] in (1, 3, 5, 7, 9, 11, 13, 15, 17)) & (
            one["applies"] != "not"
        )
    held = [one for one in result["responses"] if not one["fitted"] and one["applies"] != "not"]
    assert len(held) >= len(validate.RESPONSES) // 3


def test_a_response_states_its_range_flat_and_a_direction_is_open_at_one_end():
    by_id = {one["id"]: one for one in validated(validate.RESPONSES)[0]["responses"]}
    clearing, rust, titles = (by_id[i] for i in ("clearing-net", "coffee-rust", "titles"))
    assert (clearing["published_low"], clearing["published_high"]) == (-0.25, -0.021)
    assert (rust["published_low"], rust["published_high"]) == (0.0, None)
    assert (titles["published_low"], titles["published_high"]) == (None, 0.0)
    assert by_id["gross-coffee"]["p50"] == by_id["gross-coffee"]["model"]["p50"] is not None


def test_what_one_draw_meets_at_once_is_counted_over_those_that_a_fit_may_see():
    (result, _), runs = validated(validate.RESPONSES), world()
    chosen = [one for one in result["responses"] if one["fitted"]]
    met = np.zeros(result["draws"])
    for one in chosen:
        response = BY_NAME[one["name"]]
        low, high = one["published_low"], one["published_high"]
        for i, value in enumerate(response.figures(runs)):
            met[i] += value * response.sign > 0 if response.sign else low <= value <= high
    told = result["at_once"]
    assert told["responses"] == len(chosen)
    assert told["p50"] == np.median(met)
    assert told["share_of_draws"] == (met == len(chosen)).mean()
