"""Held runs of the shipped draws: parts of a policy's difference add up, surveys and all."""

from functools import cache

import numpy as np
import pytest

from globo.decisions.reasons import LEFT
from globo.decisions.why import parts_of
from globo.model.channels import NAMES
from globo.model.policy import Setting
from globo.simulation import Simulator
from globo.simulation.held import Side, shared_until, trade

SIMULATOR = Simulator(seed=1)
DRAWS = np.arange(3)
UNTIL = 2002


def side(*settings):
    """What runs a policy, the first month as it was."""
    return Side(SIMULATOR, SIMULATOR.months(settings, f"{UNTIL}-12"))


def lever(name, value, place="", first="2001-02"):
    return Setting(name, place, first, "", float(value))


CALM = side()
PUSH = side(lever("eradication_budget", 30_000.0), lever("eradication_where", 1.0, "VRAEM"))


@cache
def split():
    """What a push into the VRAEM is made of, and the areas of both sides."""
    ready = trade(CALM, PUSH, DRAWS, UNTIL)
    return parts_of(ready), ready


def test_policies_share_the_years_up_to_the_one_in_which_they_part():
    assert shared_until(CALM, CALM) == UNTIL
    assert shared_until(CALM, PUSH) == 2000
    assert shared_until(CALM, side(lever("demand", 1.2, first="2002-07"))) == 2001


def test_the_draws_carry_what_surveys_added():
    added = np.asarray(SIMULATOR.sample(DRAWS).innovation)[:, : UNTIL - 2000]
    assert np.all(np.abs(added).max(axis=(1, 2)) > 0.05)


@pytest.mark.slow
def test_parts_add_up_to_the_difference_in_every_draw_year_and_place():
    parts, ready = split()
    before, after = ready.areas()
    assert np.abs(after - before).max() > 100.0
    np.testing.assert_allclose(parts.sum(0), after - before, rtol=1e-9, atol=1e-6)


@pytest.mark.slow
def test_nothing_is_left_when_every_channel_is_held():
    # the innovations of a draw go the same way on both sides, so no part is theirs
    parts, _ = split()
    np.testing.assert_array_equal(parts[[*NAMES, LEFT].index(LEFT)], 0.0)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["neighbours", "licit"])
def test_a_channel_that_a_policy_does_not_use_is_nought_to_the_bit(name):
    parts, ready = split()
    assert name not in ready.live()
    np.testing.assert_array_equal(parts[NAMES.index(name)], 0.0)


@pytest.mark.slow
def test_brigades_take_from_the_zone_that_they_enter():
    parts, ready = split()
    place = ready.zones.index("VRAEM")
    assert np.all(parts[NAMES.index("brigades"), :, -1, place] < -100.0)
