"""Claims about routes and exits: C10, C13, C14 and C15."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from globo import countries
from globo.results import mode_shares
from globo.verification.claim import (
    GOES_ON,
    MOVES,
    SERVES,
    SIZEABLE,
    WHOLE,
    Parts,
    declared,
    ever,
    ratio,
    yearly,
)

ROLES = countries.load().roles
SOUTH, ABROAD, PORTS = ROLES["south"], ROLES["abroad"], ROLES["ports"]
LARGEST, DROP, OVERSEAS = ROLES["largest_exit"], ROLES["drop"], ROLES["overseas"]
HIT, NEIGHBOURS = ROLES["hit"], ROLES["beside_hit"]  # the exit that the burst hits
SEA = ("container", "vessel")

SIX_MONTHS = tuple(f"2010-{month:02d}" for month in range(3, 9))
WITHOUT_LAW, WITH_LAW = range(2011, 2015), 2016  # the law returned in August 2015

Others = Mapping[str, xr.Dataset]


def routes_learn(ds: xr.Dataset, others: Others) -> Parts:
    """C10: after two months of hits on one exit its share falls and a neighbour's rises.

    The run beside has that burst of control; in some month of the six after it the exit's
    share of what leaves is a fiftieth below the run's own, and in that month another exit to the
    same country carries a fiftieth more, both as a share and in tonnes. (Shares add up to one,
    so some share always rises; tonnes show that the flow has moved.)
    """
    burst = others["burst"]
    falls = exit_share(burst, HIT) <= (1.0 - MOVES) * exit_share(ds, HIT)
    rises = np.zeros_like(falls)
    for name in NEIGHBOURS:
        more = exit_share(burst, name) >= (1.0 + MOVES) * exit_share(ds, name)
        before = exit_t(ds, name)
        rises |= more & (exit_t(burst, name) >= (1.0 + MOVES) * before) & (before > 0.0)
    return {
        "the share of the exit that was hit falls": ever(falls),
        "a neighbour's rises": ever(rises),
        "both in one month": ever(falls & rises),
    }


def leaves_by_neighbour(ds: xr.Dataset, others: Others) -> Parts:
    """C13: one neighbour is the largest exit of southern product; equal control lowers its share.

    An exit is a country's border or a port; shares are those of 2001-2016 taken together.
    """
    share = southern_exits(ds)
    own = share[LARGEST]
    rest = np.stack([value for name, value in share.items() if name != LARGEST])
    return {
        "the largest exit of southern product": own > rest.max(axis=0),
        "equal control makes it fall": southern_exits(others["equal"])[LARGEST] < own,
    }


def flown_and_dropped(ds: xr.Dataset, others: Others) -> Parts:
    """C14: a tenth or more is flown out, drops are picked up; the law moves part of it.

    What is flown is the mean of 2011-2014, before the law returned; its effect is 2016 against
    the run beside, in which it did not return.
    """
    flown = _mode_share(ds, WITHOUT_LAW, ("air", "airdrop")).mean(axis=1)
    flow, seized = (yearly(ds, name, WITHOUT_LAW).sum(axis=1) for name in ("flow_t", "seized_t"))
    dropped = (flow - seized)[:, ds["edge_mode"].values == "airdrop"].sum(axis=1)
    picked = flow[:, _edges(ds, "edge_from", (DROP,)) & _edges(ds, "edge_mode", ("road",))]
    law, none = (
        {
            name: _mode_share(run, [WITH_LAW], modes)[:, 0]
            for name, modes in {
                "air": ("air", "airdrop"),
                "ground": ("road", "foot"),
                "river": ("river",),
                "other": ("lake", *SEA),
            }.items()
        }
        for run in (ds, others["no law"])
    )
    return {
        "a tenth or more leaves by air": flown >= SIZEABLE,
        "drops are picked up and go on by road": (dropped > 0.0)
        & (picked.sum(axis=1) >= GOES_ON * dropped),
        "with the law less is flown": law["air"] < none["air"],
        "but not all of it stops": law["air"] > 0.0,
        "more by ground": law["ground"] > none["ground"],
        "more by river": law["river"] > none["river"],
        "more by other exits": law["other"] > none["other"],
    }


def ports_serve(ds: xr.Dataset, _: Others) -> Parts:
    """C15: each port sends a hundredth of what leaves, by both modes, to each market overseas.

    Arrivals count: shipped less seized, 2001-2016 together.
    """
    flow, seized = (yearly(ds, name, WHOLE).sum(axis=1) for name in ("flow_t", "seized_t"))
    arrives, leaves = flow - seized, flow[:, ds["edge_exit"].values != ""].sum(axis=1)
    parts = {}
    for port in PORTS:
        sea = _edges(ds, "edge_from", (port,)) & _edges(ds, "edge_mode", SEA)
        own = arrives[:, sea].sum(axis=1)
        enough = own >= SERVES * leaves
        for label, names in (("edge_mode", SEA), ("edge_to", OVERSEAS)):
            for name in names:
                cell = arrives[:, sea & _edges(ds, label, (name,))].sum(axis=1)
                enough &= (cell >= SERVES * own) & (cell > 0.0)
        parts[f"{port}: containers and vessels to each market overseas"] = enough
    return parts


def exit_t(ds: xr.Dataset, name: str | None = None) -> NDArray:
    """Return what leaves in each of the six months after the burst, t, by one exit or all."""
    months = ds["monthly_exit_t"].sel(month=list(SIX_MONTHS)).transpose("draw", "month", "exit")
    values = months.values.astype("float64")
    return values.sum(axis=-1) if name is None else values[:, :, ds["exit"].values == name][..., 0]


def exit_share(ds: xr.Dataset, name: str) -> NDArray:
    """Return an exit's share of what leaves in each of the six months after the burst."""
    return ratio(exit_t(ds, name), exit_t(ds))


