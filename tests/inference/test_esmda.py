"""ES-MDA against answers worked out with pencil and paper, or with matrices alone."""

import numpy as np
import pytest

from globo.errors import UserError
from globo.inference.calibrate import assimilate
from globo.inference.esmda import moves

# two figures that see two of three parameters together: y = H z + e, prior z ~ N(0, I)
H = np.array([[2.0, 1.0, 0.0], [0.0, 1.0, 0.0]])
VALUE, ERROR = np.array([1.7, -0.4]), np.array([0.5, 0.8])
PRECISION = H.T @ np.diag(ERROR**-2.0) @ H + np.eye(3)
COVARIANCE = np.linalg.inv(PRECISION)
MEAN = COVARIANCE @ H.T @ (VALUE / ERROR**2)


class Still:
    """Luck that is nought, so that a step is its formula alone."""

    def standard_normal(self, shape):
        return np.zeros(shape)


@pytest.mark.parametrize("steps", [1, 3])
def test_steps_together_meet_the_known_gaussian_posterior(steps):
    z = np.random.default_rng(2).standard_normal((20_000, 3))
    for step in range(steps):
        z = assimilate(z, H @ z.T, VALUE, ERROR, steps, step)
    np.testing.assert_allclose(z.mean(0), MEAN, atol=0.02)
    np.testing.assert_allclose(np.cov(z.T), COVARIANCE, atol=0.02)


def test_a_step_is_the_formula_of_its_source_in_the_figures_own_units():
    rng = np.random.default_rng(7)
    z, predicted = rng.standard_normal((40, 3)), rng.standard_normal((2, 40)) * [[3.0], [0.2]]
    both = np.cov(np.vstack([z.T, predicted]))
    gain = both[:3, 3:] @ np.linalg.inv(both[3:, 3:] + 4.0 * np.diag(ERROR**2))
    exact = (gain @ (VALUE[:, None] - predicted)).T
    np.testing.assert_allclose(moves(z, predicted, VALUE, ERROR, 4.0, Still()), exact, atol=1e-12)
    reach = np.array([[1.0, 0.0], [0.5, 0.0], [0.0, 1.0]])
    masked = ((gain * reach) @ (VALUE[:, None] - predicted)).T
    found = moves(z, predicted, VALUE, ERROR, 4.0, Still(), reach)
    np.testing.assert_allclose(found, masked, atol=1e-12)


def test_each_member_sees_the_figures_through_the_inflated_error():
    # a parameter that its figure tells all of moves to figure plus error: spread of sqrt(4) errors
    z = np.random.default_rng(3).standard_normal((20_000, 1)) * 1e3
    moved = z + moves(z, z.T.copy(), VALUE[:1], ERROR[:1], 4.0, np.random.default_rng(5))
    np.testing.assert_allclose(moved.mean(), VALUE[0], atol=0.03)
    np.testing.assert_allclose(moved.std(), 2.0 * ERROR[0], rtol=0.03)


def test_an_ensemble_that_did_not_run_is_refused():
    z = np.random.default_rng(1).standard_normal((16, 3))
    predicted = np.full((2, 16), np.nan)
    predicted[:, 3] = 0.0
    with pytest.raises(UserError, match="1 of 16 members ran"):
        assimilate(z, predicted, VALUE, ERROR, 1, 0)
