"""Routes read from a run: which zone's cocaine leaves where, and to which market.

The results hold flows by edge, not by parcel. What enters a node is taken to
leave it in the node's own proportions (as water mixes), which gives, draw by
draw, the share of each origin in each exit and of each exit in each market.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr


@dataclass(frozen=True)
class Routes:
    """Flows of one year.

    Attributes:
        exits: cocaine leaving by zone and edge, t a year (draw, zone, exit edge).
        markets: cocaine arriving by exit edge and market, t a year (draw, exit edge, market).
        zones: names along the zones.
        exit_names: exit of each edge that leaves the country.
        modes: mode of each edge that leaves the country.
        market_names: names along the markets.
    """

    exits: np.ndarray
    markets: np.ndarray
    zones: list[str]
    exit_names: list[str]
    modes: list[str]
    market_names: list[str]


def routes(ds: xr.Dataset, year: int) -> Routes:
    """Return where the cocaine of each zone goes.

    Args:
        ds: results of a run.
        year: one of its years.
    """
    flow = ds["flow_t"].sel(year=year).values.astype("float64")
    seized = np.minimum(ds["seized_t"].sel(year=year).values.astype("float64"), flow)
    start, end = ds["edge_from"].values, ds["edge_to"].values
    nodes = sorted({*start.tolist(), *end.tolist()})
    at = {name: i for i, name in enumerate(nodes)}
    tail, head = np.array([at[n] for n in start]), np.array([at[n] for n in end])

    sent = np.zeros((len(flow), len(nodes)))
    np.add.at(sent.transpose(), tail, flow.transpose())
    chosen = np.divide(flow, sent[:, tail], out=np.zeros_like(flow), where=sent[:, tail] > 0)
    passed = np.divide(flow - seized, flow, out=np.ones_like(flow), where=flow > 0)
    visits = _visits(chosen * passed, tail, head, len(nodes))

    leaving = np.flatnonzero(ds["edge_exit"].values != "")
    zones = np.array([at.get(z, -1) for z in ds["zone"].values.tolist()])
    made = np.where(zones >= 0, sent[:, zones], 0.0)
    reached = visits[:, zones][:, :, tail[leaving]]
    exits = made[:, :, None] * reached * chosen[:, None, leaving]
    arrived = exits.sum(axis=1) * passed[:, leaving]
    goals = np.array([at.get(m, -1) for m in ds["market"].values.tolist()])
    ways = visits[:, head[leaving]][:, :, goals] * (goals >= 0)
    return Routes(
        exits,
        arrived[:, :, None] * ways,
        ds["zone"].values.tolist(),
        ds["edge_exit"].values[leaving].tolist(),
        ds["edge_mode"].values[leaving].tolist(),
        ds["market"].values.tolist(),
    )


def _visits(moves: np.ndarray, tail: np.ndarray, head: np.ndarray, n_nodes: int) -> np.ndarray:
    """Return how much of what starts at a node passes each node (draw, node, node)."""
    step = np.zeros((len(moves), n_nodes, n_nodes))
    for edge in range(len(tail)):
        step[:, tail[edge], head[edge]] += moves[:, edge]
    # A hair under 1 keeps a closed loop without outlet solvable.
    return np.linalg.inv(np.eye(n_nodes) - step * (1 - 1e-9))
