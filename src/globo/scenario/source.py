"""Sources of a scenario: a YAML file, a shipped example or a mapping, with its fields' lines."""

from __future__ import annotations

import numbers
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scalarfloat import ScalarFloat

from globo.bounds import name
from globo.errors import UserError, did_you_mean

MOST_BYTES = 1_000_000
MOST_ENTRIES = 100_000
DEPTH = 6
SHOWN = 60  # characters of what was found
# What the parser raises for a text that is no YAML, or that no machine could hold.
BROKEN = (YAMLError, RecursionError, ValueError, TypeError, ArithmeticError, LookupError)
OTHERS = ("portfolio",)  # examples of other commands
_SHEET = "copy the levers into a text file, as in the examples"
FOREIGN = {
    b"PK": ("a spreadsheet or an archive", _SHEET),
    b"\xd0\xcf\x11\xe0": ("a document of an office program", _SHEET),
    b"\xff\xfe": ("text in UTF-16", "save it as UTF-8"),
    b"\xfe\xff": ("text in UTF-16", "save it as UTF-8"),
    b"{\\rt": ("a document of a text program", "save it as plain text in UTF-8"),
}
SHAPE = "name, title, description, country, until, levers, off, parameters, reading, draws, seed"


@dataclass(frozen=True)
class Source:
    """A scenario as it was declared.

    Attributes:
        tree: plain dicts, lists, texts and numbers.
        file: file name shown in messages; "" for a mapping.
        stem: name of the file without folder and ending; "" for a mapping.
        marked: the same tree with the lines of its entries, or None.
    """

    tree: dict[str, Any]
    file: str = ""
    stem: str = ""
    marked: Any = None

    def line(self, path: Sequence[str | int]) -> int | None:
        """Return the line of a field, from 1; of what holds it where it is not there."""
        found, node = None, self.marked
        for part in path:
            try:
                if isinstance(node, CommentedMap):
                    found = node.lc.key(part)[0] + 1
                elif isinstance(node, CommentedSeq):
                    found = node.lc.item(part)[0] + 1
                node = node[part]
            except (KeyError, IndexError, TypeError, AttributeError):
                break
        return found

    def decimals(self, path: Sequence[str | int]) -> int:
        """Return the digits after the point of a number as it was written; 0 where unknown."""
        node = self.marked
        for part in path:
            try:
                node = node[part]
            except (KeyError, IndexError, TypeError):
                return 0
        if not isinstance(node, ScalarFloat) or getattr(node, "_exp", None):
            return 0
        width, point = (int(getattr(node, name, 0)) for name in ("_width", "_prec"))
        return max(0, width - point - 1)

    def where(self, path: Sequence[str | int]) -> str:
        """Return `file:line: field` for a message."""
        field = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")
        line = self.line(path)
        head = self.file if line is None else f"{self.file}:{line}"
        return ": ".join(part for part in (head, field) if part) or "scenario"


class _Constructor(RoundTripConstructor):
    """Leaves dates as they stand, so that a wrong one is shown with its line."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", lambda self, node: node.value)


def read(source: str | Path | Mapping[str, Any]) -> Source:
    """Read a scenario from a mapping, a path, or the name of a shipped example.

    Raises:
        UserError: what cannot be read, or is no mapping.
    """
    if isinstance(source, Mapping):
        return Source(_plain_mapping(source, ""))
    if not isinstance(source, str | Path):
        where, allowed = "scenario", "a path, the name of an example, or a mapping"
        raise UserError(where, shown(source), allowed)
    if isinstance(source, str) and source in names():
        return _read_file(folder() / f"{source}.yaml", f"examples/{source}.yaml")
    return _read_file(Path(source), str(source))


def names() -> list[str]:
    """Return the names of the scenarios that ship as examples."""
    return sorted({path.stem for path in folder().glob("*.yaml")} - set(OTHERS))


def folder() -> Path:
    """Return the folder of the examples: inside the package, or beside its sources."""
    package = Path(__file__).resolve().parent.parent
    packed = package / "examples"
    return packed if packed.is_dir() else package.parent.parent / "examples"


def shown(value: Any) -> str:
    """Return a value as it is shown in a message, one short line."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):
        text = f"a {type(value).__name__} too long to show"
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."


