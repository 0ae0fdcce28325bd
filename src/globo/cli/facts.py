"""`globo facts`: hands over to the commands of the facts."""

from __future__ import annotations

import typer


def facts(context: typer.Context) -> None:
    """Show what is known: figures with source, confidence, date, and where sources disagree."""
    from globo.cli.facts_app import app

    code = app(context.args, prog_name="globo facts", standalone_mode=False)
    if code:
        raise typer.Exit(int(code))
