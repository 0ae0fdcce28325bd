"""The ledger: one row for every member that is done, in SQLite.

A member counts as done when its row stands here; the row is written after its
arrays. Beside the members stands one checksum a stored file, by which damage is
found. Only the process that holds the folder's lock writes (a write-ahead log
needs a local disk), so workers report to it and never open the ledger.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from globo.results import STATUS, variables

NAME = "ledger.sqlite"
BROKEN = -1
"""Status of draws whose chunk raised an error; they are tried again on resuming."""

TABLES = """
create table if not exists note(name text primary key, value text) without rowid;
create table if not exists member(
    id text primary key, draw integer not null, chunk integer not null,
    status integer not null, reason text not null, seconds real not null
) without rowid;
create index if not exists member_by_chunk on member(chunk);
create table if not exists stored(
    chunk integer, variable text, digest text not null, bytes integer not null,
    primary key(chunk, variable)
) without rowid;
"""


@dataclass(frozen=True)
class MemberRow:
    """One member that is done: identity, draw, status (0 is good), reason if not."""

    id: str
    draw: int
    status: int
    reason: str


@dataclass(frozen=True)
class StoredFile:
    """One stored file: the variable whose chunk it holds, its checksum and size."""

    variable: str
    digest: str
    bytes: int


@dataclass(frozen=True)
class Outcome:
    """What became of a chunk: a row a member, what was stored, seconds taken."""

    chunk: int
    rows: tuple[MemberRow, ...]
    stored: tuple[StoredFile, ...]
    seconds: float


class Ledger:
    """The rows of one ensemble, in a file of its folder.

    Args:
        folder: where the ledger lies.
        write: open for writing (and make it where there is none); else read only.
    """

    def __init__(self, folder: Path, write: bool = True) -> None:
        """Open the ledger of a folder."""
        self.path = folder / NAME
        if write:
            self._db = sqlite3.connect(self.path, isolation_level=None)
            try:
                self._db.execute("pragma journal_mode=wal")
                self._db.execute("pragma synchronous=normal")
                self._db.executescript(TABLES)
            except BaseException:
                self._db.close()
                raise
        else:
            # Sealed, it opens on a read-only disk too; a log beside it must be read with it.
            sealed = not self.path.with_name(f"{NAME}-wal").exists()
            uri = f"{self.path.absolute().as_uri()}?mode=ro{'&immutable=1' if sealed else ''}"
            self._db = sqlite3.connect(uri, uri=True)

    def note(self, name: str, value: str | None = None) -> str | None:
        """Return what is noted under a name, after noting `value` if one is given."""
        if value is not None:
            self._db.execute("insert or replace into note values(?, ?)", (name, value))
        row = self._db.execute("select value from note where name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def number(self, name: str) -> float | None:
        """Return what is noted under a name as a number; None where nothing is.

        Raises:
            sqlite3.DatabaseError: something else is noted.
        """
        text = self.note(name)
        try:
            return None if text is None else float(text)
        except ValueError as error:
            message = f"its note '{name}' is no number"
            raise sqlite3.DatabaseError(message) from error

    def record(self, outcome: Outcome) -> None:
        """Enter a chunk: all of its rows or none; a member that has a row keeps it."""
        share = outcome.seconds / max(1, len(outcome.rows))
        members = [(r.id, r.draw, outcome.chunk, r.status, r.reason, share) for r in outcome.rows]
        stored = [(outcome.chunk, f.variable, f.digest, f.bytes) for f in outcome.stored]
        self._db.execute("begin immediate")
        try:
            self._db.executemany("insert or replace into stored values(?, ?, ?, ?)", stored)
            self._db.executemany("insert or ignore into member values(?, ?, ?, ?, ?, ?)", members)
            now = repr(time.time())
            self._db.execute("insert or replace into note values('touched', ?)", (now,))
            self._db.execute("commit")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("rollback")
            raise

    def forget(self, chunks: Iterable[int]) -> None:
        """Strike out the rows of chunks, so that they are computed anew."""
        numbers = [(c,) for c in chunks]
        self._db.execute("begin immediate")
        self._db.executemany("delete from member where chunk = ?", numbers)
        self._db.executemany("delete from stored where chunk = ?", numbers)
        self._db.execute("commit")

    def done(self) -> dict[int, int]:
        """Return by chunk how many members have a row."""
        found = dict(self._db.execute("select chunk, count(*) from member group by chunk"))
        _check(all(isinstance(chunk, int) and chunk >= 0 for chunk in found))
        return found

    def broken(self) -> list[int]:
        """Return the chunks that raised an error."""
        query = "select distinct chunk from member where status = ? order by chunk"
        return [int(c) for (c,) in self._db.execute(query, (BROKEN,))]

    def failures(self) -> dict[str, int]:
        """Return how many members failed, by reason."""
        query = "select reason, count(*) from member where status <> 0 group by reason order by 1"
        return dict(self._db.execute(query))

    def members(self) -> list[tuple[str, int, int, int, str]]:
        """Return all rows (id, draw, chunk, status, reason) by draw."""
        query = "select id, draw, chunk, status, reason from member order by draw"
        return list(self._db.execute(query))

    def stored(self, chunk: int) -> list[StoredFile]:
        """Return the checksums of a chunk's files."""
        query = "select variable, digest, bytes from stored where chunk = ? order by variable"
        found = [StoredFile(*row) for row in self._db.execute(query, (chunk,))]
        _check(all(f.variable in {*variables(), STATUS.name} for f in found))
        return found

    def close(self, seal: bool = False) -> None:
        """Close the file; `seal` first folds its log in, so that it is one plain file."""
        if seal:
            self._db.execute("pragma wal_checkpoint(truncate)")
            self._db.execute("pragma journal_mode=delete")
        self._db.close()


def _check(fits: bool) -> None:
    """Refuse rows that no run writes: a ledger may come from anybody."""
    if not fits:
        message = "it holds rows of another shape"
        raise sqlite3.DatabaseError(message)
