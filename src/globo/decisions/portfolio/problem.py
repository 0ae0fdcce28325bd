"""Problem: the levers, the money, the objectives and the worlds of a portfolio search.

Read from a YAML file (examples/portfolio.yaml) and checked by pydantic; also home of the
worlds, which are posterior draws crossed with what nobody knows. Money is USD a year (2015).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from globo.errors import UserError, did_you_mean
from globo.scenario.controls import span

COST = "cost_usd"
StateOfWorld = dict[str, Any]
Number = Annotated[float, Field(allow_inf_nan=False)]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Lever(_Strict):
    """A lever that may be used, from its least to its largest level."""

    low: Number
    high: Number
    cost: Annotated[Number, Field(ge=0, description="USD a year for one unit")]
    source: str = Field(description='where the cost is from, or "assumed"', min_length=3)
    today: Number | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Lever:
        if self.low >= self.high:
            message = f"low {self.low:g} is not below high {self.high:g}"
            raise ValueError(message)
        return self


class Objective(_Strict):
    """An outcome that the search makes less of, or more of."""

    goal: Literal["less", "more"]
    unit: str
    step: Annotated[Number, Field(gt=0, description="smallest difference that matters")]
    limit: Number | None = Field(None, description="beyond it a portfolio has failed")


class Problem(_Strict):
    """What a portfolio search is asked.

    Outcomes are what the model answers, in this order; the cost is worked out from the
    levers and always comes last.
    """

    name: str = "portfolio"
    title: dict[str, str] = {}
    description: dict[str, str] = {}
    first: Month = Field("2018-01", alias="from")
    until: Month = "2025-12"
    budget_usd_year: Annotated[Number, Field(gt=0)]
    levers: Annotated[dict[str, Lever], Field(min_length=2)]
    objectives: Annotated[dict[str, Objective], Field(min_length=1)]
    cost_step: Annotated[Number, Field(gt=0)] = 2e6
    worlds: dict[str, tuple[Number, Number]] = {}
    runs: Annotated[int, Field(ge=20, le=1_000_000)] = 1200
    draws: Annotated[int, Field(ge=2, le=10_000)] = 8
    fresh_draws: Annotated[int, Field(ge=4, le=10_000)] = 32
    discovery_draws: Annotated[int, Field(ge=20, le=100_000)] = 256
    largest_front: Annotated[int, Field(ge=4, le=1000)] = 40

    @property
    def names(self) -> list[str]:
        """Return the levers, in order."""
        return list(self.levers)

    @property
    def outcomes(self) -> list[str]:
        """Return what the model answers, in order: all objectives but the cost."""
        return list(self.objectives)

    @property
    def low(self) -> np.ndarray:
        """Return the least level of each lever."""
        return np.array([lever.low for lever in self.levers.values()])

    @property
    def high(self) -> np.ndarray:
        """Return the largest level of each lever."""
        return np.array([lever.high for lever in self.levers.values()])

    @property
    def unit_cost(self) -> np.ndarray:
        """Return what a unit of each lever costs, USD a year."""
        return np.array([lever.cost for lever in self.levers.values()])

    @property
    def today(self) -> np.ndarray:
        """Return today's level of each lever, as the problem or the table of levers has it."""
        return np.array([_today(name, lever) for name, lever in self.levers.items()])

    @property
    def signs(self) -> np.ndarray:
        """Return 1 where less is better, -1 where more is; the cost last."""
        signs = [1.0 if one.goal == "less" else -1.0 for one in self.objectives.values()]
        return np.array([*signs, 1.0])

    @property
    def steps(self) -> np.ndarray:
        """Return the smallest difference that matters of each objective; the cost last."""
        return np.array([*(one.step for one in self.objectives.values()), self.cost_step])

    def cost(self, levels: np.ndarray) -> np.ndarray:
        """Return the cost of portfolios, USD a year.

        Args:
            levels: levels of the levers (..., lever).
        """
        return np.asarray(levels) @ self.unit_cost

    def within(self, levels: np.ndarray, spend: np.ndarray | float = 1.0) -> np.ndarray:
        """Return portfolios drawn back towards their least levels until they can be paid.

        Args:
            levels: levels of the levers (portfolio, lever).
            spend: share of the money beyond the least levels that may be spent, 0 to 1.
        """
        least = float(self.cost(self.low))
        money = (self.budget_usd_year - least) * np.asarray(spend)
        wanted = self.cost(levels) - least
        keep = np.minimum(1.0, np.divide(money, wanted, out=np.ones_like(wanted), where=wanted > 0))
        return self.low + (levels - self.low) * keep[:, None]

    def as_levers(self, levels: np.ndarray) -> list[dict[str, float]]:
        """Return portfolios as the model takes them: level by lever."""
        return [dict(zip(self.names, map(float, row), strict=True)) for row in levels]

    def draw_worlds(self, n: int, seed: int, first: int = 0) -> list[StateOfWorld]:
        """Return worlds: posterior draws, each with its own luck in what nobody knows.

        Args:
            n: number of worlds.
            seed: seed of the Latin hypercube over the deep uncertainties.
            first: number of the first posterior draw.

        Returns:
            By world `draw` and one factor or level for each deep uncertainty.
        """
        from scipy.stats import qmc

        span = np.array(list(self.worlds.values())).reshape(-1, 2)
        rng = np.random.default_rng([seed, first])
        u = qmc.LatinHypercube(d=len(span), rng=rng).random(n) if len(span) else np.empty((n, 0))
        values = span[:, 0] + (span[:, 1] - span[:, 0]) * u
        return [
            {"draw": first + i, **dict(zip(self.worlds, map(float, row), strict=True))}
            for i, row in enumerate(values)
        ]


