"""Calibration: an ensemble of parameters moved towards the figures known on a day.

Ensemble smoother with multiple data assimilation (`esmda`): it needs runs alone, takes the
model's own luck as it is, and each member ends as a draw. Then the luck of past years is chosen
member by member (`chance`).
Every step of the smoother is stored, so a killed calibration goes on.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from globo import countries, files, luck
from globo.bounds import MOST_COUNT, in_memory, whole
from globo.bounds import seed as a_seed
from globo.ensemble import code_version
from globo.errors import UserError
from globo.inference.chance import choose
from globo.inference.esmda import moves
from globo.inference.targets import Target, read_all, targets
from globo.luck import Stream
from globo.model import parameters, posterior, readings
from globo.simulation import Simulator, known

AS_OF = "2026-10-31"  # of the posterior of today that ships
CHUNK = 16
MEMBERS, STEPS = 1024, 6
MOST_STEPS = 100
COPIES = 8  # of the ensemble that a step holds at once
FEWEST = 2  # members that must run for a correlation to be seen
SHIPPED = 256  # members in the file, which are exchangeable, so that it stays small
DIGITS = 3  # of a standard normal in the file
log = logging.getLogger("globo.inference")
Notify = Callable[[str], None]


@dataclass(frozen=True)
class Calibration:
    """What a calibration gave.

    Attributes:
        as_of: day whose facts were used.
        reading: of the unknowns, whose values every member has; "" is that of the surveys.
        seed: of all luck.
        prior: standard normals of the first ensemble [member, parameter].
        z: those of the last [member, parameter].
        fit: by step, the mean over targets of the squared error of the ensemble's mean, in
            units of each target's error; the last one is that of the posterior.
        names: parameters, in the order of the columns.
        targets: what was fitted.
        predicted: the posterior's own values of the targets [target, member].
        chosen: luck of past years of the members that ship [member, year].
    """

    as_of: str
    reading: str
    seed: int
    prior: np.ndarray
    z: np.ndarray
    fit: list[float]
    names: list[str]
    targets: list[Target]
    predicted: np.ndarray
    chosen: np.ndarray

    def write(self, path: Path) -> None:
        """Write the posterior as the package ships it: a comment with its making, then rows."""
        read = f" --reading {self.reading}" if self.reading else ""
        made = {
            "as_of": self.as_of,
            **({"reading": self.reading} if self.reading else {}),
            "command": f"globo calibrate --as-of {self.as_of}{read} --seed {self.seed}",
            "facts": known(self.as_of).hash[:16],
            "version": code_version("inference"),
            "fit": [round(f, 3) for f in self.fit],
            "members": len(self.z),
            "shipped": len(self.z[:SHIPPED]),
        }
        lines = [f"# {json.dumps(made)}", ",".join([*self.names, *posterior.chances()])]
        lines += [
            ",".join([*(f"{v:.{DIGITS}f}" for v in row), *map(str, chosen)])
            for row, chosen in zip(self.z[:SHIPPED], self.chosen.tolist(), strict=True)
        ]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def learnt(self) -> list[tuple[str, float, float, float]]:
        """Return by parameter: posterior mean and spread in prior units, and what was taught.

        Taught is 1 less the ratio of variances, posterior over prior: 0 stayed at its prior.
        """
        mean, spread = self.z.mean(0), self.z.std(0)
        taught = 1.0 - spread**2 / self.prior.std(0) ** 2
        return [
            (n, float(m), float(s), float(t))
            for n, m, s, t in zip(self.names, mean, spread, taught, strict=True)
        ]


def calibrate(
    as_of: str = AS_OF,
    members: int = MEMBERS,
    steps: int = STEPS,
    seed: int = 1,
    work: Path | None = None,
    jobs: int = 2,
    told: Notify = log.info,
    reading: str = "",
) -> Calibration:
    """Calibrate on what was known on a day.

    Args:
        as_of: the day, "YYYY-MM-DD".
        members: size of the ensemble, a multiple of 16.
        steps: assimilations, 1 or more.
        seed: of all luck.
        work: folder in which every step is kept; the same call goes on from there.
        jobs: threads.
        told: takes a line of progress.
        reading: of the unknowns (`globo.model.readings`), whose values every member has.

    Returns:
        The calibration.

    Raises:
        UserError: sizes that cannot be meant.
    """
    seed, members = a_seed(seed), whole("members", members, CHUNK, MOST_COUNT)
    steps = whole("steps", steps, 1, MOST_STEPS, f"use {STEPS}")
    in_memory("members", members, COPIES * 8 * len(posterior.columns()), "members")
    if members % CHUNK:
        mend = f"use {MEMBERS}"
        raise UserError(
            where="members", found=str(members), allowed=f"a multiple of {CHUNK}", mend=mend
        )
    runner = Runner(as_of, seed, jobs, reading)
    key = _key(as_of, reading, members, steps, seed, runner.targets)
    z = posterior.prior_matrix(np.arange(members), seed)
    prior, fit, first = z, [], 0
    if work is not None:
        work.mkdir(parents=True, exist_ok=True)
        for step in range(steps, 0, -1):
            kept = work / f"{key}-{step}.npz"
            if kept.is_file():
                with np.load(kept) as was:
                    z, fit, first = was["z"], was["fit"].tolist(), step
                told(f"going on after step {step} of {steps}")
                break
    value = np.array([t.value for t in runner.targets])
    error = np.array([t.error for t in runner.targets])
    reach = reaches(posterior.columns(), runner.targets)
    for step in range(first, steps):
        predicted = runner.predict(z, luck.seed_of(seed, Stream.STEP, step))
        fit.append(_misfit(runner.targets, predicted))
        told(f"step {step + 1} of {steps}: mean squared error {fit[-1]:.2f}")
        taught = reach * heard(z, predicted)
        z = assimilate(
            z, predicted, value, error, steps, luck.seed_of(seed, Stream.PERTURBED, step), taught
        )
        if work is not None:
            files.put(work / f"{key}-{step + 1}.npz", partial(_keep, z, fit))
    predicted = runner.predict(z, luck.seed_of(seed, Stream.STEP, steps))
    fit.append(_misfit(runner.targets, predicted))
    told(f"posterior: mean squared error {fit[-1]:.2f}")
    told("choosing the luck of past years")
    # of the members as they ship, since a rounded parameter has another history
    chosen = runner.choose(np.round(z[:SHIPPED], DIGITS))
    names = posterior.columns()
    return Calibration(
        as_of, reading, seed, prior, z, fit, names, runner.targets, predicted, chosen
    )


class Runner:
    """Runs members to the last year known and reads the targets.

    Args:
        as_of: day whose facts are used.
        seed: of the members' luck.
        jobs: threads.
        reading: whose values every member has; "" is that of the surveys.

    Raises:
        UserError: no such reading.
    """

    def __init__(  # noqa: D107
        self, as_of: str, seed: int, jobs: int = 2, reading: str = ""
    ) -> None:
        facts = known(as_of)
        fixed = tuple(readings.values(reading).items())
        self.simulator = Simulator(seed=seed, as_of=as_of, prior=True, fixed=fixed)
        self.last = int(facts.own("coca_ha").index.max())
        self.months = self.simulator.months((), f"{self.last}-12")
        self.targets = targets(facts, self.simulator.world, self.last)
        self.jobs = jobs

    def predict(self, z: np.ndarray, seed: int) -> np.ndarray:
        """Return the model's values of the targets [target, member].

        Args:
            z: standard normals [member, parameter].
            seed: of the members' luck.
        """
        draws, simulator = np.arange(len(z)), replace(self.simulator, seed=seed)
        parts = [slice(i, i + CHUNK) for i in range(0, len(z), CHUNK)]

        def one(at: slice) -> np.ndarray:
            fixed = dict(simulator.fixed)
            p = posterior.set_to(posterior.from_matrix(z[at]), fixed, len(z[at]))
            a = simulator.run(draws[at], self.months, p)
            return read_all(self.targets, a, simulator.world)

        with ThreadPoolExecutor(self.jobs) as pool:
            return np.concatenate(list(pool.map(one, parts)), axis=1)

    def choose(self, z: np.ndarray) -> np.ndarray:
        """Return the luck of past years that the targets choose [member, year]."""
        return choose(z, self.simulator, self.months, self.targets, self.jobs)


def assimilate(
    z: np.ndarray,
    predicted: np.ndarray,
    value: np.ndarray,
    error: np.ndarray,
    steps: int,
    seed: int,
    reach: np.ndarray | None = None,
) -> np.ndarray:
    """Move an ensemble towards figures, once.

    Args:
        z: standard normals [member, parameter].
        predicted: the members' own values of the figures [target, member].
        value: the figures [target].
        error: their standard deviations [target].
        steps: how often they are taken in, in all.
        seed: of the figures' perturbations.
        reach: 1 where a figure can teach a parameter, 0 where a correlation is chance
            [parameter, target]; None where every figure can teach every parameter.

    Returns:
        The ensemble after it; members that failed start again from ones that did not.

    Raises:
        UserError: fewer than two members ran.
    """
    ok = np.isfinite(predicted).all(0)
    if ok.sum() < FEWEST:
        where, found = "calibration", f"{int(ok.sum())} of {len(z)} members ran"
        raise UserError(where, found, f"{FEWEST} or more", "give more members or another seed")
    within = 1.0 if reach is None else reach
    rng = np.random.default_rng(seed)
    moved = z.copy()
    moved[ok] += moves(z[ok], predicted[:, ok], value, error, steps, rng, within)
    moved[~ok] = moved[ok][np.arange(int((~ok).sum())) % max(int(ok.sum()), 1)]
    return np.clip(moved, -4.0, 4.0)


def heard(z: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Return where a correlation stands out from chance [parameter, target], 1 or 0.

    Chance gives correlations of about one over the root of the members; three times that is
    the threshold of adaptive localization (Vossepoel, Evensen and Van Leeuwen 2025).
    """
    ok = np.isfinite(predicted).all(0)
    z, predicted = z[ok], predicted[:, ok]
    unit = lambda x: (x - x.mean(1, keepdims=True)) / (x.std(1, keepdims=True) + 1e-12)  # noqa: E731
    correlation = unit(z.T) @ unit(predicted).T / len(z)
    return (np.abs(correlation) > 3.0 / np.sqrt(len(z))).astype(float)


