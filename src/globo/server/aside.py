"""What nobody waits for, made in a process of its own, so that readers keep cores and lock.

`python -m globo.server.aside SAMPLES` writes the forecasts of the districts as JSON. It works at
the lowest priority, and ends when its standard input does: with the process that began it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import orjson

from globo import environment, files
from globo.server import districts

LOWEST = 19  # of priorities
TROUBLE_LENGTH = 300  # characters of a failure


def forecasts(keep: Path | None = None, samples: int = districts.SAMPLES) -> districts.Forecasts:
    """Return what `districts.forecasts` does, made beside this process; takes long.

    Args:
        keep: file in which they wait for the next start, named after all that they depend on;
            others of its kind go. None keeps nothing.
        samples: as in `districts.forecasts`.

    Raises:
        ChildProcessError: the last that the other process said.
    """
    if keep:
        with suppress(OSError, ValueError, TypeError):  # absent, or broken: made anew
            return districts.Forecasts(**orjson.loads(keep.read_bytes()))
    said = _said(samples)
    if keep:
        with suppress(OSError):
            keep.parent.mkdir(parents=True, exist_ok=True)
            files.put_bytes(keep, said)
            for old in set(keep.parent.glob(f"*{keep.suffix}")) - {keep}:
                old.unlink(missing_ok=True)
    return districts.Forecasts(**orjson.loads(said))


def _said(samples: int) -> bytes:
    # without the folder that the server was begun in, whose files could be taken for modules
    command = [sys.executable, "-P", "-m", __name__, str(samples)]
    theirs, ours = os.pipe()
    try:
        done = subprocess.run(
            command, stdin=theirs, capture_output=True, start_new_session=True, check=False
        )
    finally:
        os.close(theirs)
        os.close(ours)
    if done.returncode:
        raise ChildProcessError(done.stderr.decode(errors="replace").strip()[-TROUBLE_LENGTH:])
    return done.stdout


def _main(samples: int) -> None:
    _give_way()
    threading.Thread(target=_end_with_the_other, daemon=True).start()
    environment.ready()
    sys.stdout.buffer.write(orjson.dumps(asdict(districts.forecasts(samples))))


def _give_way() -> None:
    """Run when the processor has nothing else to do; where there is no such thing, run last."""
    if hasattr(os, "SCHED_IDLE"):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    elif hasattr(os, "nice"):
        os.nice(LOWEST)


def _end_with_the_other() -> None:
    os.read(sys.stdin.fileno(), 1)  # nothing is ever written to it
    os._exit(1)


if __name__ == "__main__":
    _main(int(sys.argv[1]))
