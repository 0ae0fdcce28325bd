"""The month, composed: what happens in a month, in order.

Each step is one file of `mechanisms/`; `globo model` prints this plan with what each step
reads and writes. Any step can be switched off by name, any channel held (`channels`).
"""

from __future__ import annotations

from types import ModuleType

import jax
from jaxtyping import Array

from globo.model.channels import Held, Through
from globo.model.mechanisms import (
    agreements,
    armed_groups,
    development,
    eradication,
    firms,
    growing,
    harvest,
    interdiction,
    legitimacy,
    markets,
    precursors,
    relocation,
    routes,
)
from globo.model.parameters import Parameters
from globo.model.policy import Policy
from globo.model.state import State, change
from globo.model.world import World

# A mechanism's number is part of every key it draws with: new ones go at the end.
STEPS: tuple[ModuleType, ...] = (
    growing, eradication, relocation, harvest, precursors, firms, routes, interdiction,
    markets, armed_groups, legitimacy, development, agreements,
)  # fmt: skip
NAMES = tuple(step.__name__.rpartition(".")[2] for step in STEPS)


def month(
    p: Parameters,
    world: World,
    s: State,
    policy: Policy,
    key: Array,
    off: frozenset[str],
    held: Held | None = None,
) -> tuple[State, dict[str, Array]]:
    """Advance a month.

    Args:
        p: one draw's parameters.
        world: what does not change.
        s: state at the start of the month.
        policy: levers and outside world of this month.
        key: of this draw and month.
        off: mechanisms switched off.
        held: channels that are taken from another run this month.

    Returns:
        State at the end of the month, and what the steps report of it.
    """
    do = _Steps(p, world, policy, key, off, held)
    s = do(growing, s)  # households choose, plant, give up; bushes age
    s = do(eradication, s)  # brigades clear where they can work
    s = do(relocation, s)  # the displaced move on: the balloon
    s = do(harvest, s)  # leaf is picked, the legal market takes its part
    s = do(precursors, s)  # controlled inputs get dearer, substitutes are found
    s = do(firms, s)  # firms buy leaf, make product, live and die
    s = do(routes, s)  # corridors are chosen, prices flow upstream
    s = do(interdiction, s)  # product moves, forces hit some, both sides learn
    s = do(markets, s)  # prices move towards balance
    s = do(armed_groups, s)  # groups tax, recruit, attack, hold
    s = do(legitimacy, s)  # the state gains or loses acceptance
    s = do(development, s)  # what was paid for arrives
    s = do(agreements, s)  # families that sign lift their coca, and are paid
    return change(s, month=s.month + 1), do.reported | do.through.entries()


class _Steps:
    """Runs steps with one key each, and gathers what they report."""

    def __init__(
        self,
        p: Parameters,
        world: World,
        policy: Policy,
        key: Array,
        off: frozenset[str],
        held: Held | None,
    ) -> None:
        self.through = Through(held)
        self.given, self.key, self.off = (p, world, self.through.policy(policy)), key, off
        self.reported: dict[str, Array] = {}

    def __call__(self, step: ModuleType, s: State) -> State:
        name = step.__name__.rpartition(".")[2]
        if name in self.off:
            return self.through.step(name, s, step.off(s) if hasattr(step, "off") else s)
        p, world, policy = self.given
        key = jax.random.fold_in(self.key, STEPS.index(step))
        with jax.named_scope(name):
            after, reported = step.step(p, world, s, policy, key)
            after = self.through.step(name, s, after)
        self.reported |= reported
        return after
