"""Response: a fit of the simulator's answers over the main levers, small enough for a page.

A Gaussian process with an ANOVA kernel, the product over levers of 1 + weight * Matern 5/2: main
effects and interactions of every order, each lever with its own weight and length (Durrande et al.
2012, doi 10.1016/j.jmva.2012.08.016). All numbers of a picture share the kernel; they are told by
a few principal components, in whole numbers of 8 bits.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize

from globo.publish.design import Axis

COMPONENTS, LED_BY = 64, 8
LEAST_POWER = 1e-5  # of the first component's; less is rounding
NUGGET = 1e-4  # share of the variance that is rounding and what no smooth curve holds
BYTE = 127


@dataclass(frozen=True)
class Response:
    """A fitted response.

    Attributes:
        axes: its levers.
        points: settings learnt from on the axes of 0 to 1 (setting, lever).
        weight: of every lever in the kernel.
        length: of every lever in the kernel.
        inverse: of the kernel's matrix over the points (setting, setting).
        solved: what every point adds to every component (setting, component).
        basis: components of every number of a row, whole numbers (number, component).
        scale: of every number.
        today: row of today's policy.
        spread: standard deviation of every number where nothing is known, such that settings left
            out of the fit, one by one, were missed by `spread * doubt` in the mean square.
    """

    axes: Sequence[Axis]
    points: np.ndarray
    weight: np.ndarray
    length: np.ndarray
    inverse: np.ndarray
    solved: np.ndarray
    basis: np.ndarray
    scale: np.ndarray
    today: np.ndarray
    spread: np.ndarray

    def row(self, levers: Mapping[str, float]) -> np.ndarray:
        """Return the row that the response gives for a setting."""
        near = self._near(levers)
        weights = near @ self.solved
        return self.today + self.scale * (self.basis.astype("float32") @ weights)

    def doubt(self, levers: Mapping[str, float]) -> float:
        """Return how little is known at a setting: 0 where it was learnt, 1 far from all."""
        near = self._near(levers)
        whole = np.prod(1 + self.weight)
        return float(np.sqrt(max(0.0, 1 - near @ self.inverse @ near / whole)))

    def _near(self, levers: Mapping[str, float]) -> np.ndarray:
        at = np.array([a.at(levers.get(a.key, a.today)) for a in self.axes])
        return _kernel(at[None], self.points, self.weight, self.length)[0]

    def to_json(self) -> dict[str, Any]:
        """Return it as the page reads it; arrays of many numbers are bytes in base64."""
        return {
            "axes": [vars(axis) for axis in self.axes],
            "weight": self.weight.tolist(),
            "length": self.length.tolist(),
            "points": _packed(self.points.astype("<f4")),
            "inverse": _packed(self.inverse.astype("<f8")),  # 32 bits would hide the doubt
            "solved": _packed(self.solved.astype("<f4")),
            "basis": _packed(self.basis),
            "scale": _packed(self.scale.astype("<f4")),
            "today": _packed(self.today.astype("<f4")),
            "spread": _packed(self.spread.astype("<f4")),
        }


def fit(
    axes: Sequence[Axis],
    settings: Sequence[Mapping[str, float]],
    rows: np.ndarray,
    today: np.ndarray,
) -> Response:
    """Fit the response to the simulator's rows at some settings; today's policy is one of them.

    Args:
        axes: the levers.
        settings: what was run.
        rows: answers (setting, number).
        today: the answer of today's policy.
    """
    whole = [{}, *settings]
    points = np.array([[float(a.at(s.get(a.key, a.today))) for a in axes] for s in whole])
    change = np.concatenate([np.zeros_like(today)[None], rows - today]).astype("float64")
    change = np.nan_to_num(change)
    size = np.sqrt((change**2).mean(axis=0))
    scored = change / np.where(size > 0, size, 1.0)
    left, power, right = np.linalg.svd(scored, full_matrices=False)
    n = min(COMPONENTS, int((power > LEAST_POWER * power[0]).sum()))
    scores = left[:, :n] * power[:n]
    weight, length = _learnt(points, scores[:, :LED_BY])
    kernel = _kernel(points, points, weight, length)
    factor = cho_factor(_ridged(kernel))
    basis, scale = _bytes(right[:n].T)
    inverse, solved = cho_solve(factor, np.eye(len(whole))), cho_solve(factor, scores)
    known = np.diag(inverse)[:, None]
    missed = ((scored - scores @ right[:n]) + (solved / known) @ right[:n]) * size
    spread = np.sqrt((missed**2 * known * np.prod(1 + weight)).mean(axis=0))
    made = (inverse, solved.astype("float32"), basis, (scale * size).astype("float32"))
    return Response(axes, points, weight, length, *made, today, spread.astype("float32"))


def _learnt(points: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights and lengths under which the leading components are likeliest."""
    n, k = points.shape
    scores = scores / np.sqrt((scores**2).mean(axis=0))
    apart = np.abs(points[:, None] - points[None])

    def loss(logs: np.ndarray) -> tuple[float, np.ndarray]:
        weight, length = np.exp(logs[:k]), np.exp(logs[k:])
        scaled = np.sqrt(5.0) * apart / length
        each = (1 + scaled + scaled**2 / 3) * np.exp(-scaled)
        slope = scaled**2 * (1 + scaled) / 3 * np.exp(-scaled)
        factors = 1 + weight * each
        kernel = factors.prod(axis=-1)
        factor = cho_factor(_ridged(kernel))
        solved = cho_solve(factor, scores)
        fits = np.einsum("nc,nc->c", scores, solved)
        log_size = 2 * np.log(np.diag(factor[0])).sum()
        value = 0.5 * n * np.log(fits).sum() + 0.5 * scores.shape[1] * log_size
        inner = scores.shape[1] * cho_solve(factor, np.eye(n)) - (solved * (n / fits)) @ solved.T
        pull = inner * kernel
        by_weight = 0.5 * np.einsum("ij,ijk->k", pull, weight * each / factors)
        by_length = 0.5 * np.einsum("ij,ijk->k", pull, weight * slope / factors)
        # Weak priors: a length of some axes' size, a weight below one.
        value += 0.5 * ((logs[:k] + 1) ** 2 / 4 + logs[k:] ** 2).sum()
        return float(value), np.concatenate([by_weight + (logs[:k] + 1) / 4, by_length + logs[k:]])

    begun = np.concatenate([np.full(k, np.log(0.3)), np.full(k, np.log(1.5))])
    bounds = [(np.log(1e-3), np.log(10.0))] * k + [(np.log(0.1), np.log(20.0))] * k
    found = minimize(
        loss, begun, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 25}
    )
    return np.exp(found.x[:k]), np.exp(found.x[k:])


def _kernel(a: np.ndarray, b: np.ndarray, weight: np.ndarray, length: np.ndarray) -> np.ndarray:
    scaled = np.sqrt(5.0) * np.abs(a[:, None] - b[None]) / length
    return (1 + weight * (1 + scaled + scaled**2 / 3) * np.exp(-scaled)).prod(axis=-1)


def _ridged(kernel: np.ndarray) -> np.ndarray:
    return kernel + np.eye(len(kernel)) * NUGGET * kernel[0, 0]


def _bytes(basis: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return rows in whole numbers of 8 bits, and the scale of each row."""
    most = np.abs(basis).max(axis=1)
    scale = np.where(most > 0, most / BYTE, 1.0)
    return np.round(basis / scale[:, None]).astype("int8"), scale


def _packed(values: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode()
