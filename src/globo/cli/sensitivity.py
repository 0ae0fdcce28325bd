"""`globo sensitivity`: which unknown, or which lever, decides an answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from globo import bounds, files
from globo.cli import options
from globo.cli.output import answer_alone, note, number, print_json, print_table
from globo.errors import UserError, did_you_mean

if TYPE_CHECKING:
    import numpy as np

    from globo.results.measures import Measure

FIRST_YEAR = 2001
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
            help="What is asked about: coca_ha, delivered_t ...; with a place, coca_ha@VRAEM.",
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

    began = time.monotonic()
    if report is not None:
        files.target(report, "--report")
    with answer_alone():
        evaluate = evaluator(outcome, year, start, draws, seed, quiet)
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
    columns = [outcome, "alone", "±", "with others", "±"]
    rows = [
        [i["name"], *(number(i[k]) for k in ("first", "first_conf", "total", "total_conf"))]
        for i in told["indices"]
    ]
    print_table(f"Share of the variance of {outcome} in {year}", columns, rows)
    out = [s for s in told["screening"] if not s["kept"]]
    print(f"Screened out, {len(out)}: {', '.join(s['name'] for s in out) or 'nothing'}.")
    print(f"{told['runs']:,} runs of {draws} draws, {told['seconds']:.0f} s")


def evaluator(
    outcome: str, year: int, start: int, draws: int, seed: int, quiet: bool
) -> Callable[[list[dict[str, dict[str, float]]]], np.ndarray]:
    """Return what gives the outcome of many runs: the mean over some draws of luck.

    Args:
        outcome: a measure, with `@place` where it has places.
        year: year of the outcome.
        start: first year in which levers hold.
        draws: draws that an outcome is the mean of.
        seed: of all luck.
        quiet: whether to say nothing on stderr.

    Raises:
        UserError: an unknown outcome or place, or a year that cannot be run.
    """
    import numpy as np

    from globo.scenario.controls import settings_from
    from globo.simulation import Simulator
    from globo.simulation.batches import Row, whole

    for name, value in (("--year", year), ("--start", start)):
        if not FIRST_YEAR <= value <= 2100:
            raise UserError(where=name, found=str(value), allowed=f"{FIRST_YEAR} to 2100")
    simulator = Simulator(seed=seed)
    measure, place = measured(outcome)

    def evaluate(runs: list[dict[str, dict[str, float]]]) -> np.ndarray:
        note(f"globo: {len(runs):,} runs of {draws} draws", quiet)
        rows = [
            Row(draw, settings_from(run["levers"], start), run["parameters"])
            for run in runs
            for draw in range(draws)
        ]
        parts = []
        for ds in whole(simulator, rows, year):
            values = np.asarray(measure.of(ds), "float64")[:, -1, place]
            parts.append(np.where(ds["status"].values == 0, values, np.nan))
        return np.concatenate(parts).reshape(len(runs), draws).mean(axis=1)

    return evaluate


def measured(outcome: str) -> tuple[Measure, int]:
    """Return the measure that an outcome names, and the number of its place."""
    from globo import simulation
    from globo.results import MODES
    from globo.results.measures import measures

    name, _, place = bounds.name(outcome).partition("@")
    known = measures()
    if not place:
        names = [key.partition("|")[0] for key in known if key.endswith("|country")]
        if name not in names:
            allowed = ", ".join(names)
            raise UserError(
                where="OUTCOME",
                found=f"'{outcome}'",
                allowed=allowed,
                mend=did_you_mean(name, names),
            )
        return known[f"{name}|country"], 0
    found: dict[str, tuple[Measure, int]] = {}
    labels: dict[str, Any] = {**simulation.labels(None), "mode": list(MODES)}
    for key, measure in known.items():
        variable, _, dim = key.partition("|")
        if variable == name and dim in labels:
            found |= {str(label): (measure, i) for i, label in enumerate(labels[dim])}
    if place not in found:
        names = sorted({key.partition("|")[0] for key in known})
        allowed = f"places of {name}" if found else ", ".join(names)
        wrong, near = (place, found) if found else (name, names)
        raise UserError(
            where="OUTCOME", found=f"'{outcome}'", allowed=allowed, mend=did_you_mean(wrong, near)
        )
    return found[place]
