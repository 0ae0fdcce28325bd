"""Proof: what its figures mean, on answers whose coverage is known exactly."""

import numpy as np
import pytest
from scipy.stats import norm

from globo.inference import Proof, Target, Trial


def answers(mean, spread, truths=4000):
    """Return a proof of one parameter that data teach and one that they do not.

    The data of the first have error 0.5, so its posterior is N(0.8 y, 0.2); the answer given is
    N(mean * y, spread ** 2). The second stays at its prior.
    """
    random = np.random.default_rng(5)
    truth = random.standard_normal((truths, 2))
    seen = truth[:, 0] + 0.5 * random.standard_normal(truths)
    means = np.stack([mean * seen, np.zeros(truths)], axis=1)
    spreads = np.broadcast_to([spread, 1.0], means.shape)
    return Proof(truth, means, spreads, norm.cdf((truth - means) / spreads), ["taught", "not"])


def test_intervals_of_the_exact_posterior_cover_as_they_say():
    proof = answers(0.8, np.sqrt(0.2))
    for level, share in proof.covered().items():
        assert share == pytest.approx(level, abs=0.02)
    assert proof.taught().tolist() == [True, False]
    # the untaught column does not dilute this
    assert proof.recovered() == pytest.approx(np.sqrt(0.8), abs=0.02)


@pytest.mark.parametrize(("spread", "sign"), [(0.15, -1), (0.9, 1)])
def test_intervals_that_are_too_narrow_or_too_wide_show(spread, sign):
    covered = answers(0.8, spread).covered()
    assert all(sign * (share - level) > 0.02 for level, share in covered.items())


def test_a_posterior_that_missed_the_truth_is_not_recovered():
    proof = answers(0.0, 0.3)
    proof.mean[:, 0] = np.random.default_rng(6).standard_normal(len(proof.mean))
    assert abs(proof.recovered()) < 0.05


def linear(error, believed, truths=400, members=400):
    """Return the proof of a line whose figures err by `error`, and are believed to by `believed`.

    The figure is the first of two parameters, so that its posterior is known; nothing tells of
    the second. Truths are a normal's quantiles, in an order at random; members are drawn.
    """
    random = np.random.default_rng(7)
    even = norm.ppf((np.arange(truths) + 0.5) / truths)
    true = np.stack([random.permutation(even), random.permutation(even)], axis=1)
    fitted = [Target("figure", 0.0, believed, lambda a: a)]
    made = true[:, :1].T + np.sqrt(error**2 - believed**2) * random.standard_normal((1, truths))
    guesses = [np.random.default_rng([8, k]).standard_normal((members, 2)) for k in range(truths)]
    trial = Trial(
        ["a", "b"], fitted, true, made, lambda k: guesses[k], lambda z, k, step: z[:, :1].T
    )
    return trial.come_back(1, 3, lambda text: None)


def test_a_line_comes_back_with_the_spread_that_is_known_and_flat_ranks():
    proof = linear(0.5, 0.5)
    assert proof.spread[:, 0].mean() == pytest.approx(np.sqrt(0.2), rel=0.02)
    assert proof.gone() == pytest.approx([0.8, 0.0], abs=0.02)
    assert proof.flat().tolist() == [True, True]
    assert proof.only(proof.taught()).names == ["a"]
    assert proof.only(proof.taught()).covered()[0.8] == pytest.approx(0.8, abs=0.06)


def test_errors_believed_too_small_leave_ranks_that_are_not_flat():
    proof = linear(0.8, 0.25)
    assert proof.flat().tolist() == [False, True]
    assert proof.only(proof.taught()).covered()[0.8] < 0.65
