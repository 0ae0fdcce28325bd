"""What commands print: the answer on stdout, all else on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from typing import Any

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
