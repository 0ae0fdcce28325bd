"""`globo costs`: what each measure costs for what it avoids, and what leaks elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from globo.cli import options
from globo.cli.output import answer_alone, interval, print_json, print_table
from globo.texts.terminal import say

Baseline = Annotated[Path, typer.Argument(metavar="BASELINE", help="Run folder without measures.")]
Measures = Annotated[
    list[Path], typer.Argument(metavar="RUN...", help="Run folders with one measure each.")
]


def costs(
    baseline: Baseline,
    measures: Measures,
    as_json: options.Json = False,
    lang: options.Lang = None,  # noqa: ARG001  (read from the words of the command)
) -> None:
    """Compare measures by what they cost for a hectare, a kilo and an attack avoided.

    Each measure is a run of the same seed and span as the baseline. Intervals are over draws;
    published estimates stand beside the model's, in the JSON.
    """
    from globo.decisions import cost_table, published
    from globo.ensemble import open_run

    with answer_alone():
        base, runs = open_run(baseline), [open_run(folder) for folder in measures]
        rows = cost_table(base, _named(measures, runs))
        told = {"measures": rows, "published": _records(published())}
    if as_json:
        print_json(told)
        return
    _show(rows, len(told["published"]))


def _show(rows: list[dict[str, Any]], published: int) -> None:
    for row in rows:
        levels = {k: v for k, v in row.items() if isinstance(v, dict) and "p50" in v}
        cells = [[say(f"costs.{name}"), *interval(v)] for name, v in levels.items()]
        print_table(str(row["measure"]), ["", say("median"), say("low"), say("high")], cells)
        if row["left_out"]:
            print(say("costs.left_out", names=", ".join(row["left_out"])))
    print(say("costs.published", n=published))


def _named(folders: list[Path], runs: list[Any]) -> dict[str, Any]:
    """Return runs by the name of their scenario; those of one name by their folder too."""
    names = [str(run.attrs["scenario"]) for run in runs]
    told = [
        f"{name} ({folder})" if names.count(name) > 1 else name
        for name, folder in zip(names, folders, strict=True)
    ]
    return dict(zip(told, runs, strict=True))


def _records(table: Any) -> list[dict[str, Any]]:
    """Return the rows of a frame with None where nothing stands."""
    plain = table.astype(object).where(table.notna(), None)
    return plain.to_dict("records")
