"""The evolution against orders and fronts known exactly."""

import numpy as np
import pytest

from globo.decisions.portfolio.evolution import children, evolve_genes, order

STEPS = np.array([0.01, 0.01])


def test_rows_are_ordered_by_front_then_by_room():
    # first front: 0, 1, 2 and 4 (2 sits between close neighbours); 3 is beaten by 2, 5 by 3 too
    loss = np.array([[0, 10], [10, 0], [4.0, 5.0], [5, 6], [4.5, 4.9], [6, 7]])
    found = order(loss).tolist()
    assert set(found[:2]) == {0, 1}  # the ends have all room there is
    assert set(found[2:4]) == {2, 4}
    assert found[4:] == [3, 5]


def test_children_stay_between_0_and_1_and_some_have_a_gene_at_an_end():
    rng = np.random.default_rng(3)
    genes = rng.uniform(0.4, 0.6, (400, 5))
    born = children(genes, rng.random((400, 2)), genes, rng)
    assert born.shape == genes.shape
    assert ((born >= 0) & (born <= 1)).all()
    at_zero, at_one = (born == 0).any(axis=1).mean(), (born == 1).any(axis=1).mean()
    assert at_zero == pytest.approx(1 / 3, abs=0.08)  # half of them, two thirds of these at 0
    assert at_one == pytest.approx(1 / 6, abs=0.08)


def test_children_of_one_point_start_from_the_archive():
    genes = np.full((200, 3), 0.2)
    born = children(genes, np.ones((200, 2)), np.full((1, 3), 0.7), np.random.default_rng(1))
    near = np.abs(born - 0.7) < 0.15  # crossed nine times in ten, a few snapped
    assert near.mean() > 0.7


@pytest.mark.parametrize("seed", range(3))
def test_the_front_of_a_problem_with_a_known_one_is_reached(seed):
    # ZDT1 of Zitzler, Deb and Thiele 2000: the front is g = 1, where f2 = 1 - sqrt(f1)
    seen = []

    def judge(genes):
        g = 1 + 9 * genes[:, 1:].mean(axis=1)
        f2 = g * (1 - np.sqrt(genes[:, 0] / g))
        seen.append(np.column_stack([genes[:, 0], f2, g]))
        return seen[-1][:, :2]

    rng = np.random.default_rng(seed)
    evolve_genes(judge, rng.random((40, 6)), STEPS, 1500, rng)
    found = np.concatenate(seen)
    assert len(found) == 1500  # not one run more than asked
    near = found[found[:, 2] < 1.02]
    assert np.histogram(near[:, 0], bins=10, range=(0, 1))[0].min() > 0  # from end to end
    assert (found[:40, 2] < 1.5).sum() == 0  # which the first generation was far from


def test_where_every_run_fails_evolution_goes_on_from_the_living():
    tried = []

    def judge(genes):
        tried.append(genes)
        return np.full((len(genes), 2), 1e30)

    rng = np.random.default_rng(1)
    evolve_genes(judge, rng.random((4, 3)), STEPS, 11, rng)
    assert [len(one) for one in tried] == [4, 4, 3]
