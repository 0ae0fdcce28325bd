"""Proof: the calibration run on data that the model made itself.

For each of some known parameters, the truths, the model makes the figures, with their errors; the
calibration sees those alone. Where it works, intervals cover the truths as often as they say,
ranks of the truths are flat, and parameters that the figures can teach come back.

Truths are drawn from the priors (`prove`; simulation-based calibration, Talts et al. 2018), or
from a posterior that ships (`prove_near`; Säilynoja, Schmitt, Bürkner and Vehtari 2025): what
counts is whether the calibration works where the real figures put it, and the priors hold worlds
that no survey ever saw.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from globo import luck
from globo.bounds import whole
from globo.inference.calibrate import AS_OF, Runner, assimilate, heard, reaches
from globo.inference.targets import Target
from globo.luck import Stream
from globo.model import posterior

COVERAGES = (0.5, 0.8, 0.9)
TAUGHT = 0.4  # share of the variance gone, from which a parameter counts as taught
BAND = 0.95  # chance that ranks of a sound calibration stay inside their band
Guesses = Callable[[int], np.ndarray]
Predict = Callable[[np.ndarray, int, int], np.ndarray]
Told = Callable[[str], None]


@dataclass(frozen=True)
class Proof:
    """What came back.

    Attributes:
        truth: standard normals of the truths [truth, parameter].
        mean: posterior means [truth, parameter].
        spread: posterior standard deviations [truth, parameter].
        rank: share of the members below the truth, 0 to 1 [truth, parameter].
        names: parameters.
        before: standard deviations of what the figures had not yet taught [parameter].
    """

    truth: np.ndarray
    mean: np.ndarray
    spread: np.ndarray
    rank: np.ndarray
    names: list[str]
    before: np.ndarray | float = 1.0

    def covered(self) -> dict[float, float]:
        """Return by level how often the central interval holds the truth, over all parameters."""
        off = np.abs(self.rank - 0.5) * 2.0
        return {level: float((off <= level).mean()) for level in COVERAGES}

    def gone(self) -> np.ndarray:
        """Return the share of the variance that the figures took away [parameter]."""
        return 1.0 - (self.spread**2).mean(0) / np.square(self.before)

    def taught(self) -> np.ndarray:
        """Return which parameters the figures taught, on average over the truths."""
        return self.gone() > TAUGHT

    def recovered(self) -> float:
        """Return the correlation of truth and posterior mean over the taught parameters."""
        at = self.taught()
        return float(np.corrcoef(self.truth[:, at].ravel(), self.mean[:, at].ravel())[0, 1])

    def flat(self) -> np.ndarray:
        """Return which parameters' ranks stay inside the band of a uniform's [parameter].

        The band holds the whole curve of the ranks at once, `BAND` of the time (Kolmogorov).
        """
        return np.array([stats.kstest(r, "uniform").pvalue > 1.0 - BAND for r in self.rank.T])

    def only(self, at: np.ndarray) -> Proof:
        """Return the proof of some of the parameters.

        Args:
            at: which [parameter].
        """
        names = [name for name, kept in zip(self.names, at, strict=True) if kept]
        before = np.broadcast_to(self.before, at.shape)[at]
        return Proof(
            self.truth[:, at], self.mean[:, at], self.spread[:, at], self.rank[:, at], names, before
        )


@dataclass(frozen=True)
class Trial:
    """Figures made from truths, and who is to find them.

    Attributes:
        names: parameters.
        fitted: what the figures are, with their errors.
        true: standard normals of the truths [truth, parameter].
        made: the model's figures of the truths [target, truth].
        guesses: by truth, the members that look for it [member, parameter].
        predict: by members, truth and step, the members' own figures [target, member].
    """

    names: list[str]
    fitted: list[Target]
    true: np.ndarray
    made: np.ndarray
    guesses: Guesses
    predict: Predict

    def come_back(self, steps: int, seed: int, told: Told) -> Proof:
        """Calibrate on the figures of each truth, seen with errors.

        Args:
            steps: assimilations.
            seed: of all luck.
            told: takes a line of progress.
        """
        error = np.array([t.error for t in self.fitted])
        reach = reaches(self.names, self.fitted)
        noise = luck.generator(seed, Stream.TRUTHS_SEEN).standard_normal(self.made.shape)
        seen = self.made + error[:, None] * noise
        means, spreads, ranks, before = [], [], [], []
        for k, truth in enumerate(self.true):
            z = self.guesses(k)
            before.append(z.std(0))
            for step in range(steps):
                predicted = self.predict(z, k, step)
                taught = reach * heard(z, predicted)
                own = luck.seed_of(seed, Stream.PROVED_PERTURBED, k, step)
                z = assimilate(z, predicted, seen[:, k], error, steps, own, taught)
            means.append(z.mean(0))
            spreads.append(z.std(0))
            ranks.append((z < truth).mean(0))
            told(f"truth {k + 1} of {len(self.true)}")
        first = np.sqrt(np.square(before).mean(0))
        return Proof(
            self.true, np.array(means), np.array(spreads), np.array(ranks), self.names, first
        )


def prove(
    truths: int = 8,
    members: int = 96,
    steps: int = 4,
    seed: int = 1,
    as_of: str = AS_OF,
    jobs: int = 2,
    told: Told = lambda text: None,
) -> Proof:
    """Calibrate on figures that the model made from parameters drawn from the priors.

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
    of_truths = luck.seed_of(seed, Stream.TRUTHS)
    true = posterior.prior_matrix(np.arange(truths), of_truths)
    # a batch of truths at once, padded to the size that is compiled already
    padded = np.concatenate([true, true[np.zeros((-truths) % 16, int)]])
    made = runner.predict(padded, of_truths)[:, :truths]

    def guesses(k: int) -> np.ndarray:
        return posterior.prior_matrix(np.arange(members), luck.seed_of(seed, Stream.GUESSES, k))

    def predict(z: np.ndarray, k: int, step: int) -> np.ndarray:
        return runner.predict(z, luck.seed_of(seed, Stream.PROVED, k, step))

    trial = Trial(posterior.columns(), runner.targets, true, made, guesses, predict)
    return trial.come_back(steps, seed, told)


