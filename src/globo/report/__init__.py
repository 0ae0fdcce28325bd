"""Report: one self-contained HTML file about a run, or about a run against its baseline.

`write` is the whole way from results to file. `page` (frame, sections, figures),
`charts` and `stats` serve any other report in the same frame.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import xarray as xr

from globo.errors import UserError
from globo.report.page import Section, render

__all__ = ["Section", "render", "write"]


def write(
    ds: xr.Dataset,
    path: str | Path,
    lang: str = "es",
    baseline: xr.Dataset | None = None,
    comparison: Any = None,
) -> Path:
    """Write the report of a run, or of a run against its baseline, as one HTML file.

    Args:
        ds: results of the run.
        path: file to write; its folder is made where it is missing.
        lang: `es` or `en`.
        baseline: results of the baseline, same seed; None for a run alone.
        comparison: what `globo.compare(baseline, ds)` returned, where it is at hand.

    Returns:
        The path written.

    Raises:
        UserError: an unknown language, runs that cannot be compared, or a path that
            cannot be written.
    """
    # The book brings the drawing library; a process that writes no report does without it.
    from globo.report.book import html

    text = html(ds, lang, baseline, comparison)
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, text)
    except OSError as error:
        found = error.strerror or "cannot be written"
        raise UserError(str(target), found, "a file in a folder that can be written") from error
    return target


def _replace(target: Path, text: str) -> None:
    """Write beside the target and move into place, so that nothing half-written stays."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=target.name, suffix=".partial")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
