"""What is done and whole in a run folder, and what is left to do.

A member without a row is computed again, and so is a chunk whose files are not
what the ledger's checksums say, or whose engine raised an error.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from globo import files
from globo.ensemble import folder
from globo.ensemble.ledger import BROKEN, Ledger, MemberRow, Outcome
from globo.ensemble.ledger import NAME as LEDGER
from globo.ensemble.plan import Chunk, Plan
from globo.ensemble.store import NAME, Store, damaged, layout_digest, open_arrays
from globo.errors import UserError
from globo.results import summary, summary_csv

UNLIKE = {"version": "code", "facts": "facts", "made_by": "machine"}  # what made a run, not asked
READ = (folder.SCENARIO, folder.SUMMARY, folder.REPORT)
log = logging.getLogger("globo.ensemble")


def is_run_of(out: Path, plan: Plan) -> bool:
    """Return whether a folder holds a finished run of the same inputs."""
    if not folder.is_finished(out):
        return False
    if not (out / LEDGER).exists():
        return _is_of(out, plan)
    with closing(Ledger(out, write=False)) as ledger:
        return ledger.note("key") == plan.key


def tell_unlike(out: Path, plan: Plan) -> None:
    """Say where the run asked for stands there as other code, facts or another machine made it."""
    here = plan.inputs()
    for place in [out, *sorted(out.glob(f"{folder.PREFIX}*"))]:
        told = _inputs(place)
        odd = [name for name in here if told and told.get(name) != here[name]]
        if odd and set(odd) <= set(UNLIKE):
            what = ", ".join(UNLIKE[name] for name in odd)
            text = "%s: holds the same run, made by different %s (%s, here %s): begun anew"
            log.warning(text, place, what, *(_short(one[odd[0]]) for one in (told, here)))


def _inputs(place: Path) -> dict[str, Any]:
    """Return what a run folder's ledger notes of its inputs; nothing where it cannot be read."""
    try:
        with closing(Ledger(place, write=False)) as ledger:
            told = json.loads(ledger.note("inputs") or "{}")
    except (sqlite3.Error, ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _short(value: Any) -> str:
    text = ", ".join(map(str, value.values())) if isinstance(value, dict) else str(value)
    return " ".join(text.split())[:80]


def open_ledger(work: Path, plan: Plan) -> Ledger:
    """Open the ledger of a run, with empty arrays beside it where there are none."""
    work.mkdir(parents=True, exist_ok=True)
    ledger = Ledger(work)
    try:
        _lay_out(work, plan, ledger)
    except BaseException:
        ledger.close()
        raise
    return ledger


def _lay_out(work: Path, plan: Plan, ledger: Ledger) -> None:
    path, text = work / folder.SCENARIO, plan.scenario_yaml
    if ledger.note("laid") is not None:
        if not path.exists() or path.read_bytes() != text.encode():
            log.warning("%s: edited since it was written; it is written anew", path)
            files.put_text(path, text)
    else:
        store, lost = Store(work, plan), _is_of(work, plan) and (work / NAME).exists()
        if lost:
            store.lay_again()
        else:
            store.create()
        files.put_text(path, text)
        if lost:
            _rebuild(store, ledger)
        ledger.note("key", plan.key)
        ledger.note("began", repr(time.time()))
        ledger.note("draws", str(plan.draws))
        ledger.note("inputs", json.dumps(plan.inputs(), ensure_ascii=False, sort_keys=True))
        ledger.note("laid", layout_digest(work))


def _is_of(work: Path, plan: Plan) -> bool:
    """Return whether a folder without a ledger says otherwise that it is of a plan."""
    told = folder.described(work).get("#key", {}) if folder.is_finished(work) else {}
    return work.name == f"{folder.PREFIX}{plan.key}" or told.get("value") == plan.key


def _rebuild(store: Store, ledger: Ledger) -> None:
    """Enter the chunks that stand whole in a folder whose ledger is gone."""
    plan, n = store.plan, 0
    for chunk in plan.chunks():
        found = store.read_back(chunk)
        if found is None or BROKEN in found[1]:
            continue
        stored, statuses = found
        rows = tuple(
            MemberRow(plan.member(d), d, s, plan.reasons.get(s, f"status {s}") if s else "")
            for d, s in enumerate(statuses, chunk.first)
        )
        ledger.record(Outcome(chunk.index, rows, stored, 0.0))
        n += 1
    if n:
        told = "%s: the ledger was lost; %d of %d chunks stand whole and are entered anew"
        log.warning(told, store.root.parent, n, len(plan.chunks()))


def note_files(work: Path) -> None:
    """Note what the readable files of a whole run are, so that an edit is noticed."""
    with closing(Ledger(work)) as ledger:
        for name in READ:
            if (work / name).exists():
                ledger.note(f"file {name}", _digest(files.read_plain(work / name)))
        ledger.close(seal=True)


def _tell_edited(out: Path, ledger: Ledger) -> None:
    for name in READ:
        noted, path = ledger.note(f"file {name}"), out / name
        if noted and (not path.exists() or _digest(files.read_plain(path)) != noted):
            told = "%s: edited since the run wrote it; the results beside it are as they were"
            log.warning(told, path)


def unfinished(work: Path, plan: Plan, ledger: Ledger) -> list[Chunk]:
    """Return the chunks to compute, after striking out what is damaged or broken."""
    store = Store(work, plan)
    store.sweep()
    if layout_digest(work) != ledger.note("laid"):
        log.warning("%s: labels or descriptions were damaged; they are written anew", work / NAME)
        store.lay_again()
        ledger.note("laid", layout_digest(work))
    hurt = {chunk: names for chunk in ledger.done() if (names := damaged(work, ledger, chunk))}
    if hurt:
        first, names = next(iter(hurt.items()))
        log.warning(
            "%s: %d of %d chunks are damaged (%s of chunk %d first); they are computed anew",
            work / NAME,
            len(hurt),
            len(plan.chunks()),
            names[0],
            first,
        )
    ledger.forget([*hurt, *ledger.broken()])
    done = ledger.done()
    left = [chunk for chunk in plan.chunks() if done.get(chunk.index) != chunk.kept]
    if left:
        ledger.note("summary", "")  # what stands there is of other numbers
    return left


def write_summary(work: Path, ledger: Ledger) -> None:
    """Write `summary.csv`, unless it stands there as it was written."""
    path = work / folder.SUMMARY
    there = _digest(path.read_bytes()) if path.exists() else ""
    if there and there == ledger.note("summary"):
        return
    content = summary_csv(summary(open_arrays(work))).encode("utf-8")
    files.put_bytes(path, content)
    ledger.note("summary", _digest(content))


def check_finished(out: Path) -> None:
    """Refuse a folder that holds no finished run."""
    if out.is_dir():
        folder.check_plain(out)
    if folder.is_finished(out):
        return
    begun = any(out.glob(f"{folder.PREFIX}*")) if out.is_dir() else False
    found = "an interrupted run" if begun else "no run" if out.is_dir() else "no such folder"
    mend = "run the same command again: it goes on" if begun else "make one with: globo run --out"
    raise UserError(str(out), found, "a folder with a finished run", mend)


def check_whole(out: Path) -> None:
    """Refuse a finished run whose files are not what its ledger says."""
    with closing(Ledger(out, write=False)) as ledger:
        done = ledger.done()
        hurt = [f"{name} of chunk {c}" for c in done for name in damaged(out, ledger, c)]
        if layout_digest(out) != ledger.note("laid"):
            hurt.append("labels or descriptions")
        _tell_edited(out, ledger)
        if sum(done.values()) != ledger.number("draws"):
            hurt.append("members without a row")
    if hurt:
        more = f" and {len(hurt) - 1} more" if len(hurt) > 1 else ""
        mend = "run the command that made it again: only what is damaged is computed"
        found = f"damaged: {hurt[0]}{more}"
        raise UserError(str(out / NAME), found, "files as they were written", mend)


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()
