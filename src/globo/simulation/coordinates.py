"""Coordinates of results: years and places by their names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from globo import countries
from globo.countries import USUAL
from globo.model import world as worlds
from globo.simulation.simulator import known, world_of

NEVER = 9999  # first survey of a zone that none had covered


@cache
def labels(as_of: str | None, country: str = USUAL) -> Mapping[str, Any]:
    """Return the coordinates of results that do not depend on the years."""
    world, table = world_of(as_of, country), known(as_of, country).districts
    whose = countries.load(country)
    at = table.loc[list(world.districts)]
    roads = world.roads
    ends = {
        f"edge_{part}": ("edge", [e[i] for e in roads.edges])
        for i, part in enumerate(("from", "to", "mode", "exit"))
    }
    own = [roads.authorities[a] for a in np.asarray(roads.authority)]
    zones = [world.zones[z] for z in np.asarray(world.zone)]
    first = known(as_of, country).scope.set_index("zone").year
    return {
        "district": list(world.districts),
        "zone": list(world.zones),
        "stage": list(worlds.STAGES),
        "market": list(whose.markets),
        "group": list(whose.places("group")),
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


def coords(as_of: str | None, first: int, last: int, country: str = USUAL) -> dict[str, Any]:
    """Return the coordinates of results from `first` to `last` year."""
    years = list(range(first, last + 1))
    months = [f"{y}-{m:02d}" for y in years for m in range(1, 13)]
    return {"year": years, "month": months, **labels(as_of, country)}
