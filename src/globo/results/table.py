"""The table of reported variables, and the dataset made with it.

Reads `variables.csv`, the one table of what a run reports (name, dimensions,
unit, kind, meaning); every room that makes, stores, draws or serves results
takes names and units from there.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import xarray as xr

from globo.errors import did_you_mean


@dataclass(frozen=True)
class Variable:
    """One reported variable: a row of `variables.csv`.

    Attributes:
        name: its name in datasets, tables and on the page.
        dims: its dimensions, `draw` first.
        unit: unit in words.
        kind: stock (on 31 December), flow (sum of the year) or mean.
        meaning: what it is, by language (`en`, `es`).
        dtype: how it is stored.
    """

    name: str
    dims: tuple[str, ...]
    unit: str
    kind: str
    meaning: Mapping[str, str]
    dtype: str = "float32"

    def attrs(self) -> dict[str, str]:
        """Return the attributes that go with the array."""
        meanings = {"meaning": self.meaning["en"], "meaning_es": self.meaning["es"]}
        return {"unit": self.unit, "kind": self.kind, **meanings}


STATUS = Variable(
    "status",
    ("draw",),
    "code",
    "status",
    {"en": "0 where the draw ended well", "es": "0 si la corrida terminó bien"},
    "int32",
)


@lru_cache(maxsize=1)
def variables() -> Mapping[str, Variable]:
    """Return the reported variables by name, in the order of the table."""
    text = (files("globo.results") / "variables.csv").read_text(encoding="utf-8")
    table = {}
    for row in csv.DictReader(text.splitlines()):
        meaning = {"en": row["meaning_en"], "es": row["meaning_es"]}
        dims = tuple(row["dims"].split())
        table[row["name"]] = Variable(row["name"], dims, row["unit"], row["kind"], meaning)
    return table


def variable(name: str) -> Variable:
    """Return one variable; `status` counts as one.

    Raises:
        KeyError: no such variable; the message names the nearest one.
    """
    table = variables()
    if name == STATUS.name:
        return STATUS
    if name not in table:
        message = f"no variable '{name}' in variables.csv; {did_you_mean(name, table)}"
        raise KeyError(message)
    return table[name]


def dataset(
    arrays: Mapping[str, np.ndarray],
    coords: Mapping[str, Any],
    attrs: Mapping[str, Any] | None = None,
) -> xr.Dataset:
    """Dress plain arrays as the dataset of a run.

    Args:
        arrays: values by variable name, draw axis first; without `status` every
            draw counts as ended well.
        coords: by dimension its labels (`draw` may be left out), and by name of
            a further coordinate a pair (dimension, values).
        attrs: attributes of the run (scenario, seed, from, until, ...).

    Raises:
        ValueError: a shape that does not fit the labels.
    """
    n_draws = len(next(iter(arrays.values())))
    labels = {"draw": np.arange(n_draws), **coords}
    ds = xr.Dataset(coords=labels, attrs=dict(attrs or {}))
    arrays = {STATUS.name: np.zeros(n_draws, "int32"), **arrays}
    held = {name: variable(name) for name in arrays}
    return ds.assign(
        {
            name: (
                held[name].dims,
                fitted(held[name], arrays[name], {d: ds.sizes[d] for d in held[name].dims}),
                held[name].attrs(),
            )
            for name in [*variables(), STATUS.name]
            if name in held
        }
    )


def fitted(var: Variable, values: np.ndarray, sizes: Mapping[str, int]) -> np.ndarray:
    """Return the values in the stored type, or say which shape does not fit."""
    wanted = tuple(sizes[d] for d in var.dims)
    if np.shape(values) != wanted:
        named = ", ".join(f"{d} {n}" for d, n in zip(var.dims, wanted, strict=True))
        message = f"{var.name}: shape {np.shape(values)} does not fit ({named})"
        raise ValueError(message)
    return np.asarray(values, dtype=var.dtype)


def ok_draws(ds: xr.Dataset) -> np.ndarray:
    """Return which draws ended well, one boolean a draw."""
    if STATUS.name not in ds:
        return np.ones(ds.sizes["draw"], dtype=bool)
    return np.asarray(ds[STATUS.name].values) == 0
