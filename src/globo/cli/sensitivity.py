"""`globo sensitivity`: which unknown, or which lever, decides an answer."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from globo import bounds, files
from globo.cli import options
from globo.cli.output import answer_alone, note, number, print_json, print_table
from globo.texts.terminal import say

Names = Annotated[
    list[str] | None,
    typer.Option(
        "--of",
        metavar="NAME",
        help="An unknown (a parameter), a lever or lever@place; give it once for each.",
        show_default="every uncertain parameter",
    ),
]


def sensitivity(
    outcome: Annotated[
        str,
        typer.Argument(
            metavar="OUTCOME",
            help="What is asked about: coca_ha, delivered_t ...; with a place, coca_ha@ZONE.",
        ),
    ] = "coca_ha",
    of: Names = None,
    year: Annotated[int, typer.Option(help="Year of the outcome.")] = 2025,
    start: Annotated[int, typer.Option(help="First year in which levers hold.")] = 2018,
    n: Annotated[
        int, typer.Option(min=2, help="Base points of the second stage, a power of two.")
    ] = 64,
    trajectories: Annotated[int, typer.Option(min=2, help="Paths of the screening.")] = 8,
    keep: Annotated[int, typer.Option(min=1, help="Inputs that go on to the second stage.")] = 8,
    draws: Annotated[
        int, typer.Option(min=1, max=1000, help="Draws of luck that an outcome is the mean of.")
    ] = 2,
    seed: options.Luck = 1,
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE.html", help="Also write it as a report."),
    ] = None,
    lang: options.Lang = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Share an answer's uncertainty out among the unknowns, or among levers.

    A screening (Morris) finds the inputs that matter at all; for these, the share of the
    variance that each decides alone (first order) and has a part in (total order; Sobol),
    with 95 % intervals. What is not listed keeps the value of its draw.

    Examples: [bold]globo sensitivity coca_ha@VRAEM[/bold];
    [bold]globo sensitivity delivered_t --of eradication_budget --of road_control[/bold].
    """
    from globo import decisions
    from globo.decisions.evaluate import evaluator

    began = time.monotonic()
    if report is not None:
        files.target(report, "--report")
    with answer_alone():
        evaluate = evaluator(outcome, year, start, draws, seed, lambda text: note(text, quiet))
        names = [bounds.name(one) for one in of] if of else decisions.unknowns()
        found = decisions.sensitivity(
            evaluate, names, outcome, seed, n, keep=keep, trajectories=trajectories
        )
    told = {
        **found.to_json(),
        "year": year,
        "draws": draws,
        "seed": seed,
        "seconds": round(time.monotonic() - began, 3),
    }
    if report is not None:
        from globo.report.searches import sensitivity_page

        files.write_text(report, sensitivity_page(told, options.report_language(lang)))
    if as_json:
        print_json(told)
        return
    columns = [outcome, say("sensitivity.alone"), "±", say("sensitivity.with"), "±"]
    rows = [
        [i["name"], *(number(i[k]) for k in ("first", "first_conf", "total", "total_conf"))]
        for i in told["indices"]
    ]
    print_table(say("sensitivity.title", outcome=outcome, year=year), columns, rows)
    out = [s for s in told["screening"] if not s["kept"]]
    named = ", ".join(s["name"] for s in out) or say("sensitivity.nothing")
    print(say("sensitivity.out", n=len(out), names=named))
    size = {"runs": f"{told['runs']:,}", "draws": draws, "seconds": f"{told['seconds']:.0f}"}
    print(say("sensitivity.end", **size))
