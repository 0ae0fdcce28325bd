"""A run's results as one dataset, with the variables that `model/variables.csv` lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from globo.errors import did_you_mean
from globo.model.variables import Variable, variables

STATUS = Variable(
    "status",
    ("draw",),
    "code",
    "status",
    {"en": "0 where the draw ended well", "es": "0 si la corrida terminó bien"},
    "int32",
)


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
