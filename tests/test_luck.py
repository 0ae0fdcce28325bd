"""One generator, whatever the environment says; unlike runs are told."""

import os
import subprocess
import sys

import pytest

DRAWN = """
import jax, jax.numpy as jnp
from globo import luck
luck.pin()
print(jax.random.uniform(luck.key(7), (3,)).tolist(), luck.made_by()["generator"])
"""


def drawn(**environment):
    env = {**os.environ, "JAX_PLATFORMS": "cpu", **environment}
    done = subprocess.run(
        [sys.executable, "-c", DRAWN], capture_output=True, text=True, check=True, env=env
    )
    return done.stdout


@pytest.mark.parametrize(
    ("name", "value"), [("JAX_THREEFRY_PARTITIONABLE", "0"), ("JAX_DEFAULT_PRNG_IMPL", "rbg")]
)
def test_the_environment_does_not_change_the_luck(name, value):
    assert drawn(**{name: value}) == drawn()
