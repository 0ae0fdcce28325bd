"""`globo optimise`: which measures to pay for, whatever the truth about the unknowns is."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from globo import files
from globo.cli import options
from globo.cli.output import (
    answer_alone,
    note,
    number,
    print_json,
    print_table,
)
from globo.texts.terminal import say

SHOWN = 12  # portfolios shown to people
KEPT = "answers"  # folder of a search under way


def optimise(
    problem: Annotated[
        Path, typer.Argument(metavar="FILE", help="The question, as examples/portfolio.yaml.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder for result.json and report.html.",
            show_default="runs/NAME-SEED",
        ),
    ] = None,
    runs: Annotated[
        int | None,
        typer.Option(min=20, help="Portfolios to try.", show_default="the question's"),
    ] = None,
    seed: options.Luck = 1,
    as_json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
) -> None:
    """Search for portfolios of measures that do well under the budget in every world.

    A world is a draw of the unknowns with its own demand abroad, supply of the neighbours
    and the like. Prints the portfolios that no other beats, how much each may be regretted,
    when it fails, which measures are in all that last, and which one can do without. After the
    portfolios that no other beats it looks for those that are regretted least, with and without
    each measure, and tries what is found again on worlds that no search saw. Stopped, it goes on
    where it was when the same command is given again.
    """
    from globo import decisions
    from globo.decisions.evaluate import Model, one_by_one
    from globo.ensemble import code_version
    from globo.ensemble.trouble import said_plainly
    from globo.report.searches import portfolio_page
    from globo.simulation import known

    began = time.monotonic()
    asked = decisions.problem(problem)
    folder = files.target_folder(out or options.RUNS / f"{asked.name}-{seed}")
    work = folder / KEPT
    with answer_alone(), said_plainly(folder):
        model = Model(asked, seed)
        made = {"code": code_version("decisions"), "facts": known(None).hash}
        found = decisions.optimise(
            asked,
            model.evaluate,
            seed,
            runs,
            model.describe,
            lambda text: note(text, quiet),
            work,
            f"{made['code']} {made['facts']} seed {seed} ",
        )
        note("asking what each measure does alone", quiet)
        alone = one_by_one(asked, seed)
    told = {
        **found.to_json(),
        **found.details(),
        "alone": alone,
        "made": made,
        "seconds": round(time.monotonic() - began, 3),
    }
    text = json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1)
    files.write_text(folder / "result.json", text)
    page = portfolio_page(json.loads(text), options.report_language(lang))
    files.write_text(folder / "report.html", page)
    decisions.sweep(work)
    if as_json:
        print_json(told)
        return
    _show(told, folder)


def _show(told: dict[str, Any], folder: Path) -> None:
    names = list(told["front"][0]["objectives"])
    rows = [
        [one["id"], *(number(one["objectives"][n]) for n in names), number(one["regret"]),
         say("yes") if one["robust"] else ""]
        for one in [*told["front"][:SHOWN], told["today"]]
    ]  # fmt: skip
    head = ["", *names, say("optimise.regret"), say("optimise.lasts")]
    print_table(say("optimise.front"), head, rows)
    for one in told["front"][:SHOWN]:
        levers = ", ".join(f"{name} {number(value)}" for name, value in one["levers"].items())
        print(f"{one['id']}: {levers}")
    carried = ", ".join(told["robust_measures"]) or say("optimise.none")
    print("\n" + say("optimise.in_all", measures=carried))
    for row in told["dominated"]:
        why = say(f"optimise.{row['why']}", by=row["by"] or "")
        print(say("optimise.without", measure=row["measure"], why=why))
    ratio = f"{told['hypervolume_ratio_to_random']:.2f}"
    print(say("optimise.end", runs=f"{told['runs']:,}", ratio=ratio))
    print(f"{told['seconds']:.0f} s; {folder / 'report.html'}")
