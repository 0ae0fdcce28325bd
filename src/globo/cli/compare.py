"""`globo compare`: two run folders, draw by draw."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from globo.cli import options
from globo.cli.output import answer_alone, note, print_json
from globo.texts.terminal import say, spoken

First = Annotated[Path, typer.Argument(metavar="A", help="Run folder to compare with.")]
Second = Annotated[Path, typer.Argument(metavar="B", help="Run folder of the other policy.")]
Why = Annotated[
    bool,
    typer.Option(
        "--why",
        help="Also split each change by channel: brigades, growers, prices, hold, neighbours;"
        " runs the years in which the two differ again, some ten times.",
    ),
]
AllOrders = Annotated[
    bool,
    typer.Option(
        "--all-orders",
        help="With --why: average over all orders of the channels; far more runs.",
    ),
]
Year = Annotated[int | None, typer.Option(help="Year compared.", show_default="the last in both")]
Report = Annotated[
    Path | None,
    typer.Option(metavar="FILE.html", help="Also write the comparison as a report."),
]
Brief = Annotated[
    Path | None,
    typer.Option(metavar="FILE.pdf", help="Also write it as a brief of one page."),
]


def compare(
    a: First,
    b: Second,
    year: Year = None,
    why: Why = False,
    all_orders: AllOrders = False,
    as_json: options.Json = False,
    report: Report = None,
    brief: Brief = None,
    lang: options.Lang = None,
) -> None:
    """Compare two runs draw by draw: what moves, where it bulges, how sure.

    Both must have the same seed, places and first month. Per zone (with --json also per
    district): the change in hectares with its interval and the probability of growth; then
    the share of the area removed that reappears elsewhere, the zones where it bulges, and the
    unknowns that decide the answer; with --why what each change comes from.
    """
    import globo
    from globo import files
    from globo.ensemble import open_run

    for path, option in ((report, "--report"), (brief, "--brief")):
        if path is not None:
            files.target(path, option)
    with answer_alone():
        runs = [open_run(folder) for folder in (a, b)]
        comparison = globo.compare(*runs, why=why or all_orders, all_orders=all_orders)
        told = comparison.to_json(year)
        text = "" if as_json else comparison.table(year, spoken())
        if report is not None:
            from globo.report import write

            write(runs[1], report, options.report_language(lang), runs[0], comparison)
        if brief is not None:
            from globo.report import write_brief

            write_brief(runs[1], brief, runs[0], options.report_language(lang), comparison)
    if as_json:
        print_json(told)
    else:
        print(text)
    if report is not None:
        note(f"globo: {say('report', path=report)}")
    if brief is not None:
        note(f"globo: {say('brief', path=brief)}")
