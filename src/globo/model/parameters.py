"""Parameters: one typed record, one CSV row each.

`parameters.csv` holds name, unit, default, prior, range, source and meaning; the
loader, the priors, the docs table and the page's tooltips all read that file.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from globo import countries
from globo.errors import UserError, did_you_mean
from globo.facts import tables

TRAIT = "zone_trait"  # standard normals by zone: what a zone does beside what is modelled
LUCK = "luck"  # standard normals by year and place, for years that a calibration can weigh
CHANCE = "chance"  # by year, which run of all other luck a calibration chose; 0 where it chose none
INNOVATION = "innovation"  # log factor by year and district that a December adds (`innovation`)
ADDED = "innovation_added"  # ha of coca that it adds where none was, by year and district
WORKED = "worked"  # by year and district, 1 and 0 where a survey told whether brigades worked
INNOVATIONS = (INNOVATION, ADDED, WORKED)
ELSEWHERE = "Elsewhere"  # districts in no zone that a survey names
FIRST_YEAR, WEIGHED_YEARS = 2001, 24
PRIORS = ("lognormal", "logitnormal", "normal", "uniform", "fixed")


@dataclass(frozen=True)
class ParameterRow:
    """One parameter as the table declares it."""

    name: str
    unit: str
    default: float
    prior: str
    spread: float
    low: float
    high: float
    source: str
    known_at: str
    meaning: str
    mechanism: str


@cache
def table() -> dict[str, ParameterRow]:
    """Return the parameter table by name.

    Raises:
        UserError: if a row has no known prior or a default outside its range.
    """
    rows: dict[str, ParameterRow] = {}
    with resources.files("globo.model").joinpath("parameters.csv").open(encoding="utf-8") as file:
        for line, raw in enumerate(csv.DictReader(file), start=2):
            numbers = {k: float(raw[k]) for k in ("default", "spread", "low", "high")}
            row = ParameterRow(**{**raw, **numbers})  # type: ignore[arg-type]
            where = f"parameters.csv:{line}: {row.name}"
            if row.prior not in PRIORS:
                raise UserError(
                    where, row.prior, ", ".join(PRIORS), did_you_mean(row.prior, PRIORS)
                )
            if not row.low <= row.default <= row.high:
                raise UserError(where, f"default {row.default}", f"{row.low} to {row.high}")
            if row.prior == "logitnormal" and row.default in (row.low, row.high):
                allowed = f"inside {row.low} to {row.high}: a logitnormal has no weight on its ends"
                raise UserError(where, f"default {row.default}", allowed)
            rows[row.name] = row
    return rows


@jax.tree_util.register_pytree_node_class
class Parameters:
    """Values by name, read as attributes; a pytree, so JAX can batch it over draws."""

    def __init__(self, values: dict[str, Any]) -> None:
        """Hold the values, scalars or one a draw."""
        object.__setattr__(self, "values", values)

    def __getattr__(self, name: str) -> Any:
        """Return the value of a parameter."""
        try:
            return object.__getattribute__(self, "values")[name]
        except KeyError:
            raise AttributeError(name) from None

    def replace(self, **changes: Any) -> Parameters:
        """Return a copy with some values changed; unknown names are refused."""
        for name in changes:
            if name not in self.values:
                mend = did_you_mean(name, self.values)
                raise UserError(
                    where="parameters", found=name, allowed="a name of parameters.csv", mend=mend
                )
        return Parameters({**self.values, **changes})

    def tree_flatten(self) -> tuple[tuple[Any, ...], tuple[str, ...]]:
        """Flatten for JAX: values in name order, names as structure."""
        names = tuple(sorted(self.values))
        return tuple(self.values[n] for n in names), names

    @classmethod
    def tree_unflatten(cls, names: tuple[str, ...], leaves: tuple[Any, ...]) -> Parameters:
        """Rebuild from what `tree_flatten` gave."""
        return cls(dict(zip(names, leaves, strict=True)))


def defaults(country: str = countries.USUAL) -> Parameters:
    """Return every parameter at its default, as float32 scalars."""
    values: dict[str, Any] = {n: jnp.float32(r.default) for n, r in table().items()}
    places = len(zone_names(country))
    values[TRAIT] = jnp.zeros(places, jnp.float32)
    values[LUCK] = jnp.full((WEIGHED_YEARS, 1 + places), jnp.nan, jnp.float32)
    values[CHANCE] = jnp.zeros(WEIGHED_YEARS, jnp.int32)
    values |= {name: jnp.zeros((0, 0), jnp.float32) for name in INNOVATIONS}
    return Parameters(values)


def from_normal(row: ParameterRow, z: np.ndarray) -> np.ndarray:
    """Map standard normal numbers to draws of one parameter's prior.

    Args:
        row: the parameter.
        z: standard normal numbers, any shape; 0 gives the default, but for uniform.

    Returns:
        Values inside [low, high], same shape.
    """
    if row.prior == "lognormal":
        value = row.default * np.exp(row.spread * z)
    elif row.prior == "logitnormal":
        share = (row.default - row.low) / (row.high - row.low)
        value = row.low + (row.high - row.low) / (
            1 + np.exp(-(np.log(share / (1 - share)) + row.spread * z))
        )
    elif row.prior == "normal":
        value = row.default + row.spread * z
    elif row.prior == "uniform":
        from scipy.stats import norm

        value = row.low + (row.high - row.low) * norm.cdf(z)
    else:
        value = np.full_like(z, row.default)
    return np.clip(value, row.low, row.high)


def free_names() -> list[str]:
    """Return the names of the parameters that have a prior, in table order."""
    return [n for n, r in table().items() if r.prior != "fixed"]


@cache
def zone_names(country: str = countries.USUAL) -> tuple[str, ...]:
    """Return the zones that have a trait of their own, in the order of the alphabet."""
    frame = tables.read(countries.load(country).facts)["districts"]
    return tuple(sorted({*frame.zone, ELSEWHERE} - {""}))
