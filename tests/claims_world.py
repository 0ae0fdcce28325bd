"""A hand-made past in which every claim holds: real zones, few corridors, three draws."""

from __future__ import annotations

from functools import cache

import numpy as np

from globo.model.world import ITEMS
from globo.results import dataset, variables

YEARS = list(range(2001, 2018))
MONTHS = [f"{year}-{month:02d}" for year in YEARS for month in range(1, 13)]
# zone: ha by year, straight lines between
COCA = {
    "Huallaga": {2001: 14000, 2010: 13000, 2015: 1200, 2017: 1700},
    "VRAEM": {2001: 13000, 2010: 19700, 2015: 18500, 2017: 21000},
    "La Convención-Lares": {2001: 13000, 2012: 10600, 2017: 10400},
    "Putumayo": {2001: 100, 2006: 300, 2012: 3000, 2017: 2500},
    "Bajo Amazonas": {2001: 100, 2006: 300, 2012: 3600, 2017: 2100},
    "Pichis-Palcazú-Pachitea": {2001: 300, 2006: 650, 2012: 5600, 2017: 2500},
    "Inambari-Tambopata": {2001: 1500, 2005: 2000, 2012: 3700, 2017: 5000},
    "Elsewhere": {2001: 10, 2014: 20, 2017: 80},
}
ZONES = list(COCA)
SURVEYED = {"Putumayo": 2006, "Bajo Amazonas": 2008}  # first survey there
DISTRICT = {zone: f"{number:02d}0101" for number, zone in enumerate(ZONES, start=1)}
ERADICATED = [6.4, 7.1, 11.3, 10.3, 12.2, 12.7, 12.1, 10.1, 10.0, 12.0, 10.3, 14.2, 23.9, 31.2]
ERADICATED += [35.9, 30.2, 23.0]
PORTS = ["Callao", "Paita", "Salaverry-Chimbote", "Ilo-Matarani", "Arica", "Iquique"]
INLAND = [
    ("VRAEM", "Bolivia", "air", "Bolivia air", 60.0),
    ("VRAEM", "Brazil drop", "airdrop", "Brazil air", 6.0),
    ("VRAEM", "Cusco", "road", "", 60.0),
    ("Huallaga", "Lima", "road", "", 40.0),
    ("Putumayo", "Brazil", "river", "Brazil river", 9.0),
    ("Brazil drop", "Brazil", "road", "", 5.5),
    ("Cusco", "Bolivia", "road", "Bolivia road", 20.0),
    ("Cusco", "Bolivia", "lake", "Bolivia lake", 2.0),
    ("Cusco", "Lima", "road", "", 20.0),
    ("Cusco", "Arica", "road", "Arica", 8.0),
    ("Cusco", "Iquique", "road", "Iquique", 6.0),
    ("Lima", "Callao", "road", "", 20.0),
    ("Lima", "Paita", "road", "", 18.0),
    ("Lima", "Salaverry-Chimbote", "road", "", 9.0),
    ("Lima", "Ilo-Matarani", "road", "", 8.0),
]
SEA = [
    (port, market, mode, port if port in PORTS[:4] else "", tons)
    for port in PORTS
    for market, mode, tons in (
        ("Europe", "container", 3.0),
        ("Europe", "vessel", 1.0),
        ("Asia-Oceania", "container", 0.9),
        ("Asia-Oceania", "vessel", 0.4),
    )
]
EDGES = INLAND + SEA
EXITS = ["Bolivia air", "Bolivia road", "Bolivia lake", "Brazil air", "Brazil river", *PORTS]
SEIZED = 0.05
COORDS = {
    "year": YEARS,
    "month": MONTHS,
    "district": list(DISTRICT.values()),
    "zone": ZONES,
    "stage": ["precursors", "collection", "processing", "transport", "export"],
    "market": ["Brazil and Southern Cone", "Europe", "North America", "Asia-Oceania"],
    "group": ["Huallaga faction", "VRAEM faction", "Family clans"],
    "item": list(ITEMS),
    "exit": EXITS,
    "edge": [f"{a} > {b} [{mode}]" for a, b, mode, _, _ in EDGES],
    "district_name": ("district", [zone.upper() for zone in ZONES]),
    "district_zone": ("district", ZONES),
    "district_surveyed": ("district", [SURVEYED.get(zone, 2001) for zone in ZONES]),
    "lat": ("district", np.linspace(-13.0, -4.0, len(ZONES))),
    "lon": ("district", np.linspace(-70.0, -77.0, len(ZONES))),
    "edge_from": ("edge", [row[0] for row in EDGES]),
    "edge_to": ("edge", [row[1] for row in EDGES]),
    "edge_mode": ("edge", [row[2] for row in EDGES]),
    "edge_exit": ("edge", [row[3] for row in EDGES]),
}


