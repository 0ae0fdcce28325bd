"""What moves between two runs: numbers done by hand, draws first."""

import numpy as np
import pytest

from globo.results.difference import displacement, falls, grows, moved, p_up

# Three zones: the first loses, the last gains, the middle one goes up and down alike.
ZONES = np.array([[-400.0, 90, 100], [-300, -90, 200], [-200, 60, 300], [-100, -60, 0]])
OUTSIDE = np.array([0.0, 10, 0, 40])


def test_what_reappears_is_the_change_of_all_other_coca_over_what_is_removed():
    found = displacement(ZONES, ZONES.sum(1) + OUTSIDE)
    np.testing.assert_array_equal(found.home, [True, False, False])
    np.testing.assert_allclose(found.removed, [400, 300, 200, 100])
    np.testing.assert_allclose(found.elsewhere, [190, 120, 360, -20])
    np.testing.assert_allclose(found.share, [190 / 400, 120 / 300, 360 / 200, -20 / 100])


def test_what_is_removed_and_what_reappears_add_up_to_the_country():
    country = ZONES.sum(1) + OUTSIDE
    for home in (None, [False, True, True]):
        found = displacement(ZONES, country, home)
        np.testing.assert_allclose(found.elsewhere - found.removed, country)


def test_luck_alone_displaces_nothing():
    luck = np.random.default_rng(1).normal(0.0, 500.0, (4000, 6))
    luck[:, 0] -= 2000.0  # the one zone that is pushed
    found = displacement(luck, luck.sum(1))
    assert found.home.tolist() == [True] + [False] * 5
    assert abs(np.nanmedian(found.share)) < 0.05  # gains over losses, sign by sign, give a third


def test_no_share_where_little_is_removed_or_in_few_draws():
    assert np.isnan(displacement(ZONES / 10, ZONES.sum(1) / 10).share).all()
    some = displacement(np.array([[-60.0], [-90], [-70], [-20]]), np.zeros(4)).share
    assert np.isnan(some).tolist() == [False, False, False, True]
    few = displacement(np.array([[-500.0], [-10], [-10], [-10]]), np.zeros(4), home=[True])
    assert np.isnan(few.share).all()


def test_each_year_has_its_own_zones_that_fall_and_failed_draws_are_left_out():
    years = np.stack([ZONES, ZONES[:, ::-1]], axis=1)  # draw, year, zone
    failed = np.concatenate([years, np.full((1, 2, 3), np.nan)])
    found = displacement(failed, failed.sum(-1))
    assert found.home.tolist() == [[True, False, False], [False, False, True]]
    np.testing.assert_allclose(found.share[:4, 0], found.share[:4, 1])
    assert np.isnan(found.share[4]).all()


def test_a_draw_that_stays_as_it_was_counts_half_so_growth_and_fall_add_up():
    change = np.array([[1.0, 0, -2], [0, 0, -1], [np.nan, 0, 3]])
    np.testing.assert_allclose(p_up(change), [0.75, 0.5, 1 / 3])
    np.testing.assert_allclose(p_up(change) + p_up(-change), 1.0)
    assert np.isnan(p_up(np.full((2, 1), np.nan))).all()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ([50.0] * 3, True),
        ([49.0] * 3, False),
        ([900.0, 900, -9], True),
        ([90.0, 90, -1, -1], False),
    ],
)
def test_a_zone_is_named_where_it_likely_moves_by_enough(change, expected):
    change = np.array(change)[:, None]
    assert grows(change).tolist() == falls(-change).tolist() == [expected]
    assert not falls(change).any()


def test_less_than_results_can_hold_is_no_difference():
    before = np.array([[1e5, 1.0]], dtype="float32")
    after = before + np.array([[0.05, 0.05]], dtype="float32")
    assert moved(after, before).tolist()[0][0] == 0.0
    assert moved(after, before)[0, 1] == pytest.approx(0.05, rel=1e-5)
    assert moved(after, before, places=True).tolist() == [[0.0, 0.0]]
    assert moved(before + 1, before, places=True).tolist() == [[1.0, 1.0]]