def prove_near(
    truths: int = 200,
    seed: int = 1,
    as_of: str = AS_OF,
    jobs: int = 2,
    told: Told = lambda text: None,
) -> Proof:
    """Calibrate once more on figures that members of a posterior made, each from all the others.

    A truth is a member, which with luck of its own makes a second set of figures; what is to be
    found is the posterior of the real set and the second together, from the other members, in
    one assimilation. All members run twice, whatever the number of truths.

    Args:
        truths: how many, no more than the posterior has members.
        seed: of all luck.
        as_of: day of the posterior and of the figures that are imitated.
        jobs: threads.
        told: takes a line of progress.

    Raises:
        UserError: no posterior of the day ships, or it has fewer members.
    """
    names = posterior.columns()
    kept = posterior.shipped(as_of=as_of)
    z = np.zeros((0, len(names))) if kept is None else kept[:, : len(names)]
    truths = whole("truths", truths, 1, len(z), "calibrate first, or ask for fewer")
    runner = Runner(as_of, seed, jobs)
    chosen = luck.generator(seed, Stream.TRUTHS_NEAR).permutation(len(z))[:truths]
    told(f"{len(z)} members make the figures")
    made = runner.predict(z, luck.seed_of(seed, Stream.TRUTHS_NEAR))[:, chosen]
    told(f"{len(z)} members guess them")
    guessed = runner.predict(z, luck.seed_of(seed, Stream.GUESSES_NEAR))
    others = [np.arange(len(z)) != member for member in chosen]
    guesses = lambda k: z[others[k]]  # noqa: E731
    predict = lambda z, k, step: guessed[:, others[k]]  # noqa: E731
    return Trial(names, runner.targets, z[chosen], made, guesses, predict).come_back(1, seed, told)
