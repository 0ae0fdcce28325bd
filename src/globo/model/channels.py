"""Channels: the ways by which a change of policy reaches coca, and runs that hold them.

Growers and bushes move by what the rest of the model hands to them: what brigades clear, who
moves in, what buyers pay, how far the state is accepted, what else can be grown. A channel is
one of these ways: fields of the state as a step leaves them, and fields of policy that go the
same way. A run that is held takes some channels from recorded paths and leaves the others to
the model; two runs of the same draws can so trade channels, and `decisions.why` says what each
is worth. Together the channels are all that coca hears of the rest of the model: with every
channel taken from another run, coca is that run's to the bit (tests/model/test_channels.py).

Place in the month: after each step, where one is held; else not there at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool

from globo.model.policy import Policy
from globo.model.state import State, change

Path = dict[str, dict[str, Array]]
"""Recorded arrays by channel and field; a month's, or a run's with the month axis first."""

POLICY, PATH = "policy", "path"


class Carried(Protocol):
    """How a step's part of a channel is read and put back; `put` of what was read is exact."""

    def read(self, before: State, after: State) -> dict[str, Array]:
        """Return what the step did, given the state before and after it."""
        ...

    def put(self, before: State, after: State, path: Mapping[str, Array]) -> State:
        """Return the state after the step, had it done what a path says."""
        ...


@dataclass(frozen=True)
class Levels:
    """Fields that are taken as they stand."""

    fields: tuple[str, ...]

    def read(self, before: State, after: State) -> dict[str, Array]:
        """Return the fields after the step."""
        return {name: getattr(after, name) for name in self.fields}

    def put(self, before: State, after: State, path: Mapping[str, Array]) -> State:
        """Return the state with the fields of a path."""
        return change(after, **{name: path[name] for name in self.fields})


@dataclass(frozen=True)
class Flows:
    """Stocks of which the change is taken: people who come and go; no stock falls below 0."""

    fields: tuple[str, ...]

    def read(self, before: State, after: State) -> dict[str, Array]:
        """Return what was added to each stock."""
        return {name: getattr(after, name) - getattr(before, name) for name in self.fields}

    def put(self, before: State, after: State, path: Mapping[str, Array]) -> State:
        """Return the state with a path's flows added to what stood before."""
        new = {n: jnp.maximum(getattr(before, n) + path[n], 0.0) for n in self.fields}
        return change(after, **new)


@dataclass(frozen=True)
class Clearing:
    """What brigades do to a district: the share of its coca that goes, and how it is remembered."""

    def read(self, before: State, after: State) -> dict[str, Array]:
        """Return the share cleared and the memory of it."""
        return {
            "share": after.cleared / jnp.maximum(before.coca, 1e-6),
            "memory": after.memory,
        }

    def put(self, before: State, after: State, path: Mapping[str, Array]) -> State:
        """Return the state with a path's share cleared of what stood before."""
        left = 1.0 - path["share"]
        own = self.read(before, after)["share"]
        return change(
            after, young=before.young * left, prime=before.prime * left, old=before.old * left,
            cleared=after.cleared + (path["share"] - own) * before.coca, memory=path["memory"],
        )  # fmt: skip


@dataclass(frozen=True)
class Channel:
    """One way by which coca hears of the rest of the model.

    Attributes:
        name: as texts and results name it.
        after: what is taken, by the step that writes it.
        policy: fields of policy that act through it.
    """

    name: str
    after: Mapping[str, Carried] = field(default_factory=dict)
    policy: tuple[str, ...] = ()


