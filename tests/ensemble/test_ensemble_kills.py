"""Sixty kills, at every kind of write and of every kind of process: the same bytes."""

import random
import subprocess
import sys
import time

import pytest
from ensemble_files import HERE, bytes_of
from ensemble_toy import Toy, toy_plan

from globo.ensemble import open_run, run_ensemble

DRAWS, KILLS = 9, 36
# A client that dies as by `kill -9` just before its n-th write of some kind.
DYING = """
import os, signal, sys, sqlite3
from pathlib import Path
from ensemble_toy import Toy, toy_plan
from globo import files
from globo.ensemble import ledger, run_ensemble
out, kind, left = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])

def deadly(work):
    def done(*args, **options):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return work(*args, **options)
    return done

if kind == "replace":
    os.replace = deadly(os.replace)
elif kind == "fsync":
    os.fsync = deadly(os.fsync)
elif kind == "unlink":
    os.unlink = deadly(os.unlink)
elif kind == "note":
    ledger.Ledger.note = deadly(ledger.Ledger.note)
elif kind == "row":
    ledger.Ledger.record = deadly(ledger.Ledger.record)
finish = lambda ds, folder: files.put_text(folder / "report.html", "<p>whole</p>")
run_ensemble(toy_plan(int(sys.argv[4])), Toy(7), out, jobs=1, progress=False, finish=finish)
"""
KINDS = {"replace": 12, "fsync": 9, "unlink": 6, "note": 16, "row": 5}


@pytest.mark.slow
def test_deaths_at_every_kind_of_write_leave_the_same_bytes(tmp_path):
    calm, luck, killed = tmp_path / "calm", random.Random(24), 0
    run_ensemble(toy_plan(DRAWS), Toy(7), calm, jobs=1, progress=False)
    while killed < KILLS:
        out = tmp_path / f"run-{killed}"
        for kind in luck.sample([*KINDS, *KINDS], 10):
            words = [sys.executable, "-c", DYING, out, kind, luck.randrange(KINDS[kind]), DRAWS]
            done = subprocess.run(list(map(str, words)), cwd=HERE, capture_output=True, text=True)
            assert done.returncode in (0, -9), done.stderr
            killed += done.returncode == -9
        run_ensemble(toy_plan(DRAWS), Toy(7), out, jobs=1, progress=False)
        assert bytes_of(out) == bytes_of(calm)
        assert (out / "report.html").read_text() in ("<p>whole</p>",)
        assert {p.name for p in out.iterdir()} >= {p.name for p in calm.iterdir()}
        assert not [p.name for p in out.iterdir() if p.name.startswith(".")]
        open_run(out)


@pytest.mark.slow
def test_deaths_of_client_workers_nanny_and_scheduler_leave_the_same_bytes(tmp_path):
    from bench.cluster_of_own import Cluster
    from bench.toy_engine import SMALL, toy

    members, chunk, kills = 300, 2, 24
    plan, engine = toy(members, SMALL, chunk)
    run_ensemble(plan, engine, tmp_path / "calm", jobs=1, progress=False)
    out = tmp_path / "killed"
    words = [str(out), str(members), str(chunk), "0", "0.2"]
    with Cluster(["worker", "nanny"], words, seed=int(time.time())) as cluster:
        killed = cluster.disturb(kills, members // chunk)
    assert sum(killed.values()) == kills
    assert min(killed.values()) == kills // 4
    assert bytes_of(out) == bytes_of(tmp_path / "calm")
