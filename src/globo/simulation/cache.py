"""The history and the baseline kept in the user's cache, so that the next start is quick.

A file is named after all that its numbers depend on and holds arrays alone. It is written
beside its place and moved there; one that cannot be read counts as absent, and a disk that
refuses means that nothing is kept. The newest files stay, the others go.
"""

from __future__ import annotations

import contextlib
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from globo import files

NEWEST = 3
Arrays = dict[str, np.ndarray]


def user_folder() -> Path:
    """Return where histories are kept: `globo/history` in the user's cache."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "globo" / "history"


def read(path: Path) -> Arrays | None:
    """Return the arrays of a file; None where there is none or it is broken."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            return {key: kept[key] for key in kept.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        return None


def write(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Keep arrays in a file, and drop the oldest files of its folder."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        files.put(path, lambda draft: _save(draft, arrays))
        newest = sorted(path.parent.glob("*.npz"), key=lambda p: p.stat().st_mtime)
        for old in newest[:-NEWEST]:
            old.unlink(missing_ok=True)


def _save(draft: Path, arrays: Mapping[str, np.ndarray]) -> None:
    with draft.open("wb") as file:
        np.savez(file, **arrays)  # pyright: ignore[reportArgumentType]
