"""`globo calibrate`, killed as an outage kills it, comes to the same bytes when given again."""

import json
import os
import subprocess
import sys
import time

import arviz as az
import numpy as np
import pytest

ASKED = ["calibrate", "--members", "32", "--steps", "3", "--seed", "4", "--json"]
WRITTEN = ("posterior.csv", "calibration.nc")


def command(folder):
    return [sys.executable, "-m", "globo", *ASKED, "--out", str(folder)]


def killed_after_its_first_step(folder):
    """Start the command, kill -9 it in its second step, and return what it left."""
    begun = subprocess.Popen(command(folder), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        end = time.monotonic() + 400
        while not list(folder.glob("*-1.npz")):
            assert begun.poll() is None, begun.stderr.read()
            assert time.monotonic() < end
            time.sleep(0.02)
    finally:
        begun.kill()
        begun.wait()
        begun.stderr.close()
    assert begun.returncode == -9
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.slow
def test_a_killed_calibration_given_again_writes_the_same_bytes(tmp_path):
    assert set(WRITTEN).isdisjoint(killed_after_its_first_step(tmp_path / "killed"))
    told = {}
    for name in ("killed", "whole"):
        done = subprocess.run(command(tmp_path / name), capture_output=True, text=True, check=True,
                              timeout=500, env={**os.environ, "NO_COLOR": "1"})  # fmt: skip
        told[name] = json.loads(done.stdout)
        resumed = [line for line in done.stderr.splitlines() if "going on after step" in line]
        assert len(resumed) == (name == "killed")
    for name in WRITTEN:
        one, other = ((tmp_path / run / name).read_bytes() for run in ("killed", "whole"))
        assert one == other, name
    for said in ("fit", "parameters", "targets"):
        assert told["killed"][said] == told["whole"][said]

    data = az.from_netcdf(tmp_path / "whole" / "calibration.nc")
    predicted = data.posterior_predictive.figure
    assert dict(predicted.sizes) == {
        "chain": 1,
        "draw": 32,
        "target": len(told["whole"]["targets"]),
    }
    first = told["whole"]["targets"][0]
    assert float(data.observed_data.figure.sel(target=first["name"])) == first["value"]
    median = float(np.nanmedian(predicted.sel(target=first["name"])))
    assert median == pytest.approx(first["p50"])