def southern_exits(ds: xr.Dataset) -> dict[str, NDArray]:
    """Return the share of southern product that leaves by each country's border or port."""
    flow = yearly(ds, "flow_t", WHOLE)
    south = flow * origin_share(ds, SOUTH)
    leaving = ds["edge_exit"].values != ""
    total = south[:, :, leaving].sum(axis=(1, 2))
    starts = {name: name for name in PORTS} | {f"{c} ": c for c in ABROAD}
    shares = {}
    for start, exit_ in starts.items():
        own = np.array([f"{name} ".startswith(start) for name in ds["edge_exit"].values])
        shares[exit_] = ratio(south[:, :, own & leaving].sum(axis=(1, 2)), total)
    return shares


def origin_share(ds: xr.Dataset, zones: tuple[str, ...]) -> NDArray:
    """Return which share of each corridor's flow was made in some zones (draw, year, edge).

    What arrives at a place mixes there; a corridor carries the mix of the place it leaves.
    Zones are sources: nothing arrives at them.
    """
    start, end = ds["edge_from"].values.astype(str), ds["edge_to"].values.astype(str)
    arrives = yearly(ds, "flow_t", WHOLE) - yearly(ds, "seized_t", WHOLE)
    share = np.broadcast_to(np.isin(start, zones).astype("float64"), arrives.shape).copy()
    inner = [node for node in np.unique(start) if (end == node).any()]
    for _ in range(len(inner) + 1):
        before = share.copy()
        for node in inner:
            into = end == node
            total = arrives[:, :, into].sum(axis=-1)
            part = (arrives[:, :, into] * share[:, :, into]).sum(axis=-1)
            mix = np.divide(part, total, out=np.zeros_like(part), where=total > 0)
            share[:, :, start == node] = mix[:, :, None]
        if np.array_equal(before, share):
            return share
    return share


def _edges(ds: xr.Dataset, label: str, names: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.isin(ds[label].values.astype(str), names)


def _mode_share(ds: xr.Dataset, years: range | list[int], modes: tuple[str, ...]) -> NDArray:
    shares = mode_shares(ds, yearly=True).sel(year=list(years), mode=list(modes))
    return shares.sum("mode", skipna=False).transpose("draw", "year").values


CLAIMS = declared(
    {
        "C10": routes_learn,
        "C13": leaves_by_neighbour,
        "C14": flown_and_dropped,
        "C15": ports_serve,
    }
)
