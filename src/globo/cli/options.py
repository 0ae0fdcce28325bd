"""Options that several commands share: one meaning and one help text everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from globo.bounds import LAST_SEED, MOST_DRAWS
from globo.texts import Lang as Language

RUNS = Path("runs")


Scenario = Annotated[
    str | None,
    typer.Argument(
        metavar="SCENARIO",
        help="Name of a shipped example or path of a YAML file; nothing for the baseline.",
        show_default=False,
    ),
]
Draws = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=MOST_DRAWS,
        help="Size of the ensemble: each draw is one way the unknowns may be.",
        show_default="the scenario's, else 64",
    ),
]
Ensemble = Annotated[
    int, typer.Option("--draws", min=1, max=MOST_DRAWS, help="Size of every ensemble.")
]
Seed = Annotated[
    int | None,
    typer.Option(
        min=0,
        max=LAST_SEED,
        help="Of all luck: runs of one seed can be compared draw by draw.",
        show_default="the scenario's, else 1",
    ),
]
Luck = Annotated[int, typer.Option("--seed", min=0, max=LAST_SEED, help="Of all luck.")]
Until = Annotated[
    str | None,
    typer.Option(metavar="YYYY-MM", help="Last month.", show_default="the scenario's"),
]
Country = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Whose world: `paper` fits on paper and answers at once.",
        show_default="the scenario's",
    ),
]
Reading = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Read what growers do otherwise than the surveys teach: `studies` lets plots answer"
        " prices, pickers leave cheap leaf and growers move on as published studies measured.",
        show_default="as the surveys teach",
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option(min=1, max=1024, help="Workers on this machine.", show_default="every core"),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        metavar="local|ADDRESS",
        help="Spread the draws over a Dask cluster: started here, or tcp://HOST:PORT.",
        show_default=False,
    ),
]
Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON document for programs, not a table.")
]
Lang = Annotated[
    Language | None,
    typer.Option(
        help="Language of the terminal and the report.",
        show_default="the terminal's is the locale's; reports are in Spanish",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")]
AsOf = Annotated[
    str | None,
    typer.Option(
        metavar="YYYY-MM-DD",
        help="See only what had been published by this day.",
        show_default=False,
    ),
]


def report_language(lang: Language | None) -> str:
    """Return the language of a report: the one asked for, else Spanish."""
    return lang or "es"


def first_given(*values: int | None) -> int:
    """Return the first value that is given: the option's, the scenario's, the usual one."""
    return next(value for value in values if value is not None)
