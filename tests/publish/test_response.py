"""The fitted response: exact where it learnt, near where it did not, and it knows how near."""

import json
from pathlib import Path

import numpy as np
import pytest

from globo.publish.answers import Block
from globo.publish.check import error
from globo.publish.design import Axis, checks, learnt
from globo.publish.response import Response, fit

AXES = [
    Axis("budget", 0.0, 60000.0, 25000.0, "line", False),
    Axis("control", 0.0, 15.0, 1.5, "log", False),
    Axis("help", 0.0, 1e8, 0.0, "root", False),
    Axis("law", 0.0, 1.0, 1.0, "line", True),
]
TODAY = np.array([900.0, 1000.0, 1100.0, -50.0, 0.0, 50.0, 5.0], "float32")
BLOCKS = [
    Block("coca_ha|country", "level", 3, 1, 1, 0),
    Block("coca_ha|country", "delta", 3, 1, 1, 3),
]


def answer(levers):
    """Make an answer that bends and in which levers work on each other."""
    u = {a.key: float(a.at(levers.get(a.key, a.today)) - a.at(a.today)) for a in AXES}
    move = -400 * np.tanh(2 * u["budget"]) * (1 + u["help"]) + 80 * u["control"] - 30 * u["law"]
    made = [
        900 + move,
        1000 + 1.1 * move,
        1100 + 1.2 * move,
        0.9 * move - 50,
        move,
        1.1 * move + 50,
        5.0,
    ]
    return np.array(made, "float32")


@pytest.fixture(scope="module")
def learned():
    settings = learnt(AXES, 64)
    return settings, fit(AXES, settings, np.array([answer(s) for s in settings]), TODAY)


def test_an_axis_and_its_values_are_inverse():
    for axis in AXES[:3]:
        for value in (axis.low, axis.high, 0.3 * axis.high):
            assert axis.value(float(axis.at(value))) == pytest.approx(value, rel=1e-4, abs=1e-9)


def test_every_lever_is_learnt_alone_and_no_setting_is_today():
    settings = learnt(AXES, 16)
    assert {next(iter(s)) for s in settings if len(s) == 1} == {a.key for a in AXES}
    assert all(
        value != {a.key: a.today for a in AXES}[key] for s in settings for key, value in s.items()
    )


def test_a_check_is_never_learnt_from():
    known = {tuple(sorted(s.items())) for s in learnt(AXES, 64) if len(s) > 1}
    asked = {tuple(sorted(s.items())) for s in checks(AXES, 32) if len(s) > 1}
    assert asked
    assert not known & asked


def test_today_is_answered_as_it_is(learned):
    _, response = learned
    np.testing.assert_allclose(response.row({}), TODAY, atol=0.5)
    assert response.doubt({}) < 0.05


def test_what_no_setting_moves_does_not_move(learned):
    _, response = learned
    assert response.row({"budget": 60000.0, "law": 0.0})[-1] == TODAY[-1]


def test_unseen_settings_are_near(learned):
    _, response = learned
    asked = checks(AXES, 50)
    found = error(response, BLOCKS, asked, np.array([answer(s) for s in asked]))
    assert found.settings == 50
    assert found.within > 0.99
    assert found.worst < 0.03


def test_a_response_of_another_world_is_found_out(learned):
    _, response = learned
    asked = checks(AXES, 20)
    found = error(response, BLOCKS, asked, np.array([answer(s) * 1.5 for s in asked]))
    assert found.within < 0.5
    assert found.figure.startswith("coca_ha|country")


def test_doubt_is_larger_where_less_was_learnt(learned):
    _, response = learned
    alone = [s for s in learnt(AXES, 64) if len(s) == 1]
    less = fit(AXES, alone, np.array([answer(s) for s in alone]), TODAY)
    several = {"budget": 11000.0, "control": 9.0, "help": 4e7, "law": 0.0}
    assert less.doubt(several) > 2 * response.doubt(several)
    assert less.doubt(alone[0]) < less.doubt(several)


FIXTURE = Path(__file__).resolve().parents[2] / "web" / "src" / "lib" / "response.fixture.json"


def by_hand():
    """Return a response of two levers and three settings, with numbers written by hand."""
    points = np.array([[0.25, 0.5], [0.75, 0.5], [0.5, 1.0]])
    weight, length = np.array([0.4, 0.2]), np.array([1.5, 0.8])
    inverse = np.array([[2.0, -1.0, -0.5], [-1.0, 2.0, -0.5], [-0.5, -0.5, 1.5]]) / 4
    solved = np.array([[1.0, -0.5], [-2.0, 0.25], [0.5, 1.0]])
    basis = np.array([[127, 3], [-40, 100], [7, -127], [0, 64]], "int8")
    scale = np.array([2.0, 0.5, 1.0, 0.25])
    today, spread = np.array([900.0, 10.0, 0.0, 5.0]), np.array([30.0, 4.0, 6.0, 1.0])
    return Response(AXES[1:3], points, weight, length, inverse, solved, basis, scale, today, spread)


def test_the_page_reads_a_response_as_it_is_read_here():
    """The page's own test reads the same file; `row` and `doubt` are what both must find."""
    told = json.loads(FIXTURE.read_text(encoding="utf-8"))
    response = by_hand()
    assert told["response"] == json.loads(json.dumps(response.to_json()))
    np.testing.assert_allclose(told["row"], response.row(told["levers"]), rtol=1e-6)
    assert told["doubt"] == pytest.approx(response.doubt(told["levers"]), rel=1e-5)


def test_what_it_says_of_its_own_doubt_holds_where_it_never_was(learned):
    settings, response = learned
    asked = [s for s in checks(AXES, 400) if len(s) > 1]
    off = np.array([np.abs(response.row(s) - answer(s)) for s in asked])[:, :-1]
    open_ = np.array([response.doubt(s) * response.spread for s in asked])[:, :-1]
    assert (open_ > 0).all()
    assert 0.8 < (off <= 1.645 * open_).mean()
    few = fit(AXES, settings[:20], np.array([answer(s) for s in settings[:20]]), TODAY)
    wider = np.array([few.doubt(s) * few.spread for s in asked])[:, :-1]
    assert np.median(wider / open_) > 1.5
