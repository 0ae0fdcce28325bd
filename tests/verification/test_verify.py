"""Each claim holds in a past made for it and fails in the draw where one part is broken."""

import numpy as np
import pandas as pd
import pytest

from claims_world import DISTRICT, PORTS, beside, past
from globo.cli.verify import page
from globo.scenario import load
from globo.verification import forecast, verify
from globo.verification.area import rival_ha
from globo.verification.armed import election_months
from globo.verification.claim import BREAKS, PASSES, rows
from globo.verification.routes import origin_share, southern_exits
from globo.verification.runs import ScenarioRuns, differences, on_top

BY_ID = {claim.id: claim for claim in verify.CLAIMS}
OF_RUNS = [claim.id for claim in verify.CLAIMS if claim.pattern is not None]
VRAEM = {"zone": "VRAEM"}
AIR = {"edge": "VRAEM > Bolivia [air]"}
NEXT = {"exit": "Bolivia road"}
GROUND = {"edge": "Cusco > Bolivia [road]"}


def area(zone, year):
    return {"district": DISTRICT[zone], "year": year}


# claim, part that breaks, run it is broken in ("" for its own), variable, where, value
BROKEN = [
    ("C1", "2014 or 2015 above every earlier year", "", "eradicated_ha", {"year": 2005}, 9000.0),
    ("C1", "2014 or 2015 above 2016", "", "eradicated_ha", {"year": 2016}, 9000.0),
    ("C2", "the Huallaga loses 80 % or more", "", "coca_ha", area("Huallaga", 2015), 2700.0),
    ("C2", "no zone loses as many hectares", "", "coca_ha", area("VRAEM", 2010), 31000.0),
    ("C3", "within 20 % of 2010", "", "coca_ha", area("VRAEM", 2015), 24000.0),
    ("C3", "within 20 % of 2010", "", "coca_ha", area("VRAEM", 2010), 23300.0),
    ("C3", "40 % of the country or more", "", "outside_ha", {"year": 2015}, 5000.0),
    ("C4", "both together open it", "both", "open_share", VRAEM, 0.05),
    ("C4", "security alone opens less than half", "security", "open_share", VRAEM, 0.46),
    ("C4", "trust alone opens less than half", "trust", "open_share", VRAEM, 0.46),
    ("C5", "share outside the basins doubles 2005-2012", "", "coca_ha",
     area("Inambari-Tambopata", 2005), 9e3),
    ("C5", "it stays above 20 % to 2015", "", "coca_ha", area("Huallaga", 2014), 90000.0),
    ("C5", "the three frontier zones double 2006-2012", "", "coca_ha", area("Putumayo", 2006), 6e3),
    ("C5", "more districts over 50 ha in 2017 than in 2014", "", "coca_ha",
     area("Elsewhere", 2014), 51.0),
    ("C6", "more firms in every stage", "", "firm_count",
     {"stage": "export", "year": [2014, 2015, 2016]}, 19.0),
    ("C6", "less concentration in every stage", "", "firm_hhi",
     {"stage": "transport", "year": [2014, 2015, 2016]}, 0.31),
    ("C6", "processing in more zones", "", "cocaine_t",
     {"zone": "Putumayo", "year": [2014, 2015, 2016]}, 1.0),
    ("C7", "a stage with firms every year", "", "firm_count",
     {"stage": "precursors", "year": 2007}, 0.0),
    ("C7", "a price every year", "", "precursor_price", {"year": 2003}, 0.0),
    ("C7", "tighter control raises the price", "tighter", "precursor_price", {}, 0.99),
    ("C7", "tighter control lowers output", "tighter", "cocaine_t", {}, 20.1),
    ("C7", "tighter control does not stop it", "tighter", "cocaine_t", {}, 8.0),
    ("C8", "some main zone", "", "outside_ha", {}, 9e5),
    ("C8", "ten firms or more: collection", "", "firm_count", {**VRAEM, "stage": "collection"}, 9),
    ("C8", "ten firms or more: processing", "", "firm_count", {**VRAEM, "stage": "processing"}, 9),
    ("C8", "largest below a quarter: collection", "", "firm_top_share",
     {"zone": "Huallaga", "stage": "collection"}, 0.26),
    ("C8", "largest below a quarter: processing", "", "firm_top_share",
     {"zone": "Huallaga", "stage": "processing"}, 0.26),
    ("C9", "revenue every year", "", "armed_revenue_usd", {"year": 2004}, 0.0),
    ("C9", "less than the flow through terrain held", "", "hold", {"year": 2004}, 0.001),
    ("C9", "with the group gone its revenue falls", "gone", "armed_revenue_usd", {}, 1.6e6),
    ("C9", "with the group gone the flow goes on", "gone", "flow_t", AIR, 0.0),
    ("C10", "the share of the exit that was hit falls", "burst", "monthly_exit_t",
     {"exit": "Bolivia air", "month": "2010-04"}, 7.0),
    ("C10", "a neighbour's rises", "burst", "monthly_exit_t", NEXT, 1.0),
    ("C10", "both in one month", "burst", "monthly_exit_t", {**NEXT, "month": "2010-04"}, 1.6),
    ("C11", "fewer attacks a year", "", "armed_acts", {"year": [2015, 2016]}, 50.0),
    ("C11", "less strength", "", "armed_strength", {"year": 2011}, 169.0),
    ("C12", "more attacks up to elections", "", "monthly_acts", {}, 2.0),
    ("C13", "the largest exit of southern product", "", "flow_t",
     {"edge": ["VRAEM > Bolivia [air]", "Cusco > Bolivia [road]"]}, 1.0),
    ("C13", "equal control makes it fall", "equal", "flow_t", AIR, 90.0),
    ("C14", "a tenth or more leaves by air", "", "flow_t",
     {"edge": ["VRAEM > Bolivia [air]", "VRAEM > Brazil drop [airdrop]"]}, 3.0),
    ("C14", "drops are picked up and go on by road", "", "flow_t",
     {"edge": "Brazil drop > Brazil [road]"}, 2.0),
    ("C14", "with the law less is flown", "no law", "flow_t", {**AIR, "year": 2016}, 59.0),
    ("C14", "but not all of it stops", "", "flow_t",
     {"edge": ["VRAEM > Bolivia [air]", "VRAEM > Brazil drop [airdrop]"], "year": 2016}, 0.0),
    ("C14", "more by ground", "no law", "flow_t", {**GROUND, "year": 2016}, 60.0),
    ("C14", "more by river", "no law", "flow_t",
     {"edge": "Putumayo > Brazil [river]", "year": 2016}, 20.0),
    ("C14", "more by other exits", "no law", "flow_t",
     {"edge": "Callao > Europe [container]", "year": 2016}, 60.0),
    *[
        ("C15", f"{port}: containers and vessels to each market overseas", "", "flow_t",
         {"edge": [f"{port} > {market} [{mode}]" for market, mode in cells]}, 0.051)
        for port in PORTS
        for cells in (
            [("Europe", "container"), ("Asia-Oceania", "container")],
            [("Europe", "vessel"), ("Asia-Oceania", "vessel")],
            [("Europe", "vessel"), ("Europe", "container")],
            [("Asia-Oceania", "vessel"), ("Asia-Oceania", "container")],
        )
    ],
    ("C16", "above Colombia in 2012 and 2013", "", "coca_ha", area("VRAEM", 2013), 9000.0),
    ("C16", "below Colombia from 2014", "", "coca_ha", area("VRAEM", 2017), 160000.0),
]  # fmt: skip


