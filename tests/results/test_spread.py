import numpy as np
import pytest

from globo.results.spread import band, change


def test_a_band_is_the_quantiles_over_the_draws():
    found = band(np.arange(101.0)[:, None] * [1.0, -2.0])
    assert found.at(0) == (50.0, 5.0, 95.0)
    assert found.at(1) == (-100.0, -190.0, -10.0)
    assert found.p25[0] == 25.0


def test_a_difference_is_taken_inside_each_draw():
    luck = np.array([10.0, 1000.0, 50.0, 7.0])
    moved = change(luck + 3.0, luck)
    assert (moved.p05, moved.p50, moved.p95) == (3.0, 3.0, 3.0)
    assert (moved.p_up, moved.p_down) == (1.0, 0.0)
    assert moved.sign_known


@pytest.mark.parametrize(
    ("ups", "downs", "direction", "likelihood"),
    [
        (200, 0, "more", "certain"),
        (20, 0, "more", "very_likely"),  # twenty draws cannot say 99 %
        (0, 180, "less", "certain"),
        (70, 30, "more", "likely"),
        (30, 70, "less", "likely"),
        (50, 50, "unknown", "even"),
        (0, 0, "same", "even"),
    ],
)
def test_words_follow_the_share_of_draws(ups, downs, direction, likelihood):
    still = 10 if ups == downs == 0 else 0
    moved = change(np.concatenate([np.ones(ups), -np.ones(downs), np.zeros(still)]))
    assert moved.direction == direction
    if direction != "same":
        assert moved.likelihood == likelihood


def test_an_interval_that_holds_zero_hides_the_sign():
    assert not change(np.r_[np.ones(90), -np.ones(10)]).sign_known
    assert change(np.r_[np.ones(99), -np.ones(1)]).sign_known


def test_the_last_bits_of_32_are_no_change():
    area = np.array([1e5, 3e4], "float32")
    assert change(area * np.float32(1 + 1e-7), area).direction == "same"


def test_a_draw_that_stays_as_it_was_counts_half():
    moved = change(np.array([1.0, 0.0, 0.0, -1.0, 2.0]))
    assert (moved.p_up, moved.p_down) == (0.6, 0.4)
    assert change(np.r_[np.ones(40), np.zeros(60)]).direction == "unknown"  # its median is 0


def test_missing_draws_are_left_out():
    moved = change(np.array([1.0, np.nan, 2.0]))
    assert (moved.n_draws, moved.p_up) == (2, 1.0)
    assert change(np.array([np.nan])).n_draws == 0
