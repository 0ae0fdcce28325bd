"""What stands in a run folder, and a client of its own that can be stopped."""

import hashlib
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CLIENT = """
import resource, sys
from pathlib import Path
from ensemble_toy import Toy, toy_plan
from globo.ensemble import run_ensemble
from globo.errors import UserError
out, draws, pause, limit = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
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


def client(out, draws=5, pause=0.0, limit=0):
    """Start a process that runs the toy in a folder; `limit` bounds a file's size in bytes."""
    args = [sys.executable, "-c", CLIENT, str(out), str(draws), str(pause), str(limit)]
    return subprocess.Popen(
        args, cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
