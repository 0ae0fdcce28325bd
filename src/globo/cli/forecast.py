"""`globo forecast`: coca area in the years to come, and how such forecasts did before."""

from __future__ import annotations

import json
import re
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from globo import files
from globo.cli import options
from globo.cli.output import (
    answer_alone,
    interval,
    note,
    print_json,
    print_table,
)
from globo.errors import UserError
from globo.texts.terminal import say

if TYPE_CHECKING:
    import pandas as pd

    from globo.scenario import Scenario, Setting

ROWS = 20  # units shown to people
KNOWN = "known"  # in place of a file: policy as it came


class Level(StrEnum):
    """What a forecast is made for; the country by either word."""

    district = "district"
    zone = "zone"
    nation = "nation"
    national = "national"


def forecast(
    as_of: options.AsOf = None,
    horizon: Annotated[
        int, typer.Option(min=1, max=30, help="Years after the last survey known on that day.")
    ] = 3,
    level: Annotated[Level, typer.Option(help="Units to forecast.")] = Level.zone,
    samples: Annotated[int, typer.Option(min=1, max=100_000, help="Joint draws.")] = 1000,
    seed: options.Luck = 1,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Where the draws go.",
            show_default="runs/forecast-DAY-LEVEL[-POLICY].csv",
        ),
    ] = None,
    policy: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Scenario whose levers hold from that day on: a YAML file or a shipped example; "
            "or `known`: policy and outside world as they came.",
            show_default="a drawn policy: budgets persist, with shocks",
        ),
    ] = None,
    score: Annotated[
        bool,
        typer.Option(
            "--score", help="Forecast history again, beside naive rivals; print the scoreboard."
        ),
    ] = False,
    until: Annotated[
        int | None,
        typer.Option(
            min=2007,
            max=2100,
            help="With --score: last survey scored.",
            show_default="2024",
        ),
    ] = None,
    as_json: options.Json = False,
    lang: options.Lang = None,  # noqa: ARG001  (read from the words of the command)
) -> None:
    """Forecast coca area from what was known on a day, for every district or zone.

    Writes one row a unit, year and draw (columns unit, year, draw, coca_ha); for districts
    also a second file, FILE-appearance.csv: the chance that a district with hardly any coca
    (under 10 ha) comes to 50 ha or more. Draws are joint: sums over units keep their interval.

    The simulator that answers what-ifs makes it, from the surveys known on that day. With
    [bold]--policy[/bold] it follows every lever of the file; draws of one seed have the same
    luck with and without it.

    [bold]globo forecast --score[/bold] prints docs/scoreboard.md: the same forecasts made on
    the day of every past survey, scored against naive rivals, losses included (minutes); and
    the entries of the registry whose survey has come, see [bold]globo hub[/bold].
    """
    level = Level.national if level == Level.nation else level
    if score:
        if policy is not None:
            allowed, mend = "--score alone", "history is scored under drawn policies; leave it out"
            raise UserError(where="--policy", found=policy, allowed=allowed, mend=mend)
        _score(samples, seed, until, as_json)
        return
    if until is not None:
        mend = "say how far ahead with --horizon"
        raise UserError(where="--until", found=str(until), allowed="with --score", mend=mend)
    if as_of is None:
        allowed, mend = "a day, YYYY-MM-DD", "say what may be known: --as-of 2016-05-15"
        raise UserError(where="--as-of", found="nothing", allowed=allowed, mend=mend)
    began = time.monotonic()
    followed, told_policy = _policy(policy, as_of)
    came = policy == KNOWN
    name = KNOWN if came else followed and followed.name
    file = out or _default_file(as_of, level.value, name)
    files.target(file)  # before the work
    table, chances = _forecast(as_of, horizon, level.value, samples, seed, followed, came)
    _write(file, table)
    written = [file]
    if chances is not None:
        written.append(file.with_name(f"{file.stem}-appearance{file.suffix}"))
        _write(written[1], chances)
    told = {
        "as_of": as_of,
        "horizon": horizon,
        "level": level.value,
        "samples": samples,
        "seed": seed,
        "policy": told_policy,
        "seconds": round(time.monotonic() - began, 3),
        "files": [str(path) for path in written],
        "coca_ha": _levels(table),
    }
    if as_json:
        print_json(told)
        return
    _show(told)
    note(say("forecast.wrote", files=", ".join(told["files"])))


