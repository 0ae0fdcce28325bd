"""Held runs: two policies of the same draws that trade channels.

The years that both policies share are run once. Then each goes its way and its path through
every channel is recorded; a held run is the second policy with some channels on the first one's
path. All of them are one compiled program, so that equal paths give equal bits.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property, partial

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from globo.model import channels
from globo.model.channels import NAMES, Held, Path
from globo.model.parameters import FIRST_YEAR, Parameters
from globo.model.policy import Policy
from globo.model.state import State
from globo.model.world import World
from globo.model.years import years_from
from globo.simulation.simulator import Members, Simulator, span

MONTHS = 12


@dataclass(frozen=True)
class Side:
    """A policy and what runs it.

    Attributes:
        simulator: seed and switches.
        months: policy of all years from January 2001 on.
    """

    simulator: Simulator
    months: Policy

    def begun(self, draws: np.ndarray) -> Members:
        """Return some draws before January 2001."""
        return self.simulator.begin(draws, jax.tree.map(lambda x: x[0], self.months))


def shared_until(a: Side, b: Side) -> int:
    """Return the last year up to which two sides are the same, 2000 where none is."""
    if a.simulator != b.simulator:
        return FIRST_YEAR - 1
    pairs = zip(jax.tree.leaves(a.months), jax.tree.leaves(b.months), strict=True)
    unlike = np.array([np.asarray(x != y).reshape(len(x), -1).any(1) for x, y in pairs])
    months = np.flatnonzero(unlike.any(axis=0))
    first = int(months[0]) if months.size else unlike.shape[1]
    return FIRST_YEAR + first // MONTHS - 1


class Trade:
    """Some draws of two sides, from the year on in which they part.

    Args:
        a: the baseline.
        b: the policy that is held against it.
        members: draws of both sides at the end of `year`, in this order.
        year: last year of the states.
        last: last year to run.
    """

    def __init__(  # noqa: D107  (said above)
        self, a: Side, b: Side, members: tuple[Members, Members], year: int, last: int
    ) -> None:
        self._sides, self._members = (a, b), members
        self._months = tuple(span(side.months, year + 1, last) for side in (a, b))
        self.runs = 0

    @cached_property
    def _recorded(self) -> tuple[tuple[np.ndarray, Path], tuple[np.ndarray, Path]]:
        blank = channels.blank(self._members[1].s, self._months[1])
        free = dict.fromkeys(NAMES, False)
        return self._run(0, blank, free), self._run(1, blank, free)

    @property
    def zones(self) -> list[str]:
        """Return the names of the zones, in the order of areas."""
        return list(self._sides[1].simulator.world.zones)

    def areas(self) -> tuple[np.ndarray, np.ndarray]:
        """Return coca of both sides as a survey counts it, ha [draw, year, place].

        Places are the zones, then the country with what lies outside of their districts.
        """
        (a, _), (b, _) = self._recorded
        return a, b

    def live(self) -> tuple[str, ...]:
        """Return the channels whose paths differ in any bit of any draw, in order."""
        (_, a), (_, b) = self._recorded
        return tuple(
            name
            for name in NAMES
            if any(not np.array_equal(a[name][k], b[name][k], equal_nan=True) for k in a[name])
        )

    def area(self, moved: Collection[str]) -> np.ndarray:
        """Return coca as in `areas` under the second policy, these channels alone on its path.

        Args:
            moved: channels on the second side's path; the others are held on the first one's.
        """
        (_, a), (_, b) = self._recorded
        path = {name: (b if name in moved else a)[name] for name in NAMES}
        return self._run(1, path, dict.fromkeys(NAMES, True))[0]

    def _run(self, side: int, path: Path, takes: dict[str, bool]) -> tuple[np.ndarray, Path]:
        at, simulator = self._members[side], self._sides[side].simulator
        given = {name: jnp.asarray(value) for name, value in takes.items()}
        months = self._months[side]
        area, went = _advance(
            simulator.world, at.p, at.s, months, at.keys, path, given, simulator.off
        )
        self.runs += 1
        return by_place(simulator.world, np.asarray(area)), went


def trade(a: Side, b: Side, draws: np.ndarray, last: int) -> Trade:
    """Return some draws of two sides that are ready to trade channels; runs what they share."""
    year = min(shared_until(a, b), last - 1)
    begun = a.begun(draws)
    if year < FIRST_YEAR:
        return Trade(a, b, (begun, b.begun(draws)), year, last)
    stood = a.simulator.advance(begun, span(a.months, FIRST_YEAR, year))[0]
    return Trade(a, b, (stood, stood), year, last)


def by_place(world: World, area: np.ndarray) -> np.ndarray:
    """Return coca by zone and, last, of the country; draws that ended badly are NaN.

    Args:
        world: zones of the districts.
        area: by district and, last, outside of the districts, ha [draw, year, district].
    """
    whole, zone = area.astype("float64"), np.asarray(world.zone)
    zones = [whole[..., :-1][..., zone == z].sum(-1) for z in range(len(world.zones))]
    return np.stack([*zones, whole.sum(-1)], axis=-1)


@partial(jax.jit, static_argnames=("off",))
def _advance(
    world: World, p: Parameters, s: State, months: Policy, keys: Array, path: Path,
    takes: dict[str, Array], off: frozenset[str],
) -> tuple[Array, Path]:  # fmt: skip
    def one(p: Parameters, s: State, key: Array, path: Path) -> tuple[Array, Path]:
        held = Held(path, takes)
        s, yearly, monthly = years_from(p, world, s, months, key, off, held)
        ended_badly = s.status != 0
        area = jnp.concatenate([yearly["coca_ha"], yearly["outside_ha"][:, None]], axis=1)
        return jnp.where(ended_badly, jnp.nan, area), channels.path_of(monthly)

    return jax.vmap(one)(p, s, keys, path)
