"""Answers as vectors: what a picture is made of, in one row of numbers a setting.

A row holds levels, and differences to the baseline as their middle and 90 % interval, which the
probability of growth is read from; kept in a folder, so that a build that was stopped goes on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from globo import files
from globo.ensemble import code_hash
from globo.results.difference import displacement, moved
from globo.results.outcomes import BAND, Outcome, outcomes
from globo.server import picture
from globo.server.picture import sorted_quantiles
from globo.server.session import Session

BULGE = "bulge"
MADE_BY = ("publish/answers.py", "server/picture.py")  # beside the code of a run
Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Block:
    """Where a part of an outcome stands in a row.

    Attributes:
        name: the outcome, or `BULGE`.
        part: level, delta, since, since_up; removed, elsewhere.
        lines: quantiles.
        years: years.
        places: places.
        start: its first number.
    """

    name: str
    part: str
    lines: int
    years: int
    places: int
    start: int

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return self.lines * self.years * self.places

    def of(self, rows: np.ndarray) -> np.ndarray:
        """Return its numbers of rows, (row, line, year, place)."""
        shape = (*rows.shape[:-1], self.lines, self.years, self.places)
        return rows[..., self.start : self.start + self.size].reshape(shape)


def parts(base: Arrays, past: Arrays, branch: Arrays) -> dict[tuple[str, str], np.ndarray]:
    """Return every part of a picture by outcome and name, each (line, year, place)."""
    table = outcomes()
    changes = {
        name: moved(branch[picture.changing(name)], base[picture.changing(name)], places=True)
        for name in table
    }
    made = {}
    for name, outcome in table.items():
        made[name, "level"] = _level(outcome, branch[name])
        made[name, "delta"] = _delta(outcome, changes[name])
        if name in picture.CHANGING:
            before = past[name][:, -picture.YEARS_BACK :]
            whole = np.concatenate([before, branch[name]], axis=1)
            told = picture.since(whole, before.shape[1])
            made[name, "since"], made[name, "since_up"] = told["since"], told["since_up"][None]
    found = displacement(changes["coca_ha|zone"], changes[picture.COUNTRY][..., 0])
    for part, values in (("removed", found.removed), ("elsewhere", found.elsewhere)):
        made[BULGE, part] = sorted_quantiles(values[..., None], BAND)
    return made


def layout(made: Mapping[tuple[str, str], np.ndarray]) -> list[Block]:
    """Return where every part stands in a row."""
    blocks, start = [], 0
    for (name, part), values in made.items():
        lines, years, places = values.shape
        blocks.append(Block(name, part, lines, years, places, start))
        start += values.size
    return blocks


def row(made: Mapping[tuple[str, str], np.ndarray]) -> np.ndarray:
    """Return the parts as one row of numbers."""
    return np.concatenate([values.ravel() for values in made.values()]).astype("float32")


class Answers:
    """The simulator's answers as rows, kept in a folder.

    Args:
        session: with its baseline made.
        folder: where rows wait for the next build; None keeps nothing.
    """

    def __init__(self, session: Session, folder: Path | None) -> None:  # noqa: D107  (said above)
        self.session = session
        self.folder = folder
        today = parts(session.future, session.past, session.future)
        self.blocks = layout(today)
        self.today = row(today)
        self._made_by = (session.engine.name, session.engine.draws, code_hash(*MADE_BY))

    def rows(
        self, settings: Sequence[Mapping[str, float]], tell: Callable[[int, int], None]
    ) -> np.ndarray:
        """Return a row a setting; those kept from an earlier build are not run again."""
        rows = np.empty((len(settings), len(self.today)), "float32")
        for i, levers in enumerate(settings):
            rows[i] = self._row(levers)
            tell(i + 1, len(settings))
        return rows

    def _row(self, levers: Mapping[str, float]) -> np.ndarray:
        path = self._file(levers)
        if path is not None and path.exists() and path.stat().st_size > self.today.nbytes:
            return np.load(path, allow_pickle=False)
        session = self.session
        asked = session.question(levers, None, None)
        made = row(parts(session.future, session.past, session.drawn(asked)))
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            files.put(path, lambda draft: _save(draft, made))
        return made

    def _file(self, levers: Mapping[str, float]) -> Path | None:
        if self.folder is None:
            return None
        asked = (*self._made_by, sorted(levers.items()))
        return self.folder / f"{hashlib.sha256(repr(asked).encode()).hexdigest()[:32]}.npy"


def _save(draft: Path, made: np.ndarray) -> None:
    with draft.open("wb") as file:
        np.save(file, made, allow_pickle=False)


def _level(outcome: Outcome, values: np.ndarray) -> np.ndarray:
    if outcome.mean:
        return np.nanmean(values, axis=0, keepdims=True)
    return sorted_quantiles(values, outcome.levels)


def _delta(outcome: Outcome, change: np.ndarray) -> np.ndarray:
    """Return 5 %, middle and 95 % of a difference; the middle of flows is their mean."""
    found = sorted_quantiles(change.astype("float32"), BAND)
    if outcome.mean:
        found[1] = np.nanmean(change, axis=0)
    return found
