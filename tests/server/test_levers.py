from dataclasses import replace

import pytest
from small import ZONES

from globo.errors import UserError
from globo.model.levers import Setting
from globo.scenario import load
from globo.scenario.controls import GROUPS, KINDS, by_lever, checked, controls, settings_from
from globo.server.declaration import Declaration
from globo.server.downloads import as_python, as_yaml

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
    scenario = Declaration(keys, moved, 2019, 2030, 64, 1).scenario
    assert scenario["levers"]["air_interdiction"] == [{"from": "2019-01", "value": 0}]
    assert "eradication_budget" not in as_yaml(scenario)
    space: dict = {}
    source = as_python(scenario, 64, 1).split("if __name__")[0].replace("import globo", "")
    exec(source, space)
    assert space["scenario"] == scenario


def test_a_page_of_another_reading_hands_out_scenarios_of_it(keys):
    told = Declaration(keys, {"air_interdiction": 0}, 2019, 2030, 64, 1, reading="studies")
    assert load(told.scenario).reading == "studies"
    assert "'reading': 'studies'" in as_python(told.scenario, 64, 1).split("globo.run(")[1]
    usual = replace(told, reading="")
    assert "reading" not in usual.scenario
    assert "reading" not in as_python(usual.scenario, 64, 1)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("titels", "did you mean"),
        ("titles@Vraem", "did you mean 'VRAEM'"),
        ("titles@", "VRAEM"),
        ("road_control@VRAEM", "leave the place out"),
    ],
)
def test_a_lever_or_a_place_that_is_not_there_is_refused_wherever_it_is_named(key, said):
    from globo.decisions import inputs, problem
    from globo.scenario.controls import span

    one = {"low": 0, "high": 1, "cost": 1, "source": "assumed"}
    asked = {"name": "x", "from": "2018-01", "until": "2020-12", "budget_usd_year": 1e9,
             "objectives": {"coca_ha": {"goal": "less", "unit": "ha", "step": 1}},
             "levers": {"trust@VRAEM": one, "trust@Huallaga": one}}  # fmt: skip
    for ask in (
        lambda: span(key, "here"),
        lambda: problem({**asked, "levers": {"trust@VRAEM": one, key: one}}),
        lambda: problem({**asked, "worlds": {key: [0, 1]}}),
    ):
        with pytest.raises(UserError, match=said):
            ask()
    with pytest.raises(UserError):
        inputs([key])
    assert problem(asked).names == ["trust@VRAEM", "trust@Huallaga"]


def test_moved_controls_become_settings_from_a_year_on():
    assert settings_from({"trust@VRAEM": 1, "demand": 0.5}, 2019) == (
        Setting("trust", "VRAEM", "2019-01", "", 1.0),
        Setting("demand", "", "2019-01", "", 0.5),
    )
