"""The progress bar of an ensemble, on stderr; silent where stderr is no terminal."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bar


class Progress:
    """Draws done of draws to do, with what failed.

    Args:
        total: draws of the plan.
        done: draws that need no computing.
        shown: whether to show anything.
    """

    def __init__(self, total: int, done: int, shown: bool) -> None:
        """Prepare the bar; it shows on entering."""
        console = Console(stderr=True)
        self._failed = 0
        self._bar = Bar(
            TextColumn("draws"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[failed]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not shown or not console.is_terminal,
            transient=True,
        )
        self._task = self._bar.add_task("draws", total=total, completed=done, failed="")

    def __enter__(self) -> Progress:
        """Show the bar."""
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        self._bar.stop()

    def advance(self, draws: int, failed: int) -> None:
        """Count draws that have ended."""
        self._failed += failed
        text = f"{self._failed} failed" if self._failed else ""
        self._bar.update(self._task, advance=draws, failed=text)
