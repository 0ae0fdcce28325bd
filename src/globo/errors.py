"""Errors that a user can mend: where, what was found, what is allowed, the mend.

Every room raises `UserError` for bad input; the command line prints it as one
line and exits with code 2, the server answers 422 with the same four parts.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from importlib import import_module
from typing import Any


class UserError(ValueError):
    """Input that cannot be used, said so that it can be mended.

    Args:
        where: file (with line), option or field.
        found: what stood there.
        allowed: what may stand there, with unit and range.
        mend: what to do about it, in one clause.
    """

    def __init__(self, where: str, found: str, allowed: str, mend: str = "") -> None:
        """Keep the four parts, and say them in one line."""
        self.where, self.found, self.allowed, self.mend = where, found, allowed, mend
        super().__init__(self.line("allowed"))

    def line(self, allowed: str) -> str:
        """Return the four parts in one line, with the word for "allowed" of a language."""
        tail = f"; {self.mend}" if self.mend else ""
        return f"{self.where}: {self.found}; {allowed}: {self.allowed}{tail}"


def did_you_mean(name: str, valid: Iterable[str]) -> str:
    """Return a mend that names the nearest valid names.

    Args:
        name: the name that is not known.
        valid: the names that are.

    Returns:
        "did you mean 'x'?" or a pointer to the list where nothing is near.
    """
    names = list(valid)
    if name.isdigit() and name.zfill(6) in names:
        return f"did you mean '{name.zfill(6)}'? A spreadsheet cuts the zero of a code"
    lowered = {n.lower(): n for n in names}
    near = get_close_matches(name.lower(), lowered, n=1, cutoff=0.5)
    return f"did you mean '{lowered[near[0]]}'?" if near else "see the names allowed"


def from_extra(module: str, extra: str) -> Any:
    """Import a module that comes with an extra of the package.

    Args:
        module: its full name.
        extra: name of the extra in pyproject.toml.

    Raises:
        UserError: the extra is not installed.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        found, allowed = f"'{error.name}' is not installed", f"globo with its extra '{extra}'"
        raise UserError(module, found, allowed, f"run: pip install 'globo[{extra}]'") from error
