"""`globo calibrate`: what the figures teach about the parameters."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from globo import files
from globo.cli import options
from globo.cli.output import answer_alone, note, number, print_json, print_table
from globo.texts.terminal import say

if TYPE_CHECKING:
    from globo.inference import Calibration

POSTERIOR, TREE = "posterior.csv", "calibration.nc"
SHOWN = 20  # parameters shown to people


def calibrate(
    as_of: options.AsOf = "2026-10-31",
    members: Annotated[
        int, typer.Option(help="Size of the ensemble of parameters, a multiple of 16.")
    ] = 1024,
    steps: Annotated[int, typer.Option(help="Times the figures are taken in.")] = 6,
    seed: options.Luck = 1,
    reading: options.Reading = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder for the steps and the posterior.",
            show_default="runs/calibration-DAY-SEED, or -DAY-SEED-READING",
        ),
    ] = None,
    jobs: options.Jobs = None,
    as_json: options.Json = False,
    lang: options.Lang = None,  # noqa: ARG001  (read from the words of the command)
    quiet: options.Quiet = False,
) -> None:
    """Fit the uncertain parameters to what was known on a day.

    An ensemble of parameters drawn from the priors is moved, step by step, towards areas,
    prices, production, seizures, attacks and the disputed shares of the exits; nothing that
    was published later is read. Writes posterior.csv, as the package ships it, and
    calibration.nc for ArviZ (prior, posterior, predictions beside the figures); tells which
    parameters the figures taught and which stayed at their prior. Takes up to an hour; stopped,
    it goes on from its last step when the same command is given again.
    """
    from globo.ensemble.local import usable_jobs
    from globo.ensemble.trouble import said_plainly
    from globo.inference import calibrate as fit
    from globo.inference import write_netcdf

    began = time.monotonic()
    read = f"-{reading}" if reading else ""
    folder = out or options.RUNS / f"calibration-{as_of}-{seed}{read}"
    files.target_folder(folder)
    with answer_alone(), said_plainly(folder):
        found = fit(
            str(as_of),
            members,
            steps,
            seed,
            folder,
            usable_jobs(jobs),
            told=lambda text: note(f"globo: {text}", quiet),
            reading=reading or "",
        )
        files.write_whole(folder / POSTERIOR, found.write)
        files.write_whole(folder / TREE, partial(write_netcdf, found))
    told = {
        "as_of": found.as_of,
        "reading": found.reading,
        "members": members,
        "steps": steps,
        "seed": seed,
        "seconds": round(time.monotonic() - began, 3),
        "posterior": str(folder / POSTERIOR),
        "arviz": str(folder / TREE),
        **described(found),
    }
    if as_json:
        print_json(told)
        return
    taught = sorted(told["parameters"], key=lambda row: -row["taught"])
    rows = [[r["name"], *(number(r[k]) for k in ("taught", "mean", "spread"))] for r in taught]
    heads = [say(f"calibrate.{head}") for head in ("taught", "mean", "spread")]
    print_table(say("calibrate.title", n=SHOWN), ["", *heads], rows[:SHOWN])
    print(say("calibrate.fit", fits=", ".join(f"{value:.2f}" for value in told["fit"])))
    files_told = f"{POSTERIOR}, {TREE}"
    seconds = f"{told['seconds']:.0f}"
    print(say("calibrate.end", n=len(told["targets"]), s=seconds, folder=folder, files=files_told))


def described(found: Calibration) -> dict[str, Any]:
    """Return the fit, what each parameter was taught, and each target beside the posterior."""
    import numpy as np

    from globo.results import QUANTILES

    levels = np.nanquantile(found.predicted, list(QUANTILES.values()), axis=1).T
    return {
        "fit": [float(f"{value:.6g}") for value in found.fit],
        "parameters": [
            {"name": name, "mean": mean, "spread": spread, "taught": taught}
            for name, mean, spread, taught in found.learnt()
        ],
        "targets": [
            {
                "name": target.name,
                "value": float(target.value),
                "error": float(target.error),
                **dict(zip(QUANTILES, map(float, row), strict=True)),
                "source": target.source,
            }
            for target, row in zip(found.targets, levels, strict=True)
        ],
    }
