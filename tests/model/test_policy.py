"""Policy: history as known on a day, then what a scenario sets, as arrays by month."""

import numpy as np
import pytest

from globo import facts
from globo.model import policy, world
from globo.model.policy import Setting, build, levers, month_number

FACTS = facts.load(as_of=None).through(policy.LAST)
WORLD = world.build(FACTS)
COUNTRY = FACTS.country
PLAIN = build(FACTS, WORLD, (), "2029-12")


def under(*settings, until="2029-12"):
    return build(FACTS, WORLD, settings, until)


def same(a, b, months=slice(None)):
    """Names of what differs between two policies."""
    names = [f for f in vars(a) if not np.array_equal(getattr(a, f)[months], getattr(b, f)[months])]
    return sorted(names)


@pytest.mark.parametrize(
    ("month", "number"), [("2001-01", 0), ("2001-12", 11), ("2005-06", 53), ("2030-01", 348)]
)
def test_months_are_numbered_from_january_2001(month, number):
    assert month_number(month) == number


def test_a_policy_has_as_many_months_as_were_asked_for():
    made = under(until="2003-05")
    assert {getattr(made, f).shape[0] for f in vars(made)} == {29}


def test_the_budget_of_a_known_year_is_what_was_cleared_in_it():
    known = FACTS.series("Peru", "eradicated_ha").dropna()
    by_year = np.asarray(PLAIN.budget).reshape(-1, 12).sum(1)
    for year, cleared in known.items():
        np.testing.assert_allclose(by_year[year - 2001], cleared, rtol=1e-5)
        assert PLAIN.budget_known[12 * (year - 2001)] == 1.0


def test_the_years_after_the_last_one_known_have_todays_budget_and_are_not_known():
    last = int(FACTS.series("Peru", "eradicated_ha").dropna().index.max())
    later = slice(12 * (last - 2000), None)
    today = float(levers()["eradication_budget"]["default"])
    np.testing.assert_allclose(PLAIN.budget[later], today / 12, rtol=1e-6)
    assert not np.asarray(PLAIN.budget_known[later]).any()


@pytest.mark.parametrize(
    ("day", "told"),
    [
        # the year told last, plans published by the day (none of low confidence), the last of them
        ("2013-09-24", {2012: 14171, 2013: 22000, 2014: 22000, 2015: 22000, 2016: 30000}),
        ("2017-12-21", {2016: 30151, 2017: 25000, 2021: 25000, 2022: 25000}),
        ("2011-06-30", {2010: 12033, 2011: 12033, 2014: 12033}),
        ("2026-11-29", {2024: 26500, 2025: 34182.1, 2026: 19000, 2030: 19000}),
    ],
)
def test_on_a_day_the_budget_to_come_is_the_plan_last_told_by_then(day, told):
    seen = facts.load(as_of=day).through(policy.LAST)
    by_year = np.asarray(build(seen, WORLD, (), "2030-12").budget).reshape(-1, 12).sum(1)
    for year, ha in told.items():
        assert by_year[year - 2001] == pytest.approx(ha, rel=1e-5)


def test_a_budget_that_is_set_counts_as_known():
    made = under(Setting("eradication_budget", "", "2027-01", "2027-06", 1_200.0))
    at, end = month_number("2027-01"), month_number("2027-06")
    np.testing.assert_allclose(made.budget[at : end + 1], 100.0)
    assert made.budget_known[at : end + 1].all()
    assert made.budget[end + 1] == PLAIN.budget[end + 1]
    assert made.budget_known[end + 1] == 0.0


def test_a_setting_changes_its_own_months_and_place_and_nothing_else():
    made = under(Setting("security", "Aguaytía", "2002-03", "2003-02", 0.7))
    assert same(made, PLAIN) == ["placed", "security"]  # and what was told of places, see below
    changed = np.argwhere(np.asarray(made.security) != np.asarray(PLAIN.security))
    zone = WORLD.zones.index("Aguaytía")
    assert {z for _, z in changed.tolist()} == {zone}
    months = [m for m, _ in changed.tolist()]
    assert (min(months), max(months)) == (month_number("2002-03"), month_number("2003-02"))


def test_later_settings_win_over_earlier_ones():
    first = Setting("trust", "", "2010-01", "", 0.2)
    second = Setting("trust", "VRAEM", "2011-01", "2011-12", 0.6)
    made = np.asarray(under(first, second).trust)
    zone = WORLD.zones.index("VRAEM")
    assert made[month_number("2011-05"), zone] == np.float32(0.6)
    assert made[month_number("2012-01"), zone] == np.float32(0.2)
    over = np.asarray(under(second, first).trust)
    assert over[month_number("2011-05"), zone] == np.float32(0.2)