def test_every_claim_stands_once_in_order():
    assert [claim.id for claim in verify.CLAIMS] == [f"C{n}" for n in range(1, 18)]
    assert OF_RUNS == [f"C{n}" for n in range(1, 17)]


@pytest.mark.parametrize("name", OF_RUNS)
def test_a_claim_holds_in_the_past_made_for_it(name):
    parts = BY_ID[name].parts(past(), beside(name))
    assert {words for words, truth in parts.items() if not truth.all()} == set()
    assert BY_ID[name].holds(past(), beside(name)).tolist() == [True] * 3


@pytest.mark.parametrize(
    ("name", "part", "run", "variable", "where", "value"), BROKEN, ids=lambda v: str(v)[:40]
)
def test_a_claim_fails_in_the_draw_where_a_part_is_broken(name, part, run, variable, where, value):
    runs = {"": past(), **beside(name)}
    runs[run][variable].loc[{"draw": 1, **where}] = value
    own = runs.pop("")
    assert BY_ID[name].parts(own, runs)[part].tolist() == [True, False, True]
    assert BY_ID[name].holds(own, runs).tolist() == [True, False, True]


def test_every_part_of_every_claim_has_been_broken():
    parts = {(name, words) for name in OF_RUNS for words in BY_ID[name].parts(past(), beside(name))}
    assert parts == {(row[0], row[1]) for row in BROKEN}


