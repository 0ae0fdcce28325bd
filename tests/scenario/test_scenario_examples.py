"""Examples: each asks a question in both languages and changes what it says."""

import re
import subprocess
import sys

import numpy as np
import pytest
from ruamel.yaml import YAML

from globo import countries, facts, scenario
from globo.errors import UserError
from globo.model import parameters, policy, world
from globo.scenario import load, names
from globo.scenario.source import folder


@pytest.fixture(scope="module")
def here():
    return world.build(facts.load().through(2017))


def test_the_schema_takes_every_example_and_refuses_what_load_refuses():
    jsonschema = pytest.importorskip("jsonschema")
    check = jsonschema.Draft202012Validator(scenario.schema())
    read = YAML(typ="safe")
    for name in names():
        check.validate(read.load(folder() / f"{name}.yaml"))
    for wrong in (
        {"levers": {"demand": {"Europa": 1}}},
        {"levers": {"demand": 6}},
        {"levers": {"eradication_budget": {"VRAEM": 1}}},
        {"levers": {"trust": [{"from": "2013", "value": 1}]}},
        {"levers": {"x": 1}},
        {"off": ["x"]},
        {"parameters": {"hit_visibility": 99}},
        {"draws": 0},
        {"x": 1},
    ):
        assert not check.is_valid(wrong), wrong
        with pytest.raises(UserError):
            load(wrong)


def test_there_is_an_example_for_every_claim_with_a_counterfactual():
    claims = {name[:3] for name in names() if re.match(r"c\d\d_", name)}
    assert claims == {f"c{number:02d}" for number in range(1, 17)}
    assert len(names()) >= 28


@pytest.mark.parametrize("name", names())
def test_an_example_asks_a_question_in_both_languages_and_changes_something(name):
    text = (folder() / f"{name}.yaml").read_text(encoding="utf-8")
    comment = " ".join(line[1:] for line in text.splitlines() if line.startswith("#"))
    found = load(name)
    assert "?" in comment
    assert found.name == name
    for words in (found.title, found.description):
        assert sorted(words) == ["en", "es"]
        assert all(words.values())
        assert words["en"] != words["es"]
    changed = found.changes or found.off or found.parameters
    assert bool(changed) == (name != "baseline")
    assert not any(c.first > found.until for c in found.changes)


@pytest.mark.parametrize("name", [n for n in names() if n != "baseline"])
def test_an_example_differs_from_the_history_it_changes(name, here):
    found, known = load(name, until="2019-12"), facts.load().through(2017)
    if found.changes:
        base = policy.build(known, here, (), "2019-12")
        made = policy.build(known, here, found.changes, "2019-12")
        fields = [f for f in vars(base) if f != "budget_known"]
        assert any(not np.array_equal(getattr(base, f), getattr(made, f)) for f in fields)
    for parameter, value in found.parameters.items():
        assert value != parameters.table()[parameter].default


def test_colombia_stays_at_its_area_of_2012(here):
    changes = load("c16_colombia_stays_at_2012", until="2017-12").changes
    built = policy.build(facts.load().through(2017), here, changes, "2017-12")
    after = np.asarray(built.neighbour_ha)[12 * 12 - 1 :, 0]
    assert countries.load().neighbours[0] == "Colombia"
    surveyed = facts.load().through(2017).series("Colombia", "coca_ha")[2012]
    np.testing.assert_allclose(after, surveyed, rtol=1e-3)


def test_bolivia_is_as_controlled_as_the_roads_of_peru(here):
    changes = load("c13_bolivia_as_controlled_as_peru").changes
    control = np.asarray(policy.build(facts.load().through(2017), here, changes, "2019-12").control)
    names_of = np.array(here.roads.authorities)[np.asarray(here.roads.authority)]
    roads = control[:, names_of == "Peru roads"][:, :1]
    border = control[:, names_of == "Bolivia border"]
    assert border.size
    assert len(np.unique(roads)) == 3
    np.testing.assert_allclose(border, np.broadcast_to(roads, border.shape))


def test_examples_are_found_from_any_folder(tmp_path):
    code = "from globo.scenario import names; print(len(names()))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) == len(names())
