"""Proof: the calibration run on data that the model made itself.

For each of some truths drawn from the priors the model makes the figures, with their errors;
the calibration sees those alone. Where it works, intervals cover the truths as often as they
say, ranks of the truths are flat (Talts et al. 2018), and parameters that the figures can
teach come back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from globo import luck
from globo.inference.calibrate import AS_OF, Runner, assimilate, heard, reaches
from globo.luck import Stream
from globo.model import posterior

COVERAGES = (0.5, 0.8, 0.9)
TAUGHT = 0.4  # share of the prior variance gone, from which a parameter counts as taught


@dataclass(frozen=True)
class Proof:
    """What came back.

    Attributes:
        truth: standard normals of the truths [truth, parameter].
        mean: posterior means [truth, parameter].
        spread: posterior standard deviations [truth, parameter].
        rank: share of the members below the truth [truth, parameter].
        names: parameters.
    """

    truth: np.ndarray
    mean: np.ndarray
    spread: np.ndarray
    rank: np.ndarray
    names: list[str]

    def covered(self) -> dict[float, float]:
        """Return by level how often the central interval holds the truth, over all parameters."""
        off = np.abs(self.rank - 0.5) * 2.0
        return {level: float((off <= level).mean()) for level in COVERAGES}

    def taught(self) -> np.ndarray:
        """Return which parameters the figures taught, on average over the truths."""
        return 1.0 - (self.spread**2).mean(0) > TAUGHT

    def recovered(self) -> float:
        """Return the correlation of truth and posterior mean over the taught parameters."""
        at = self.taught()
        return float(np.corrcoef(self.truth[:, at].ravel(), self.mean[:, at].ravel())[0, 1])


def prove(
    truths: int = 8,
    members: int = 96,
    steps: int = 4,
    seed: int = 1,
    as_of: str = AS_OF,
    jobs: int = 2,
    told: Callable[[str], None] = lambda text: None,
) -> Proof:
    """Calibrate on figures that the model made from known parameters.

    Args:
        truths: how many.
        members: size of each ensemble, a multiple of 16.
        steps: assimilations.
        seed: of all luck.
        as_of: day whose figures are imitated.
        jobs: threads.
        told: takes a line of progress.
    """
    runner = Runner(as_of, seed, jobs)
    error = np.array([t.error for t in runner.targets])
    reach = reaches(posterior.columns(), runner.targets)
    of_truths = luck.seed_of(seed, Stream.TRUTHS)
    true = posterior.prior_matrix(np.arange(truths), of_truths)
    # a batch of truths at once, padded to the size that is compiled already
    padded = np.concatenate([true, true[np.zeros((-truths) % 16, int)]])
    made = runner.predict(padded, of_truths)[:, :truths]
    noise = luck.generator(seed, Stream.TRUTHS_SEEN).standard_normal(made.shape)
    seen = made + error[:, None] * noise
    means, spreads, ranks = [], [], []
    for k in range(truths):
        z = posterior.prior_matrix(np.arange(members), luck.seed_of(seed, Stream.GUESSES, k))
        for step in range(steps):
            predicted = runner.predict(z, luck.seed_of(seed, Stream.PROVED, k, step))
            taught = reach * heard(z, predicted)
            own = luck.seed_of(seed, Stream.PROVED_PERTURBED, k, step)
            z = assimilate(z, predicted, seen[:, k], error, steps, own, taught)
        means.append(z.mean(0))
        spreads.append(z.std(0))
        ranks.append((z < true[k]).mean(0))
        told(f"truth {k + 1} of {truths}")
    names = posterior.columns()
    return Proof(true, np.array(means), np.array(spreads), np.array(ranks), names)
