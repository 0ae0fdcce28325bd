"""One generator, whatever the environment says; unlike runs are told."""

import ast
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest

import globo
from globo import luck, simulation

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


def test_what_decides_bits_is_told_and_part_of_what_a_run_is():
    base = globo.load_scenario("baseline")
    plan, _ = simulation.plan(base, 2, 1)
    assert set(plan.made_by) == {"generator", "width", "jax", "instructions"}
    assert all(plan.made_by.values())
    assert plan.attrs()["made_by"] == ", ".join(plan.made_by.values())
    for name in plan.made_by:
        other = replace(plan, made_by={**plan.made_by, name: "another"})
        assert other.key != plan.key
        assert other.member(0) != plan.member(0)


def test_the_widest_set_of_instructions_is_the_one_told(monkeypatch):
    told = "flags\t: fpu sse4_2 avx"
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: told)
    try:
        narrow = [luck.instructions.__wrapped__()]
        told += " avx2 avx512f"
        narrow.append(luck.instructions.__wrapped__())
    finally:
        monkeypatch.undo()
    assert [one.split()[-1] for one in narrow] == ["avx", "avx512f"]


SRC = Path(luck.__file__).parent
DRAWING = {"fold_in", "default_rng", "SeedSequence", "generator", "seed_of", "folded"}


def numbered(tree):
    """List the lines that give a stream of luck as a bare number, or split a key."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        of_keys = ast.unparse(node.func) == "jax.random.split"
        given = [arg for one in node.args for arg in getattr(one, "elts", [one])]
        bare = any(isinstance(x, ast.Constant) for one in given[1:] for x in ast.walk(one))
        if of_keys or (name in DRAWING and bare):
            yield node.lineno


def test_no_stream_is_a_bare_number_and_no_key_is_split():
    files = [path for path in SRC.rglob("*.py") if path != SRC / "luck.py"]
    found = {p.name: [*numbered(ast.parse(p.read_text(encoding="utf-8")))] for p in files}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "line",
    [
        "fold_in(key, 10**6)",
        "np.random.default_rng([seed, 99])",
        "keys = jax.random.split(key, 4)",
        "luck.generator(seed + 1, luck.Stream.STEP, 3)",
    ],
)
def test_a_numbered_stream_is_found(line):
    assert [*numbered(ast.parse(line))] == [1]


def test_streams_of_one_seed_and_of_neighbouring_seeds_never_meet():
    firsts = [
        luck.generator(seed, stream, part).integers(2**63)
        for seed in range(5)
        for stream in luck.Stream
        for part in range(1, 5)
    ]
    seeds = [
        luck.seed_of(seed, stream, part)
        for seed in range(5)
        for stream in luck.Stream
        for part in range(50)
    ]
    assert len(set(firsts)) == len(firsts)
    assert len(set(seeds)) == len(seeds)
    assert all(0 <= seed < 2**32 for seed in seeds)


def test_a_part_of_a_key_is_that_of_a_split():  # so that naming the parts moved no number
    luck.pin()
    key = luck.key(3)
    for i, part in enumerate(jax.random.split(key, 5)):
        same = jax.random.key_data(part) == jax.random.key_data(luck.folded(key, i))
        assert np.all(same)