# In the order of the month; `decisions.why` frees them in this order and in the reverse.
CHANNELS = (
    Channel("brigades", {"eradication": Clearing()}),
    Channel("growers", {"relocation": Flows(("households", "growers", "inclined"))}),
    Channel(
        "leaf",  # what buyers pay for a zone's leaf: how much is offered, inputs, firms
        {"harvest": Levels(("leaf_offered", "leaf_stock")),
         "precursors": Levels(("precursor_price",))},
        ("firm_enforcement", "lockdown"),
    ),
    Channel(
        "markets",  # what product is worth at the hubs: what arrives, risk on the way, demand
        {"interdiction": Levels(("delivered", "risk"))}, ("demand",),
    ),
    Channel("neighbours", {"markets": Levels(("abroad",))}, ("neighbour_ha", "neighbours_told")),
    Channel("hold", {"armed_groups": Levels(("hold",)), "legitimacy": Levels(("legitimacy",))}),
    Channel("agreements", policy=("agreements", "announced")),
    Channel("licit", {"development": Levels(("built",))}, ("coffee", "cacao")),
)  # fmt: skip
NAMES = tuple(channel.name for channel in CHANNELS)


class Held(eqx.Module):
    """Paths that a run is given, and which of them it takes.

    Attributes:
        path: of a month, or of all months with the month axis first.
        takes: by channel, whether the path is taken; else the model goes its own way.
    """

    path: Path
    takes: dict[str, Bool[Array, ""]]

    def at(self, path: Path) -> Held:
        """Return the same choice over another path, as that of one month."""
        return Held(path, self.takes)


class Through:
    """A month's channels: takes what is held, and gathers the path that the month went."""

    def __init__(self, held: Held | None) -> None:
        """Start a month; None holds nothing and records nothing."""
        self.held, self._went = held, {}

    def policy(self, policy: Policy) -> Policy:
        """Return the policy with the fields of channels that are held."""
        for channel in CHANNELS if self.held else ():
            own = {name: getattr(policy, name) for name in channel.policy}
            went = self._pass(channel, POLICY, own)
            policy = replace(policy, **went)
        return policy

    def step(self, name: str, before: State, after: State) -> State:
        """Return the state after a step, with what is held in place of what it did."""
        for channel in CHANNELS if self.held else ():
            carried = channel.after.get(name)
            if carried is not None:
                went = self._pass(channel, name, carried.read(before, after))
                after = carried.put(before, after, went)
        return after

    def entries(self) -> dict[str, Array]:
        """Return the path of the month as a report's entries; `path_of` takes them back out."""
        return self._went

    def _pass(self, channel: Channel, part: str, own: dict[str, Array]) -> dict[str, Array]:
        assert self.held is not None
        given, takes = self.held.path[channel.name], self.held.takes[channel.name]
        went = {n: jnp.where(takes, given[f"{part}.{n}"], value) for n, value in own.items()}
        self._went |= {f"{PATH}.{channel.name}.{part}.{n}": value for n, value in went.items()}
        return went


def path_entries(report: Mapping[str, Array]) -> dict[str, Array]:
    """Return the entries of a report that tell of a path."""
    return {key: value for key, value in report.items() if key.startswith(f"{PATH}.")}


def path_of(report: Mapping[str, Array]) -> Path:
    """Return the path that a report tells of, by channel and field."""
    path: Path = {name: {} for name in NAMES}
    for key, value in path_entries(report).items():
        _, channel, rest = key.split(".", 2)
        path[channel][rest] = value
    return path


def blank(s: State, policy: Policy) -> Path:
    """Return a path of zeros of the right shapes, for a run that takes none.

    Args:
        s: a state, with a draw axis where the path is to have one.
        policy: of all months; the path gets its month axis behind the draws'.
    """
    n_months = jax.tree.leaves(policy)[0].shape[0]
    path: Path = {}
    for channel in CHANNELS:
        found = {POLICY + "." + n: getattr(policy, n)[0] for n in channel.policy}
        found = {k: jnp.broadcast_to(v, (*s.month.shape, *v.shape)) for k, v in found.items()}
        for step, carried in channel.after.items():
            found |= {f"{step}.{n}": v for n, v in carried.read(s, s).items()}
        spread = s.month.ndim
        path[channel.name] = {
            k: jnp.zeros((*v.shape[:spread], n_months, *v.shape[spread:]), v.dtype)
            for k, v in found.items()
        }
    return path
