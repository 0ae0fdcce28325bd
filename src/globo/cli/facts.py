"""`globo facts`: hands over to the commands of the facts."""

from __future__ import annotations

import typer

from globo.texts.terminal import LANGUAGES, OPTION


def facts(context: typer.Context) -> None:
    """Show what is known: figures with source, confidence, date, and where sources disagree."""
    from globo.cli.facts_app import app

    words = _without_language(context.args)
    code = app(words, prog_name="globo facts", standalone_mode=False)
    if code:
        raise typer.Exit(int(code))


def _without_language(words: list[str]) -> list[str]:
    """Return the words without the language, which the terminal has taken already."""
    left = [word for word in words if word not in [f"{OPTION}={lang}" for lang in LANGUAGES]]
    while OPTION in left and left.index(OPTION) + 1 < len(left):
        at = left.index(OPTION)
        if left[at + 1] not in LANGUAGES:
            break  # refused as an option that the command lacks
        left = left[:at] + left[at + 2 :]
    return left
