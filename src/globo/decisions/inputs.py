"""Inputs of a sensitivity analysis: parameters by their priors, levers by their ranges.

An input turns a number between 0 and 1 into a value, so that one design serves both kinds. A
lever of one place is `lever@place`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import norm

from globo.errors import UserError, did_you_mean
from globo.model.levers import levers
from globo.scenario.controls import parted, span

HERE = "inputs"
EDGE = 1e-4  # a prior is entered between these of its tails; beyond, its range clips it
PARAMETER, LEVER = "parameter", "lever"


@dataclass(frozen=True)
class Input:
    """One unknown or one choice.

    Attributes:
        name: a parameter, a lever, or `lever@place`.
        kind: "parameter" or "lever".
        low: least value.
        high: largest value.
    """

    name: str
    kind: str
    low: float
    high: float

    def values(self, u: np.ndarray) -> np.ndarray:
        """Return the values at quantiles `u` (0 to 1): of the prior, or evenly over a range."""
        if self.kind == LEVER:
            return self.low + (self.high - self.low) * np.asarray(u, dtype=float)
        from globo.model.parameters import from_normal, table  # brings JAX, levers go without

        z = norm.ppf(np.clip(u, EDGE, 1 - EDGE))
        return np.clip(from_normal(table()[self.name], z), self.low, self.high)


def inputs(
    names: Sequence[str], bounds: Mapping[str, tuple[float, float]] | None = None
) -> list[Input]:
    """Return the inputs of these names.

    Args:
        names: parameters with a prior, levers, or `lever@place`.
        bounds: narrower ranges by name, in the unit of the input.

    Raises:
        UserError: unknown name, one twice, or a range outside of what is allowed.
    """
    twice = sorted({name for name in names if list(names).count(name) > 1})
    if twice:
        raise UserError(where=HERE, found=f"'{twice[0]}' twice", allowed="each name once")
    made = [_input(name) for name in names]
    return [_narrowed(one, (bounds or {}).get(one.name)) for one in made]


def unknowns() -> list[str]:
    """Return the names of all parameters that have a prior."""
    from globo.model.parameters import free_names

    return free_names()


def as_run(made: Sequence[Input], row: np.ndarray) -> dict[str, dict[str, float]]:
    """Return one run of a design: `{parameters: {name: value}, levers: {name: value}}`.

    Args:
        made: the inputs, in the order of the design's columns.
        row: quantiles, 0 to 1.
    """
    run: dict[str, dict[str, float]] = {"parameters": {}, "levers": {}}
    for one, u in zip(made, row, strict=True):
        run[f"{one.kind}s"][one.name] = float(one.values(u))
    return run


def _input(name: str) -> Input:
    if parted(name)[0] in levers():
        low, high, _ = span(name, HERE)
        return Input(name, LEVER, low, high)
    from globo.model.parameters import free_names, table

    if name not in free_names():
        known = [*levers(), *free_names()]
        allowed = "a lever, lever@place or a parameter with a prior"
        raise UserError(HERE, f"'{name}'", allowed, did_you_mean(name, known))
    row = table()[name]
    return Input(name, PARAMETER, row.low, row.high)


def _narrowed(one: Input, bounds: Any) -> Input:
    if bounds is None:
        return one
    low, high = bounds
    if not one.low <= low < high <= one.high:
        allowed = f"{one.low:g} to {one.high:g}, the smaller first"
        raise UserError(HERE, f"bounds of {one.name} {low:g} to {high:g}", allowed)
    return Input(one.name, one.kind, float(low), float(high))
