"""The present: what ships brings every run to the surveys, and to come it draws learnt luck."""

from concurrent.futures import ThreadPoolExecutor

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from globo import facts, simulation
from globo.assimilation.survey import surveys
from globo.model import innovation, posterior, surveyed
from globo.model.levers import levers
from globo.model.parameters import FIRST_YEAR
from globo.model.policy import Setting
from globo.simulation import Simulator

DRAWS, LAST = np.arange(32), 2024


def run(simulator, settings=(), until="2024-12"):
    months = simulator.months(settings, until)
    with ThreadPoolExecutor(2) as pool:
        parts = pool.map(lambda at: simulator.run(at, months), np.split(DRAWS, 2))
    return [dict(part) for part in parts]


def area(parts):
    return np.concatenate([part["coca_ha"] for part in parts])


@pytest.fixture(scope="module")
def past():
    return area(run(Simulator(seed=1)))


def test_a_run_without_changes_stands_on_the_surveys(past):
    world = Simulator().world
    inside, log = 0, []
    for year, one in surveys(simulation.known(None), world, LAST).items():
        if year < 2012:
            continue  # zones of a few years, which the first surveys bring to a level
        found = past[:, year - FIRST_YEAR] @ one.member.T
        large = one.area > 500.0
        middle = np.median(found, 0)[large]
        log.append(np.log(middle / one.area[large]))
        inside += len(middle)
    assert inside > 100
    assert abs(np.concatenate(log).mean()) < 0.05
    assert np.sqrt((np.concatenate(log) ** 2).mean()) < 0.25


def test_a_free_history_is_another_and_knows_no_survey(past):
    free = Simulator(seed=1, surveyed=False)
    first = jax.tree.map(lambda x: x[0], free.months((), "2001-12"))
    assert free.begin(DRAWS[:2], first).p.innovation.shape[1] == 0
    without = area(run(free))
    one = surveys(simulation.known(None), free.world, LAST)[LAST]
    large = one.area > 500.0
    off = [
        np.log(np.median(coca[:, -1] @ one.member.T, 0)[large] / one.area[large])
        for coca in (past, without)
    ]
    as_surveyed, alone = (np.sqrt((x**2).mean()) for x in off)
    assert as_surveyed < 0.2
    assert alone > 2 * as_surveyed  # the calibration brings it near, and no nearer


def test_what_was_told_after_a_day_is_in_no_run_of_that_day():
    simulator = Simulator(seed=1, as_of="2018-12-31")
    assert simulator.sample(DRAWS[:2]).innovation.shape[1] == 0


def test_a_past_under_other_policy_replays_the_same_luck(past):
    spared = area(run(Simulator(seed=1), [Setting("eradication_budget", "", "2013-01", "", 0.0)]))
    before = 2012 - FIRST_YEAR
    np.testing.assert_array_equal(spared[:, : before + 1], past[:, : before + 1])
    # brigades leave it to grow; in later years cheaper leaf takes more than that away
    after = 2018 - FIRST_YEAR
    assert np.median(spared[:, after].sum(-1) - past[:, after].sum(-1)) > 0


LUCK = ("wide", "lasts", "last", "mean")


def test_luck_to_come_is_as_wide_as_learnt_and_each_draw_has_its_own():
    found, draws = surveyed.shipped(), np.arange(256)
    log = np.asarray(Simulator(seed=1).sample(draws).innovation)
    past = len(found["columns"])
    for zone, (wide, lasts, last, mean) in enumerate(zip(*map(found.get, LUCK), strict=True)):
        mine = log[:, past:][:, :, found["zone"] == zone]
        assert (mine == mine[:, :, :1]).all()
        before = np.concatenate([np.full((len(draws), 1), last), mine[:, :-1, 0]], axis=1)
        drawn = mine[:, :, 0] - mean - lasts * (before - mean)
        assert drawn.std() == pytest.approx(float(wide), rel=0.06, abs=1e-5)
        assert wide == 0 or len(np.unique(mine[:, 0, 0])) == len(draws)


def test_a_december_without_innovation_leaves_the_state_to_the_bit():
    simulator = Simulator(seed=1)
    first = jax.tree.map(lambda x: x[0], simulator.months((), "2001-12"))
    now = simulator.begin(DRAWS[:1], first)
    p, s = jax.tree.map(lambda x: x[0], (now.p, now.s))
    shape = p.innovation.shape
    p = p.replace(
        innovation=jnp.zeros(shape), innovation_added=jnp.zeros(shape),
        worked=jnp.full(shape, jnp.nan),
    )  # fmt: skip
    s = jax.tree.map(lambda x: x, s)
    after = innovation.december(p, simulator.world, s)
    for old, new in zip(jax.tree.leaves(s), jax.tree.leaves(after), strict=True):
        np.testing.assert_array_equal(old, new)


def test_what_ships_belongs_to_the_posterior_and_the_places():
    found, members, world = surveyed.shipped(), posterior.shipped(), Simulator().world
    assert found["log"].shape == found["added"].shape == (len(members), found["columns"].max() + 1)
    np.testing.assert_array_equal(found["zone"], np.asarray(world.zone))
    years = sorted(surveys(simulation.known(None), world, LAST))
    assert len(found["columns"]) == years[-1] - FIRST_YEAR + 1


def test_the_budget_to_come_is_the_plan_last_told():
    plan = facts.load().eradication_plan(2026).iloc[-1]
    assert float(levers()["eradication_budget"]["default"]) == plan
