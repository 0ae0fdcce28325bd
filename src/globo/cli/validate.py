"""`globo validate`: do measures move in the model what they moved elsewhere?"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from globo.cli import options
from globo.cli.output import answer_alone, print_json, print_table
from globo.cli.verify import UNTIL, runner
from globo.texts.terminal import say

HEADS = ("response", "published", "quality", "median", "span", "share", "matches")


def validate(
    draws: options.Ensemble = 32,
    seed: options.Luck = 1,
    reading: options.Reading = None,
    jobs: options.Jobs = None,
    keep: Annotated[
        Path | None,
        typer.Option(help="Folder that keeps the runs, so that a second time is quick."),
    ] = None,
    as_page: Annotated[
        bool, typer.Option("--page", help="Print the page docs/validation.md instead of a table.")
    ] = False,
    as_json: options.Json = False,
    lang: options.Lang = None,  # noqa: ARG001  (read from the words of the command)
    quiet: options.Quiet = False,
) -> None:
    """Set the model's responses beside published ones: what eradication, roads, hits move.

    Small experiments, each against the baseline of the same luck; the published ranges are
    those of [bold]globo facts[/bold], and none of them enters the fit. What the model has no
    figure for is listed with the reason.
    """
    from globo.model import readings
    from globo.validation import page
    from globo.validation import validate as responses

    began = time.monotonic()
    with answer_alone():
        as_read = lambda name: runner(draws, seed, jobs, keep, quiet, until=UNTIL, reading=name)  # noqa: E731
        result = responses.validate(as_read(reading))
        others = [] if reading or not as_page else list(readings.table())
        beside = {name: responses.validate(as_read(name)) for name in others}
    result |= {"seed": seed, "reading": reading}
    if as_page:
        print(page.page(result, beside))
        return
    if as_json:
        print_json({"seconds": round(time.monotonic() - began, 3), **result})
        return
    rows = [[str(one["topic"]), *page.cells(one)[:7]] for one in result["responses"]]
    heads = ["", *(say(f"validate.{head}") for head in HEADS)]
    print_table(say("validate.title"), heads, rows, texts=(0, 1))
    for one in result["absent"]:
        print(say("validate.absent", topic=one["topic"], what=one["what"], why=one["why"]))
    print(say("validate.counts", **result["counts"]))
    print(say("validate.end", draws=draws, seconds=f"{time.monotonic() - began:.0f}"))
