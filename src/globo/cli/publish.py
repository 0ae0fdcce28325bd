"""`globo publish`: the page as a folder that needs no server."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from globo import files
from globo.cli import options
from globo.cli.output import answer_alone, note, print_json

LEARN, CHECK = 256, 100


def publish(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the site goes.")],
    learn: Annotated[
        int,
        typer.Option(
            min=0, max=4096, help="Random settings that the response learns from; 0: stories alone."
        ),
    ] = LEARN,
    check: Annotated[
        int, typer.Option(min=0, max=4096, help="Settings to hold it against.")
    ] = CHECK,
    draws: options.Ensemble = 64,
    url: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where it will stand, for previews of links.")
    ] = "",
    forecasts: Annotated[bool, typer.Option(help="The forecast on the cards of districts.")] = True,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Write the page as a folder of files: any web host or USB stick serves it, without Python.

    The baseline and the stories are the simulator's own answers. The main levers are answered by
    a response fitted to runs of the simulator; how far it lies from the simulator in settings that
    it never saw is printed here and stands beside every answer. Stopped, it goes on where it was
    when the same command is given again.
    """
    from globo.publish import publish as write
    from globo.server.model_engine import ModelEngine
    from globo.server.session import Session
    from globo.simulation import kept

    there = files.target_folder(folder, "FOLDER")
    cache = kept.user_folder()
    with answer_alone():
        session = Session(ModelEngine(draws=draws, keep=cache))
        keep = cache.parent / "publish"
        tell = lambda text: note(f"globo: {text}", quiet)  # noqa: E731
        made = write(there, session, learn, check, keep, url, forecasts, tell)
        session.close()
    if as_json:
        print_json({**asdict(made), "folder": str(made.folder)})
        return
    size = f"{made.files} files, {made.size / 1e6:.1f} MB, {made.seconds:.0f} s"
    print(f"{made.folder / 'index.html'}: {size}")
    if (found := made.error) is not None:
        print(
            f"Fitted to {found.runs} runs. In {found.settings} settings that it never saw,"
            f" {found.within:.2%} of {found.figures:,} figures lie within 5 % of the simulator's or"
            f" within its 90 % interval; {found.least:.2%} in the worst setting."
        )
        levers = ", ".join(f"{key}={value:g}" for key, value in found.levers.items())
        print(f"Worst: {found.figure}, {found.worst:.1%} outside, at {levers}")
