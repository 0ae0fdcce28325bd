"""The run folder: one writer at a time, and nothing that looks finished before it is.

While a run is computed everything lies in `OUT/.partial-KEY`; when it is whole its
files move up into OUT, the provenance file last: a folder holds a finished run
exactly when `ro-crate-metadata.json` stands in it. A process that dies leaves its
partial folder, and the same command goes on from there.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from globo.ensemble import ledger, store
from globo.errors import UserError

MARKER = "ro-crate-metadata.json"
SCENARIO = "scenario.yaml"
SUMMARY = "summary.csv"
REPORT = "report.html"
NAMES = (SCENARIO, store.NAME, SUMMARY, REPORT, ledger.NAME)
LOCK = ".lock"
MOVING = ".moving"
PREFIX = ".partial-"


def partial(out: Path, key: str) -> Path:
    """Return the folder in which the ensemble `key` is computed."""
    return out / f"{PREFIX}{key}"


def is_finished(out: Path) -> bool:
    """Return whether a folder holds a finished run."""
    return (out / MARKER).is_file()


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold a folder for one writer; the lock ends with the process, however it ends.

    Raises:
        UserError: another process is writing there.
    """
    path = out / LOCK
    out.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 200).decode("utf-8", "replace").strip() or "not named"
            raise UserError(
                str(out),
                f"another run is writing here ({holder})",
                "one run a folder at a time",
                "wait for it or choose another folder",
            ) from None
        os.ftruncate(file, 0)
        os.write(file, f"process {os.getpid()} on {socket.gethostname()}".encode())
        yield
        path.unlink(missing_ok=True)
    finally:
        os.close(file)


def settle(out: Path) -> None:
    """Finish a move that a dying process began, and refuse a folder of other things.

    Raises:
        UserError: files with the names of a run's stand there, but no run.
    """
    for work in sorted(out.glob(f"{PREFIX}*")):
        if (work / MOVING).exists():
            publish(work, out)
    foreign = [name for name in NAMES if (out / name).exists()]
    if foreign and not is_finished(out):
        found = f"{', '.join(foreign)}, but not a whole run"
        allowed = "a new or empty folder, or one that holds a run"
        raise UserError(str(out), found, allowed, "choose another folder or remove them")


def publish(work: Path, out: Path) -> None:
    """Move a whole run up into OUT, the marker last; safe to do again after a death.

    The files of an earlier run are replaced; files of other origin stay.
    """
    note = work / MOVING
    if not note.exists():
        fresh = sorted(p.name for p in work.iterdir() if not p.name.startswith("."))
        draft = work / f"{MOVING}-draft"
        draft.write_text(json.dumps({"old": sorted(_own(out)), "new": fresh}), encoding="utf-8")
        os.replace(draft, note)
    names = json.loads(note.read_text(encoding="utf-8"))
    (out / MARKER).unlink(missing_ok=True)
    for name in set(names["old"]) - set(names["new"]):
        _remove(out / name)
    for name in sorted(names["new"], key=lambda n: n == MARKER):
        if (work / name).exists():
            _remove(out / name)
            os.replace(work / name, out / name)
    shutil.rmtree(work, ignore_errors=True)


def _own(out: Path) -> set[str]:
    """Return the names that an earlier run put into a folder."""
    if not is_finished(out):
        return set()
    graph = json.loads((out / MARKER).read_text(encoding="utf-8"))["@graph"]
    listed = {str(entity["@id"]).rstrip("/") for entity in graph}
    there = {path.name for path in out.iterdir() if not path.name.startswith(".")}
    return (listed | set(NAMES)) & there - {MARKER}


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
