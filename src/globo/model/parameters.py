"""Parameters: one typed record, one CSV row each.

`parameters.csv` holds name, unit, default, prior, range, source and meaning; the
loader, the priors, the docs table and the page's tooltips all read that file.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from globo.errors import UserError, did_you_mean
from globo.facts import tables

TRAIT = "zone_trait"  # standard normals by zone: what a zone does beside what is modelled
LUCK = "luck"  # standard normals by year and place, for years that a calibration can weigh
CHANCE = "chance"  # by year, which run of all other luck a calibration chose; 0 where it chose none
ELSEWHERE, NATION = "Elsewhere", "Peru"
FIRST_YEAR, WEIGHED_YEARS = 2001, 14
PRIORS = ("lognormal", "logitnormal", "normal", "uniform", "fixed")


@dataclass(frozen=True)
class Row:
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
def table() -> dict[str, Row]:
    """Return the parameter table by name.

    Raises:
        UserError: if a row has no known prior or a default outside its range.
    """
    rows: dict[str, Row] = {}
    with resources.files("globo.model").joinpath("parameters.csv").open(encoding="utf-8") as file:
        for line, raw in enumerate(csv.DictReader(file), start=2):
            numbers = {k: float(raw[k]) for k in ("default", "spread", "low", "high")}
            row = Row(**{**raw, **numbers})  # type: ignore[arg-type]
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


def defaults() -> Parameters:
    """Return every parameter at its default, as float32 scalars."""
    values: dict[str, Any] = {n: jnp.float32(r.default) for n, r in table().items()}
    places = len(zone_names())
    values[TRAIT] = jnp.zeros(places, jnp.float32)
    values[LUCK] = jnp.full((WEIGHED_YEARS, 1 + places), jnp.nan, jnp.float32)
    values[CHANCE] = jnp.zeros(WEIGHED_YEARS, jnp.int32)
    return Parameters(values)


def from_normal(row: Row, z: np.ndarray) -> np.ndarray:
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
def zone_names() -> tuple[str, ...]:
    """Return the zones that have a trait of their own, in the order of the alphabet."""
    return tuple(sorted({*tables.read()["districts"].zone, ELSEWHERE} - {""}))


def columns() -> list[str]:
    """Return what a row of normals holds: free parameters, traits of zones, luck by year."""
    traits = (f"{TRAIT} {zone}" for zone in zone_names())
    years = range(FIRST_YEAR, FIRST_YEAR + WEIGHED_YEARS)
    lucks = (f"{LUCK} {place} {year}" for year in years for place in (NATION, *zone_names()))
    return [*free_names(), *traits, *lucks]


def chances() -> list[str]:
    """Return what a member of the posterior holds beside its normals: `CHANCE` by year."""
    return [f"{CHANCE} {FIRST_YEAR + year}" for year in range(WEIGHED_YEARS)]


def from_matrix(z: np.ndarray) -> Parameters:
    """Map standard normals [draw, column] to batched parameters; `columns` names the columns.

    Members of the posterior have the columns of `chances` too; elsewhere all luck is the draw's.
    """
    z, chosen = np.split(np.asarray(z, dtype=float), [len(columns())], axis=1)
    chosen = chosen if chosen.size else np.zeros((len(z), WEIGHED_YEARS))
    known = dict(zip(columns(), z.T, strict=True))
    n = z.shape[0]
    values = {name: from_normal(row, known.get(name, np.zeros(n))) for name, row in table().items()}
    _, values[TRAIT], values[LUCK] = parts(z)
    p = Parameters({k: jnp.asarray(v, dtype=jnp.float32) for k, v in values.items()})
    return Parameters({**p.values, CHANCE: jnp.asarray(chosen, jnp.int32)})


def parts(z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut rows of normals, whose order is that of `columns`.

    Returns:
        Free parameters [draw, parameter], traits [draw, zone], luck [draw, year, place].
    """
    free, zones = len(free_names()), len(zone_names())
    first, traits, luck = np.split(z, [free, free + zones], axis=1)
    return first, traits, luck.reshape(len(z), WEIGHED_YEARS, 1 + zones)


POSTERIOR = "posterior.csv"


@cache
def posterior() -> np.ndarray | None:
    """Return the shipped posterior, if there is one: [member, column of `columns`, `chances`].

    Raises:
        UserError: it was made for other parameters, zones or years; draws from the priors in
            its stead are asked for by name, never taken in silence.
    """
    path = resources.files("globo.model").joinpath(POSTERIOR)
    if not path.is_file():
        return None
    with path.open(encoding="utf-8") as file:
        rows = list(csv.reader(line for line in file if not line.startswith("#")))
    _same_columns(rows[0])
    return np.array(rows[1:], dtype=float)


def _same_columns(found: list[str]) -> None:
    """Raise unless the posterior has the columns that this version's tables ask for."""
    wanted = [*columns(), *chances()]
    if found == wanted:
        return
    lacks = [f"'{name}' unknown to it" for name in wanted if name not in found]
    spare = [f"'{name}' no longer a parameter" for name in found if name not in wanted]
    told = [*lacks, *spare] or ["its columns in another order"]
    more = f" and {len(told) - 3} more" if len(told) > 3 else ""
    raise UserError(
        where=POSTERIOR,
        found="; ".join(told[:3]) + more,
        allowed="a column for each parameter that has a prior, each zone and each year of luck",
        mend="give a new parameter the prior 'fixed', or calibrate again (docs/inference.md)",
    )


def identity() -> str:
    """Return what tells apart the distributions that draws come from."""
    members = posterior()
    if members is None:
        return "priors"
    return f"posterior {hashlib.sha256(members.tobytes()).hexdigest()[:12]}"


def prior_matrix(draws: np.ndarray, seed: int) -> np.ndarray:
    """Draw standard normals for all columns, one generator a draw.

    Each draw has its own stream, so that draw 7 is the same whether 8 or 800 are asked for.
    """
    n = len(columns())
    return np.stack([np.random.default_rng([seed, int(d)]).standard_normal(n) for d in draws])


def posterior_matrix(members: np.ndarray, draws: np.ndarray, seed: int) -> np.ndarray:
    """Take members of the posterior for draws: all once, in a shuffled order, then again."""
    n = len(members)
    rounds = np.asarray(draws) // n
    orders = {r: np.random.default_rng([seed, 7, r]).permutation(n) for r in set(rounds.tolist())}
    return np.stack(
        [members[orders[int(r)][int(d) % n]] for r, d in zip(rounds, draws, strict=True)]
    )


def sample(
    draws: np.ndarray, seed: int, fixed: dict[str, float] | None = None, prior: bool = False
) -> Parameters:
    """Return the parameters of some draws, batched.

    Args:
        draws: numbers of the draws.
        seed: of the ensemble.
        fixed: parameters set to one value in every draw.
        prior: draw from the priors even where a posterior ships.

    Returns:
        Values by name, one a draw.

    Raises:
        UserError: an unknown parameter.
    """
    members = None if prior else posterior()
    z = prior_matrix(draws, seed) if members is None else posterior_matrix(members, draws, seed)
    filled = {k: jnp.full(len(draws), v, jnp.float32) for k, v in (fixed or {}).items()}
    return from_matrix(z).replace(**filled)
