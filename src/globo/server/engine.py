"""The engine as the server sees it: history once, then branches of the future.

An engine holds the state of every draw at the present. A change of lever runs
the months after it alone, for a few draws first and for the rest when there is
time. Draws are numbered, so that the server can ask for any range of them and
compare a branch with the baseline draw by draw.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import numpy as np
import xarray as xr

from globo.server.districts import Forecasts
from globo.simulation.held import Trade

Levers = Mapping[str, float]
"""Values that differ from today, by control: `name` or `name@place`."""
GiveWay = Callable[[], None]
"""Called where work can wait, for what is more urgent to be run meanwhile in the same thread."""


def to_none() -> None:
    """Give way to nothing."""


class Engine(Protocol):
    """What runs behind the page.

    Attributes:
        name: identifies model, facts and seed; part of every cache key.
        present: last year of the history that all branches share.
        until: last year of a branch.
        draws: size of the full ensemble.
        seed: of the ensemble.
        first_draws: draws of a first picture.
        step: draws that are best run at once.
        reading: of the unknowns; "" is that of the surveys.
    """

    name: str
    present: int
    until: int
    draws: int
    seed: int
    first_draws: int
    step: int
    reading: str

    @property
    def places(self) -> Mapping[str, list[str]]:
        """The names by kind of place that a lever may be given for (zone, port ...)."""
        ...

    def baseline(self) -> xr.Dataset:
        """Return history and future with no lever moved, all draws, in the schema of a run."""
        ...

    def run(
        self, levers: Levers, start: int, draws: range, give_way: GiveWay = to_none
    ) -> xr.Dataset:
        """Return the years after the present for some draws.

        Args:
            levers: controls moved and their values.
            start: first year in which they hold, after the present.
            draws: which draws, a range within the ensemble.
            give_way: called every few years of the model; what it raises ends the run.
        """
        ...

    def first(self, levers: Levers, start: int) -> xr.Dataset:
        """Return the years after the present for the first draws, as soon as can be.

        They have the luck of the same draws of `run`, but may differ in rounding, which grows:
        compare them with `first({}, start)`, of which they differ by the levers alone.

        Args:
            levers: controls moved and their values.
            start: first year in which they hold, after the present.
        """
        ...

    def trades(self, levers: Levers, start: int, against: Levers) -> list[Callable[[], Trade]]:
        """Return what makes each batch of draws ready to trade channels (`decisions.why`).

        Args:
            levers: controls moved and their values.
            start: first year in which they hold.
            against: controls of the scenario that it is compared with.
        """
        ...

    def unknowns(self) -> Mapping[str, np.ndarray]:
        """Return the uncertain parameters: one value a draw, by name; empty where all are fixed."""
        ...

    def forecasts(self) -> Forecasts:
        """Return the published forecast of every district; takes long, in any thread."""
        ...
