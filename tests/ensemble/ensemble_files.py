"""What stands in a run folder, and a client of its own that can be stopped."""

import hashlib
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CLIENT = """
import sys
from pathlib import Path
from ensemble_toy import Toy, toy_plan
from globo.ensemble import run_ensemble
from globo.errors import UserError
out, draws, pause = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
print("begun", flush=True)
try:
    run_ensemble(toy_plan(draws), Toy(7, pause=pause), out, jobs=1, progress=False)
except UserError as error:
    print(error)
    sys.exit(2)
"""


def bytes_of(out):
    """Digest of everything that must not depend on who computed it, by path."""
    paths = [p for p in sorted((out / "results.zarr").rglob("*")) if p.is_file()]
    paths += [out / "summary.csv", out / "scenario.yaml"]
    return {str(p.relative_to(out)): hashlib.sha256(p.read_bytes()).hexdigest() for p in paths}


def client(out, draws=5, pause=0.0):
    """Start a process that runs the toy in a folder."""
    args = [sys.executable, "-c", CLIENT, str(out), str(draws), str(pause)]
    return subprocess.Popen(
        args, cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
