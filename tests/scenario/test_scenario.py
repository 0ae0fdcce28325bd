"""Scenarios: what is declared comes out as dated changes; what cannot be used is named."""

import math
import re

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from globo import facts, scenario
from globo.errors import UserError
from globo.model import parameters, policy, readings, world
from globo.scenario import Setting, load
from globo.scenario.controls import places
from globo.scenario.source import MOST_BYTES, folder

LEVERS = policy.levers()
SEEN = parameters.table()["hit_visibility"]
KINDS = {"national", "zone", "group", "port", "market"}


@pytest.fixture
def refused(tmp_path):
    """Return a function that loads a text and returns its UserError, the folder left out."""

    def tell(text, name="f.yaml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        with pytest.raises(UserError) as told:
            load(path)
        message = str(told.value).replace(f"{tmp_path}/", "")
        assert "\n" not in message
        assert told.value.where
        assert told.value.found
        assert told.value.allowed
        return message, told.value

    return tell


@pytest.fixture(scope="module")
def here():
    return world.build(facts.load().through(2017))


# --- the table of levers ---


def test_every_lever_has_a_range_a_kind_and_words_in_both_languages():
    for name, row in LEVERS.items():
        assert float(row["low"]) <= float(row["default"]) <= float(row["high"]), name
        assert row["by"] in KINDS, name
        assert all(row.values()), name
        assert row["label_en"] != row["meaning_en"], name
        assert "=" in row["unit"] or "," not in row["unit"], name


def test_every_figure_that_a_cost_rests_on_is_in_the_facts():
    chain = facts.load().through(2017).chain.set_index("id")
    cited = {i for row in LEVERS.values() for i in re.findall(r"chain (C\d+)", row["cost"])}
    assert cited
    assert cited <= set(chain.index)
    soles = chain.loc["C0292"]
    assert "21 million USD" in soles.note
    assert soles.year == 2014
    cleared = facts.load().through(2017).series("Peru", "eradicated_ha")[2014]
    assert f"{cleared:,.0f} ha" in LEVERS["eradication_budget"]["cost"]
    assert 21e6 / cleared == pytest.approx(700, rel=0.05)


def test_the_model_can_set_every_lever_at_every_place(here):
    until = "2001-03"
    for name, row in LEVERS.items():
        for place in places(row["by"]) or ("",):
            change = Setting(name, place, "2001-02", "", float(row["high"]))
            assert policy.build(facts.load().through(2017), here, [change], until).year.shape == (
                3,
            )


# --- what is declared ---


def test_no_scenario_is_the_baseline_and_changes_nothing():
    assert load() == load(None) == load({})
    assert load().name == "baseline"
    assert load().changes == ()
    assert load().until == "2035-12"


def test_numbers_places_and_spans_become_changes_in_their_order():
    declared = {
        "until": "2019-12",
        "levers": {
            "eradication_budget": 5000,
            "eradication_where": {"VRAEM": 0.5, "Kosñipata": 1},
            "air_interdiction": [{"from": "2003-02", "until": "2004-11", "value": True}],
            "demand": [
                {"from": "2011-01", "value": 0.5},
                {"from": "2012-01", "value": {"Europe": 2, "Asia-Oceania": 3}},
            ],
        },
    }
    assert load(declared).changes == (
        Setting("eradication_budget", "", "2001-01", "", 5000.0),
        Setting("eradication_where", "VRAEM", "2001-01", "", 0.5),
        Setting("eradication_where", "Kosñipata", "2001-01", "", 1.0),
        Setting("air_interdiction", "", "2003-02", "2004-11", 1.0),
        Setting("demand", "", "2011-01", "", 0.5),
        Setting("demand", "Europe", "2012-01", "", 2.0),
        Setting("demand", "Asia-Oceania", "2012-01", "", 3.0),
    )


def test_a_change_reaches_its_months_and_place_alone(here):
    span = [{"from": "2001-03", "until": "2001-04", "value": {"Huallaga": 0.5}}]
    changes = load({"until": "2001-06", "levers": {"security": span}}).changes
    built = np.asarray(policy.build(facts.load().through(2017), here, changes, "2001-06").security)
    expected = np.zeros((6, len(here.zones)))
    expected[2:4, here.zones.index("Huallaga")] = 0.5
    np.testing.assert_allclose(built, expected)


def test_files_mappings_and_names_say_the_same(tmp_path):
    path = tmp_path / "bolivia_closes.yaml"
    path.write_text((folder() / "bolivia_closes.yaml").read_text(encoding="utf-8"))
    by_file, by_name = load(path), load("bolivia_closes")
    assert by_file == by_name == load(str(path)) == load(by_name)
    assert load(YAML(typ="safe").load(path)) == by_name
    assert by_name.changes == (Setting("bolivia_control", "", "2026-01", "", 3.0),)


def test_numpy_numbers_are_numbers():
    declared = {"levers": {"demand": {"Europe": np.float32(0.5)}, "coffee_price": np.int64(2)}}
    declared["levers"]["air_interdiction"] = np.bool_(False)
    values = [change.value for change in load({**declared, "seed": np.int64(7)}).changes]
    assert values == [0.5, 2.0, 0.0]


def test_an_end_given_at_the_call_wins_and_cuts_what_comes_later():
    declared = {
        "until": "2019-12",
        "levers": {
            "demand": [{"from": "2010-01", "value": 2}, {"from": "2018-01", "value": 3}],
            "trust": [{"from": "2018-01", "value": 1}],
        },
    }
    short = load(declared, until="2017-12")
    assert short.until == "2017-12"
    assert [c.first for c in short.changes] == ["2010-01"]
    assert list(short.levers) == ["demand"]
    assert load(declared, until="2030-06").changes == load(declared).changes
    for wrong in ("2000-12", "2101-01", "2017", "soon"):
        with pytest.raises(UserError, match="2001-01 to 2100-12"):
            load(declared, until=wrong)


values = st.one_of(
    st.floats(0, 1),
    st.dictionaries(
        st.sampled_from(("VRAEM", "Aguaytía", "San Gabán")), st.floats(0, 1), min_size=1
    ),
)
months = st.builds("{:04d}-{:02d}".format, st.integers(2001, 2030), st.integers(1, 12))
spans = st.lists(
    st.builds(
        lambda a, b, v, open_end: (
            {"from": min(a, b), "value": v} | ({} if open_end else {"until": max(a, b)})
        ),
        months, months, values, st.booleans(),
    ),
    min_size=1, max_size=3,
)  # fmt: skip
documents = st.fixed_dictionaries(
    {"until": st.just("2030-12")},
    optional={
        "name": st.from_regex(r"[a-zñ0-9][a-z_ .-]{0,20}", fullmatch=True),
        "title": st.text(max_size=20),
        "levers": st.dictionaries(
            st.sampled_from(("security", "trust", "eradication_where")), st.one_of(values, spans)
        ),
        "off": st.lists(st.sampled_from(scenario.MECHANISMS), unique=True),
        "parameters": st.fixed_dictionaries({"hit_visibility": st.floats(SEEN.low, SEEN.high)}),
        "draws": st.integers(1, 1000),
        "seed": st.integers(0, 2**32 - 1),
    },
)


@given(documents)
@settings(max_examples=40, deadline=None)
def test_a_scenario_written_out_and_read_again_is_the_same(tmp_path_factory, document):
    first = load(document)
    path = tmp_path_factory.mktemp("again") / "scenario.yaml"
    path.write_text(first.to_yaml(), encoding="utf-8")
    assert load(path) == first


# --- what is refused ---


def told(source):
    """Return the message that loading ends in, "" where it loads."""
    try:
        load(source)
    except UserError as error:
        return str(error)
    return ""


LINES = [
    ("levers:\n  eradication_budgt: 1",
     "f.yaml:2: levers.eradication_budgt", "eradication_budget'"),
    ("levers:\n  trust: {VRAEM: 1,\n   VREM: 1}",
     "f.yaml:3: levers.trust.VREM", "did you mean 'VRAEM'"),
    ("levers:\n  trust: {Aguaytia: 1}", "f.yaml:2: levers.trust.Aguaytia", "'Aguaytía'"),
    ("levers:\n  container_scan_share: {Calao: 1}",
     "levers.container_scan_share.Calao", "'Callao'"),
    ("levers:\n  operations: {VRAEM: 1}", "f.yaml:2: levers.operations.VRAEM", "'VRAEM faction'"),
    ("levers:\n  demand: {Europa: 1}", "f.yaml:2: levers.demand.Europa", "'Europe'"),
    ("levers:\n  eradication_budget: 35000 acres",
     "f.yaml:2: levers.eradication_budget", "ha a year"),
    ("levers: {eradication_budget: '35,000'}", "levers.eradication_budget", "without quotes"),
    ("levers: {eradication_budget: 1e9}", "levers.eradication_budget", "use 100000"),
    ("levers: {eradication_budget: -1}", "levers.eradication_budget", "use 0"),
    ("levers: {eradication_budget: .nan}", "levers.eradication_budget", "finite"),
    ("levers: {eradication_budget: .inf}", "levers.eradication_budget", "finite"),
    ("levers: {eradication_budget: true}", "levers.eradication_budget", "write a number"),
    ("levers: {eradication_budget: }", "levers.eradication_budget", "nothing"),
    ("levers: {eradication_budget: {VRAEM: 1}}", "levers.eradication_budget", "for the country"),
    ("levers: {air_interdiction: 0.5}", "levers.air_interdiction", "0 or 1"),
    ("levers: {air_interdiction: 'off'}", "levers.air_interdiction", "0 or 1"),
    ("levers: {trust: {}}", "levers.trust", "nothing"),
    ("levers: {trust: []}", "levers.trust", "empty list"),
    ("levers: {trust: [1]}", "levers.trust[0]", '{from: "YYYY-MM"'),
    ("levers: {trust: [{value: 1}]}", "levers.trust[0]", "no 'from'"),
    ("levers: {trust: [{from: 2013-01}]}", "levers.trust[0]", "no 'value'"),
    ("levers: {trust: {from: 2013-01, value: 1}}", "levers.trust", "write a list"),
    ("levers:\n  trust:\n  - from: 2013-01\n    untl: 2014-01\n    value: 1",
     "f.yaml:4: levers.trust[0].untl", "'until'"),
    ("levers:\n  trust:\n  - {from: 2013-01, value: 1}\n  - {from: 2013-13, value: 1}",
     "f.yaml:4: levers.trust[1].from", "2013-13"),
    ("levers: {trust: [{from: 2013, value: 1}]}", "levers.trust[0].from", 'write "2013-01"'),
    ("levers: {trust: [{from: 2013-02, until: 2013-01, value: 1}]}",
     "levers.trust[0].until", "2013-02 or later"),
    ("levers: {trust: [{from: 2000-12, value: 1}]}", "levers.trust[0].from", "2001-01"),
    ("until: 2017-12\nlevers: {trust: [{from: 2018-01, value: 1}]}",
     "f.yaml:2: levers.trust[0].from", "later 'until'"),
    ("levers: [1]", "f.yaml:1: levers", "{lever: value}"),
    ("until: 2000-12", "f.yaml:1: until", "2001-01 to 2100-12"),
    ("until: 2101-01", "f.yaml:1: until", "2001-01 to 2100-12"),
    ("until: 2017", "f.yaml:1: until", "2017-12"),
    ("until: 2018-13-01", "f.yaml:1: until", "2017-12"),
    ("name: x\ndraws: 0", "f.yaml:2: draws", "1 to 1000000"),
    ("draws: 1000000000", "f.yaml:1: draws", "1 to 1000000"),
    ("draws: true", "f.yaml:1: draws", "whole number"),
    ("seed: -1", "f.yaml:1: seed", "0 to"),
    ("name: ../../etc", "f.yaml:1: name", "letters"),
    ("title: {fr: x}", "f.yaml:1: title", "en: text"),
    ("off: relocation", "f.yaml:1: off", "[relocation]"),
    ("off:\n- relocation\n- relocate", "f.yaml:3: off[1]", "'relocation'"),
    ("parameters: {hit_visibilty: 0}", "parameters.hit_visibilty", "'hit_visibility'"),
    ("parameters: {hit_visibility: 99}", "parameters.hit_visibility", f"use {SEEN.high:g}"),
    ("parameters: {hit_visibility: high}", "parameters.hit_visibility", "write the number alone"),
    ("reading: study", "f.yaml:1: reading", "readings.csv: studies"),
    ("reading: [studies]", "f.yaml:1: reading", "readings.csv: studies"),
    ("reading: studies\nparameters: {leave_share: 0.1}", "f.yaml:2: parameters.leave_share",
     "0.08, as the reading 'studies' has it"),
    ("eradication_budget: 5", "f.yaml:1: eradication_budget", "under levers"),
    ("name: x\nlever: {}", "f.yaml:2: lever", "'levers'"),
    ("a: 1\nname: x\na: 2", "f.yaml:3", "duplicate"),
    ("name: x\nlevers: {trust: [", "f.yaml:2", "YAML"),
    ("name: x\n\ttitle: y", "f.yaml:2", "YAML"),
    ("1: 2", "f.yaml", "use a text"),
    ("- a", "f.yaml", "a list"),
    ("", "f.yaml", "nothing"),
    ("hello", "f.yaml", "a text"),
    ("levers: &x {demand: *x}", "levers.demand", "0 to 5"),
    ("levers: {demand: !!python/object:os.system x}", "levers.demand", "0 to 5"),
    ("levers: {demand: " + "9" * 5000 + "}", "f.yaml", "4300"),
    ("levers: {demand: " + "9" * 400 + "}", "levers.demand", "use 5"),
    ("[" * 5000, "f.yaml", "YAML"),
    ("name: \x00", "f.yaml", "YAML"),
    ("a: &a [" + "x," * 99 + "]\nb: &b [" + "*a," * 99 + "]\nc: &c [" + "*b," * 99 + "]",
     "f.yaml", "too many"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "where", "said"), LINES, ids=[repr(x[0])[:50] for x in LINES])
def test_what_cannot_be_used_is_told_with_its_line_its_field_and_the_mend(
    refused, text, where, said
):
    message, error = refused(text)
    assert where in error.where
    assert said in message


def test_the_first_fault_by_line_is_told_when_there_are_several(refused):
    assert "f.yaml:1: seed" in refused("seed: -1\nname: 3\ndraws: 0")[0]


def test_a_mapping_is_refused_by_its_field():
    with pytest.raises(UserError) as told:
        load({"levers": {"demand": {"Europe": math.inf}}})
    assert told.value.where == "levers.demand.Europe"


def test_what_contains_itself_is_refused():
    loop: dict = {"levers": {}}
    loop["levers"]["demand"] = loop
    with pytest.raises(UserError, match="nested too deeply"):
        load(loop)


def test_what_is_no_file_is_refused_and_the_nearest_example_named(tmp_path):
    with pytest.raises(UserError, match="did you mean 'bolivia_closes'"):
        load("bolivia_close")
    with pytest.raises(UserError, match="no such file"):
        load(tmp_path / "nothing.yaml")
    with pytest.raises(UserError, match="a folder"):
        load(tmp_path)
    (tmp_path / "scenario.yaml").write_text("name: x")
    with pytest.raises(UserError, match=r"give .*scenario\.yaml"):
        load(str(tmp_path))
    for odd in ("", "\0", "x" * 5000, "a\nb", "/dev/null", "name: x\nlevers: {}"):
        with pytest.raises(UserError) as told:
            load(odd)
        assert "\n" not in str(told.value)
        assert len(str(told.value)) < 500
    with pytest.raises(UserError):
        load(7)  # type: ignore[arg-type]


def test_a_file_that_is_no_text_or_too_large_is_refused(tmp_path):
    path = tmp_path / "f.yaml"
    path.write_bytes(b"name: \xff\xfe")
    with pytest.raises(UserError, match="UTF-8"):
        load(path)
    path.write_text("#" * (MOST_BYTES + 1))
    with pytest.raises(UserError, match="bytes"):
        load(path)
    path.write_bytes(b"\xef\xbb\xbfname: x\r\nuntil: 2010-12\r\n")
    assert load(path).until == "2010-12"


pieces = st.sampled_from(
    ["levers", "demand", "Europe", "trust", "from", "until", "value", "off", "draws", ": ", "\n",
     "  ", "- ", "{", "}", "[", "]", "1", "2013-01", "-", ".nan", "&a ", "*a", "!!int ",
     "!x ", "'", '"', "|", "<<", "?", "2018-01-45", "0x1", "1e999", "~", "#", "%", "ñ", "\t",
     "---", "..."]
)  # fmt: skip


@given(st.lists(pieces, max_size=14).map("".join))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_text_whatever_ends_in_another_error(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(text, encoding="utf-8")
    assert "\n" not in told(path)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
lever_values = st.dictionaries(st.sampled_from([*LEVERS, "x"]), anything, max_size=3)
odd = st.dictionaries(
    st.sampled_from(["name", "title", "until", "off", "parameters", "draws", "seed"]), anything
)


@given(odd, lever_values)
@settings(max_examples=100, deadline=None)
def test_no_mapping_whatever_ends_in_another_error(document, moved):
    assert "\n" not in told({**document, "levers": moved})


def test_a_reading_stands_for_its_parameters_and_is_known_again():
    made = load({"reading": "studies", "parameters": {"detection": 0.03}})
    assert made.reading == "studies"
    assert made.parameters == {"detection": 0.03, **readings.table()["studies"]}
    again = load(YAML(typ="safe").load(made.to_yaml()))
    assert (again.reading, again.parameters) == (made.reading, made.parameters)
    assert load({"reading": "studies"}).name == "baseline"
    assert load(reading="studies").parameters == readings.table()["studies"]
    assert (load().reading, load({"parameters": {"leave_share": 0.08}}).reading) == ("", "")
