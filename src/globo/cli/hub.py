"""`globo hub`: the registry of forecasts, written, checked and scored."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from globo.cli import options
from globo.cli.output import answer_alone, note, number, print_json, print_table
from globo.errors import UserError
from globo.texts.terminal import say

if TYPE_CHECKING:
    from globo.forecast.hub import Hub

hub = typer.Typer(
    name="hub",
    invoke_without_command=True,
    no_args_is_help=False,
    rich_markup_mode="rich",
)
Folder = Annotated[
    Path | None,
    typer.Option(
        "--hub", metavar="FOLDER", help="The registry.", show_default="the one of globo: forecasts/"
    ),
]
Facts = Annotated[
    Path | None,
    typer.Option(
        "--facts", metavar="FOLDER", help="The facts that tell what surveys found.",
        show_default="those shipped",
    ),
]  # fmt: skip
Again = Annotated[
    bool,
    typer.Option("--again", help="In place of the last entry: only for one that nobody was shown."),
]


@hub.callback()
def overview(
    context: typer.Context,
    folder: Folder = None,
    as_json: options.Json = False,
    lang: options.Lang = None,  # noqa: ARG001  (read from the words of the command)
) -> None:
    """Keep the registry of forecasts: what globo said on a day, never edited.

    Each entry says, before the survey that decides, how much coca a survey will find in the
    country, its zones and its districts: ranges and joint samples for the six years to come.
    Nobody edits one; a file that was edited is refused by name. Alone, [bold]globo hub[/bold]
    lists the entries.

    [bold]globo hub write[/bold] adds today's ([bold]--again[/bold] makes one again that nobody was
    shown), [bold]check[/bold] looks whether all are whole and as they were written,
    [bold]score[/bold] holds those whose survey has come to it, [bold]truth[/bold] writes what
    surveys found since, and [bold]page[/bold] tells the newest in plain words (docs/forecast.md).
    The folder is a hub in the form of the hubverse, schema v6, so that its tools read it too.
    """
    if context.invoked_subcommand is not None:
        if folder is not None or as_json:
            where, mend = "globo hub", f"write: globo hub {context.invoked_subcommand} OPTIONS"
            raise UserError(where, "options before the command", "options after it", mend)
        return
    from globo.forecast.hub import sealed

    entries = sealed(_opened(folder))
    if as_json:
        print_json({"entries": [entry.model_dump(mode="json") for entry in entries]})
        return
    if not entries:
        print(say("hub.none"))
        return
    heads = [say(f"hub.{head}") for head in ("day", "last", "years", "commit", "hash")]
    rows = [
        [str(e.origin_date), str(e.last_survey), _span(e), e.commit[:12], e.sha256[:12]]
        for e in entries
    ]
    print_table(say("hub.title", n=len(rows)), heads, rows, texts=range(len(heads)))


@hub.command("write")
def write(
    again: Again = False,
    horizon: Annotated[
        int, typer.Option(min=1, max=30, help="Years after the last survey known today.")
    ] = 6,
    draws: Annotated[
        int, typer.Option(min=100, max=100_000, help="Joint draws that the ranges are of.")
    ] = 1000,
    samples: Annotated[int, typer.Option(min=1, max=1000, help="Joint draws kept of them.")] = 100,
    seed: options.Luck = 1,
    folder: Folder = None,
    as_json: options.Json = False,
    lang: options.Lang = None,  # noqa: ARG001  (read from the words of the command)
    quiet: options.Quiet = False,
) -> None:
    """Add what globo says today: a minute or two; the sources must be committed.

    The entry names the commit of the code and the hash of the facts, so that it can be made
    again by whoever doubts it. Afterwards: python scripts/docs.py docs/forecast.md
    docs/forecast.es.md, and commit them with the folder.
    """
    from globo import forecast
    from globo.forecast.hub import commit
    from globo.scoring import registry

    source = commit(Path(forecast.__file__).resolve().parents[1])
    day = dt.date.today().isoformat()
    with answer_alone():
        entry = registry.write(
            _opened(folder), day, source, horizon, draws, samples, seed, again,
            told=lambda level: note(f"globo: {level}", quiet),
        )  # fmt: skip
    if as_json:
        print_json(entry.model_dump(mode="json"))
        return
    print(say("hub.written", file=entry.file, span=_span(entry), hash=entry.sha256[:12]))


@hub.command("check")
def check(
    folder: Folder = None,
    facts: Facts = None,
    as_json: options.Json = False,
    lang: options.Lang = None,  # noqa: ARG001  (read from the words of the command)
) -> None:
    """Look whether every entry is whole and as it was written. Exit code 1 on problems.

    Hash of each file against its record; columns, places, years, every quantile and sample there
    once, quantiles that do not cross; settings and target data as entries and facts ask.
    """
    from globo.facts import load
    from globo.forecast.hub import check as problems_of

    registry = _opened(folder)
    problems = problems_of(registry, load(folder=facts))
    if as_json:
        names = ("where", "found", "allowed", "mend")
        print_json([{name: getattr(p, name) for name in names} for p in problems])
    else:
        for problem in problems:
            print(problem.line(say("allowed")))
        n = len(problems)
        entries = [] if n else registry.metadata().entries
        print(say("hub.problems", n=n) if n else say("hub.sound", n=len(entries)))
    if problems:
        raise typer.Exit(1)


@hub.command("score")
def score(
    folder: Folder = None,
    facts: Facts = None,
    as_json: options.Json = False,
    lang: options.Lang = None,  # noqa: ARG001  (read from the words of the command)
) -> None:
    """Hold every entry whose survey has come to what it found, beside a random walk.

    CRPS on the scoreboard's scales; the rival was named before the survey was known. Says so
    where no survey has come yet.
    """
    from globo.facts import load
    from globo.scoring import registry

    with answer_alone():
        told = registry.performance(_opened(folder), load(folder=facts))
    print_json(told) if as_json else show(told)


@hub.command("truth")
def truth(folder: Folder = None, facts: Facts = None) -> None:
    """Write what surveys found, from the facts, and the settings; entries stay as they are."""
    from globo.facts import load
    from globo.forecast.hub import refresh

    changed = refresh(_opened(folder), load(folder=facts))
    print("\n".join(changed) if changed else say("hub.same"))


@hub.command("page")
def page(lang: options.Lang = None, folder: Folder = None) -> None:
    """Tell the newest entry in plain words: docs/forecast.md, in Spanish docs/forecast.es.md."""
    from globo.report import outlook
    from globo.texts.terminal import spoken

    with answer_alone():
        text = outlook.page(_opened(folder), lang or spoken())
    print(text, end="")


def show(told: dict[str, Any]) -> None:
    """Print how the entries did, and what is still to come."""
    if told["rows"]:
        names = [
            "entry",
            "level",
            "year",
            "n",
            "crps",
            "rival_crps",
            "skill",
            "in50",
            "in80",
            "in95",
        ]
        rows = [[_cell(row[name]) for name in names] for row in told["rows"]]
        print_table(say("hub.scored"), names, rows, texts=(0, 1))
    for entry, years in told["to_come"].items():
        if years:
            print(say("hub.to_come", entry=entry, years=", ".join(map(str, years))))
    if not told["rows"]:
        print(say("hub.nothing" if told["to_come"] else "hub.none"))


def _cell(value: Any) -> str:
    return number(float(value)) if isinstance(value, float) else str(value)


def _span(entry: Any) -> str:
    return f"{entry.last_survey + 1}-{entry.last_survey + entry.horizon}"


def _opened(folder: Path | None) -> Hub:
    from globo.forecast.hub import Hub, default

    return Hub(folder or default())
