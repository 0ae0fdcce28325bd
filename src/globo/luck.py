"""Luck: the one generator of all draws, named, and the machine that makes their last bits.

Two generators, or one under another rule, give other luck to the same seed; another instruction
set or another JAX moves the last bits of single draws. All of it is part of what a run is.
A part of the work that needs luck of its own has a stream: a name whose number is folded into
the seed or the key. Offsets added to a seed or to a draw would meet those of another part.
"""

from __future__ import annotations

import platform
from enum import IntEnum
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import jax
import numpy as np
from jaxtyping import Array

GENERATOR = "threefry2x32"
SETS = ("avx512f", "avx2", "avx", "sse4_2")  # the widest that a processor has decides the bits


class Stream(IntEnum):
    """Streams of luck beside those of draws and months; a number once used is never another's."""

    # of portfolios
    GENES = 0  # the first ones of a search
    RANDOM_SEARCH = 1  # the rival's portfolios
    UNSELECTED = 2  # portfolios at random, held against the chosen
    LEAST_REGRET = 3
    RESAMPLED = 4  # worlds, for how sure a robustness is
    EVOLVED = 5
    # of draws
    ORDER = 7  # in which members of the posterior are taken
    START = 10**6  # of a draw, before its first month; months are numbered from 0
    # of assimilation
    SURVEY_ERROR = 11
    FORECAST = 12
    SURVEYS_AHEAD = 13
    # of calibration and its proof
    STEP = 21  # members' own luck in a step of the smoother
    PERTURBED = 22  # figures, one perturbation a member
    TRUTHS = 23  # parameters and luck that figures are made from
    TRUTHS_SEEN = 24  # errors of those figures
    GUESSES = 25  # members that start from the priors, by truth
    PROVED = 26  # luck of those, by truth and step
    PROVED_PERTURBED = 27
    TRUTHS_NEAR = 28  # which members of a posterior are truths, and their luck
    GUESSES_NEAR = 29  # luck of its members
    # of sensitivity
    INTERVALS = 31


def generator(seed: int, stream: Stream, *numbers: int) -> np.random.Generator:
    """Return NumPy's generator of a stream, and of its part with these numbers."""
    return np.random.default_rng([seed, stream, *numbers])


def normals(seed: int, stream: Stream, draws: np.ndarray, year: int, n: int) -> np.ndarray:
    """Return standard normals of a year [draw, n], of a generator of its own for every draw."""
    each = (generator(seed, stream, int(d), year) for d in draws)
    return np.stack([one.standard_normal(n) for one in each])


def seed_of(seed: int, stream: Stream, *numbers: int) -> int:
    """Return the seed of a stream, 0 to 4,294,967,295: a hash, so that no two seeds meet."""
    return int(np.random.SeedSequence([seed, stream, *numbers]).generate_state(1)[0])


def folded(key: Array, stream: int) -> Array:
    """Return the key of a part of what a key stands for; the same as that part of a split."""
    return jax.random.fold_in(key, stream)


def key(seed: Array | int) -> Array:
    """Return the key of a seed, of the named generator whatever the environment says."""
    return jax.random.key(seed, impl=GENERATOR)


def pin() -> None:
    """Set the rules under which the generator is read, before anything is compiled."""
    jax.config.update("jax_threefry_partitionable", True)


def made_by() -> dict[str, str]:
    """Return what decides a draw's bits beside its inputs: generator, width, JAX, processor."""
    return {
        "generator": f"{GENERATOR}, partitionable",
        "width": "64" if jax.config.jax_enable_x64 else "32",  # pyright: ignore[reportAttributeAccessIssue]
        "jax": f"{version('jax')}, jaxlib {version('jaxlib')}",
        "instructions": instructions(),
    }


@lru_cache(maxsize=1)
def instructions() -> str:
    """Return the processor's family and its widest set of instructions that moves bits."""
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return platform.machine()
    flags = set(next((x for x in told.splitlines() if x.startswith("flags")), "").split())
    return " ".join([platform.machine(), *[name for name in SETS if name in flags][:1]])
