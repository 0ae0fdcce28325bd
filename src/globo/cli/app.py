"""The commands, by what they are for."""

from __future__ import annotations

from typing import Annotated

import typer

from globo.cli.calibrate import calibrate
from globo.cli.compare import compare
from globo.cli.costs import costs
from globo.cli.demo import demo
from globo.cli.describe import describe
from globo.cli.facts import facts
from globo.cli.forecast import forecast
from globo.cli.hub import hub
from globo.cli.model import model
from globo.cli.optimise import optimise
from globo.cli.publish import publish
from globo.cli.run import run
from globo.cli.sensitivity import sensitivity
from globo.cli.serve import serve
from globo.cli.validate import validate
from globo.cli.verify import verify

PANELS = {
    "Simulate": (demo, run, compare, serve, publish),
    "Look inside": (facts, model, describe),
    "Decide": (costs, sensitivity, optimise),
    "How far to trust it": (calibrate, verify, validate, forecast),
}
PASSED_ON = {"facts": {"allow_extra_args": True, "ignore_unknown_options": True}}

app = typer.Typer(
    name="globo",
    invoke_without_command=True,
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["--help", "-h"]},
)


@app.callback(help=None)
def start(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Squeeze here, see where it bulges: Peru's coca-to-cocaine economy under state pressure.

    First steps: [bold]globo demo[/bold] runs the baseline and one policy question;
    [bold]globo serve[/bold] opens the same on a page with sliders; [bold]globo facts[/bold]
    shows what all of it stands on. Every command explains itself with --help.
    """
    if context.invoked_subcommand is not None:
        return
    if version:
        from globo import __version__

        typer.echo(f"globo {__version__}")
        return
    typer.echo(context.get_help())


def paragraphs(text: str) -> str:
    """Return a docstring with each paragraph on one line, so that help fills the width."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


for panel, commands in PANELS.items():
    for command in commands:
        name = command.__name__
        app.command(
            name,
            help=paragraphs(command.__doc__ or ""),
            rich_help_panel=panel,
            context_settings=PASSED_ON.get(name, {}),
            add_help_option=name not in PASSED_ON,
        )(command)
for one in (hub.registered_callback, *hub.registered_commands):
    if one is not None and one.callback is not None:
        one.help = paragraphs(one.callback.__doc__ or "")
app.add_typer(hub, rich_help_panel="How far to trust it")
