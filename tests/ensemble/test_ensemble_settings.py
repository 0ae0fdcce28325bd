"""The same bytes on any number of workers, cores, locale, zone and hash; unlike makers are told."""

import itertools
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from ensemble_files import HERE, bytes_of
from ensemble_toy import Toy, toy_plan

from globo.ensemble import CHUNK_DRAWS, run_ensemble

RUN = ["run", "--until", "2001-06", "--no-report", "--quiet", "--draws", str(2 * CHUNK_DRAWS + 1)]
PLACES = (
    {"LC_ALL": "C", "TZ": "UTC", "OMP_NUM_THREADS": "1"},
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


TOY = """
import sys
from ensemble_toy import Toy, toy_plan
from globo.ensemble import run_ensemble
run_ensemble(toy_plan(9), Toy(7), sys.argv[1], jobs=int(sys.argv[2]), progress=False)
"""


def test_neither_jobs_nor_locale_nor_zone_nor_hash_moves_a_byte_of_the_toy(tmp_path):
    found = []
    for place, seed, jobs in zip(PLACES, ("0", "7", "random"), "132", strict=True):
        out, env = tmp_path / jobs, os.environ | place | {"PYTHONHASHSEED": seed}
        words = [sys.executable, "-c", TOY, str(out), jobs]
        subprocess.run(words, cwd=HERE, env=env, check=True, capture_output=True, timeout=300)
        found.append(bytes_of(out))
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("whole", [True, False])
def test_a_run_by_another_machine_is_told_and_never_mixed_with(whole, tmp_path, caplog):
    def stop(chunk):
        if chunk.index == 2 and not whole:
            raise KeyboardInterrupt
        return Toy(8)(chunk)  # another machine, other bits

    out, calm = tmp_path / "a", tmp_path / "calm"
    there = replace(toy_plan(9), made_by={"instructions": "x86_64 avx"})
    here = replace(there, made_by={"instructions": "x86_64 avx2"})
    try:
        run_ensemble(there, stop, out, jobs=1, progress=False)
    except KeyboardInterrupt:
        assert not whole
    run_ensemble(here, Toy(7), calm, jobs=1, progress=False)
    assert "made by different" not in caplog.text
    run_ensemble(here, Toy(7), out, jobs=1, progress=False)
    (told,) = [r.getMessage() for r in caplog.records if "made by different" in r.getMessage()]
    assert "made by different machine (x86_64 avx, here x86_64 avx2)" in told
    assert bytes_of(out) == bytes_of(calm)


def test_another_question_in_the_folder_is_no_trouble(tmp_path, caplog):
    run_ensemble(toy_plan(5), Toy(7), tmp_path / "a", jobs=1, progress=False)
    other = replace(toy_plan(5), seed=8, made_by={"instructions": "x86_64 avx"})
    run_ensemble(other, Toy(8), tmp_path / "a", jobs=1, progress=False)
    assert "made by different" not in caplog.text


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    return ran(tmp_path_factory.mktemp("usual") / "a", ("--jobs", "2"), {}, False)


@pytest.mark.slow
@pytest.mark.parametrize(("words", "env", "alone"), SETTINGS)
def test_no_setting_of_the_machine_moves_a_byte(words, env, alone, tmp_path, usual):
    assert ran(tmp_path / "a", words, env, alone) == usual
