"""A run of the model has the same bytes on any number of workers, cores, locale, zone and hash."""

import itertools
import os
import subprocess
import sys

import pytest
from ensemble_files import bytes_of

from globo.ensemble import CHUNK_DRAWS

RUN = ["run", "--until", "2001-06", "--no-report", "--quiet", "--draws", str(2 * CHUNK_DRAWS + 1)]
PLACES = (
    {"LC_ALL": "C", "TZ": "UTC"},
    {"LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Kathmandu"},
    {"LC_ALL": "es_PE.UTF-8", "TZ": "America/Lima"},
)
WORKERS = (("--jobs", "1"), ("--jobs", "3"), ("--jobs", "2", "--cluster", "local"))
SETTINGS = [
    pytest.param(workers, place | {"PYTHONHASHSEED": seed}, alone, id=f"setting-{n}")
    for n, (workers, place, seed, alone) in enumerate(
        itertools.product(WORKERS, PLACES, ("0", "7"), (False, True)), 1
    )
]


def ran(out, words, env, alone):
    """Run in a process of its own, on one core where it is alone; return the bytes."""

    def keep_to_one():
        if alone and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

    command = [sys.executable, "-m", "globo", *RUN, "--out", str(out), *words]
    subprocess.run(
        command,
        env=os.environ | env,
        preexec_fn=keep_to_one,
        check=True,
        capture_output=True,
        timeout=900,
    )
    return bytes_of(out)


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    return ran(tmp_path_factory.mktemp("usual") / "a", ("--jobs", "2"), {}, False)


@pytest.mark.slow
@pytest.mark.parametrize(("words", "env", "alone"), SETTINGS)
def test_no_setting_of_the_machine_moves_a_byte(words, env, alone, tmp_path, usual):
    assert ran(tmp_path / "a", words, env, alone) == usual
