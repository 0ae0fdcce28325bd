"""What surveys found, as target data of the hub: the series of all years, and the oracle.

Reads the facts; rows of low confidence are never among them. A district unit has the area of those
of its districts that the survey of the year tells of, as on the scoreboard.
"""

from __future__ import annotations

import pandas as pd

from globo.facts import Facts
from globo.forecast.hub.config import years
from globo.forecast.hub.entry import TARGETS, Unit
from globo.forecast.hub.metadata import Entry

COLUMNS = ["target_end_date", "target", "location", "observation", "known_at"]
LOW = "low"
SUMMED = {"observation": "sum", "known_at": "max"}


def series(facts: Facts, units: list[Unit]) -> pd.DataFrame:
    """Return what surveys found in the places of the hub.

    Args:
        facts: what is known.
        units: the places.

    Returns:
        Columns target_end_date, target, location, observation (ha), known_at; sorted by these.
    """
    nation = facts.national[facts.national["quantity"] == "coca_ha"]
    surveyed = {
        "national": (nation[nation["country"] == facts.country.nation], "country", "value"),
        "zone": (facts.coca_zone, "zone", "coca_ha"),
        "district": (facts.coca_district, "ubigeo", "coca_ha"),
    }
    parts = []
    for level, (rows, code, area) in surveyed.items():
        mine = [unit for unit in units if unit.level == level]
        place = {part: u.location for u in mine for part in u.districts or (u.location,)}
        rows = rows[rows[code].isin(list(place)) & (rows["confidence"] != LOW)]
        told = pd.DataFrame(
            {
                "target_end_date": rows["year"].astype(int).astype(str) + "-12-31",
                "target": TARGETS[level],
                "location": rows[code].map(place),
                "observation": rows[area].astype(float),
                "known_at": rows["known_at"],
            }
        )
        parts.append(told.groupby(COLUMNS[:3], as_index=False).agg(SUMMED))
    table = pd.concat(parts, ignore_index=True)
    table["known_at"] = pd.to_datetime(table["known_at"]).dt.strftime("%Y-%m-%d")
    return table.sort_values(COLUMNS[:3], ignore_index=True)


def oracle(found: pd.DataFrame, entries: list[Entry]) -> pd.DataFrame:
    """Return of a series what entries forecast: columns up to oracle_value (ha)."""
    asked = {f"{year}-12-31" for entry in entries for year in years(entry)}
    rows = found[found["target_end_date"].isin(asked)]
    told = rows.rename(columns={"observation": "oracle_value"}).drop(columns="known_at")
    return told.reset_index(drop=True)


def text(table: pd.DataFrame) -> str:
    """Return target data as CSV."""
    return table.to_csv(index=False, float_format="%.10g", lineterminator="\n")