def past(n_draws=3, levers=""):
    """Return the run in which every claim holds, alike in all draws."""
    return _past(n_draws, levers).copy(deep=True)


@cache
def _past(n_draws, levers):
    ds = dataset(
        {name: _ones(var, n_draws) for name, var in variables().items()},
        {"draw": np.arange(n_draws), **COORDS},
        {"scenario": "baseline", "scenario_yaml": f"name: world\n{levers}"},
    )
    coca = np.array([np.interp(YEARS, list(p), list(p.values())) for p in COCA.values()]).T
    ds["coca_ha"][:] = coca
    ds["outside_ha"][:] = 0.04 * coca.sum(axis=1)
    ds["eradicated_ha"][:] = 1000.0 * np.array(ERADICATED)[:, None] / len(ZONES)
    late = np.array(YEARS)[:, None] >= 2010
    ds["firm_count"][:] = np.where(late, 30.0, 20.0)[..., None]
    ds["firm_hhi"][:] = np.where(late, 0.1, 0.3)
    ds["firm_top_share"][:] = 0.12
    ds["firm_top_share"].loc[{"zone": "Elsewhere"}] = 0.9  # no main zone
    ds["cocaine_t"][:] = 20.0
    ds["cocaine_t"].loc[{"zone": "Putumayo"}] = np.where(late[:, 0], 4.0, 0.5)
    ds["cocaine_price_usd_kg"][:] = 900.0
    ds["hold"][:] = 0.1
    ds["hold"].loc[{"zone": "VRAEM"}] = 0.7
    ds["open_share"].loc[{"zone": "VRAEM"}] = 0.1
    ds["armed_revenue_usd"][:] = [0.3e6, 3e6, 0.4e6]
    years = np.array(YEARS)[:, None]
    ds["armed_strength"][:] = np.where(years < 2013, 260.0, 170.0)
    ds["armed_acts"][:] = np.where(years < 2013, 30.0, 9.0)
    ds["monthly_acts"][:] = 1.0
    for month in ("2006-02", "2006-03", "2006-04", "2011-03", "2011-04", "2016-03", "2016-04"):
        ds["monthly_acts"].loc[{"month": month}] = 9.0
    flow = np.array([row[4] for row in EDGES])
    ds["flow_t"][:] = flow
    ds["seized_t"][:] = SEIZED * flow
    out = {name: sum(row[4] for row in EDGES if row[3] == name) / 12 for name in EXITS}
    ds["monthly_exit_t"][:] = list(out.values())
    return ds


def beside(claim_id, n_draws=3):
    """Return the runs that a claim compares with, as the claim wants them."""
    runs = {}
    if claim_id == "C4":
        for name, opened in (("security", 0.3), ("trust", 0.2), ("both", 0.8)):
            runs[name] = past(n_draws)
            runs[name]["open_share"].loc[{"zone": "VRAEM"}] = opened
    if claim_id == "C7":
        runs["tighter"] = past(n_draws)
        runs["tighter"]["precursor_price"][:] = 1.6
        runs["tighter"]["cocaine_t"][:] *= 0.9
    if claim_id == "C9":
        runs["gone"] = past(n_draws)
        runs["gone"]["armed_revenue_usd"].loc[{"group": "VRAEM faction"}] = 0.2e6
        runs["gone"]["flow_t"][:] *= 0.8
    if claim_id == "C10":
        runs["burst"] = past(n_draws)
        exits = runs["burst"]["monthly_exit_t"]
        exits.loc[{"exit": "Bolivia air", "month": "2010-04"}] *= 0.6
        exits.loc[{"exit": "Bolivia road", "month": "2010-04"}] *= 1.9
    if claim_id == "C13":
        runs["equal"] = past(n_draws)
        bolivia = runs["equal"]["edge_to"].values == "Bolivia"
        runs["equal"]["flow_t"][:, :, bolivia] *= 0.5
    if claim_id == "C14":
        runs["no law"] = past(n_draws)
        runs["no law"]["flow_t"].loc[{"year": 2016, "edge": "VRAEM > Bolivia [air]"}] *= 1.5
    return runs


def _ones(var, n_draws):
    sizes = {name: len(values) for name, values in COORDS.items() if not isinstance(values, tuple)}
    return np.ones([n_draws if dim == "draw" else sizes[dim] for dim in var.dims])
