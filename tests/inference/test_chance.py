"""Chance: past luck is the member's whatever the seed, later luck the draw's; figures choose it."""

import jax
import numpy as np
import pytest

from globo import simulation
from globo.inference.chance import _numbers, choose, drawn
from globo.inference.targets import Target
from globo.model import parameters, posterior

SIMULATOR = simulation.Simulator(seed=1, prior=True)
MONTHS = SIMULATOR.months((), "2002-12")
Z = np.zeros((2, len(posterior.columns())))


def area(arrays):
    """Return the area of all districts, ha [draw, year]."""
    return arrays["coca_ha"].sum(-1)


def run(chosen, seed=1):
    """Return the national area [draw, year] of two members, 2001 and 2002."""
    rows = np.zeros((2, parameters.WEIGHED_YEARS), int)
    rows[:, : len(chosen)] = chosen
    p = posterior.from_matrix(np.c_[Z, rows])
    p = p.replace(luck=p.luck * np.nan)
    simulator = simulation.Simulator(seed=seed, prior=True)
    return area(simulator.run(np.array([3 * seed, 7 * seed]), MONTHS, p))


def test_a_better_fit_is_drawn_more_often_and_a_failed_one_never():
    rng = np.random.default_rng(1)
    picks = [drawn(np.log([1.0, 3.0, 1e-300]), rng) for _ in range(4000)]
    share = np.bincount(picks, minlength=3) / 4000
    np.testing.assert_allclose(share, [0.25, 0.75, 0.0], atol=0.03)


def test_no_two_tries_have_the_same_number():
    asked = [(m, y, s) for m in (0, 1, 255) for y in (0, 13) for s in (1, 2)]
    every = np.concatenate([_numbers(m, y, 64, s) for m, y, s in asked])
    assert len(set(every.tolist())) == len(every)
    assert every.min() > 0
    assert every.max() < 2**31


def test_chosen_years_do_not_depend_on_the_seed_and_later_ones_do():
    one, other = run([11], seed=1), run([11], seed=2)
    np.testing.assert_array_equal(one[:, 0], other[:, 0])
    assert (one[:, 1] != other[:, 1]).all()
    assert one[0, 0] == one[1, 0]  # the same member: the draws differ from 2002 on alone
    assert one[0, 1] != one[1, 1]
    both = run([11, 12], seed=1), run([11, 12], seed=2)
    np.testing.assert_array_equal(*both)
    assert (run([0], seed=1)[:, 0] != run([0], seed=2)[:, 0]).all()


@pytest.mark.slow
def test_a_chosen_history_is_one_with_what_the_simulator_fixes():
    """The tries run with those values, and so does the history that is chosen."""
    fixed = {"abandon_rate": 0.05}
    held = simulation.Simulator(seed=1, prior=True, fixed=tuple(fixed.items()))
    seen = []

    def noted(arrays):
        seen.append(area(arrays)[:, -1])
        return area(arrays)[:, -1]

    figure = Target("coca_ha Peru 2002", 4e4, 1e9, noted)
    chosen = choose(Z[:1], held, MONTHS, [figure], jobs=1, tries=4)
    rows = np.zeros((1, parameters.WEIGHED_YEARS), int)
    rows[:, : chosen.shape[1]] = chosen
    p = posterior.from_matrix(np.c_[Z[:1], rows])
    p = posterior.set_to(p, fixed, 1)
    again = area(held.run(np.array([0]), MONTHS, p))[0, -1]
    assert np.isclose(seen[-1], again, rtol=1e-5).any()
    free = area(SIMULATOR.run(np.array([0]), MONTHS, posterior.from_matrix(np.c_[Z[:1], rows])))
    assert not np.isclose(seen[-1], free[0, -1], rtol=1e-2).any()


@pytest.mark.parametrize("sign", [-1.0, pytest.param(1.0, marks=pytest.mark.slow)])
def test_the_figures_choose_a_history_near_them(sign):
    p = posterior.from_matrix(np.repeat(Z[:1], 8, axis=0))
    free = np.log(area(SIMULATOR.run(np.arange(8), MONTHS, p)))
    value = free.mean(0) + sign * free.std(0)
    made = [
        Target(f"coca_ha Peru {2001 + i}", float(v), 0.002, lambda a, i=i: np.log(area(a))[:, i])
        for i, v in enumerate(value)
    ]
    chosen = choose(Z, SIMULATOR, MONTHS, made, jobs=2, tries=8)
    assert chosen.shape == (2, parameters.WEIGHED_YEARS)
    assert (chosen[:, :2] > 0).all()
    assert (chosen[:, 2:] == 0).all()
    again = posterior.from_matrix(np.c_[Z, chosen])
    found = np.log(area(SIMULATOR.run(np.arange(2), MONTHS, again)))
    assert (np.abs(found - value) < np.abs(free - value).mean(0)).all()


def test_luck_drawn_anew_leaves_out_what_was_chosen():
    first = jax.tree.map(lambda x: x[0], MONTHS)
    told, free = (
        simulation.Simulator(seed=1, weighed=w).begin(np.arange(2), first).p for w in (True, False)
    )
    assert (told.chance > 0).all()
    assert (free.chance == 0).all()
