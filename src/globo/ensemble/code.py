"""Which code made a number: the version and a hash of the files that decide it.

The command line, the report, the server and the page decide no number and are
left out, so a better chart does not make a run another run.
"""

from __future__ import annotations

import hashlib
import platform
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

SILENT = frozenset({"page", "report", "server", "cli", "__main__.py"})
KINDS = (".py", ".csv", ".json")
LIBRARIES = ("jax", "jaxlib", "numpy", "pandas", "scipy", "xarray", "zarr")  # that make a number


@lru_cache(maxsize=1)
def code_hash() -> str:
    """Return 12 hexadecimal digits for the code, as it was when first asked."""
    package = Path(__file__).resolve().parent.parent
    whole = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        name = path.relative_to(package)
        if path.suffix in KINDS and name.parts[0] not in SILENT:
            whole.update(name.as_posix().encode("utf-8") + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()[:12]


def code_version() -> str:
    """Return the version of the package with the hash of its code."""
    return f"{version('globo')}+{code_hash()}"


def libraries() -> list[str]:
    """Return Python and the libraries that make a number, each with its version."""
    return [f"Python {platform.python_version()}", *(f"{one} {version(one)}" for one in LIBRARIES)]
