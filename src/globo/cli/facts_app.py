"""`globo facts`: list, filter, cite, check and add figures.

Reads the data package; writes to the screen, for people as a table and with
`--json` for programs.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from globo import bounds
from globo.errors import UserError
from globo.facts.checks import check as check_package
from globo.facts.docs import page
from globo.facts.evidence import behind, check_place, cited
from globo.facts.figures import PEOPLE_AND_LAND, figures, readable
from globo.facts.intake import add
from globo.facts.package import Facts, as_day, load, one_of, table_names
from globo.facts.sheet import Source
from globo.facts.sources import told
from globo.facts.stock import take_stock
from globo.facts.tables import FOLDER, schemas
from globo.texts.terminal import say, spoken

WIDTH = 160  # columns, where the output is no terminal
ROWS = 40  # shown by `list` unless told otherwise
CONFIDENCE = {"high": 0, "medium": 1, "low": 2}
SHOWN = (
    "quantity",
    "place",
    "to",
    "mode",
    "when",
    "figure",
    "basis",
    "confidence",
    "source",
    "note",
)

app = typer.Typer(
    name="facts",
    help="What is known: public figures with their source, confidence and date.",
    no_args_is_help=False,
    invoke_without_command=True,
)

AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="YYYY-MM-DD", help="Only what had been published by this day."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of a table.")]


def in_one_line(command: Callable[..., None]) -> Callable[..., None]:
    """Turn bad input into one line on stderr and exit code 2."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except UserError as error:
            typer.echo(f"globo: {error.line(say('allowed'))}", err=True)
            raise typer.Exit(2) from None

    return wrapped


@app.callback()
@in_one_line
def overview(context: typer.Context, as_of: AsOf = None, as_json: Json = False) -> None:
    """Show the tables of figures, how many rows each holds, and what they are about.

    Every row says where its figure comes from (source), how far to trust it (confidence:
    high, medium, low) and the day it became public (known_at). Where published sources
    disagree, all of them are kept.
    """
    if context.invoked_subcommand is not None:
        return
    facts, described = load(as_of), schemas()
    rows = pd.DataFrame(
        {
            "table": name,
            "rows": len(facts.table(name)),
            "title": described[name]["title"],
            "what": described[name]["description"],
        }
        for name in table_names()
    )
    _show(rows, as_json)
    if not as_json:
        nation = facts.country.nation
        _say("\n" + say("facts.next", nation=nation))


@app.command("list")
@in_one_line
def list_figures(
    quantity: Annotated[
        str | None,
        typer.Option(help="A quantity (coca_ha), a result of a run (cocaine_t) or a question."),
    ] = None,
    place: Annotated[
        str | None,
        typer.Option(help="A country, zone, exit, market, ... or a district code (INEI)."),
    ] = None,
    year: Annotated[int | None, typer.Option(help="Figures that hold for this year.")] = None,
    as_of: AsOf = None,
    confidence: Annotated[
        str | None, typer.Option(help="Only this confidence or better: high, medium, low.")
    ] = None,
    rows: Annotated[int, typer.Option(min=1, help="Rows shown at most.")] = ROWS,
    as_json: Json = False,
) -> None:
    """List figures, narrowed by what, where and when.

    Examples: globo facts list --quantity leaf_price_usd_kg --year 2014 shows the two bases of
    the farm-gate price; globo facts list --quantity coca_ha --place Putumayo the zone's surveys.
    """
    facts = load(as_of)
    place = None if place is None else bounds.name(place)
    found = _narrowed(facts, quantity, place, year, confidence)
    if as_json:
        _show(cited(found, facts), as_json=True)
        return
    _show(readable(found)[list(SHOWN)].head(rows), as_json=False)
    left = len(found) - rows
    more = say("facts.more", n=f"{left:,}") if left > 0 else ""
    _say(say("facts.figures", n=f"{len(found):,}") + more)


@app.command()
@in_one_line
def sources(as_json: Json = False) -> None:
    """List the sources, with how many figures each gives."""
    facts = load()
    counts = figures(facts, covariates=True).source.value_counts()
    table = facts.sources.assign(figures=facts.sources.id.map(counts).fillna(0).astype(int))
    if as_json:
        _show(table, as_json)
        return
    said = told(table, spoken()).reset_index()
    said = said.assign(figures=table.figures.to_numpy(), year=table.year.astype("Int64").array)
    _show(said[["id", "figures", "publisher", "title", "year", "access"]], as_json)


@app.command()
@in_one_line
def disagreements(as_of: AsOf = None, as_json: Json = False) -> None:
    """Show where published sources disagree, and what each of them says."""
    facts = load(as_of)
    found = figures(facts)
    groups = [
        (dispute, found[found.dispute == dispute.id]) for dispute in facts.disputes.itertuples()
    ]
    if as_json:
        whole = pd.concat([rows for _, rows in groups])
        _show(cited(whole, facts), as_json=True)
        return
    for dispute, rows in groups:
        if len(rows) > 1:
            _say(f"\n[bold]{dispute.question}[/bold] ({dispute.id})\n{dispute.reading}")
            _show(readable(rows)[list(SHOWN)], as_json=False)


