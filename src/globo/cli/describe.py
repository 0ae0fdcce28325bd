"""`globo describe`: every input of a country, and what is missing."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from globo import countries
from globo.cli import options
from globo.cli.output import print_json, print_table
from globo.texts.terminal import say, spoken

Whose = Annotated[str, typer.Option("--country", metavar="NAME", help="A folder of countries/.")]
Needed = Annotated[bool, typer.Option("--needed", help="Only what the model cannot do without.")]


def describe(
    country: Whose = countries.USUAL,
    needed: Needed = False,
    as_json: options.Json = False,
    lang: options.Lang = None,  # noqa: ARG001  (read from the words of the command)
) -> None:
    """List every input table and column: rows, unit, default, source, and what is missing.

    What a country of your own needs: docs/new-country.md.

    Examples: [bold]globo describe --country paper[/bold];
    [bold]globo describe --needed --json[/bold].
    """
    from globo.model.inputs import inputs

    whose = countries.declared(country)
    found = [one for one in inputs(whose) if one.needed or not needed]
    if as_json:
        print_json({"country": country, "inputs": [asdict(one) for one in found]})
        return
    head = [say(f"describe.{name}") for name in ("table", "rows", "unit", "default", "source")]
    columns = [*head, say("describe.missing")]
    rows = [
        [f"{one.table}.{one.column}", f"{one.rows:,}", one.unit, one.default or "–"]
        + [one.source or "–", one.missing or "–"]
        for one in found
    ]
    print_table(whose.title[spoken()], columns, rows, texts=(0, 2, 3, 4, 5))
    lacks = [f"{one.table}.{one.column}" for one in found if one.needed and one.missing]
    print(say("describe.lacks", names=", ".join(lacks)) if lacks else say("describe.whole"))