@pytest.mark.parametrize("name", OF_RUNS)
def test_a_failed_draw_and_one_without_numbers_do_not_hold(name):
    ds = past()
    ds["status"][0] = 2
    for variable in ds.data_vars:
        if ds[variable].dtype.kind == "f":
            ds[variable][2] = np.nan
    assert BY_ID[name].holds(ds, beside(name)).tolist() == [False, True, False]


@pytest.mark.parametrize("name", [name for name in OF_RUNS if BY_ID[name].beside])
def test_a_draw_that_failed_in_a_run_beside_does_not_hold(name):
    runs = beside(name)
    next(iter(runs.values()))["status"][2] = 1
    assert BY_ID[name].holds(past(), runs).tolist() == [True, True, False]


def test_runs_beside_have_the_same_draws():
    with pytest.raises(ValueError, match="other draws"):
        BY_ID["C7"].holds(past(), beside("C7", n_draws=4))


@pytest.mark.parametrize("claim", verify.CLAIMS, ids=lambda claim: claim.id)
def test_evidence_and_scenarios_of_a_claim_exist(claim):
    assert claim.statement["en"] != claim.statement["es"]
    assert claim.evidence
    for reference in claim.evidence:
        assert len(rows(reference)), reference
    sources = [*claim.counterfactual, *claim.beside.values()]
    assert all(any(differences(source).values()) for source in sources)


def test_southern_product_mixes_where_it_meets_the_rest():
    ds = past()
    share = origin_share(ds, ("VRAEM",))[0, 0]
    by_edge = dict(zip(ds["edge"].values.tolist(), share, strict=True))
    assert by_edge["Huallaga > Lima [road]"] == 0.0
    assert by_edge["Cusco > Bolivia [road]"] == 1.0
    np.testing.assert_allclose(by_edge["Callao > Europe [vessel]"], 1 / 3, rtol=1e-6)
    np.testing.assert_allclose(by_edge["Brazil drop > Brazil [road]"], 1.0, rtol=1e-6)
    np.testing.assert_allclose(sum(v[0] for v in southern_exits(ds).values()), 1.0, rtol=1e-6)


def test_election_months_are_the_three_up_to_a_vote():
    months = np.array(["2016-01", "2016-02", "2016-04", "2016-06", "2016-07", "2013-10"])
    assert election_months(months).tolist() == [False, True, True, True, False, False]


def test_attacks_rise_with_a_year_and_not_with_its_election():
    ds = past()
    ds["monthly_acts"][:] = 1.0
    ds["monthly_acts"].loc[{"month": [f"2006-{m:02d}" for m in range(1, 13)]}] = 30.0
    assert not BY_ID["C12"].holds(ds).any()


