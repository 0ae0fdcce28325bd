"""Simulator: draws of one seed run whole years under any settings.

Compiles one program for a chunk of draws and serves every scenario of the same length with
it: levers enter as arrays. The history can be kept as states, so that a change of lever runs
the future alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, partial

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from globo import facts, luck
from globo.countries import USUAL
from globo.facts import Facts
from globo.model import policy, posterior
from globo.model import world as worlds
from globo.model.parameters import FIRST_YEAR, Parameters
from globo.model.policy import Policy, Setting
from globo.model.state import State
from globo.model.world import World
from globo.model.years import begun, years_from


def known(as_of: str | None, country: str = USUAL) -> Facts:
    """Return the facts of the years modelled, as known on a day; read once."""
    return _known(as_of, country)


def world_of(as_of: str | None, country: str = USUAL) -> World:
    """Return the world as known on a day, built once."""
    return _world(as_of, country)


def past(as_of: str | None, year: str, country: str = USUAL) -> policy.Past:
    """Return the months up to a year as they are without a scenario, built once."""
    return _past(as_of, year, country)


# kept by all their arguments, since a cache takes a default left out for another call
@lru_cache(maxsize=8)
def _known(as_of: str | None, country: str) -> Facts:
    found = facts.load(as_of=as_of, country=country).through(policy.LAST)
    policy.check_known(found)
    return found


@lru_cache(maxsize=8)
def _world(as_of: str | None, country: str) -> World:
    return worlds.build(_known(as_of, country))


@lru_cache(maxsize=8)
def _past(as_of: str | None, year: str, country: str) -> policy.Past:
    return policy.past(_known(as_of, country), _world(as_of, country), f"{year}-12")


@partial(jax.jit, static_argnames=("off",))
def _begin(
    world: World, p: Parameters, first: Policy, seed: Array, draws: Array, off: frozenset[str]
) -> tuple[State, Array]:
    keys = jax.vmap(partial(jax.random.fold_in, luck.key(seed)))(draws)
    return jax.vmap(lambda p, key: begun(p, world, first, key))(p, keys), keys


@partial(jax.jit, static_argnames=("off",))
def _advance(
    world: World, p: Parameters, s: State, months: Policy, keys: Array, off: frozenset[str]
) -> tuple[State, dict[str, Array], dict[str, Array]]:
    one = lambda p, s, key: years_from(p, world, s, months, key, off)  # noqa: E731
    return jax.vmap(one)(p, s, keys)


@dataclass(frozen=True)
class Members:
    """Draws at some moment: numbers, parameters, states and keys, draw axis first."""

    draws: np.ndarray
    p: Parameters
    s: State
    keys: Array

    def some(self, at: slice) -> Members:
        """Return a range of them."""
        cut = lambda tree: jax.tree.map(lambda x: x[at], tree)  # noqa: E731
        return Members(self.draws[at], cut(self.p), cut(self.s), self.keys[at])


@dataclass(frozen=True)
class Simulator:
    """Runs draws of one seed under any settings.

    Attributes:
        seed: of all luck.
        as_of: day whose facts are used, None for all.
        off: mechanisms switched off.
        fixed: parameters set to a value in every draw.
        prior: draw from the priors where a posterior ships.
        country: whose world.
        weighed: take the luck of past years as the calibration weighed it; False draws it anew.
        surveyed: add what the surveys of past years added, where it ships, and the luck of years
            to come that they taught; False is a free history.
    """

    seed: int = 1
    as_of: str | None = None
    off: frozenset[str] = frozenset()
    fixed: tuple[tuple[str, float], ...] = ()
    prior: bool = False
    weighed: bool = True
    country: str = USUAL
    surveyed: bool = True

    @property
    def world(self) -> World:
        """The world that is simulated."""
        return _world(self.as_of, self.country)

    def months(self, settings: Iterable[Setting], until: str) -> Policy:
        """Return the policy of whole years from January 2001 to the year of `until`."""
        return policy.changed(_past(self.as_of, until[:4], self.country), self.world, settings)

    def sample(self, draws: np.ndarray) -> Parameters:
        """Return the parameters of draws; what was told after `as_of` is in none of them."""
        told = self.surveyed and self.weighed and self.as_of is None
        fixed, of = dict(self.fixed), self.country
        return posterior.sample(draws, self.seed, fixed, self.prior, told, of, self.as_of)

    def begin(self, draws: np.ndarray, first: Policy, p: Parameters | None = None) -> Members:
        """Return draws at the start of 2001, with parameters of their own or those given."""
        luck.pin()
        if p is None:
            p = self.sample(draws)
            if not self.weighed:
                p = p.replace(luck=jnp.full_like(p.luck, jnp.nan), chance=jnp.zeros_like(p.chance))
        draws32 = jnp.asarray(draws, jnp.int32)
        s, keys = _begin(self.world, p, first, jnp.uint32(self.seed), draws32, self.off)
        return Members(np.asarray(draws), p, s, keys)

    def advance(self, members: Members, months: Policy) -> tuple[Members, dict[str, np.ndarray]]:
        """Run whole years on.

        Args:
            members: draws and where they stand.
            months: policy of the years to run.

        Returns:
            The draws at the end, and the years' results by variable, draw axis first.
        """
        s, yearly, monthly = _advance(
            self.world, members.p, members.s, months, members.keys, self.off
        )
        status = np.asarray(s.status, "int32")
        arrays = {k: np.asarray(v) for k, v in {**yearly, **monthly}.items()}
        after = Members(members.draws, members.p, s, members.keys)
        return after, {**arrays, "status": status}

    def run(
        self, draws: np.ndarray, months: Policy, p: Parameters | None = None
    ) -> dict[str, np.ndarray]:
        """Run draws from January 2001 through all months of a policy."""
        first = jax.tree.map(lambda x: x[0], months)
        return self.advance(self.begin(draws, first, p), months)[1]


def span(months: Policy, first: int, last: int) -> Policy:
    """Return the months of the years from `first` to `last`."""
    at = slice(12 * (first - FIRST_YEAR), 12 * (last - FIRST_YEAR + 1))
    return jax.tree.map(lambda x: x[at], months)
