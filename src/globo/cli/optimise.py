"""`globo optimise`: which measures to pay for, whatever the truth about the unknowns is."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from globo import files
from globo.cli import options
from globo.cli.output import (
    answer_alone,
    note,
    number,
    print_json,
    print_table,
)

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import xarray as xr

    from globo.decisions import Problem

INCOME = "household_income_usd"
SHOWN = 12  # portfolios shown to people
KEPT = "answers"  # folder of a search under way


def optimise(
    problem: Annotated[
        Path, typer.Argument(metavar="FILE", help="The question, as examples/portfolio.yaml.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder for result.json and report.html.",
            show_default="runs/NAME-SEED",
        ),
    ] = None,
    runs: Annotated[
        int | None,
        typer.Option(min=20, help="Portfolios to try.", show_default="the question's"),
    ] = None,
    seed: options.Luck = 1,
    as_json: options.Json = False,
    lang: options.Lang = None,
    quiet: options.Quiet = False,
) -> None:
    """Search for portfolios of measures that do well under the budget in every world.

    A world is a draw of the unknowns with its own demand abroad, supply of the neighbours
    and the like. Prints the portfolios that no other beats, how much each may be regretted,
    when it fails, which measures are in all that last, and which one can do without. After the
    portfolios that no other beats it looks for those that are regretted least, with and without
    each measure, and tries what is found again on worlds that no search saw. Stopped, it goes on
    where it was when the same command is given again.
    """
    from globo import decisions
    from globo.ensemble import code_version
    from globo.ensemble.trouble import said_plainly
    from globo.report.searches import portfolio_page
    from globo.simulation import known

    began = time.monotonic()
    asked = decisions.problem(problem)
    folder = files.target_folder(out or options.RUNS / f"{asked.name}-{seed}")
    work = folder / KEPT
    with answer_alone(), said_plainly(folder):
        model = Model(asked, seed)
        found = decisions.optimise(
            asked,
            model.evaluate,
            seed,
            runs,
            model.describe,
            lambda text: note(text, quiet),
            work,
            f"{code_version('decisions')} {known(None).hash} seed {seed} ",
        )
    told = {
        **found.to_json(),
        **found.details(),
        "seconds": round(time.monotonic() - began, 3),
    }
    text = json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1)
    files.write_text(folder / "result.json", text)
    page = portfolio_page(json.loads(text), options.report_language(lang))
    files.write_text(folder / "report.html", page)
    decisions.sweep(work)
    if as_json:
        print_json(told)
        return
    _show(told, folder)


class Model:
    """The simulator as a portfolio search sees it.

    Args:
        asked: levers, horizon, objectives.
        seed: of all luck.
    """

    def __init__(self, asked: Problem, seed: int) -> None:  # noqa: D107  (said above)
        from globo.simulation import Simulator

        self._asked, self._simulator = asked, Simulator(seed=seed)
        self._first, self._until = int(asked.first[:4]), int(asked.until[:4])
        self._futures: dict[tuple[int, ...], Any] = {}
        self._outcome = [outcome(name) for name in asked.outcomes]

    def evaluate(
        self, levers: Sequence[dict[str, float]], worlds: Sequence[dict[str, Any]]
    ) -> np.ndarray:
        """Return the outcomes of portfolios in worlds: means of the years of the horizon.

        Args:
            levers: level by lever, a portfolio each.
            worlds: `draw`, and a value for each lever that nobody here decides.

        Returns:
            (portfolio, world, outcome); NaN where a run failed.
        """
        import numpy as np

        from globo.scenario.controls import settings_from
        from globo.simulation.batches import Row

        rows = []
        for portfolio in levers:
            for world in worlds:
                outside = {name: value for name, value in world.items() if name != "draw"}
                settings = settings_from({**portfolio, **outside}, self._first)
                rows.append(Row(int(world["draw"]), settings))
        parts = []
        for ds in self._future(worlds).run(rows):
            values = np.stack([of(ds) for of in self._outcome], axis=-1)
            parts.append(np.where(ds["status"].values[:, None] == 0, values, np.nan))
        return np.concatenate(parts).reshape(len(levers), len(worlds), -1)

    def describe(self, worlds: Sequence[dict[str, Any]]) -> pd.DataFrame:
        """Return the coca that worlds start with and their unknown parameters, a row each."""
        import numpy as np
        import pandas as pd

        from globo.model import parameters

        draws = np.array([world["draw"] for world in worlds])
        p = parameters.sample(draws, self._simulator.seed, dict(self._simulator.fixed))
        found = {name: np.asarray(p.values[name], float) for name in parameters.free_names()}
        # surveys leave the area at the start open within their error, so it may explain failures
        start = {f"coca_ha@{self._first - 1}": self._future(worlds).coca_ha(draws.tolist())}
        return pd.DataFrame({**start, **found})

    def _future(self, worlds: Sequence[dict[str, Any]]) -> Any:
        """Return the states at the start of the horizon of the draws of some worlds."""
        from globo.simulation.batches import Futures

        draws = tuple(int(world["draw"]) for world in worlds)
        if draws not in self._futures:
            made = Futures(self._simulator, draws, self._first - 1, self._until)
            self._futures[draws] = made
        return self._futures[draws]


def outcome(name: str) -> Callable[[xr.Dataset], np.ndarray]:
    """Return what takes an outcome of the country from runs: the mean of their years.

    Args:
        name: a measure of the country, or the income of rural households.

    Raises:
        UserError: no such outcome.
    """
    import numpy as np

    if name == INCOME:
        return _income()
    from globo.cli.sensitivity import measured

    measure, place = measured(name)
    return lambda ds: np.asarray(measure.of(ds), "float64")[:, :, place].mean(axis=1)


def _income() -> Callable[[xr.Dataset], np.ndarray]:
    """Return what takes the mean income of the rural households of all zones, USD a year."""
    import numpy as np

    from globo import simulation

    world = simulation.world_of(None)
    households = np.asarray(world.by_zone(world.by_district(world.households)), "float64")
    share = households / households.sum()
    return lambda ds: (ds[INCOME].values @ share).mean(axis=1)


def _show(told: dict[str, Any], folder: Path) -> None:
    names = list(told["front"][0]["objectives"])
    rows = [
        [one["id"], *(number(one["objectives"][n]) for n in names), number(one["regret"]),
         "yes" if one["robust"] else ""]
        for one in [*told["front"][:SHOWN], told["today"]]
    ]  # fmt: skip
    print_table("Portfolios that no other beats", ["", *names, "regret", "lasts"], rows)
    for one in told["front"][:SHOWN]:
        levers = ", ".join(f"{name} {number(value)}" for name, value in one["levers"].items())
        print(f"{one['id']}: {levers}")
    print(f"\nIn every portfolio that lasts: {', '.join(told['robust_measures']) or 'none'}.")
    for row in told["dominated"]:
        by = f" by {row['by']}" if row["by"] else ""
        print(f"One can do without {row['measure']}: {row['why'].replace('_', ' ')}{by}.")
    ratio = told["hypervolume_ratio_to_random"]
    print(f"{told['runs']:,} portfolios tried, {ratio:.2f} times a random search's hypervolume;")
    print(f"{told['seconds']:.0f} s; {folder / 'report.html'}")
