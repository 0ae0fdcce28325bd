"""Simulation: a scenario, a seed and a number of draws become years of results.

Compiles one program for a chunk of draws and serves every scenario of the same length with
it: levers enter as arrays. The history can be kept as states, so that a change of lever runs
the future alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from globo import facts, luck
from globo.ensemble import Chunk, Plan, code_version
from globo.facts import Facts
from globo.model import month as model
from globo.model import parameters, policy, record
from globo.model import world as worlds
from globo.model.parameters import FIRST_YEAR, Parameters
from globo.model.policy import Policy, Setting
from globo.model.start import start
from globo.model.state import State
from globo.model.world import World
from globo.scenario import Scenario

NEVER = 9999  # first survey of a zone that none had covered


@lru_cache(maxsize=8)
def known(as_of: str | None) -> Facts:
    """Return the facts of the years modelled, as known on a day; read once."""
    found = facts.load(as_of=as_of).through(policy.LAST)
    policy.check_known(found)
    return found


@lru_cache(maxsize=8)
def world_of(as_of: str | None) -> World:
    """Return the world as known on a day, built once."""
    return worlds.build(known(as_of))


@lru_cache(maxsize=8)
def _past(as_of: str | None, year: str) -> policy.Past:
    return policy.past(known(as_of), world_of(as_of), f"{year}-12")


def month_key(p: Parameters, draw: Array, month: Array) -> Array:
    """Return the key of a month: of the luck that a calibration chose for its year, or the draw's.

    Args:
        p: one draw's parameters, `chance` among them.
        draw: key of the draw.
        month: since January 2001.
    """
    return jax.random.fold_in(_year_key(p, draw, month // 12), month)


def begun(p: Parameters, world: World, first: Policy, draw: Array) -> State:
    """Return one draw's state before January 2001; its luck is that of the first year."""
    return start(p, world, first, jax.random.fold_in(_year_key(p, draw, 0), 10**6))


def _year_key(p: Parameters, draw: Array, year: Array | int) -> Array:
    years = p.chance.shape[0]
    chosen = jnp.where(year < years, p.chance[jnp.minimum(year, years - 1)], 0)
    return jnp.where(chosen > 0, jax.random.fold_in(luck.key(0), chosen), draw)