def problem(source: Path | str | Mapping[str, Any]) -> Problem:
    """Read and check a problem.

    Args:
        source: a YAML file, or what it would hold.

    Raises:
        UserError: a file that cannot be read, or a field that cannot be used.
    """
    where = "problem" if isinstance(source, Mapping) else str(source)
    held = source if isinstance(source, Mapping) else _yaml(Path(source))
    try:
        made = Problem.model_validate(dict(held))
    except ValidationError as error:
        raise _refusal(where, error) from error
    _check_levers(where, made)
    return made


def _check_levers(where: str, made: Problem) -> None:
    for name in [*made.levers, *made.worlds]:
        least, largest, _ = span(name, where)
        one = made.levers.get(name)
        low, high = (one.low, one.high) if one else made.worlds[name]
        if not least <= low <= high <= largest:
            found, allowed = f"{low:g} to {high:g}", f"{least:g} to {largest:g}, smaller first"
            raise UserError(where=f"{where}: {name}", found=found, allowed=allowed)
    if made.until <= made.first:
        allowed = f"a month after {made.first}"
        raise UserError(where=f"{where}: until", found=made.until, allowed=allowed)
    least_cost = float(made.cost(made.low))
    if least_cost >= made.budget_usd_year:
        found = f"{made.budget_usd_year:,.0f} USD a year"
        allowed = f"more than the least levels cost, {least_cost:,.0f}"
        raise UserError(where=f"{where}: budget_usd_year", found=found, allowed=allowed)


def _today(name: str, lever: Lever) -> float:
    return span(name, "levers")[2] if lever.today is None else lever.today


def _yaml(path: Path) -> Mapping[str, Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        held = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except OSError as error:
        found = error.strerror or "cannot be read"
        raise UserError(where=str(path), found=found, allowed="a YAML file") from error
    except (YAMLError, UnicodeDecodeError) as error:
        found = " ".join(str(error).split())
        raise UserError(where=str(path), found=found, allowed="valid YAML") from error
    if not isinstance(held, Mapping):
        raise UserError(where=str(path), found="no fields", allowed="a problem, field by field")
    return held


def _refusal(where: str, error: ValidationError) -> UserError:
    """Return the first thing wrong as one message."""
    one = error.errors()[0]
    field = ".".join(str(part) for part in one["loc"])
    found = "unknown field" if one["type"] == "extra_forbidden" else repr(one["input"])[:80]
    names = [f.alias or n for n, f in Problem.model_fields.items()]
    mend = did_you_mean(field.split(".")[-1], names) if one["type"] == "extra_forbidden" else ""
    return UserError(f"{where}: {field}", found, one["msg"], mend)
