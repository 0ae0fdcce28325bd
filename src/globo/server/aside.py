"""What nobody waits for, made in a process of its own, so that readers keep cores and lock.

`python -m globo.server.aside SAMPLES` writes the forecasts of the districts as JSON. It works at
the lowest priority, and ends when its standard input does: with the process that began it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import asdict

import orjson

from globo import environment
from globo.server import districts

LOWEST = 19  # of priorities
TROUBLE_LENGTH = 300  # characters of a failure


def forecasts(samples: int = districts.SAMPLES) -> districts.Forecasts:
    """Return what `districts.forecasts` does, made beside this process; takes long.

    Raises:
        ChildProcessError: the last that the other process said.
    """
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
    return districts.Forecasts(**orjson.loads(done.stdout))


def _main(samples: int) -> None:
    if hasattr(os, "nice"):
        os.nice(LOWEST)
    threading.Thread(target=_end_with_the_other, daemon=True).start()
    environment.ready()
    sys.stdout.buffer.write(orjson.dumps(asdict(districts.forecasts(samples))))


def _end_with_the_other() -> None:
    os.read(sys.stdin.fileno(), 1)  # nothing is ever written to it
    os._exit(1)


if __name__ == "__main__":
    _main(int(sys.argv[1]))
