"""Peeling against boxes that can be counted by hand."""

import numpy as np
import pytest

from globo.decisions.portfolio.prim import HIGH, LOW, chance, peel

# ten worlds along one unknown; failures at the upper end, but the lowest world failed by chance
ALONG = np.arange(10.0)[:, None]
FAILED = np.array([1, 0, 0, 0, 0, 0, 1, 1, 1, 1], dtype=bool)


def test_the_slice_whose_loss_makes_the_rest_densest_goes_first():
    worlds = np.column_stack([np.tile(np.arange(4.0), 2), np.repeat([0.0, 1.0], 4) * 9])
    failed = np.array([0, 0, 0, 1, 1, 1, 1, 1], dtype=bool)
    first = peel(worlds, failed, 0.2, 0.5)[1]
    assert np.isneginf(first.limits[LOW, 0])
    assert first.limits[LOW, 1] == 9.0
    assert first.holds(worlds).tolist() == [False] * 4 + [True] * 4


def test_noise_at_an_edge_does_not_end_the_peeling():
    path = peel(ALONG, FAILED, 0.1, 0.4)
    assert path[-1].limits.tolist() == [[6.0], [np.inf]]
    assert FAILED[path[-1].holds(ALONG[:, :1])].all()


def test_a_box_never_holds_fewer_worlds_than_asked():
    for least in (0.3, 0.55, 1.0):
        sizes = [int(box.holds(ALONG).sum()) for box in peel(ALONG, FAILED, 0.1, least)]
        assert sizes == list(range(10, int(np.ceil(least * 10)) - 1, -1))


def test_a_value_that_many_worlds_share_goes_or_stays_as_a_whole():
    worlds = np.array([0.0, 0.0, 0.0, 1.0, 2.0])[:, None]
    path = peel(worlds, np.array([0, 0, 0, 1, 1], dtype=bool), 0.2, 0.4)
    assert all(box.holds(worlds)[:3].all() or not box.holds(worlds)[:3].any() for box in path)


def test_the_chance_of_a_limit_is_that_of_as_many_heads_in_as_many_throws():
    box = peel(ALONG, FAILED, 0.1, 0.4)[-1]
    assert chance(box, LOW, 0, ALONG, FAILED) == pytest.approx(0.5**4)  # 4 of 4, where half fail
    assert chance(box, HIGH, 0, ALONG, FAILED) == pytest.approx(1.0)  # no limit, no surprise
