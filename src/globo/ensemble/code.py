"""Which code made a number: the version and a hash of the files that decide it.

A run is decided by the rooms and files of `RUN`; what is worked out from runs, by further rooms
that the caller names. The command line, the report, the server and every text decide no number
and are left out, so that a better chart or word does not make a run another run. The facts
themselves have a hash of their own.
"""

from __future__ import annotations

import csv
import hashlib
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path

RUN = (
    "luck.py", "environment.py", "countries", "facts", "model", "results", "scenario", "ensemble",
    "simulation", "assimilation",
)  # fmt: skip
SUFFIXES = (".py", ".csv", ".toml")
# Columns of tables that only a reader reads.
WORDS = frozenset(
    {"label_en", "label_es", "meaning", "meaning_en", "meaning_es", "source", "source_es"}
    | {"cost", "cost_es", "price"}
)
DEPTH = 3  # countries/NAME/table.csv
PACKAGE = Path(__file__).resolve().parent.parent
LIBRARIES = ("jax", "jaxlib", "numpy", "pandas", "scipy", "xarray", "zarr")  # that make a number


@cache
def code_hash(*further: str, package: Path = PACKAGE) -> str:
    """Return 12 hexadecimal digits for the code, as it was when first asked.

    Args:
        further: rooms that decide a number beside those of every run.
        package: folder of the package.
    """
    whole = hashlib.sha256()
    for room in sorted({*RUN, *further}):
        for path in sorted([package / room, *(package / room).rglob("*")]):
            name = path.relative_to(package)
            if path.is_file() and path.suffix in SUFFIXES and not _aside(name):
                whole.update(name.as_posix().encode("utf-8") + b"\0" + _deciding(path) + b"\0")
    return whole.hexdigest()[:12]


def _aside(name: Path) -> bool:
    """Return whether a file stands in a folder of a country.

    Facts have a hash of their own; the rest there is read by the page, the report, the claims
    and the responses alone.
    """
    return name.parts[0] == "countries" and len(name.parts) > DEPTH


def _deciding(path: Path) -> bytes:
    """Return what of a file decides numbers: of a table no column of words and no comment."""
    if path.suffix != ".csv":
        return path.read_bytes()
    lines = [one for one in path.read_text(encoding="utf-8").splitlines() if one[:1] != "#"]
    head, *rows = csv.reader(lines)
    kept = [i for i, name in enumerate(head) if name not in WORDS]
    return repr([[row[i] for i in kept] for row in (head, *rows)]).encode("utf-8")


def code_version(*further: str) -> str:
    """Return the version of the package with the hash of its code, and of further rooms."""
    return f"{version('globo')}+{code_hash(*further)}"


def libraries() -> list[str]:
    """Return Python and the libraries that make a number, each with its version."""
    return [f"Python {platform.python_version()}", *(f"{one} {version(one)}" for one in LIBRARIES)]
