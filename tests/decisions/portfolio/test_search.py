"""The search, the random rival, boxes and hypervolume, against answers known exactly."""

import random

import numpy as np
import pytest
from toy import PROBLEM, evaluate, shares

from globo.decisions.portfolio.fronts import boxed, hypervolume, unbeaten
from globo.decisions.portfolio.problem import problem
from globo.decisions.portfolio.search import at_random, evolve, losses, outcomes

ASKED = problem(PROBLEM)
WORLDS = ASKED.draw_worlds(6, seed=1)


def test_hypervolume_matches_boxes_worked_out_by_hand():
    zero, one = np.zeros(2), np.ones(2)
    assert hypervolume(np.array([[0.5, 0.25]]), zero, one) == pytest.approx(0.375, abs=1e-3)
    both = np.array([[0.5, 0.25], [0.0, 0.75]])
    assert hypervolume(both, zero, one) == pytest.approx(0.375 + 0.125, abs=1e-3)
    assert hypervolume(np.array([[0.0, 0.0]]), zero, one) == 1.0
    assert hypervolume(np.array([[2.0, 0.0]]), zero, one) == 0.0


def test_hypervolume_agrees_with_exact_counting_in_three_dimensions():
    rows = np.random.default_rng(2).dirichlet(np.ones(3), 25)
    # exact: between the values that rows take, a cell of the box is beaten as a whole or not at all
    edges = [np.concatenate([np.sort(column), [1.0]]) for column in rows.T]
    cells = np.stack(np.meshgrid(*(e[:-1] for e in edges), indexing="ij"), axis=-1)
    sizes = np.einsum("i,j,k->ijk", *(np.diff(e) for e in edges))
    beaten = (rows[:, None, None, None] <= cells).all(axis=-1).any(axis=0)
    assert hypervolume(rows, np.zeros(3), np.ones(3)) == pytest.approx(
        sizes[beaten].sum(), abs=2e-3
    )


def test_hypervolume_does_not_change_with_the_unit():
    rows = np.random.default_rng(3).dirichlet(np.ones(4), 20)
    unit = np.array([1.0, 1e6, 1e-3, 50.0])
    plain = hypervolume(rows, np.zeros(4), np.ones(4))
    assert hypervolume(rows * unit, np.zeros(4), unit) == pytest.approx(plain, abs=1e-9)


def test_only_rows_that_no_other_beats_are_kept():
    rows = np.array([[1.0, 5.0], [2.0, 4.0], [2.0, 5.0], [5.0, 1.0], [1.0, 5.0]])
    assert unbeaten(rows).tolist() == [True, True, False, True, True]


def test_one_row_is_kept_for_each_box_of_the_steps():
    rows = np.array([[0.1, 5.1], [0.2, 5.2], [3.0, 3.0], [5.5, 0.5], [9.0, 9.0], [1e30, 0.0]])
    assert boxed(rows, np.array([1.0, 1.0])).tolist() == [0, 2, 3]
    many = np.random.default_rng(4).dirichlet(np.ones(3), 500)
    few = boxed(many, np.full(3, 0.01), most=25)
    assert 4 <= len(few) <= 25


def test_portfolios_are_drawn_back_until_they_can_be_paid():
    levels = np.random.default_rng(5).random((200, 4)) * ASKED.high
    paid = ASKED.within(levels)
    assert (ASKED.cost(paid) <= 1e8 * (1 + 1e-9)).all()
    cheap = ASKED.cost(levels) <= 1e8
    np.testing.assert_allclose(paid[cheap], levels[cheap])
    ratio = paid / levels
    np.testing.assert_allclose(ratio, ratio[:, :1] * np.ones(4))  # all by the same share
    assert (ASKED.cost(ASKED.within(levels, 0.3)) <= 0.3e8 * (1 + 1e-9)).all()


def test_the_front_spends_on_nothing_that_is_beaten():
    found = evolve(ASKED, evaluate, WORLDS, seed=1, runs=600)
    share = shares(ASKED.as_levers(found.levels))
    spent = share.sum(axis=1)
    wasted = share[:, 2:].sum(axis=1)
    assert wasted.mean() < 0.04
    assert spent.min() < 0.05  # cheap ones
    assert spent.max() > 0.9  # and dear ones
    assert share[:, 0].max() > 0.8
    assert share[:, 1].max() > 0.8


def test_evolution_finds_more_than_chance_with_as_many_runs():
    found = evolve(ASKED, evaluate, WORLDS, seed=1, runs=600)
    rival = at_random(ASKED, evaluate, WORLDS, seed=1, runs=found.n_runs)
    assert rival.n_runs == found.n_runs == 600
    both = np.concatenate([found.losses, rival.losses])
    both = both[unbeaten(both)]
    box = both.min(axis=0), both.max(axis=0)
    assert hypervolume(found.losses, *box) > 1.1 * hypervolume(rival.losses, *box)


def test_one_seed_gives_one_front_and_leaves_other_luck_alone():
    random.seed(9)
    np.random.seed(9)
    before = random.getstate(), np.random.get_state()[1].tolist()
    one = evolve(ASKED, evaluate, WORLDS, seed=1, runs=120)
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before
    same = evolve(ASKED, evaluate, WORLDS, seed=1, runs=120)
    other = evolve(ASKED, evaluate, WORLDS, seed=2, runs=120)
    np.testing.assert_array_equal(one.levels, same.levels)
    assert one.levels.shape != other.levels.shape or not np.allclose(one.levels, other.levels)


def test_objectives_are_turned_so_that_less_is_better_and_cost_comes_last():
    asked = problem(
        {
            **PROBLEM,
            "objectives": {
                "coca_ha": {"goal": "less", "unit": "ha", "step": 1},
                "income": {"goal": "more", "unit": "USD", "step": 1},
            },
        }
    )
    levels = np.array([[1000.0, 0.0, 0.0, 0.0]])

    def model(levers, worlds):
        return np.ones((len(levers), len(worlds), 2)) * [5.0, 7.0]

    values = outcomes(asked, model, levels, WORLDS)
    np.testing.assert_allclose(values[0, 0], [5.0, 7.0, 1e6])
    np.testing.assert_allclose(losses(asked, values), [[5.0, -7.0, 1e6]])


def test_a_portfolio_that_fails_in_too_many_worlds_is_as_bad_as_can_be():
    values = np.ones((3, 10, 3))
    values[0, :1, 0] = np.nan
    values[0, 1:, 0] = 4.0
    values[1, :3, 1] = np.nan
    loss = losses(ASKED, values)
    assert loss[0, 0] == 4.0  # the mean of the worlds that ended well
    assert (loss[1] == 1e30).all()
    assert 1 not in boxed(loss, ASKED.steps)


def test_a_model_that_answers_in_another_shape_is_refused():
    with pytest.raises(ValueError, match="portfolio, world, outcome"):
        outcomes(ASKED, lambda a, w: np.ones((len(a), 2)), np.ones((3, 4)), WORLDS)
