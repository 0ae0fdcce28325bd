"""A small, lopsided country: six real districts in four zones, two runs that share their luck."""

from __future__ import annotations

import numpy as np
import xarray as xr

from globo.model.world import ITEMS
from globo.results import dataset, variables

YEARS = list(range(2008, 2018))
ZONES = ["Huallaga", "VRAEM", "Putumayo", "Elsewhere"]
# code, name, zone, lat, lon, ha in the first year
DISTRICTS = [
    ("100601", "RUPA-RUPA", "Huallaga", -9.3, -76.0, 2000.0),
    ("100504", "MONZON", "Huallaga", -9.2, -76.4, 5000.0),
    ("050401", "HUANTA", "VRAEM", -12.9, -74.2, 900.0),
    ("080911", "PICHARI", "VRAEM", -12.5, -73.8, 9000.0),
    ("160401", "RAMON CASTILLA", "Putumayo", -3.9, -70.5, 700.0),
    ("010101", "CHACHAPOYAS", "Elsewhere", -6.2, -77.8, 3.0),
]
# origin, destination, mode, exit, t a year
EDGES = [
    ("VRAEM", "Cusco", "road", "", 60.0),
    ("VRAEM", "Bolivia", "air", "Bolivia air", 140.0),
    ("Huallaga", "Cusco", "road", "", 20.0),
    ("Putumayo", "Colombia", "river", "Colombia border", 8.0),
    ("Cusco", "Callao", "road", "", 50.0),
    ("Cusco", "Bolivia", "road", "Bolivia road", 30.0),
    ("Callao", "Europe", "container", "Callao", 40.0),
    ("Callao", "North America", "vessel", "Callao", 10.0),
    ("Bolivia", "Brazil and Southern Cone", "road", "", 170.0),
    ("Colombia", "North America", "vessel", "", 8.0),
]
COORDS = {
    "year": YEARS,
    "month": ["2017-11", "2017-12"],
    "district": [row[0] for row in DISTRICTS],
    "zone": ZONES,
    "stage": ["precursors", "collection", "processing", "transport", "export"],
    "market": ["Brazil and Southern Cone", "Europe", "North America", "Asia-Oceania"],
    "group": ["Huallaga faction", "VRAEM faction", "Family clans"],
    "item": list(ITEMS),
    "exit": ["Bolivia road", "Bolivia air", "Colombia border", "Ecuador border", "Callao", "Paita"],
    "edge": [f"{a} > {b} [{mode}]" for a, b, mode, _, _ in EDGES],
    "district_name": ("district", [row[1] for row in DISTRICTS]),
    "district_zone": ("district", [row[2] for row in DISTRICTS]),
    "lat": ("district", [row[3] for row in DISTRICTS]),
    "lon": ("district", [row[4] for row in DISTRICTS]),
    "edge_from": ("edge", [row[0] for row in EDGES]),
    "edge_to": ("edge", [row[1] for row in EDGES]),
    "edge_mode": ("edge", [row[2] for row in EDGES]),
    "edge_exit": ("edge", [row[3] for row in EDGES]),
}


def run(
    name: str = "baseline",
    n_draws: int = 20,
    seed: int = 3,
    growth: dict[str, float] | None = None,
    levers: str = "",
) -> xr.Dataset:
    """Return a run; `growth` multiplies the coca of zones by the last year."""
    rng = np.random.default_rng(seed)
    coords = {"draw": np.arange(n_draws), **COORDS}
    arrays = {}
    for var in variables().values():
        shape = [len(coords[dim]) for dim in var.dims]
        arrays[var.name] = 10 * np.exp(rng.normal(0, 0.1, shape))
    rise = np.linspace(0, 1, len(YEARS))[None, :, None]
    factor = np.array([(growth or {}).get(row[2], 1.0) for row in DISTRICTS])
    luck = np.exp(rng.normal(0, 0.2, (n_draws, 1, len(DISTRICTS))))
    arrays["coca_ha"] = np.array([row[5] for row in DISTRICTS]) * luck * factor**rise
    arrays["flow_t"] = np.ones((n_draws, len(YEARS), 1)) * [row[4] for row in EDGES]
    arrays["seized_t"] = np.zeros_like(arrays["flow_t"])
    title = f"name: {name}\ntitle: {{en: The {name}, es: La {name}}}\n"
    attrs = {
        "scenario": name,
        "scenario_yaml": title + (f"levers:\n{levers}" if levers else "levers: {}\n"),
        "seed": seed,
        "from": "2008-01",
        "until": "2017-12",
        "command": f"globo run {name} --seed {seed}",
        "version": "0.1.0",
        "facts_hash": "0123456789abcdef",
    }
    return dataset(arrays, coords, attrs)
