"""Proof: what its figures mean, on answers whose coverage is known exactly."""

import numpy as np
import pytest
from scipy.stats import norm

from globo.inference import Proof


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
