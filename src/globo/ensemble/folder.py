"""The run folder: one writer at a time, and nothing that looks finished before it is.

While a run is computed everything lies in `OUT/.partial-KEY`; when it is whole its
files move up into OUT, the provenance file last: a folder holds a finished run
exactly when `ro-crate-metadata.json` stands in it. A process that dies leaves its
partial folder, and the same command goes on from there.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from globo.ensemble import ledger, locks, store
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
    out.mkdir(parents=True, exist_ok=True)
    file = _lock(out)
    try:
        os.ftruncate(file, 0)
        os.write(file, f"process {os.getpid()} on {socket.gethostname()}".encode())
        yield
    finally:
        with suppress(OSError):
            (out / LOCK).unlink(missing_ok=True)
        os.close(file)


def settle(out: Path) -> None:
    """Finish a move that a dying process began, and refuse a folder of other things.

    A partial folder without a ledger holds no finished member and goes: its process
    died before the first one, or a late worker wrote there after the run was whole.

    Raises:
        UserError: files with the names of a run's stand there, but no run.
    """
    for work in sorted(out.glob(f"{PREFIX}*")):
        if (work / MOVING).exists():
            publish(work, out)
        elif not (work / ledger.NAME).exists():
            shutil.rmtree(work)
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
        draft.write_text(json.dumps({"old": own(out), "new": fresh}), encoding="utf-8")
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


def own(out: Path) -> list[str]:
    """Return the names that a finished run put into a folder, but for the marker."""
    if not is_finished(out):
        return []
    graph = json.loads((out / MARKER).read_text(encoding="utf-8"))["@graph"]
    listed = {str(entity["@id"]).rstrip("/") for entity in graph}
    there = {path.name for path in out.iterdir() if not path.name.startswith(".")}
    return sorted((listed | set(NAMES)) & there - {MARKER})


def _lock(out: Path) -> int:
    """Return the locked file; one that was removed while it was waited for counts for nothing."""
    while True:
        file = os.open(out / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            if not locks.take(file):
                holder = os.read(file, 200).decode("utf-8", "replace").strip() or "not named"
                found = f"another run is writing here ({holder})"
                mend = "wait for it or choose another folder"
                raise UserError(str(out), found, "one run a folder at a time", mend)
            if os.fstat(file).st_nlink:
                return file
        except BaseException:
            os.close(file)
            raise
        os.close(file)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
