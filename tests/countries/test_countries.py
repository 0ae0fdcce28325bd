"""Countries: every name that a table of one gives is known where it is looked up."""

import shutil

import pytest
from ruamel.yaml import YAML

from globo import countries, facts, scenario
from globo.countries import country as room
from globo.errors import UserError
from globo.model import network, parameters
from globo.model.levers import levers

NAMES = countries.names()


@pytest.fixture(params=NAMES)
def country(request):
    return countries.load(request.param)


def test_names_of_one_table_are_known_to_the_others(country):
    nodes, edges, modes = network.tables(country)
    zones = set(facts.load(country=country.name).districts.zone)
    places = {*nodes["name"], *zones}
    assert {*edges["origin"], *edges["destination"]} <= places
    assert set(edges["mode"]) <= set(modes["mode"])
    assert set(edges["authority"]) == set(country.authorities)
    assert set(country.markets) == set(nodes["name"][nodes["kind"] == "market"])
    assert set(country.ports) <= set(nodes["name"][nodes["kind"] == "port"])
    assert {group.zone for group in country.groups} <= {*zones, ""}
    assert country.beyond in {*zones, ""}


def test_levers_and_parameters_that_a_country_names_are_in_the_model(country):
    named = {row["growth"] for row in country.rows("markets")}
    named |= {row["yield"] for row in country.rows("neighbours")}
    assert named <= set(parameters.table())
    assert country.levers <= set(levers(country.name))
    for row in country.rows("history"):
        by = levers(country.name)[row["lever"]]["by"]
        zones = facts.load(country=country.name).districts.zone
        allowed = {*zones} if by == "zone" else {*country.places(by)}
        assert row["place"] in {*allowed, ""}


def test_what_neighbours_make_goes_to_the_markets_whole(country):
    told = country.rows("outside")
    for name in country.neighbours:
        shares = [float(row["share"]) for row in told if row["neighbour"] == name]
        assert sum(shares) == pytest.approx(1.0)
    assert {row["market"] for row in told} <= set(country.markets)


def test_every_row_says_where_it_comes_from(country):
    for table in ("groups", "markets", "neighbours", "outside", "authorities", "history", "nodes"):
        assert all(row["source"] for row in country.rows(table)), table


def test_a_country_that_is_not_there_is_refused_with_the_nearest():
    with pytest.raises(UserError) as found:
        countries.load("peruu")
    assert found.value.found == "'peruu'"
    assert "peru" in found.value.mend


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("country.toml", 'nation = "Peru"', 'nattion = "Peru"', "nattion"),
        ("country.toml", "coca_ha = 46200.0", "", "coca_ha"),
        ("country.toml", "month = 4", "moon = 4", "moon"),
        ("groups.csv", "clans,0", "clan,0", "'clan'"),
        ("authorities.csv", "Peru air,air", "Peru air,aire", "'aire'"),
    ],
)
def test_a_field_or_kind_that_is_not_known_is_refused(tmp_path, file, old, new, said):
    folder = shutil.copytree(countries.load("peru").folder, tmp_path / "other")
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(UserError) as found:
        room.whole(room.read(folder))
    assert said in found.value.found


@pytest.mark.parametrize("table", room.NEEDED)
def test_a_table_that_is_not_there_is_refused(tmp_path, table):
    folder = shutil.copytree(countries.load("paper").folder, tmp_path / "other")
    (folder / f"{table}.csv").unlink()
    with pytest.raises(UserError) as found:
        room.whole(room.read(folder))
    assert found.value.where.endswith(f"{table}.csv")


def test_the_paper_country_is_two_zones_three_districts_one_border_and_one_port():
    paper = countries.load("paper")
    districts = facts.load(country="paper").districts
    assert (districts.zone.nunique(), len(districts)) == (2, 3)
    assert len(paper.ports) == 1
    assert [name for name, row in paper.authorities.items() if row["kind"] == "abroad"] == [
        "Neighbour"
    ]
    assert not (paper.folder / "posterior.csv").exists()
    assert facts.check(country="paper") == []


def test_a_lever_of_a_neighbour_is_there_where_the_country_has_it():
    assert {"bolivia_control", "colombia_area", "lake_control"} <= set(levers("peru"))
    assert not {"bolivia_control", "colombia_area", "lake_control"} & set(levers("paper"))
    assert "road_control" in levers("paper")


def test_a_scenario_names_its_country_and_its_places_are_that_countrys():
    found = scenario.load({"country": "paper", "levers": {"security": {"Upland": 0.5}}})
    assert (found.country, found.changes[0].place) == ("paper", "Upland")
    assert scenario.load(found.levers and {**YAML().load(found.to_yaml())}).country == "paper"
    for source, said in (
        ({"country": "paper", "levers": {"security": {"VRAEM": 0.5}}}, "VRAEM"),
        ({"country": "papper"}, "papper"),
        ({"country": "paper", "levers": {"lake_control": 1}}, "unknown lever"),
    ):
        with pytest.raises(UserError) as refused:
            scenario.load(source)
        assert said in refused.value.found


def test_a_country_asked_for_beside_a_scenario_of_another_is_refused():
    assert scenario.load(country="paper").country == "paper"
    with pytest.raises(UserError) as refused:
        scenario.load({"country": "peru"}, country="paper")
    assert refused.value.where == "country"


def test_a_corridor_that_names_an_unknown_authority_is_refused():
    country = countries.load("peru")
    edges = network.tables(country)[1].replace("Peru roads", "Peru road")
    zones = facts.load().districts.groupby("zone")[["lat", "lon"]].mean()
    with pytest.raises(UserError) as found:
        network.build(country, zones, edges)
    assert found.value.found == "Peru road"
    assert "Peru roads" in found.value.mend
