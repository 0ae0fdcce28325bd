"""Luck: the one generator of all draws, named, and the machine that makes their last bits.

Two generators, or one under another rule, give other luck to the same seed; another instruction
set or another JAX moves the last bits of single draws. All of it is part of what a run is.
"""

from __future__ import annotations

import platform
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import jax
from jaxtyping import Array

GENERATOR = "threefry2x32"
SETS = ("avx512f", "avx2", "avx", "sse4_2")  # the widest that a processor has decides the bits


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
