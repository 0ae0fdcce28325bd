"""The run folder: one writer at a time, and nothing that looks finished before it is.

While a run is computed everything lies in `OUT/.partial-KEY`; when it is whole its
files move up into OUT, the provenance file last: a folder holds a finished run
exactly when `ro-crate-metadata.json` stands in it. A process that dies leaves its
partial folder, and the same command goes on from there.

A run folder may come from anybody: its parts are plain files and folders or it is
refused, and a name inside a note is one of its own or the note counts for nothing.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from globo import files
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

log = logging.getLogger("globo.ensemble")


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
    check_plain(out)
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
        elif not (work / ledger.NAME).exists() and not (work / store.NAME / "zarr.json").exists():
            shutil.rmtree(work)
    _sweep(out)
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
        files.synced_all(work)
        files.put_text(note, json.dumps({"old": own(out), "new": fresh}))
    if (work / MARKER).exists():  # else all had moved up, and only the folder was left
        old, new = _names(note)
        (out / MARKER).unlink(missing_ok=True)
        for name in sorted(old - new):
            _remove(out / name)
        for name in sorted(new, key=lambda n: n == MARKER):
            if (work / name).exists():
                _remove(out / name)
                os.replace(work / name, out / name)
        files.synced(out)
    shutil.rmtree(work, ignore_errors=True)


def own(out: Path) -> list[str]:
    """Return the names that a finished run put into a folder, but for the marker."""
    if not is_finished(out):
        return []
    listed = {name.rstrip("/") for name in described(out)}
    there = {path.name for path in out.iterdir() if not path.name.startswith(".")}
    return sorted((listed | set(NAMES)) & there - {MARKER})


def described(out: Path) -> dict[str, dict[str, Any]]:
    """Return what the provenance of a finished run lists, by name; nothing of a damaged one."""
    try:
        graph = json.loads(files.read_plain(out / MARKER))["@graph"]
        return {str(entity["@id"]): dict(entity) for entity in graph}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        log.warning("%s: the provenance is damaged; the same command writes it anew", out / MARKER)
        return {}


def check_plain(out: Path) -> None:
    """Refuse a run folder that holds anything but plain files and folders.

    Raises:
        UserError: a symlink, a pipe, a device, or a file that has another name elsewhere.
    """
    parts = [out / name for name in (*NAMES, MARKER, LOCK)]
    parts += [p for p in out.iterdir() if p.name.startswith(PREFIX)] if out.is_dir() else []
    for part in parts:
        if odd := files.odd_part(part):
            _refuse(out, odd)
    for part in [out / LOCK, *out.glob(f"{ledger.NAME}*"), *out.glob(f"*/{ledger.NAME}*")]:
        if part.is_file() and part.stat().st_nlink > 1:  # these are written in place
            _refuse(out, f"{part.relative_to(out)} has another name elsewhere (a hard link)")


def _refuse(out: Path, found: str) -> None:
    mend = "remove it, or copy the folder's own files to a new one"
    raise UserError(str(out), found, "plain files and folders in a run folder", mend)


def _names(note: Path) -> tuple[set[str], set[str]]:
    """Return the old and the new names of a move, each a name in the folder and no path."""
    try:
        told = json.loads(files.read_plain(note))
        old, new = ({str(name) for name in told[key]} for key in ("old", "new"))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        old, new = {""}, set()
    odd = [
        n for n in sorted(old | new) if not n or n.startswith(".") or Path(n).name != n or "\0" in n
    ]
    if odd:
        found = f"a damaged note of what to move ({ascii(odd[0])[:60]})"
        mend = f"remove {note.parent.name} and run the same command again"
        raise UserError(str(note), found, "names in this folder", mend)
    return old, new


def _sweep(out: Path) -> None:
    """Remove drafts that killed writes left; nobody else writes here now, by the lock."""
    owners = "|".join(re.escape(name) for name in (*NAMES, MARKER, MOVING, ".task"))
    draft = re.compile(rf"\.({owners})-[0-9a-f]{{8}}{re.escape(files.DRAFT)}")
    for place in (out, *out.glob(f"{PREFIX}*")):
        for path in list(place.iterdir()):
            if draft.fullmatch(path.name) and path.is_file():
                path.unlink(missing_ok=True)


def _lock(out: Path) -> int:
    """Return the locked file; one that was removed while it was waited for counts for nothing."""
    while True:
        file = os.open(out / LOCK, os.O_RDWR | os.O_CREAT | files.PLAIN, 0o666)
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