@app.command()
@in_one_line
def check(
    folder: Annotated[
        Path | None, typer.Option(help="Another data package than the one shipped.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check the figures: schemas, units, ranges, sums, days, sources. Exit code 1 on problems."""
    problems = check_package(folder)
    if as_json:
        typer.echo(json.dumps([problem.as_dict() for problem in problems], ensure_ascii=False))
    else:
        for problem in problems:
            typer.echo(str(problem))
        typer.echo(say("facts.problems", n=len(problems)) if problems else say("facts.sound"))
    if problems:
        raise typer.Exit(1)


@app.command("add")
@in_one_line
def add_survey(
    tables: Annotated[list[Path], typer.Argument(metavar="FILE.csv...", show_default=False)],
    source: Annotated[str, typer.Option(help="Id of the source, as unodc_devida_2025.")],
    published: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="The day it came out.")],
    title: Annotated[str, typer.Option(help="Full title, where the source is new.")] = "",
    publisher: Annotated[str, typer.Option(help="Who published it, where it is new.")] = "",
    url: Annotated[str, typer.Option(help="Its address.")] = "",
    confidence: Annotated[str, typer.Option(help="Of rows that do not say.")] = "high",
    folder: Annotated[
        Path | None, typer.Option(help="The package that it joins.", show_default="the one shipped")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the package with it; the same to add in place.")
    ] = None,
) -> None:
    """Check a new survey's tables and add them with their source (docs/new-survey.md).

    Give the tables of one survey together, as globo facts add coca_zone.csv national.csv: their
    sums are held against each other. Without --out the tables are checked and nothing is written.
    """
    one_of("confidence", confidence, CONFIDENCE)
    day = as_day(published)
    assert day is not None  # a text always gives a day, or is refused
    told_by = Source(source, day.date(), title, publisher, url, confidence)
    base = folder or FOLDER
    for sheet in add(tables, told_by, base, out):
        of = {"path": sheet.path, "n": len(sheet.rows), "table": sheet.table}
        typer.echo(say("facts.sheet", **of))
    typer.echo(say("facts.not_written") if out is None else say("facts.written", out=out))


@app.command()
@in_one_line
def count(
    folder: Annotated[
        Path | None, typer.Option(help="The package.", show_default="the one shipped")
    ] = None,
) -> None:
    """Count rows and what sources hold again, after tables were edited by hand."""
    take_stock(folder or FOLDER)
    typer.echo(say("facts.counted", folder=folder or FOLDER))


@app.command()
@in_one_line
def where() -> None:
    """Print the folder of the package that is read."""
    typer.echo(FOLDER)


@app.command()
@in_one_line
def docs() -> None:
    """Print the page docs/facts.md: globo facts docs > docs/facts.md."""
    typer.echo(page(load()), nl=False)


def _narrowed(
    facts: Facts, quantity: str | None, place: str | None, year: int | None, confidence: str | None
) -> pd.DataFrame:
    """Return the figures that pass every filter given."""
    exact = quantity in set(facts.vocabulary.name)
    names = [quantity] if exact else behind(quantity, facts) if quantity else []
    by_district = place is not None and place in facts.districts.index
    found = figures(facts, by_district or any(name in PEOPLE_AND_LAND for name in names))
    if names:
        found = found[found.quantity.isin(names)]
    if place is not None:
        check_place(place, facts)
        found = found[(found.place == place) | (found.to == place)]
    if year is not None:
        found = found[(found.year <= year) & (year <= found.year_to)]
    if confidence is not None:
        one_of("confidence", confidence, CONFIDENCE)
        found = found[found.confidence.map(CONFIDENCE) <= CONFIDENCE[confidence]]
    return found


def _show(rows: pd.DataFrame, as_json: bool) -> None:
    """Print rows, as a table or as a JSON list."""
    if as_json:
        typer.echo(rows.to_json(orient="records", date_format="iso", force_ascii=False))
        return
    rows = rows.loc[:, [any(str(cell) for cell in rows[name]) for name in rows]]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in rows:
        right = name in ("rows", "figure", "figures")
        head = say(f"facts.column.{name}")
        table.add_column(head, justify="right" if right else "left", overflow="fold")
    for row in rows.itertuples(index=False):
        table.add_row(*("" if cell is pd.NA else escape(str(cell)) for cell in row))
    _console().print(table)


def _say(text: str) -> None:
    _console().print(text, highlight=False)


def _console() -> Console:
    """Return a console as wide as the terminal, or `WIDTH` where there is none."""
    console = Console(markup=True)
    return console if console.is_terminal else Console(width=WIDTH, markup=True)