def reaches(columns: list[str], fitted: list[Target]) -> np.ndarray:
    """Return which figures can teach which parameters [parameter, target], 1 or 0.

    A zone's trait and luck are taught by its own areas and the country's, a year's luck by
    areas of that year and later; what holds everywhere is taught by everything.
    """
    zones = set(parameters.zone_names())
    return np.array([[_teaches(t, column, zones) for t in fitted] for column in columns], float)


def _teaches(figure: Target, column: str, zones: set[str]) -> bool:
    kind, _, rest = column.partition(" ")
    if kind == parameters.TRAIT:
        return figure.place == rest or figure.place not in zones
    if kind == parameters.LUCK:
        place, _, year = rest.rpartition(" ")
        nation = place == countries.load().nation
        near = nation or figure.place not in zones or figure.place == place
        return figure.is_area and near and figure.year >= int(year)
    return True


def _misfit(fitted: list[Target], predicted: np.ndarray) -> float:
    error = np.array([t.error for t in fitted])
    value = np.array([t.value for t in fitted])
    return float(np.mean(((np.nanmean(predicted, axis=1) - value) / error) ** 2))


def _keep(z: np.ndarray, fit: list[float], draft: Path) -> None:
    with draft.open("wb") as file:
        np.savez(file, z=z, fit=np.array(fit))


def _key(
    as_of: str, reading: str, members: int, steps: int, seed: int, fitted: list[Target]
) -> str:
    said = [as_of, reading, members, steps, seed, code_version("inference"), known(as_of).hash]
    said += [[t.name, t.value, t.error] for t in fitted]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:12]