@pytest.mark.parametrize("name", sorted(levers()))
def test_every_lever_reaches_the_months_that_it_is_set_in_and_no_earlier_one(name):
    row = levers()[name]
    national = row["by"] == "national"
    named = WORLD.zones if row["by"] == "zone" else COUNTRY.places(row["by"])
    place = "" if national else named[-1]
    low, high = (
        under(Setting(name, place, "2008-01", "", float(row[end]))) for end in ("low", "high")
    )
    moved = same(low, high)
    assert moved
    assert moved != ["budget_known"]
    assert same(low, high, slice(0, month_number("2008-01"))) == []
    assert all(np.isfinite(getattr(high, f)).all() for f in vars(high))


@pytest.mark.parametrize(
    ("name", "authority"),
    [
        ("road_control", "Peru roads"),
        ("river_control", "Peru rivers"),
        ("lake_control", "Peru lake"),
        ("bolivia_control", "Bolivia"),
        ("chile_control", "Chile"),
    ],
)
def test_a_lever_of_control_moves_the_corridors_of_its_authority_alone(name, authority):
    made = under(Setting(name, "", "2015-01", "", 9.0))
    moved = (np.asarray(made.control) != np.asarray(PLAIN.control)).any(0)
    of = np.array([WORLD.roads.authorities[a] for a in np.asarray(WORLD.roads.authority)])
    assert moved[of == authority].all()
    allowed = {a for a, row in COUNTRY.authorities.items() if row["lever"] == name}
    assert set(of[moved]) <= allowed


def test_scanning_at_a_port_leaves_its_other_vessels_and_other_ports_alone():
    made = under(Setting("container_scan_share", "Callao", "2015-01", "", 0.5))
    moved = (np.asarray(made.control) != np.asarray(PLAIN.control)).any(0)
    found = {(e[3], e[2]) for e, m in zip(WORLD.roads.edges, moved, strict=True) if m}
    assert found == {("Callao", "container")}


def test_elections_after_those_known_follow_the_legal_calendar():
    window = np.asarray(under(until="2030-12").election)
    for month in ("2021-04", "2026-04", "2018-10", "2022-10"):
        at = month_number(month)
        assert window[at - policy.WINDOW + 1 : at + 1].all()
        assert window[at + 1] == 0.0


def test_without_an_election_calendar_no_month_is_before_an_election():
    made = under(Setting("election_calendar", "", "2001-01", "", 0.0))
    assert not np.asarray(made.election).any()
    assert np.asarray(PLAIN.election).sum() > 12


def test_rust_takes_from_coffee_and_leaves_cacao():
    made = under(Setting("coffee_rust", "", "2004-01", "2004-12", 0.5))
    assert same(made, PLAIN) == ["coffee"]
    at = month_number("2004-06")
    np.testing.assert_allclose(made.coffee[at], 0.5 * PLAIN.coffee[at], rtol=1e-5)


def test_a_base_is_open_from_its_year_on():
    opened = FACTS.bases.set_index("base").opened
    for number, base in enumerate(WORLD.bases):
        is_open = np.asarray(PLAIN.base_open[:, number]).reshape(-1, 12)[:, 0]
        np.testing.assert_array_equal(is_open, (np.arange(2001, 2030) >= opened[base]))


@pytest.mark.parametrize("day", ["2005-07-01", "2010-07-01", "2016-05-15"])
def test_what_became_known_later_does_not_reach_a_policy(day):
    seen = facts.load(as_of=day)
    early = build(seen, world.build(seen), (), "2017-12")
    known = seen.series("Peru", "eradicated_ha").dropna()
    last = int(known.index.max())
    assert last < int(day[:4])
    by_year = np.asarray(early.budget).reshape(-1, 12).sum(1)
    np.testing.assert_allclose(by_year[: last - 2000], known.loc[2001:], rtol=1e-5)
    plans = [seen.eradication_plan(year).tolist()[-1:] for year in range(last + 1, 2018)]
    told = np.array([known.loc[last], *sum(plans, [])])
    assert np.isclose(by_year[last - 2000 :, None], told, rtol=1e-5).any(axis=1).all()
    assert not np.asarray(early.budget_known[12 * (last - 2000) :]).any()
    whole = FACTS.series("Peru", "eradicated_ha").dropna()
    assert int(whole.index.max()) > last
    area = seen.series("Colombia", "coca_ha").dropna()
    np.testing.assert_allclose(
        early.neighbour_ha[-1, COUNTRY.neighbours.index("Colombia")], area.iloc[-1], rtol=1e-6
    )
    ops = [op for op in policy._operations(seen) if op.first > day[:7]]
    assert ops == []


