"""What commands print: the answer on stdout, all else on stderr."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

from globo.errors import UserError

WIDTH = 120  # columns, where the output is no terminal


def print_json(content: Any) -> None:
    """Print one JSON document on stdout; NaN has no place in it."""
    print(json.dumps(content, ensure_ascii=False, allow_nan=False, default=_plain))


def _plain(value: Any) -> Any:
    """Return a NumPy number as Python's own."""
    return value.item()


def note(text: str, quiet: bool = False) -> None:
    """Say something on stderr, beside the answer."""
    if not quiet:
        print(text, file=sys.stderr, flush=True)


def print_table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    texts: Sequence[int] = (0,),
) -> None:
    """Print a table on stdout.

    Args:
        title: stands above it.
        columns: their heads.
        rows: cells as text.
        texts: numbers of the columns that hold text; the others stand to the right.
    """
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=escape(title), box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for i, name in enumerate(columns):
        table.add_column(escape(name), justify="left" if i in texts else "right", overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    console = Console()
    (console if console.is_terminal else Console(width=WIDTH)).print(table)


def number(value: float | None) -> str:
    """Write a number with the digits that a reader needs."""
    if value is None or value != value:
        return "–"
    size = abs(value)
    return f"{value:,.0f}" if size >= 100 or size == 0 else f"{value:.3g}"


def interval(levels: dict[str, float | None]) -> list[str]:
    """Write an interval as three cells: median, 5 % and 95 %."""
    return [number(levels[name]) for name in ("p50", "p05", "p95")]


@contextmanager
def answer_alone() -> Iterator[None]:
    """Keep stdout for the answer: what libraries print meanwhile goes to stderr."""
    with redirect_stdout(sys.stderr):
        yield


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Write a file beside its place and move it there, so that no half of it is seen.

    Args:
        path: the file; its folder is made where it is missing.
        write: writes to the path it is given.

    Raises:
        UserError: the place cannot be written.
    """
    draft = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        os.close(handle)
        write(Path(draft))
        os.chmod(draft, 0o644)
        os.replace(draft, path)
        draft = None
    except OSError as error:
        found = f"cannot be written ({error.strerror or type(error).__name__})"
        mend = "choose another place with --out"
        raise UserError(str(path), found, "a file in a folder that can be written", mend) from error
    finally:
        if draft is not None:
            Path(draft).unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all; see `write_whole`."""

    def write(draft: Path) -> None:
        draft.write_text(text, encoding="utf-8", newline="\n")

    write_whole(path, write)
