"""`globo verify`: do the source's statements come out of the model?"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from globo.cli import options
from globo.cli.output import answer_alone, note, number, print_json, print_table
from globo.texts.terminal import say

if TYPE_CHECKING:
    import xarray as xr

UNTIL = "2017-12"


def verify(
    draws: options.Ensemble = 128,
    seed: options.Luck = 1,
    jobs: options.Jobs = None,
    keep: Annotated[
        Path | None,
        typer.Option(help="Folder that keeps the runs, so that a second time is quick."),
    ] = None,
    reading: options.Reading = None,
    as_page: Annotated[
        bool, typer.Option("--page", help="Print docs/verification.md instead of a table.")
    ] = False,
    as_json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
) -> None:
    """Check the claims that the model must reproduce, each beside its counterfactual.

    A claim is a statement about the past that published sources make. It passes where the
    pattern holds in 80 % or more of the draws, and in 20 % or fewer once the cause that the
    source names is taken away. Nothing in the model knows the claims.
    """
    from globo.verification import verify as claims

    began = time.monotonic()
    with answer_alone():
        free, surveyed = (
            runner(draws, seed, jobs, keep, quiet, UNTIL, surveyed, reading)
            for surveyed in (False, True)
        )
        found = claims.verify(free, surveyed=surveyed)
    seconds = round(time.monotonic() - began, 3)
    if as_json:
        told = {"draws": draws, "seed": seed, "reading": reading, "seconds": seconds}
        print_json({**told, "claims": found})
        return
    if as_page:
        print(page(found, draws, seed, reading))
        return
    passes = {c["id"]: say("yes" if c["passes"] else "no") for c in found}
    rows = [[c["id"], c["statement"], *_shares(c), passes[c["id"]]] for c in found]
    heads = [
        say(f"verify.{head}") for head in ("statement", "holds", "without", "surveyed", "passes")
    ]
    print_table(say("verify.title"), ["", *heads], rows)
    for claim in found:
        if not claim["passes"]:
            print(f"{claim['id']}: {claim['why']}")
    n = sum(c["passes"] for c in found)
    print(say("verify.end", n=n, of=len(found), draws=draws, seconds=f"{seconds:.0f}"))


def page(found: list[dict[str, Any]], draws: int, seed: int, reading: str | None = None) -> str:
    """Return what was found as a page of the docs."""
    passed = sum(c["passes"] for c in found)
    asked, name = (f" --reading {reading}", f"-{reading}") if reading else ("", "")
    lines = [
        f"<!-- Made by `globo verify{asked} --page > docs/verification{name}.md` -->",
        "",
        "# Verification: do the source's statements come out of the model?",
        "",
        *_of_reading(reading),
        "A statement passes where its pattern holds in 80 % or more of the draws of the "
        "baseline, and in 20 % or fewer once the cause that the source names is taken away. "
        f"Nothing in the model reads the statements. {passed} of {len(found)} pass; "
        f"{draws} draws, seed {seed}, runs to 2017.",
        "",
        "Claims are judged on free histories, of the mechanisms alone. *As surveyed* is the share "
        "of draws of the same members brought to every survey ([assimilation](assimilation.md)): "
        "there a pattern in areas holds because it was found, so it passes nothing; where the two "
        "columns part, the surveys put in what the mechanisms lack.",
        "",
        "| | statement | holds | without its cause | as surveyed | passes |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {c['id']} | {c['statement']} | {' | '.join(_shares(c))} | "
        f"{'yes' if c['passes'] else 'no'} |"
        for c in found
    ]
    lines += ["", "## Why some fail", ""]
    for claim in found:
        if not claim["passes"]:
            lines.append(f"**{claim['id']}.** {claim['why']}")
            parts = claim.get("parts") or {}
            lines += ["", "| part of the pattern | share of draws, baseline first |", "|---|---|"]
            lines += [
                f"| {part} | {', '.join(f'{w}: {number(s)}' for w, s in shares.items())} |"
                for part, shares in parts.items()
            ]
            lines.append("")
    return "\n".join(lines).rstrip()


def _of_reading(reading: str | None) -> list[str]:
    if not reading:
        return []
    text = (
        f"Growers are read as `{reading}` has them, with the posterior of that reading "
        "([inference](inference.md)); [verification](verification.md) has them as the surveys "
        "teach."
    )
    return [text, ""]


def runner(
    draws: int,
    seed: int,
    jobs: int | None,
    keep: Path | None,
    quiet: bool,
    until: str | None,
    surveyed: bool = False,
    reading: str | None = None,
) -> Any:
    """Return what runs a scenario for checks: one ensemble size, one seed, one last month.

    Args:
        draws: size of every ensemble.
        seed: of all luck.
        jobs: workers; None takes every core.
        keep: folder for the runs; None keeps them in memory.
        quiet: whether to say nothing on stderr.
        until: last month of a scenario that has none of its own.
        surveyed: bring histories to the surveys; else they are free, since what the surveys
            added would pass for the model's own.
        reading: of the unknowns; None is that of the surveys.
    """
    import globo
    from globo.cli.run import called, default_folder
    from globo.scenario import free

    def run(scenario: Any = None) -> xr.Dataset:
        asked = globo.load_scenario(scenario, until=until, reading=reading)
        loaded = asked if surveyed else free(asked)
        note(f"globo: {loaded.name}", quiet)
        kept = default_folder(called(loaded), seed).name + "-surveyed" * surveyed
        folder = None if keep is None else keep / kept
        return globo.run(loaded, draws=draws, seed=seed, out=folder, jobs=jobs, progress=not quiet)

    return run


def _shares(claim: dict[str, Any]) -> list[str]:
    return [number(claim[name]) for name in ("baseline", "counterfactual", "surveyed")]
