"""A run folder from somebody else: one line, and not a byte outside of it changes."""

import hashlib
import json
import os
import sqlite3
from contextlib import closing

import pytest
from ensemble_toy import Toy, toy_plan

from globo.ensemble import open_run, run_ensemble
from globo.ensemble.ledger import Ledger
from globo.ensemble.store import _stored, layout_digest
from globo.errors import UserError


def run(out):
    return run_ensemble(toy_plan(5), Toy(7), out, jobs=1, progress=False)


def noted(out, old):
    work = out / ".partial-0123456789ab"
    work.mkdir()
    (work / "ro-crate-metadata.json").write_text("{}")
    (work / ".moving").write_text(old if isinstance(old, str) else json.dumps(old))


def swapped(path, make):
    path.rename(path.with_name(f"was-{path.name}"))
    make(path)


def chunk(out):
    return next(p for p in (out / "results.zarr" / "leaf_t" / "c").rglob("*") if p.is_file())


POISONS = {
    "note that names a victim": lambda o, v: noted(o, {"old": ["../victim"], "new": []}),
    "note that moves over one": lambda o, v: noted(o, {"old": [], "new": ["../victim/will"]}),
    "torn note": lambda o, v: noted(o, '{"old": ["summ'),
    "note of another shape": lambda o, v: noted(o, [["../victim"]]),
    "lock that is a symlink": lambda o, v: (o / ".lock").symlink_to(v / "will"),
    "lock of two names": lambda o, v: os.link(v / "will", o / ".lock"),
    "ledger that is a symlink": lambda o, v: swapped(
        o / "ledger.sqlite", lambda p: p.symlink_to(v / "will")
    ),
    "arrays that are a symlink": lambda o, v: swapped(
        o / "results.zarr", lambda p: p.symlink_to(v)
    ),
    "partial folder that is a symlink": lambda o, v: (o / ".partial-abc").symlink_to(v),
    "chunk that is a pipe": lambda o, v: swapped(chunk(o), os.mkfifo),
    "summary that is a symlink": lambda o, v: swapped(
        o / "summary.csv", lambda p: p.symlink_to(v / "will")
    ),
}


def surroundings(root, out):
    """Digest of all that lies beside the run folder: names, kinds, modes, contents."""
    whole = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path != out and out not in path.parents:
            state = path.lstat()
            content = path.read_bytes() if path.is_file() else b""
            whole.update(f"{path} {state.st_mode} {state.st_nlink}".encode() + content)
    return whole.hexdigest()


@pytest.mark.parametrize("poison", POISONS)
def test_a_poisoned_folder_is_one_line_and_nothing_outside_changes(poison, tmp_path):
    out, victim = tmp_path / "run", tmp_path / "victim"
    victim.mkdir()
    (victim / "will").write_text("all to my cat")
    run(out)
    POISONS[poison](out, victim)
    before = surroundings(tmp_path, out)
    with pytest.raises(UserError) as told:
        run(out)
    assert "\n" not in str(told.value)
    assert "remove" in told.value.mend
    assert surroundings(tmp_path, out) == before
    if "note" not in poison:
        with pytest.raises(UserError):
            open_run(out)
    assert surroundings(tmp_path, out) == before


@pytest.mark.parametrize("codec", ["pickle", "numcodecs.pickle"])
def test_a_filter_that_would_run_code_is_refused_though_the_ledger_agrees(codec, tmp_path):
    out, told = tmp_path / "run", tmp_path / "told"
    run(out)
    described = out / "results.zarr" / "leaf_t" / "zarr.json"
    array = json.loads(described.read_text())
    array["codecs"].insert(0, {"name": codec, "configuration": {"id": "pickle"}})
    described.write_text(json.dumps(array))
    bomb = f"cos\nsystem\n(S'touch {told}'\ntR."
    chunk(out).write_bytes(bomb.encode())
    with closing(Ledger(out)) as ledger:  # as one would write it who made the folder
        ledger.note("laid", layout_digest(out))
        stored = [_stored(out / "results.zarr", "leaf_t", c) for c in range(3)]
        with closing(sqlite3.connect(out / "ledger.sqlite")) as db, db:
            sql = "update stored set digest = ?, bytes = ? where chunk = ? and variable = ?"
            db.executemany(sql, [(s.digest, s.bytes, c, "leaf_t") for c, s in enumerate(stored)])
    with pytest.raises(UserError) as said:
        open_run(out).load()
    assert "\n" not in str(said.value)
    assert not told.exists()


def test_files_of_a_browser_of_files_do_no_harm(tmp_path):
    out = tmp_path / "a"
    run(out)
    for place in (out, out / "results.zarr", out / "results.zarr" / "leaf_t"):
        (place / ".DS_Store").write_bytes(b"\0\1")
        (place / "Thumbs.db").write_bytes(b"\0\1")
    ds = open_run(out)
    assert ds.sizes["draw"] == 5
    assert run(out).equals(ds)


def test_drafts_of_killed_writes_are_swept(tmp_path):
    out = tmp_path / "a"
    run(out)
    draft = out / ".ro-crate-metadata.json-0a1b2c3d.partial"
    draft.write_text("half")
    (out / ".mine.partial").write_text("mine")
    run(out)
    assert not draft.exists()
    assert (out / ".mine.partial").read_text() == "mine"


@pytest.mark.parametrize(
    "statement",
    [
        "update note set value = 'many' where name = 'draws'",
        "update note set value = 'once' where name = 'began'",
        "update member set chunk = '../../victim' where draw = 0",
        "update stored set variable = '../../victim' where chunk = 0 and variable = 'hold'",
        "drop table stored; create table stored(a, b)",
        "drop table note",
    ],
)
def test_a_ledger_of_another_shape_is_one_line(statement, tmp_path):
    out = tmp_path / "a"
    run(out)
    with sqlite3.connect(out / "ledger.sqlite") as db:
        db.executescript(statement)
    db.close()
    said = []
    for look in (open_run, run):
        try:
            look(out)
        except UserError as error:
            said.append(str(error))
    assert said
    assert all("\n" not in line for line in said)


@pytest.mark.parametrize("content", ["", "{", '{"@graph": 7}', "[" * 5000])
def test_a_damaged_provenance_is_said_and_written_anew(content, tmp_path, caplog):
    out = tmp_path / "a"
    run(out)
    (out / "ro-crate-metadata.json").write_text(content)
    run(out)
    assert "the provenance is damaged" in caplog.text
    assert "#key" in (out / "ro-crate-metadata.json").read_text()
