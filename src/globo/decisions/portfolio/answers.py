"""Answers: the model's answers to a search on the disk, so that a killed search goes on.

A search is the same questions in the same order for the same seed, so a search that starts again
is answered from here until it comes to what was not yet asked. An answer is one file named by a
hash of its question; whoever asks says what else decides an answer (problem, seed, code, facts).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from globo import files
from globo.decisions.portfolio.problem import StateOfWorld
from globo.decisions.portfolio.search import Evaluate
from globo.errors import UserError

SUFFIX = ".npy"


@dataclass
class StoredAnswers:
    """A model whose answers are stored.

    Attributes:
        evaluate: the model.
        folder: where answers are kept; made where it is missing.
        decides: all that decides an answer beside its question.
        n_known: answers taken from the folder.
    """

    evaluate: Evaluate
    folder: Path
    decides: str
    n_known: int = 0

    def __post_init__(self) -> None:
        """Refuse a link, which would have answers written and swept somewhere else."""
        if self.folder.is_symlink():
            where, mend = str(self.folder), "remove it or choose another folder"
            raise UserError(where, "a link", "a folder", mend)

    def __call__(self, levers: list[dict[str, float]], worlds: list[StateOfWorld]) -> np.ndarray:
        """Return what the model says, from the folder where it was asked before."""
        asked = json.dumps([self.decides, levers, worlds], sort_keys=True)
        path = self.folder / (hashlib.sha256(asked.encode()).hexdigest()[:32] + SUFFIX)
        known = _read(path)
        if known is not None and known.shape[:2] == (len(levers), len(worlds)):
            self.n_known += 1
            return known
        answer = np.asarray(self.evaluate(levers, worlds), dtype=float)
        _write(path, lambda handle: np.save(handle, answer, allow_pickle=False))
        return answer


def sweep(folder: Path) -> None:
    """Remove what was kept, and the folder where nothing else is in it."""
    if folder.is_symlink():
        return
    for path in (*folder.glob(f"*{SUFFIX}"), *folder.glob(f".*{files.DRAFT}")):
        path.unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _read(path: Path) -> np.ndarray | None:
    """Return a kept answer; None where there is none that can be read."""
    try:
        if not path.is_file() or path.is_symlink():
            return None
        return np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None


def _write(path: Path, save: Callable) -> None:
    """Write a file whole or not at all."""

    def filled(draft: Path) -> None:
        with draft.open("wb") as held:
            save(held)

    path.parent.mkdir(parents=True, exist_ok=True)
    files.put(path, filled)
