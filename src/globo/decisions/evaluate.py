"""Evaluate: the simulator as searches see it, from levers and worlds to outcomes.

A sensitivity asks for one outcome of many runs, a portfolio search for several outcomes of
portfolios in worlds. An outcome is named `variable` for the country or `variable@place`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from globo import bounds, simulation
from globo.decisions.portfolio import marginal
from globo.decisions.portfolio.problem import Objective, Problem
from globo.errors import UserError, did_you_mean
from globo.model import parameters, posterior
from globo.results import MODES
from globo.results.difference import LEAST_HA
from globo.results.outcomes import Outcome, outcomes
from globo.scenario.controls import parted, settings_from
from globo.simulation import FIRST_YEAR, Simulator
from globo.simulation.batches import Futures, Run, whole

INCOME, ZONE_COCA = "household_income_usd", "coca_ha@"
LAST_YEAR = 2100


def evaluator(
    outcome: str, year: int, start: int, draws: int, seed: int, say: Callable[[str], None]
) -> Callable[[list[dict[str, dict[str, float]]]], np.ndarray]:
    """Return what gives the outcome of many runs: the mean over some draws of luck.

    Args:
        outcome: a variable, with `@place` where it has places.
        year: year of the outcome.
        start: first year in which levers hold.
        draws: draws that an outcome is the mean of.
        seed: of all luck.
        say: is told how many runs begin.

    Raises:
        UserError: an unknown outcome or place, or a year that cannot be run.
    """
    for name, value in (("--year", year), ("--start", start)):
        if not FIRST_YEAR <= value <= LAST_YEAR:
            raise UserError(where=name, found=str(value), allowed=f"{FIRST_YEAR} to {LAST_YEAR}")
    simulator = Simulator(seed=seed)
    read, place = located(outcome)

    def evaluate(runs: list[dict[str, dict[str, float]]]) -> np.ndarray:
        say(f"globo: {len(runs):,} runs of {draws} draws")
        rows = [
            Run(draw, settings_from(run["levers"], start), run["parameters"])
            for run in runs
            for draw in range(draws)
        ]
        parts = []
        for ds in whole(simulator, rows, year):
            values = np.asarray(read.of(ds), "float64")[:, -1, place]
            parts.append(np.where(ds["status"].values == 0, values, np.nan))
        return np.concatenate(parts).reshape(len(runs), draws).mean(axis=1)

    return evaluate


class Model:
    """The simulator as a portfolio search sees it.

    Args:
        asked: levers, horizon, objectives.
        seed: of all luck.
    """

    def __init__(self, asked: Problem, seed: int) -> None:  # noqa: D107  (said above)
        self._asked, self._simulator = asked, Simulator(seed=seed)
        self._first, self._until = int(asked.first[:4]), int(asked.until[:4])
        self._futures: dict[tuple[int, ...], Futures] = {}
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
        rows = []
        for portfolio in levers:
            for world in worlds:
                outside = {name: value for name, value in world.items() if name != "draw"}
                settings = settings_from({**portfolio, **outside}, self._first)
                rows.append(Run(int(world["draw"]), settings))
        parts = []
        for ds in self._future(worlds).run(rows):
            values = np.stack([of(ds) for of in self._outcome], axis=-1)
            parts.append(np.where(ds["status"].values[:, None] == 0, values, np.nan))
        return np.concatenate(parts).reshape(len(levers), len(worlds), -1)

    def describe(self, worlds: Sequence[dict[str, Any]]) -> pd.DataFrame:
        """Return the coca that worlds start with and their unknown parameters, a row each."""
        draws = np.array([world["draw"] for world in worlds])
        p = posterior.sample(draws, self._simulator.seed, dict(self._simulator.fixed))
        found = {name: np.asarray(p.values[name], float) for name in parameters.free_names()}
        # surveys leave the area at the start open within their error, so it may explain failures
        start = {f"coca_ha@{self._first - 1}": self._future(worlds).coca_ha(draws.tolist())}
        return pd.DataFrame({**start, **found})

    def _future(self, worlds: Sequence[dict[str, Any]]) -> Futures:
        """Return the states at the start of the horizon of the draws of some worlds."""
        draws = tuple(int(world["draw"]) for world in worlds)
        if draws not in self._futures:
            made = Futures(self._simulator, draws, self._first - 1, self._until)
            self._futures[draws] = made
        return self._futures[draws]


def one_by_one(asked: Problem, seed: int) -> dict[str, Any]:
    """Return what each measure alone buys beside today's policy, also in every zone's coca.

    Args:
        asked: levers, money, horizon.
        seed: of all luck.
    """
    names = [f"{ZONE_COCA}{zone}" for zone in simulation.labels(None)["zone"]]
    zones = dict.fromkeys(names, Objective(goal="less", unit="ha", step=LEAST_HA, limit=None))
    wide = asked.model_copy(update={"objectives": {**asked.objectives, **zones}})
    return marginal.alone(wide, Model(wide, seed).evaluate, seed)


def outcome(name: str) -> Callable[[xr.Dataset], np.ndarray]:
    """Return what takes an outcome of the country from runs: the mean of their years.

    Args:
        name: a variable of the country, or the income of rural households.

    Raises:
        UserError: no such outcome.
    """
    if name == INCOME:
        return _income()
    read, place = located(name)
    return lambda ds: np.asarray(read.of(ds), "float64")[:, :, place].mean(axis=1)


def _income() -> Callable[[xr.Dataset], np.ndarray]:
    """Return what takes the mean income of the rural households of all zones, USD a year."""
    world = simulation.world_of(None)
    households = np.asarray(world.by_zone(world.by_district(world.households)), "float64")
    share = households / households.sum()
    return lambda ds: (ds[INCOME].values @ share).mean(axis=1)


def located(outcome: str) -> tuple[Outcome, int]:
    """Return the outcome that a search names, and the number of its place."""
    name, place = parted(bounds.name(outcome))
    known = outcomes()
    if not place:
        names = [key.partition("|")[0] for key in known if key.endswith("|country")]
        if name not in names:
            allowed = ", ".join(names)
            raise UserError(
                where="OUTCOME",
                found=f"'{outcome}'",
                allowed=allowed,
                mend=did_you_mean(name, names),
            )
        return known[f"{name}|country"], 0
    found: dict[str, tuple[Outcome, int]] = {}
    labels: dict[str, Any] = {**simulation.labels(None), "mode": list(MODES)}
    for key, one in known.items():
        variable, _, dim = key.partition("|")
        if variable == name and dim in labels:
            found |= {str(label): (one, i) for i, label in enumerate(labels[dim])}
    if place not in found:
        names = sorted({key.partition("|")[0] for key in known})
        allowed = f"places of {name}" if found else ", ".join(names)
        wrong, near = (place, found) if found else (name, names)
        raise UserError(
            where="OUTCOME", found=f"'{outcome}'", allowed=allowed, mend=did_you_mean(wrong, near)
        )
    return found[place]