def years_from(
    p: Parameters, world: World, s: State, months: Policy, draw: Array, off: frozenset[str]
) -> tuple[State, dict[str, Array], dict[str, Array]]:
    """Run whole years from a state.

    Args:
        p: one draw's parameters.
        world: what does not change.
        s: state on 31 December before the first year.
        months: policy of the years, a multiple of twelve on the first axis.
        draw: key of the draw; a month's key is folded from it and the month's number.
        off: mechanisms switched off.

    Returns:
        Last state; yearly report (year first); monthly series (month first).
    """
    years = jax.tree.map(lambda x: x.reshape(-1, 12, *x.shape[1:]), months)

    def one_month(carry: tuple[State, dict], now: Policy) -> tuple[tuple[State, dict], dict]:
        before, sums = carry
        s, said = model.month(p, world, before, now, month_key(p, draw, before.month), off)
        said = record.complete(world, before, s, said)
        return (record.watched(s), jax.tree.map(jnp.add, sums, said)), record.monthly(world, said)

    def one_year(s: State, now: Policy) -> tuple[State, tuple[dict, dict]]:
        (s, sums), by_month = jax.lax.scan(one_month, (s, record.zeros(world)), now)
        december = jax.tree.map(lambda x: x[-1], now)
        return s, (record.yearly(p, world, s, december, sums), by_month)

    s, (yearly, by_month) = jax.lax.scan(one_year, s, years)
    return s, yearly, {k: x.reshape(-1, *x.shape[2:]) for k, x in by_month.items()}


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
        weighed: take the luck of past years as the calibration weighed it; False draws it anew.
    """

    seed: int = 1
    as_of: str | None = None
    off: frozenset[str] = frozenset()
    fixed: tuple[tuple[str, float], ...] = ()
    prior: bool = False
    weighed: bool = True

    @property
    def world(self) -> World:
        """The world that is simulated."""
        return world_of(self.as_of)

    def months(self, settings: Iterable[Setting], until: str) -> Policy:
        """Return the policy of whole years from January 2001 to the year of `until`."""
        return policy.changed(_past(self.as_of, until[:4]), self.world, settings)

    def begin(self, draws: np.ndarray, first: Policy, p: Parameters | None = None) -> Members:
        """Return draws at the start of 2001, with parameters of their own or those given."""
        luck.pin()
        if p is None:
            p = parameters.sample(draws, self.seed, dict(self.fixed), self.prior)
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


@cache
def labels(as_of: str | None) -> Mapping[str, Any]:
    """Return the coordinates of results that do not depend on the years."""
    world, table = world_of(as_of), known(as_of).districts
    at = table.loc[list(world.districts)]
    roads = world.roads
    ends = {
        f"edge_{part}": ("edge", [e[i] for e in roads.edges])
        for i, part in enumerate(("from", "to", "mode", "exit"))
    }
    own = [roads.authorities[a] for a in np.asarray(roads.authority)]
    zones = [world.zones[z] for z in np.asarray(world.zone)]
    first = known(as_of).scope.set_index("zone").year
    return {
        "district": list(world.districts),
        "zone": list(world.zones),
        "stage": list(worlds.STAGES),
        "market": list(worlds.MARKETS),
        "group": list(worlds.GROUPS),
        "item": list(worlds.ITEMS),
        "exit": list(roads.exits),
        "edge": [f"{a} > {b} [{mode}]" for a, b, mode, _ in roads.edges],
        "district_name": ("district", at.district.tolist()),
        "district_zone": ("district", zones),
        "district_surveyed": ("district", first.reindex(zones).fillna(NEVER).astype(int).tolist()),
        "lat": ("district", at.lat.tolist()),
        "lon": ("district", at.lon.tolist()),
        **ends,
        "edge_authority": ("edge", own),
    }


def coords(as_of: str | None, first: int, last: int) -> dict[str, Any]:
    """Return the coordinates of results from `first` to `last` year."""
    years = list(range(first, last + 1))
    months = [f"{y}-{m:02d}" for y in years for m in range(1, 13)]
    return {"year": years, "month": months, **labels(as_of)}


@dataclass(frozen=True)
class Engine:
    """Computes chunks of a scenario's draws; small, so that it travels to other machines."""

    simulator: Simulator
    changes: tuple[Setting, ...]
    until: str

    def __call__(self, chunk: Chunk) -> dict[str, np.ndarray]:
        """Return the arrays of a chunk of draws, draw axis first."""
        return self.simulator.run(chunk.draws, _months(self.simulator, self.changes, self.until))


@lru_cache(maxsize=4)
def _months_of(as_of: str | None, changes: tuple[Setting, ...], until: str) -> Policy:
    return policy.changed(_past(as_of, until[:4]), world_of(as_of), changes)


def _months(simulator: Simulator, changes: tuple[Setting, ...], until: str) -> Policy:
    return _months_of(simulator.as_of, changes, until)


def simulator_of(scenario: Scenario, seed: int) -> Simulator:
    """Return what runs a scenario's draws."""
    return Simulator(
        seed=seed, off=frozenset(scenario.off), fixed=tuple(sorted(scenario.parameters.items()))
    )


def plan(scenario: Scenario, draws: int, seed: int, command: str = "") -> tuple[Plan, Engine]:
    """Return what an ensemble of a scenario is to compute, and what computes it.

    Whole years are run: results end with December of the scenario's last year.

    Args:
        scenario: as loaded.
        draws: size of the ensemble.
        seed: of all luck.
        command: how it was asked for.
    """
    last = int(scenario.until[:4])
    asked = Plan(
        scenario=scenario.name,
        scenario_yaml=scenario.to_yaml(),
        parameters=parameters.identity(),
        seed=seed,
        draws=draws,
        start=f"{FIRST_YEAR}-01",
        until=f"{last}-12",
        facts_hash=known(None).hash,
        version=code_version(),
        coords=coords(None, FIRST_YEAR, last),
        command=command,
        made_by=luck.made_by(),
        fixed=", ".join(f"{n} = {v:g}" for n, v in sorted(scenario.parameters.items())),
        reasons=record.TROUBLE,
    )
    return asked, Engine(simulator_of(scenario, seed), scenario.changes, scenario.until)