def _read_file(path: Path, told: str) -> Source:
    allowed = "a YAML file, or the name of an example"
    told_short = told if len(told) <= 2 * SHOWN else f"{told[: 2 * SHOWN]}..."
    told_short = told_short if told_short.isprintable() else shown(told)
    try:
        if path.is_dir():
            inside = path / "scenario.yaml"
            mend = f"give {inside}" if inside.is_file() else "give a file in it"
            raise UserError(told_short, "a folder", allowed, mend)
        if not path.is_file():
            mend = did_you_mean(path.stem, names())
            raise UserError(told_short, "no such file or example", allowed, mend)
        if path.stat().st_size > MOST_BYTES:
            found = f"{path.stat().st_size} bytes"
            raise UserError(told_short, found, f"at most {MOST_BYTES} bytes", "is it a scenario?")
        _check_kind(path, told_short)
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"byte {error.start} is no UTF-8"
        raise UserError(told_short, found, "text in UTF-8", "save it as UTF-8") from None
    except (OSError, ValueError) as error:
        if isinstance(error, UserError):
            raise
        found = getattr(error, "strerror", None) or str(error)
        raise UserError(told_short, found, allowed, "check the path and its rights") from None
    marked = _parsed(text, told_short)
    if not isinstance(marked, Mapping):
        found = "nothing" if marked is None else f"a {_kind(marked)}"
        row = isinstance(marked, str) and any(mark in marked for mark in ",;\t")
        mend = "rows of a spreadsheet? Write 'field: value'" if row else "write at least a name"
        raise UserError(told_short, found, f"fields: {SHAPE}", mend)
    return Source(_plain_mapping(marked, told_short), told_short, path.stem, marked)


def _check_kind(path: Path, told: str) -> None:
    """Refuse what another program saved in a form of its own."""
    with path.open("rb") as file:
        head = file.read(4)
    for start, (found, mend) in FOREIGN.items():
        if head.startswith(start):
            raise UserError(told, found, "a text file in UTF-8", mend)


def _parsed(text: str, told: str) -> Any:
    """Return the tree with its lines; what is no YAML is refused with its line."""
    yaml = YAML(typ="rt")
    yaml.Constructor = _Constructor
    yaml.allow_duplicate_keys = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return yaml.load(text)
    except DuplicateKeyError as error:
        found = str(error.problem).split(" with value")[0]
        raise UserError(_mark(told, error), found, "each key once", "leave one of them") from None
    except MarkedYAMLError as error:
        found = str(error.problem or "broken YAML")
        mend = "check indentation, colons and quotes"
        raise UserError(_mark(told, error), found, "YAML", mend) from None
    except (
        YAMLError,
        RecursionError,
        ValueError,
        TypeError,
        ArithmeticError,
        LookupError,
    ) as error:
        found = " ".join(str(error).split())[: 2 * SHOWN] or type(error).__name__
        raise UserError(told, found, "YAML", "check numbers and brackets") from None


def _mark(told: str, error: MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    return told if mark is None else f"{told}:{mark.line + 1}"


def _plain_mapping(source: Mapping[Any, Any], where: str) -> dict[str, Any]:
    left = [MOST_ENTRIES]
    return _plain(source, where or "scenario", 0, left)


def _plain(value: Any, where: str, depth: int, left: list[int]) -> Any:
    """Return plain Python: dict, list, bool, int, float or what else it was."""
    left[0] -= 1
    if depth > DEPTH or left[0] < 0:
        found = "nested too deeply" if left[0] >= 0 else "too many entries"
        raise UserError(where, found, f"fields: {SHAPE}", "see the examples")
    if isinstance(value, Mapping):
        return {
            name(k) if isinstance(k, str) else k: _plain(v, where, depth + 1, left)
            for k, v in value.items()
        }
    if isinstance(value, list | tuple):
        return [_plain(v, where, depth + 1, left) for v in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value)
    return name(value) if isinstance(value, str) else value


def _kind(value: Any) -> str:
    return "list" if isinstance(value, list) else "text" if isinstance(value, str) else "number"
