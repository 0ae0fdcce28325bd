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


def test_a_budget_that_is_set_counts_as_known():
    made = under(Setting("eradication_budget", "", "2027-01", "2027-06", 1_200.0))
    at, end = month_number("2027-01"), month_number("2027-06")
    np.testing.assert_allclose(made.budget[at : end + 1], 100.0)
    assert made.budget_known[at : end + 1].all()
    assert made.budget[end + 1] == PLAIN.budget[end + 1]
    assert made.budget_known[end + 1] == 0.0


def test_a_setting_changes_its_own_months_and_place_and_nothing_else():
    made = under(Setting("security", "Aguaytía", "2012-03", "2013-02", 0.7))
    assert same(made, PLAIN) == ["security"]
    changed = np.argwhere(np.asarray(made.security) != np.asarray(PLAIN.security))
    zone = WORLD.zones.index("Aguaytía")
    assert {z for _, z in changed.tolist()} == {zone}
    months = [m for m, _ in changed.tolist()]
    assert (min(months), max(months)) == (month_number("2012-03"), month_number("2013-02"))


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
    np.testing.assert_allclose(by_year[last - 2000 :], known.loc[last], rtol=1e-5)
    assert not np.asarray(early.budget_known[12 * (last - 2000) :]).any()
    whole = FACTS.series("Peru", "eradicated_ha").dropna()
    assert int(whole.index.max()) > last
    area = seen.series("Colombia", "coca_ha").dropna()
    np.testing.assert_allclose(
        early.neighbour_ha[-1, COUNTRY.neighbours.index("Colombia")], area.iloc[-1], rtol=1e-6
    )
    ops = [op for op in policy._operations(seen) if op.first > day[:7]]
    assert ops == []
