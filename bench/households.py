"""Every household of the 394 districts: globo at household scale against a Mesa model.

The Mesa model holds the growing step as an agent-based framework would: an agent a household
that reconsiders with the same chance and the same odds. Mesa gets a part of the households,
since its time a step grows with their number; compared is the time an agent and month.
"""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
import mesa
import numpy as np

from bench.measure import Row, least, row
from globo import simulation
from globo.model import world as worlds
from globo.model.mechanisms import growing
from globo.model.start import start
from globo.model.state import State

AGENTS, MONTHS, ROUNDS = 20_000, 4, 3
GOAL = 1000.0


def rows() -> list[Row]:
    """Return the time an agent and month of both, and their ratio."""
    facts = simulation.known(None)
    world = worlds.build(facts, cohort_size=1)
    simulator = simulation.Simulator()
    months = simulator.months((), "2001-12")
    now = jax.tree.map(lambda x: x[0], months)
    members = simulator.begin(np.arange(1), now)
    p, key = (jax.tree.map(lambda x: x[0], t) for t in (members.p, members.keys))
    s = jax.jit(start)(p, world, now, key)
    n = world.households.shape[0]

    @jax.jit
    def run(world: worlds.World, s: State) -> State:
        def month(s: State, number: Any) -> tuple[State, None]:
            return growing.step(p, world, s, now, jax.random.fold_in(key, number))[0], None

        return jax.lax.scan(month, s, jnp.arange(MONTHS))[0]

    few = np.random.default_rng(1).choice(n, AGENTS, replace=False)
    odds = np.asarray(chances(p, world, s, now))[few]
    grows = np.asarray(s.growers)[few] > 0
    model = Valleys(odds, grows, float(p.reconsider_share))

    def agents() -> None:
        for _ in range(MONTHS):
            model.step()

    seconds = least({"globo": lambda: jax.block_until_ready(run(world, s)), "mesa": agents}, ROUNDS)
    mine = 1e9 * seconds["globo"] / (n * MONTHS)
    theirs = 1e9 * seconds["mesa"] / (AGENTS * MONTHS)
    name = f"growing, {n:,} households one by one"
    return [
        row("households", f"{name}: globo, a household and month", mine, "ns"),
        row("households", f"{name}: Mesa, a household and month", theirs, "ns"),
        row("households", f"{name}: Mesa / globo", theirs / mine, "ratio", low=GOAL),
    ]


@jax.jit
def chances(p: Any, world: worlds.World, s: State, now: Any) -> jax.Array:
    """Return each household's log odds of coca as globo has them."""
    place = world.to_cohorts(growing.pull(p, world, s, now))
    return growing.taste(s) + place - growing.fear(p, world, s)


class Household(mesa.Agent):
    """A household that now and then chooses again between coca and licit crops."""

    model: Valleys  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self, model: Valleys, odds: float, grows: bool) -> None:
        """Take the odds of coca and what the household grows."""
        super().__init__(model)
        self.odds, self.grows = odds, grows

    def step(self) -> None:
        """Reconsider with a chance; then coca by its odds."""
        if self.random.random() < self.model.share:
            self.grows = self.random.random() < 1.0 / (1.0 + math.exp(-self.odds))


class Valleys(mesa.Model):
    """Households of the valleys."""

    def __init__(self, odds: np.ndarray, grows: np.ndarray, share: float) -> None:
        """Make an agent a household; `share` of them reconsiders a month."""
        super().__init__(seed=1)
        self.share = share
        for each, now in zip(odds.tolist(), grows.tolist(), strict=True):
            Household(self, each, now)

    def step(self) -> None:
        """Let every household have its month, in random order."""
        self.agents.shuffle_do("step")