def _forecast(
    as_of: str,
    horizon: int,
    level: str,
    samples: int,
    seed: int,
    policy: Scenario | None,
    came: bool,
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Return the draws, and for districts the chances of first appearance in them."""
    from globo.forecast import pool

    with answer_alone():
        table = pool.forecast(as_of, horizon, level, samples, seed, policy=policy, came=came)
        if level != Level.district:
            return table, None
        chances = pool.appearance(as_of, horizon, samples, seed, forecaster=lambda *_: table)
    return table, chances


def _policy(source: str | None, as_of: str) -> tuple[Scenario | None, dict[str, Any] | None]:
    """Return the policy to follow, and what is told of it; nothing where none is given."""
    if source is None:
        return None, None
    if source == KNOWN:
        return None, {"name": KNOWN}
    import globo
    from globo.forecast.policy import future

    scenario = globo.load_scenario(source)
    globo.facts.load(as_of=as_of)  # refuses what is no day
    asked = future(scenario, as_of)
    parts = {"follows": asked.changes, "left_out": asked.past}
    if asked.past:
        names = ", ".join(sorted({c.lever for c in asked.past}))
        note(say("forecast.left_out", day=as_of, names=names))
    told = {key: [_change(c) for c in changes] for key, changes in parts.items()}
    return scenario, {"name": scenario.name, **told}


def _change(change: Setting) -> dict[str, Any]:
    """Return a change as a program reads it; until is null where it holds to the end."""
    until, place = change.last or None, change.place or None
    at = {"lever": change.lever, "place": place, "from": change.first, "until": until}
    return {**at, "value": change.value}


def _default_file(as_of: str, level: str, policy: str | None) -> Path:
    name = "" if policy is None else "-" + re.sub(r"[^\w.-]+", "-", policy)
    return options.RUNS / f"forecast-{as_of}-{level}{name}.csv"


def _score(samples: int, seed: int, until: int | None, as_json: bool) -> None:
    from globo.facts import load
    from globo.forecast.hub import Hub, default
    from globo.scoring import registry
    from globo.scoring.scoreboard import SCORED
    from globo.scoring.tables import score

    with answer_alone():
        board = score(samples=samples, seed=seed, until=SCORED if until is None else until)
        entries = registry.performance(Hub(default()), load())
    if as_json:
        print(json.dumps({**json.loads(board.to_json()), "registry": entries}, ensure_ascii=False))
        return
    print(f"{board.markdown()}\n{registry.markdown(entries)}", end="")


def _write(path: Path, table: pd.DataFrame) -> None:
    files.write_whole(
        path, lambda file: table.to_csv(file, index=False, float_format="%.6g", lineterminator="\n")
    )


def _levels(table: pd.DataFrame) -> dict[str, dict[str, dict[str, float]]]:
    """Return the interval of every unit and year."""
    from globo.results import QUANTILES

    grouped = (
        table.groupby(["unit", "year"])["coca_ha"].quantile(list(QUANTILES.values())).unstack()
    )
    found: dict[str, dict[str, dict[str, float]]] = {}
    for (unit, year), row in zip(grouped.index, grouped.to_numpy(), strict=True):
        levels = {name: float(f"{v:.6g}") for name, v in zip(QUANTILES, row, strict=True)}
        found.setdefault(str(unit), {})[str(year)] = levels
    return found


def _show(told: dict[str, Any]) -> None:
    units = told["coca_ha"]
    last = max(next(iter(units.values())))
    largest = sorted(units, key=lambda unit: -units[unit][last]["p50"])[:ROWS]
    title = say("forecast.title", year=last, day=told["as_of"])
    if len(units) > ROWS:
        title += say("forecast.largest", n=ROWS, of=len(units))
    rows = [[unit, *interval(units[unit][last])] for unit in largest]
    heads = [say(f"level.{told['level']}"), *map(say, ("median", "low", "high"))]
    print_table(title, heads, rows)
