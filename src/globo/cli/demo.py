"""`globo demo`, which `make run` calls: one policy question, from the facts to the answer."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from globo import countries, files
from globo.cli import options
from globo.cli.output import answer_alone, note
from globo.cli.run import report_writer
from globo.texts.terminal import say, spoken

Folder = Annotated[Path, typer.Option("--out", help="Folder for the two run folders.")]


def demo(
    context: typer.Context,
    draws: options.Ensemble = 64,
    seed: options.Luck = 1,
    until: options.Until = None,
    out: Folder = options.RUNS,
    jobs: options.Jobs = None,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
) -> None:
    """Answer one question from start to end: eradication enters the VRAEM, what moves?

    Runs the baseline and the policy with the same luck, prints the change by zone with its
    interval and the probability of growth, and writes a report that opens offline.
    """
    import globo

    files.target_folder(out)  # before the work
    began, name_of = time.monotonic(), countries.load().story
    story = globo.load_scenario(name_of, until=until)
    runs = []
    with answer_alone():
        for name, source in (("baseline", None), (name_of, name_of)):
            folder = out / f"{name}-{seed}"
            told = say("begins", name=name, draws=f"{draws:,}", until=story.until, folder=folder)
            note(f"globo: {told}", quiet)
            runs.append(
                globo.run(
                    source,
                    draws=draws,
                    seed=seed,
                    until=story.until,
                    out=folder,
                    jobs=jobs,
                    progress=not quiet,
                    command=context.obj or "",
                    finish=report_writer(options.report_language(lang), *runs),
                )
            )
        text = globo.compare(*runs).table(lang=spoken())
    print(text)
    print("\n" + say("demo.why", a=out / f"baseline-{seed}", b=folder))
    path, seconds = (folder / "report.html").resolve(), f"{time.monotonic() - began:.0f}"
    print(say("demo.end", seconds=seconds, path=path))
