"""Report: one self-contained HTML file about a run, or about a run against its baseline.

`write` is the whole way from results to file, `write_brief` the way to one page of PDF. `page`
(frame, sections, figures), `charts` and `stats` serve any other report in the same frame.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xarray as xr

from globo import files
from globo.report.page import Section, render

__all__ = ["Section", "render", "write", "write_brief"]


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

    files.target(path, str(path))  # before the work
    return files.write_text(path, html(ds, lang, baseline, comparison))


def write_brief(
    ds: xr.Dataset,
    path: str | Path,
    baseline: xr.Dataset,
    lang: str = "es",
    comparison: Any = None,
) -> Path:
    """Write the brief of a run against its baseline: one page, as PDF.

    Args:
        ds: results of the run.
        path: file to write; its folder is made where it is missing.
        baseline: results of the baseline, same seed.
        lang: `es` or `en`.
        comparison: what `globo.compare(baseline, ds)` returned, where it is at hand.

    Raises:
        UserError: as for `write`, or more is to be told than a page holds.
    """
    from globo.report.brief.sheet import pdf

    files.target(path, str(path))  # before the work
    return files.write_bytes(path, pdf(ds, baseline, lang, comparison))
