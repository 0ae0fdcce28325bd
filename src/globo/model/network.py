"""Graph: the network of corridors as arrays, from a country's `{nodes,edges,modes}.csv`.

Nodes are producing zones, towns, ports, transit countries and markets; edges run
one way, from the zones to the markets, so that netback prices can be swept up and
flows down. Corridors are aggregates between places on any public map.
"""

from __future__ import annotations

from collections.abc import Mapping

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float, Int

from globo.countries import Country
from globo.errors import UserError, did_you_mean

EARTH_KM = 6371.0


class Graph(eqx.Module):
    """Corridors as arrays; names are static.

    `out_edges` and `in_edges` list the edges of each node, padded with the number
    of edges (a void edge), so that both sweeps are gathers.
    """

    cost: Float[Array, " edge"]  # USD/kg
    fee_share: Float[Array, " edge"]  # of the value at the destination
    weight: Float[Array, " edge"]  # log attraction
    origin: Int[Array, " edge"]
    destination: Int[Array, " edge"]
    authority: Int[Array, " edge"]
    exposure: Float[Array, " edge"]  # to detection, a road leg = 1
    of_authority: Float[Array, "authority edge"]  # one-hot
    of_exit: Float[Array, "exit edge"]  # one-hot; edges that stay in the country are in none
    in_air: Float[Array, " edge"]  # 1 where the air law applies
    at_sea: Float[Array, " edge"]  # 1 where the way ends with a crossing
    out_edges: Int[Array, "node out"]
    in_edges: Int[Array, "node in"]
    hub: Int[Array, " zone"]
    market: Int[Array, " market"]
    depth: int = eqx.field(static=True)
    nodes: tuple[str, ...] = eqx.field(static=True)
    authorities: tuple[str, ...] = eqx.field(static=True)
    exits: tuple[str, ...] = eqx.field(static=True)
    edges: tuple[tuple[str, str, str, str], ...] = eqx.field(
        static=True
    )  # origin, destination, mode, exit

    @property
    def n_edges(self) -> int:
        """Number of corridors."""
        return len(self.edges)


def haversine(lat1: np.ndarray, lon1: np.ndarray, lat2: np.ndarray, lon2: np.ndarray) -> np.ndarray:
    """Return great-circle distances in km between points in degrees (broadcast)."""
    a, b, c, d = (np.radians(x) for x in (lat1, lon1, lat2, lon2))
    h = np.sin((c - a) / 2) ** 2 + np.cos(a) * np.cos(c) * np.sin((d - b) / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.sqrt(h))


def tables(country: Country) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return a country's tables of nodes, edges and modes."""
    return tuple(
        pd.read_csv(country.folder / f"{t}.csv", keep_default_na=False)
        for t in ("nodes", "edges", "modes")
    )


def build(country: Country, zones: pd.DataFrame, edges: pd.DataFrame | None = None) -> Graph:
    """Build the graph for the given producing zones.

    Args:
        country: whose nodes, modes, authorities and end markets.
        zones: index zone name, columns lat and lon (degrees).
        edges: corridors, columns as in `edges.csv`; the country's own if None.

    Returns:
        The graph.

    Raises:
        UserError: an edge names an unknown node, mode or authority; corridors form a circle.
    """
    nodes, shipped, modes = tables(country)
    given = shipped if edges is None else edges
    place = pd.concat([zones[["lat", "lon"]], nodes.set_index("name")[["lat", "lon"]]])
    index = {name: i for i, name in enumerate(place.index)}
    _check_names(given, index, modes, country)
    head, tail = place.loc[given["origin"]], place.loc[given["destination"]]
    by_mode = modes.set_index("mode").loc[given["mode"]]
    length = (
        haversine(head.lat.values, head.lon.values, tail.lat.values, tail.lon.values)
        * by_mode["detour"].values
    )
    cost = by_mode["cost_usd_kg"].values + by_mode["cost_usd_kg_1000km"].values * length / 1000
    origin = np.array([index[n] for n in given["origin"]])
    destination = np.array([index[n] for n in given["destination"]])
    authorities = tuple(sorted(set(given["authority"])))
    in_air = [n for n, row in country.authorities.items() if row["kind"] == "air"]
    exits = tuple(dict.fromkeys(x for x in given["exit"] if x))
    return Graph(
        cost=jnp.asarray(cost, jnp.float32),
        fee_share=jnp.asarray(given["fee_share"].values, jnp.float32),
        weight=jnp.asarray(np.log(given["weight"].values.astype(float)), jnp.float32),
        origin=jnp.asarray(origin),
        destination=jnp.asarray(destination),
        authority=jnp.asarray([authorities.index(a) for a in given["authority"]]),
        exposure=jnp.asarray(by_mode["exposure"].values, jnp.float32),
        of_authority=jnp.asarray(
            [given["authority"].eq(a).values for a in authorities], jnp.float32
        ),
        of_exit=jnp.asarray([given["exit"].eq(x).values for x in exits], jnp.float32),
        in_air=jnp.asarray(given["authority"].isin(in_air).values, jnp.float32),
        at_sea=jnp.asarray(by_mode["at_sea"].values, jnp.float32),
        out_edges=_incidence(origin, len(index)),
        in_edges=_incidence(destination, len(index)),
        hub=jnp.asarray([index[z] for z in zones.index]),
        market=jnp.asarray([index[m] for m in country.markets]),
        depth=_depth(origin, destination, len(index)),
        nodes=tuple(place.index),
        authorities=authorities,
        exits=exits,
        edges=tuple(
            zip(given["origin"], given["destination"], given["mode"], given["exit"], strict=True)
        ),
    )


def patrolled(country: Country, roads: Graph) -> np.ndarray:
    """Return 1 for the corridors that the country's own forces patrol, 0 for the rest."""
    own = [country.owns(a) for a in roads.authorities]
    return np.array([float(own[a]) for a in np.asarray(roads.authority)])


def _check_names(
    edges: pd.DataFrame, places: Mapping[str, int], modes: pd.DataFrame, country: Country
) -> None:
    """Refuse an edge that names what no other table knows."""
    known = {
        "origin": (places, "nodes.csv or a zone"),
        "destination": (places, "nodes.csv or a zone"),
        "mode": (set(modes["mode"]), "modes.csv"),
        "authority": (country.authorities, "authorities.csv"),
    }
    for column, (valid, table) in known.items():
        for name in edges[column]:
            if name not in valid:
                allowed, mend = f"a name of {table}", did_you_mean(name, valid)
                where = f"{country.name}/edges.csv: {column}"
                raise UserError(where, name, allowed, mend)


def _incidence(ends: np.ndarray, n_nodes: int) -> Int[Array, "node width"]:
    width = np.bincount(ends, minlength=n_nodes).max()
    table = np.full((n_nodes, width), len(ends))
    for node in range(n_nodes):
        mine = np.flatnonzero(ends == node)
        table[node, : len(mine)] = mine
    return jnp.asarray(table)


def _depth(origin: np.ndarray, destination: np.ndarray, n_nodes: int) -> int:
    """Return the longest path in edges; a circle has none."""
    level = np.zeros(n_nodes, dtype=int)
    for _ in range(n_nodes + 1):
        new = level.copy()
        np.maximum.at(new, destination, level[origin] + 1)
        if (new == level).all():
            return int(level.max())
        level = new
    found, allowed = "corridors that form a circle", "edges that lead from zones to markets"
    raise UserError(where="edges.csv", found=found, allowed=allowed)
