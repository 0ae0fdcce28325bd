"""`globo optimise`, killed as an outage kills it, comes to the same result when given again."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

ASKED = Path(__file__).with_name("tiny.yaml")


@pytest.mark.slow
def test_a_killed_search_given_again_writes_the_same_result(tmp_path):
    def command(folder):
        asked = ["optimise", str(ASKED), "--seed", "4", "--out", str(folder)]
        return [sys.executable, "-m", "globo", *asked]

    kept = tmp_path / "killed" / "answers"
    begun = subprocess.Popen(command(tmp_path / "killed"), stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 400
        while len(list(kept.glob("*.npy"))) < 3:
            assert begun.poll() is None
            assert time.monotonic() < end
            time.sleep(0.02)
    finally:
        begun.kill()
        begun.wait()
    assert begun.returncode == -9
    told = {}
    for name in ("killed", "whole"):
        done = subprocess.run(
            command(tmp_path / name), capture_output=True, text=True, check=True, timeout=500
        )
        assert ("went on from" in done.stderr) == (name == "killed")
        told[name] = json.loads((tmp_path / name / "result.json").read_text())
        told[name].pop("seconds")
    assert told["killed"] == told["whole"]
    assert not kept.exists()