@pytest.mark.parametrize("day", [None, "2010-07-01"])
def test_a_neighbour_is_told_of_up_to_its_last_survey_whatever_a_scenario_makes_of_it(day):
    seen = FACTS if day is None else facts.load(as_of=day)
    lever = COUNTRY.rows("neighbours")[0]["lever"]
    halved = Setting(lever, "", "2003-01", "", 0.5)
    made = build(seen, world.build(seen) if day else WORLD, (halved,), "2029-12")
    for i, name in enumerate(COUNTRY.neighbours):
        last = int(seen.series(name, "coca_ha").dropna().index.max())
        told = np.asarray(made.neighbours_told[:, i])
        np.testing.assert_array_equal(told, np.arange(len(told)) < 12 * (last - 2000))
        assert 0 < told.sum() < len(told)


def months_of(*years):
    return np.array([i for y in years for i in range(12 * (y - 2001), 12 * (y - 2000))])


@pytest.mark.parametrize("year", range(2011, 2026))
def test_the_places_told_of_a_year_are_cleared_there_and_make_no_more_than_the_nation(year):
    by = max(("zone", "department"), key=lambda by: FACTS.eradication_placed(year, by))
    told = FACTS.eradicated(year, by).drop("")
    at = months_of(year)
    np.testing.assert_allclose(PLAIN.placed[at].sum(), told.sum(), rtol=1e-5)
    assert PLAIN.placed[at].sum() <= PLAIN.budget[at].sum() * (1 + 1e-5)
    areas = np.asarray(PLAIN.area[at[0]])
    assert set(areas) - {0} == set(range(1, len(told) + 1))
    assert not np.asarray(PLAIN.placed)[at, 0].any()
    if by == "zone":
        for number, place in enumerate(told.index, start=1):
            mine = {WORLD.zones[z] for z in np.asarray(WORLD.zone)[areas == number]}
            assert mine == {place}


def test_years_of_which_no_place_was_told_have_none():
    quiet = months_of(*range(2001, 2011), 2020, *range(2026, 2030))
    assert not PLAIN.placed[quiet].any()
    assert not PLAIN.area[months_of(2005)].any()


def test_places_are_those_told_by_the_day():
    early = build(facts.load(as_of="2017-06-30"), WORLD, (), "2029-12")
    for year in range(2018, 2026):
        assert not early.placed[months_of(year)].any()
    assert early.placed[months_of(2016)].any()


def test_another_budget_goes_to_the_places_told_in_the_same_shares():
    half = Setting("eradication_budget", "", "2016-01", "2016-12", 0.5 * 30151.0)
    made, at, rest = under(half), months_of(2016), months_of(2015, 2017)
    scale = made.budget[at].sum() / PLAIN.budget[at].sum()
    np.testing.assert_allclose(made.placed[at], scale * PLAIN.placed[at], rtol=1e-5)
    np.testing.assert_array_equal(made.placed[rest], PLAIN.placed[rest])


@pytest.mark.parametrize(
    ("name", "place", "value"),
    [
        ("eradication_where", "VRAEM", 0.5),
        ("eradication_allowed", "VRAEM", 0.0),
        ("operations", "VRAEM faction", 0.7),
        ("security", "Huallaga", 1.0),
        ("trust", "VRAEM", 0.9),
    ],
)
def test_from_where_a_scenario_changes_the_terrain_nothing_is_told(name, place, value):
    assert name in policy.TERRAIN
    made = under(Setting(name, place, "2016-03", "2016-12", value))
    first = months_of(2016)[2]
    np.testing.assert_array_equal(made.placed[:first], PLAIN.placed[:first])
    assert PLAIN.placed[first:].any()
    assert not made.placed[first:].any()


def test_a_lever_of_the_terrain_set_as_it_was_changes_nothing():
    same_as_before = under(Setting("eradication_allowed", "VRAEM", "2012-01", "2012-12", 1.0))
    np.testing.assert_array_equal(same_as_before.placed, PLAIN.placed)