def test_colombia_in_the_world_of_a_run_follows_its_lever():
    levers = "levers:\n  colombia_area:\n  - {from: 2014-03, until: 2014-12, value: 0.5}\n"
    ds = past(levers=levers)
    np.testing.assert_allclose(rival_ha(ds, [2013, 2014, 2015]), [48000, 34500, 96000])
    assert not BY_ID["C16"].parts(ds)["below Colombia from 2014"].any()


def test_a_change_wins_over_the_world_it_is_made_in():
    burst = {"air_control": [{"from": "2010-01", "until": "2010-02", "value": 8}]}
    below = {"levers": {"air_control": 10}, "off": ["markets"]}
    made = on_top(below, {"levers": burst, "parameters": {"risk_learning": 0.1}})
    changes = load(made).changes
    assert [(c.first, c.last, c.value) for c in changes] == [
        ("2001-01", "", 10.0),
        ("2010-01", "2010-02", 8.0),
    ]
    assert made["off"] == ["markets"]
    assert made["parameters"] == {"risk_learning": 0.1}


def test_a_world_that_two_claims_need_runs_once_and_is_let_go():
    asked = []
    given, part = "c03_vraem_pacified", "c04_trust_alone"
    needed = [(None, None), (None, given), (given, part), (given, None)]
    worlds = ScenarioRuns(lambda source: asked.append(source) or past(), needed)
    worlds.get(None)
    worlds.get(None, "c03_vraem_pacified")
    worlds.get("c03_vraem_pacified", "c04_trust_alone")
    assert worlds.held == 1
    worlds.get("c03_vraem_pacified")
    assert asked == [None, "c03_vraem_pacified"]
    assert worlds.held == 0


def pasts(broken):
    """Return what runs a claim's worlds by hand: C1 broken in the first draws of each world."""

    def run(source):
        name = source if isinstance(source, str) else "baseline"
        ds = past(n_draws=10)
        ds["eradicated_ha"].loc[{"draw": list(range(broken[name])), "year": 2005}] = 9000.0
        return ds

    return run


@pytest.mark.parametrize(
    ("baseline", "counterfactual", "passes"),
    [(2, 8, True), (3, 8, False), (2, 7, False), (0, 10, True)],
)
def test_a_claim_passes_at_four_fifths_and_breaks_at_one(baseline, counterfactual, passes):
    broken = {"baseline": baseline, "c01_eradication_stays_small": counterfactual}
    (found,) = verify.verify(pasts(broken), [BY_ID["C1"]])
    assert found["id"] == "C1"
    assert (found["baseline"], found["counterfactual"]) == (
        1 - baseline / 10,
        pytest.approx(1 - counterfactual / 10),
    )
    assert found["passes"] is passes
    assert (PASSES, BREAKS) == (0.8, 0.2)


SPREAD_BEFORE = area("Inambari-Tambopata", 2005)


def test_coca_counts_from_the_year_in_which_the_survey_covered_its_zone():
    ds = past()
    ds["coca_ha"].loc[area("Putumayo", 2005)] = 2e4
    (found,) = verify.verify(lambda _: ds, [BY_ID["C5"]])
    assert found["baseline"] == 1.0
    ds["coca_ha"].loc[area("Putumayo", 2006)] = 2e4
    (found,) = verify.verify(lambda _: ds, [BY_ID["C5"]])
    assert found["baseline"] == 0.0


def test_each_counterfactual_must_break_a_claim_alone():
    def run(source):
        ds = past(n_draws=10)
        if source == "c05_no_eradication":
            ds["coca_ha"].loc[SPREAD_BEFORE] = 9e3
        if source == "c05_no_relocation":
            ds["coca_ha"].loc[{**SPREAD_BEFORE, "draw": [0, 1, 2]}] = 9e3
        return ds

    (found,) = verify.verify(run, [BY_ID["C5"]])
    assert found["counterfactuals"] == {"c05_no_eradication": 0.0, "c05_no_relocation": 0.7}
    assert found["counterfactual"] == 0.7
    assert not found["passes"]
    assert "c05_no_relocation" in found["why"]


