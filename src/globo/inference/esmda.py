"""ES-MDA: one of several assimilations of the same figures by an ensemble smoother.

Source: Emerick and Reynolds 2013, Computers & Geosciences 55, equations 8 to 10. Written out, since
it is one formula: the libraries that hold it are of another licence (iterative_ensemble_smoother,
GPLv3) or run the model themselves and know one localisation for all steps (pyESMDA).
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import cho_factor, cho_solve


def moves(
    z: np.ndarray,
    predicted: np.ndarray,
    value: np.ndarray,
    error: np.ndarray,
    inflation: float,
    rng: np.random.Generator,
    reach: np.ndarray | float = 1.0,
) -> np.ndarray:
    """Return how far each member moves towards the figures.

    Each member moves by C_MD (C_DD + inflation C_D)^-1 times how far it is from the figures, which
    it sees through an error of its own, inflated too. With errors as units C_D is the identity.

    Args:
        z: parameters [member, parameter], two members or more.
        predicted: the members' own values of the figures [target, member].
        value: the figures [target].
        error: their standard deviations [target], independent of each other.
        inflation: of the errors' variance, 1 or more; over all steps, 1 / inflation sums to 1.
        rng: luck of the errors.
        reach: factor on the gain [parameter, target], 0 to 1: 0 where a correlation is chance.

    Returns:
        What is to be added to `z` [member, parameter].
    """
    n = len(z) - 1
    spread = (predicted - predicted.mean(axis=1, keepdims=True)) / error[:, None]
    covariance = spread @ spread.T / n + inflation * np.eye(len(value))
    shared = (z - z.mean(axis=0)).T @ spread.T / n
    gain = cho_solve(cho_factor(covariance), shared.T).T * reach
    seen = np.sqrt(inflation) * rng.standard_normal(predicted.shape)
    return ((value[:, None] - predicted) / error[:, None] + seen).T @ gain.T
