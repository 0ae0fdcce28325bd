import pytest
from small import ZONES

from globo.errors import UserError
from globo.scenario.controls import GROUPS, KINDS, by_lever, checked, controls
from globo.server.downloads import as_python, as_scenario, as_yaml
from globo.server.unknowns import hinges

PLACES = {"zone": ZONES}


@pytest.fixture
def keys(table):
    return controls(PLACES, table)


def test_a_lever_by_zone_is_one_control_a_zone(keys):
    where = [f"eradication_where@{zone}" for zone in ZONES]
    assert list(keys) == ["eradication_budget", *where, "air_interdiction"]
    assert keys["eradication_where@VRAEM"].place == "VRAEM"


def test_the_table_says_group_and_kind_and_no_lever_is_left_over():
    shipped = controls({k: ["x"] for k in ("zone", "group", "port", "market")}).values()
    assert {one.kind for one in shipped} == set(KINDS)
    group = {one.lever: one.group for one in shipped}
    assert list(dict.fromkeys(group.values())) == list(GROUPS)  # the page shows them so
    assert {group[name] for name in ("security", "trust")} == {"armed"}
    assert {group[name] for name in ("bolivia_area", "colombia_area")} == {"neighbours"}
    for one in shipped:
        assert (one.low, one.high) == (0, 1) or one.kind != "switch", one.key
        assert one.high <= 1 or one.kind != "share", one.key


def test_a_group_that_is_none_is_refused_with_the_nearest(table):
    table.write_text(table.read_text("utf-8").replace(",routes,", ",rutes,"), "utf-8")
    with pytest.raises(UserError, match="air_interdiction: group: 'rutes'.*did you mean 'routes'"):
        controls(PLACES, table.rename(table.with_name("other.csv")))


def test_values_of_today_are_no_difference(keys):
    asked = {"air_interdiction": 0.0, "eradication_budget": 1000.0, "eradication_where@VRAEM": 0.5}
    assert checked(keys, asked) == {"eradication_where@VRAEM": 0.5, "air_interdiction": 0.0}


@pytest.mark.parametrize(("key", "value"), [("eradication_budget", -1), ("eradication", 5)])
def test_what_is_no_lever_or_out_of_range_is_refused(keys, key, value):
    with pytest.raises(UserError) as told:
        checked(keys, {key: value})
    assert told.value.mend


def test_a_scenario_holds_its_differences_alone_from_its_start(keys):
    moved = {
        "eradication_where@VRAEM": 0.5,
        "eradication_where@Huallaga": 0.25,
        "air_interdiction": 0,
    }
    assert by_lever(keys, moved)["eradication_where"] == {"VRAEM": 0.5, "Huallaga": 0.25}
    scenario = as_scenario(keys, moved, 2019, 2030)
    assert scenario["levers"]["air_interdiction"] == [{"from": "2019-01", "value": 0}]
    assert "eradication_budget" not in as_yaml(scenario)
    space: dict = {}
    source = as_python(scenario, 64, 1).split("baseline =")[0].replace("import globo", "")
    exec(source, space)
    assert space["scenario"] == scenario


def test_an_unknown_that_moves_the_answer_is_found_and_chance_is_not():
    import numpy as np

    random = np.random.default_rng(1)
    known = {f"p{i}": random.normal(size=64) for i in range(60)}
    outcome = 3 * known["p7"] + random.normal(size=64)
    outcome[5] = np.nan
    assert [row["name"] for row in hinges(known, outcome)] == ["p7"]
    assert hinges(known, np.ones(64)) == []