def test_every_claim_is_verified_and_no_world_is_run_twice():
    asked = []

    def run(source):
        asked.append(source)
        return past()

    found = verify.verify(run, cells=lambda: cells(0.2, 0.9))
    assert [row["id"] for row in found] == [f"C{n}" for n in range(1, 18)]
    names = [source for source in asked if isinstance(source, str) or source is None]
    assert len(names) == len(set(names))
    tuples = [str(source) for source in asked]
    assert len(tuples) == len(set(tuples))
    given = [source["name"] for source in asked if isinstance(source, dict)]
    assert len(given) == len(set(given))
    assert all(load(source) for source in asked if isinstance(source, dict))


def test_surveyed_histories_stand_beside_and_pass_nothing():
    broken = {"baseline": 8, "c01_eradication_stays_small": 10}
    (alone,) = verify.verify(pasts(broken), [BY_ID["C1"]])
    surveyed = pasts({"baseline": 0})
    (both,) = verify.verify(pasts(broken), [BY_ID["C1"]], surveyed=surveyed)
    assert alone["surveyed"] is None
    assert both["surveyed"] == 1.0
    assert both | {"surveyed": None} == alone
    assert not both["passes"]


def cells(own, sure):
    """Return scored cells of two origins by hand; `sure`: chance given to what appears."""
    table = pd.DataFrame(
        {
            "forecaster": ["globo"] * 4 + ["persistence"] * 4,
            "origin": ["2014-06-11", "2014-06-11", "2014-06-11", "2015-07-15"] * 2,
            "last": [0.0, 4.0, 900.0, 0.0] * 2,
            "appears": [True, False, False, False] * 2,
            "p_appears": [sure, 0.1, 0.0, 0.3] + [0.0] * 4,
            "crps": [own, own, own, 0.1] + [0.5, 0.4, 0.3, 0.2],
        }
    )
    return table


@pytest.mark.parametrize(
    ("own", "sure", "baseline"), [(0.2, 0.9, 1.0), (0.2, 0.2, 0.5), (0.45, 0.9, 0.5)]
)
def test_forecasts_pass_where_they_beat_base_rate_and_persistence(own, sure, baseline):
    (found,) = verify.verify(lambda source: past(), [BY_ID["C17"]], lambda: cells(own, sure))
    assert found["baseline"] == baseline
    assert found["counterfactual"] is None
    assert found["passes"] is (baseline >= PASSES)


def test_an_origin_where_nothing_appeared_is_judged_by_crps_alone():
    table = forecast.skill_by_origin(cells(0.2, 0.9))
    assert table["appeared"].tolist() == [1, 0]
    np.testing.assert_allclose(table["brier"], [(0.01 + 0.01) / 2, np.nan])
    np.testing.assert_allclose(table["brier_base"], [0.25, np.nan])
    assert table["skilful"].tolist() == [True, True]


def test_a_run_has_no_part_in_the_claim_about_forecasts():
    with pytest.raises(ValueError, match="forecasts"):
        BY_ID["C17"].holds(past())


def test_a_page_of_claims_says_by_which_command_and_in_which_reading_it_was_made():
    claim = {
        "id": "C1", "statement": "Peru stays small.", "baseline": 0.9, "counterfactual": 0.1,
        "surveyed": 1.0, "passes": True, "why": "", "parts": {},
    }  # fmt: skip
    usual, other = page([claim], 8, 1), page([claim], 8, 1, "studies")
    assert "`globo verify --page > docs/verification.md`" in usual
    assert "studies" not in usual
    assert "`globo verify --reading studies --page > docs/verification-studies.md`" in other
    assert "`studies`" in other.split("\n", 5)[4]
