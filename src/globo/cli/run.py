"""`globo run`: a scenario into a run folder."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from globo import countries, files
from globo.cli import options
from globo.cli.output import answer_alone, interval, note, number, print_json, print_table
from globo.texts.terminal import say, spoken

if TYPE_CHECKING:
    import xarray as xr

    from globo.scenario import Scenario

Out = Annotated[
    Path | None,
    typer.Option(help="Run folder.", show_default="runs/SCENARIO-SEED"),
]
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help="Measure a few draws and say what the run would take."),
]
ShowPlan = Annotated[bool, typer.Option("--plan", help="Print the month, step by step, and end.")]
Report = Annotated[bool, typer.Option(help="Write report.html into the run folder.")]


def run(
    context: typer.Context,
    scenario: options.Scenario = None,
    draws: options.Draws = None,
    seed: options.Seed = None,
    until: options.Until = None,
    country: options.Country = None,
    reading: options.Reading = None,
    out: Out = None,
    jobs: options.Jobs = None,
    as_json: options.Json = False,
    lang: options.Lang = None,
    report: Report = True,
    cluster: options.Cluster = None,
    dry_run: DryRun = False,
    show_plan: ShowPlan = False,
    quiet: options.Quiet = False,
) -> None:
    """Run a scenario from January 2001 and write a run folder.

    The folder holds the scenario as resolved, results as Zarr, summary.csv, report.html and
    the provenance. The same inputs give the same numbers, whatever the number of workers; a
    run that was stopped goes on when the same command is given again.

    Examples: [bold]globo run[/bold] is the baseline with 64 draws;
    [bold]globo run eradication_enters_vraem --seed 1[/bold] the same luck under another policy,
    to be compared with [bold]globo compare runs/baseline-1 runs/eradication_enters_vraem-1[/bold].
    """
    import globo

    began = time.monotonic()
    if show_plan:
        from globo.cli.model import print_month

        print_month(as_json)
        return
    loaded = globo.load_scenario(scenario, until=until, country=country, reading=reading)
    draws = options.first_given(draws, loaded.draws, globo.DRAWS)
    seed = options.first_given(seed, loaded.seed, globo.SEED)
    if dry_run:
        _estimate(loaded, draws, seed, jobs, as_json)
        return
    folder = out or free_folder(loaded, seed)
    whose = countries.load(loaded.country)
    if report and not whose.has_map:
        note(f"globo: {say('no_report', country=whose.title[spoken()])}", quiet)
    report = report and whose.has_map
    told = say("begins", name=loaded.name, draws=f"{draws:,}", until=loaded.until, folder=folder)
    note(f"globo: {told}", quiet)
    with answer_alone():
        ds = globo.run(
            loaded,
            draws=draws,
            seed=seed,
            out=folder,
            jobs=jobs,
            cluster=cluster,
            progress=not quiet,
            command=context.obj or "",
            finish=report_writer(options.report_language(lang)) if report else None,
        )
        from globo.results import run_json

        told = run_json(ds, time.monotonic() - began, folder)
    if as_json:
        print_json(told)
    else:
        print_run(told, folder, report)


def called(scenario: Scenario) -> str:
    """Return the scenario's name, with its country and reading where those are not the usual."""
    usual = scenario.country == countries.USUAL
    name = scenario.name if usual else f"{scenario.country}-{scenario.name}"
    return f"{name}-{scenario.reading}" if scenario.reading else name


def default_folder(name: str, seed: int) -> Path:
    """Return where a run goes unless told otherwise."""
    plain = re.sub(r"[^\w.-]+", "-", name).strip(".-") or "run"
    return options.RUNS / f"{plain}-{seed}"


def free_folder(scenario: Scenario, seed: int) -> Path:
    """Return where a run goes unless told otherwise: a folder that no other scenario fills.

    Two scenarios may have one name; the second goes beside the first, and finds its own
    folder again. The same scenario made anew takes the place of what it was.
    """
    import hashlib

    from globo.ensemble.folder import SCENARIO

    text = scenario.to_yaml().encode("utf-8")
    first = default_folder(called(scenario), seed)
    try:
        taken = files.read_plain(first / SCENARIO) != text
    except OSError:
        taken = False
    return (
        first.with_name(f"{first.name}-{hashlib.sha256(text).hexdigest()[:6]}") if taken else first
    )


def report_writer(lang: str, baseline: xr.Dataset | None = None) -> Any:
    """Return what writes the report of a run into its folder, before it is shown."""

    def finish(ds: xr.Dataset, folder: Path) -> None:
        from globo.report import write

        write(ds, folder / "report.html", str(lang), baseline)

    return finish


def print_run(told: dict[str, Any], folder: Path, report: bool) -> None:
    """Print the last year of a run for people: the country, then the zones."""
    from globo.results import variables

    country = countries.load(told["country"])
    last = max(next(iter(told["national"].values())))
    columns = ["", say("median"), say("low"), say("high")]
    units = {name: variables()[name].unit for name in told["national"]}
    rows = [[f"{n}, {units[n]}", *interval(y[last])] for n, y in told["national"].items()]
    print_table(say("country", country=country.title[spoken()], year=last), columns, rows)
    zones = {zone: years["coca_ha"][last] for zone, years in told["zones"].items()}
    largest = sorted(zones, key=lambda zone: -(zones[zone]["p50"] or 0.0))
    print_table(say("zones", year=last), columns, [[z, *interval(zones[z])] for z in largest])
    failed = say("failed", n=told["failed_draws"]) if told["failed_draws"] else ""
    draws, seconds = f"{told['draws']:,}", f"{told['seconds']:.1f}"
    print(say("draws", draws=draws, failed=failed, seconds=seconds, folder=folder))
    if "libraries" in told:
        print(f"globo {told['version']}, {told['parameters']}; {told['libraries']}")
    if report:
        print(say("report", path=folder / "report.html"))


def _estimate(loaded: Scenario, draws: int, seed: int, jobs: int | None, as_json: bool) -> None:
    """Print what a run would take: time, money and bytes, from a slope measured now."""
    from globo import simulation
    from globo.ensemble import estimate

    with answer_alone():
        plan, execute = simulation.plan(loaded, draws, seed, "")
        found = estimate(plan, execute, draws, jobs).as_dict()
    if as_json:
        print_json({"scenario": loaded.name, "until": loaded.until, "seed": seed, **found})
        return
    rows = [[name.replace("_", " "), number(value)] for name, value in found.items()]
    print_table(f"{loaded.name} until {loaded.until}: nothing was run or written", ["", ""], rows)
