"""`globo publish`: the page as a folder that needs no server."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from globo import files
from globo.cli import options
from globo.cli.output import answer_alone, note, print_json
from globo.texts.terminal import say

if TYPE_CHECKING:
    from globo.publish import Published

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
    forecasts: Annotated[
        bool, typer.Option(help="The forecast on the cards of districts; takes minutes.")
    ] = True,
    why: Annotated[
        bool, typer.Option(help="What the change of each story comes from; takes minutes.")
    ] = True,
    as_json: options.Json = False,
    lang: options.Lang = None,  # noqa: ARG001  (read from the words of the command)
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
    from globo.simulation import cache

    there = files.target_folder(folder, "FOLDER")
    histories = cache.user_folder()
    session = Session(ModelEngine(draws=draws, keep=histories))
    with answer_alone(), closing(session):
        keep = histories.parent / "publish"
        tell = lambda text: note(f"globo: {text}", quiet)  # noqa: E731
        made = write(there, session, learn, check, keep, url, forecasts, why, tell)
    if as_json:
        print_json({**asdict(made), "folder": str(made.folder)})
        return
    _show(made)


def _show(made: Published) -> None:
    size = {"n": made.files, "mb": f"{made.size / 1e6:.1f}", "seconds": f"{made.seconds:.0f}"}
    print(say("publish.files", path=made.folder / "index.html", **size))
    if (found := made.error) is None:
        return
    told = {"runs": found.runs, "settings": found.settings, "figures": f"{found.figures:,}"}
    shares = {"within": f"{found.within:.2%}", "least": f"{found.least:.2%}"}
    print(say("publish.fit", **told, **shares))
    levers = ", ".join(f"{key}={value:g}" for key, value in found.levers.items())
    print(say("publish.worst", figure=found.figure, worst=f"{found.worst:.1%}", levers=levers))
