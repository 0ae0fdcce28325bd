"""Plausible: a figure against its neighbours in time and space, and against its like.

Pure functions of the tables; each yields problems. A slip of the decimal point, a figure in another
unit or two columns exchanged leave a figure far from those beside it. The limits are those of the
sound package with a margin, and hold for a column as a whole; none is about a single row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from globo.facts.problem import Problem, each, keyed

Tables = dict[str, pd.DataFrame]
REACH = 2  # rows before and after that a figure is held against
NOISE, USUAL = 8.0, 0.25  # of a noisy series: its usual misses, and the least of them (log)
PEERS, WIDE = 3, 10.0  # statements of one thing and place, and how far one may lie outside them
LIKE = ("basis", "bound", "to", "mode")  # what must agree, too, of two statements held together
LAPSE, WARM = -0.0045, 26.2  # degrees a metre of height, and at sea level
OFF_LAPSE = 12.0  # degrees
NEAR, RAIN = 6, 5.5  # districts nearest, and rain against their median, times
APART_M = 60_000.0  # what points of different making may add between two districts, m
LAND = (0.03, 6.0)  # land cover over the area of a unit of districts
STRAY = (2.8, 2.2)  # degrees of latitude and longitude from the middle of the province
LIMITS = {
    "%": (-100.0, 1000.0),
    "share": (-1.0, 1.0),
    "sign": (-1.0, 1.0),
    "elasticity": (-5.0, 5.0),
}
EARTH_M = 6_371_000.0


@dataclass(frozen=True)
class Series:
    """A yearly series, and how far a year may lie from those beside it.

    Attributes:
        table: its table.
        keys: columns that tell one series from another.
        field: the column measured.
        jump: times the largest, or part of the smallest, of the neighbours.
        small: added to both sides, so that small figures may jump.
    """

    table: str
    keys: tuple[str, ...]
    field: str
    jump: float
    small: float = 0.0


SERIES = (
    Series("district_year", ("ubigeo",), "population", 4, 20),
    Series("district_year", ("ubigeo",), "forest_ha", 2.5, 5),
    Series("district_year", ("ubigeo",), "agriculture_ha", 2.5, 5),
    Series("district_year", ("ubigeo",), "infrastructure_ha", 2.5, 1),
    Series("district_year", ("ubigeo",), "mining_ha", 4, 5),
    Series("district_year", ("ubigeo",), "gdp_usd", 4),
    Series("district_year", ("ubigeo",), "hdi", 3),
    Series("district_year", ("ubigeo",), "poverty_pct", 5, 5),
    Series("coca_zone", ("zone",), "coca_ha", 4, 30),
    Series("coca_department", ("department",), "coca_ha", 3, 10),
    Series("national", ("country", "quantity", "basis"), "value", 4),
    Series("prices", ("quantity", "place", "market", "basis"), "value", 5),
)
NOISY = (("district_year", "forest_loss_ha", 5.0), ("coca_district", "coca_ha", 30.0))
NOISY_LIMIT = {"coca_district": 20.0}


def slips(tables: Tables) -> Iterator[Problem]:
    """Apply every rule of this file."""
    for series in SERIES:
        yield from jumps(tables[series.table], series)
    for name, field, small in NOISY:
        yield from strays(name, tables[name], field, small)
    yield from peers(tables)
    yield from limits(tables)
    yield from land(tables)
    yield from ground(tables["districts"])
    yield from bases(tables)


def jumps(frame: pd.DataFrame, series: Series) -> Iterator[Problem]:
    """No year lies far outside the years beside it."""
    rows = frame.dropna(subset=[series.field]).sort_values([*series.keys, "year"])
    group = rows.groupby(list(series.keys))[series.field]
    steps = [step for step in range(-REACH, REACH + 1) if step]
    beside = np.stack([group.shift(step).to_numpy(float) for step in steps])
    enough = np.isfinite(beside).sum(axis=0) >= REACH
    value = rows[series.field].to_numpy(float) + series.small
    high = value > series.jump * (np.nan_to_num(beside, nan=-np.inf).max(axis=0) + series.small)
    low = value * series.jump < np.nan_to_num(beside, nan=np.inf).min(axis=0) + series.small
    allowed = f"within {series.jump:g} times the years beside it"
    yield from each(series.table, rows[enough & (high | low)], series.field, allowed)


def strays(name: str, frame: pd.DataFrame, field: str, small: float) -> Iterator[Problem]:
    """A noisy series of districts, less what its department did, stays near its usual misses."""
    rows = frame.dropna(subset=[field]).sort_values(["ubigeo", "year"])
    size = np.log(rows[field].clip(lower=0) + small)
    own = size - size.groupby(rows.ubigeo).transform("median")
    rest = size - own.groupby([rows.year, rows.ubigeo.str[:2]]).transform("median")
    group = rest.groupby(rows.ubigeo)
    beside = np.stack([group.shift(step).to_numpy() for step in (-3, -2, -1, 1, 2, 3)])
    enough = np.isfinite(beside).sum(axis=0) >= REACH
    off = rest - _median(beside)
    usual = 1.4826 * off.abs().groupby(rows.ubigeo).transform("median")
    far = off.abs() > NOISY_LIMIT.get(name, NOISE) * usual.clip(lower=USUAL)
    yield from each(name, rows[enough & far], field, "near the years and districts beside it")


def peers(tables: Tables) -> Iterator[Problem]:
    """A statement lies near the others on the same thing and place."""
    names = ("national", "chain", "prices", "demand")
    parts = [tables[name].rename(columns={"country": "place"}).assign(table=name) for name in names]
    rows = pd.concat(parts).query("value > 0").fillna(dict.fromkeys(LIKE, ""))
    for (_, place, unit, *_), like in rows.groupby(["quantity", "place", "unit", *LIKE]):
        if len(like) <= PEERS:
            continue
        order = np.sort(like.value.to_numpy(float))
        high, low = like.value > WIDE * order[-2], like.value * WIDE < order[1]
        for name, wrong in like[high | low].groupby("table"):
            allowed = f"{order[1] / WIDE:g} to {WIDE * order[-2]:g} {unit}, as others of {place}"
            yield from each(str(name), wrong, "value", allowed)


def limits(tables: Tables) -> Iterator[Problem]:
    """A share or a percentage lies within what it can be."""
    for name in ("chain", "effects", "demand", "national", "prices", "coca_special"):
        frame = tables[name]
        for field in ("value", "estimate", "low", "high"):
            if field in frame:
                for unit, (low, high) in LIMITS.items():
                    mine = frame[frame.unit == unit]
                    wrong = mine[(mine[field] < low) | (mine[field] > high)]
                    yield from each(name, wrong, field, f"{low:g} to {high:g} {unit}")


def land(tables: Tables) -> Iterator[Problem]:
    """Land cover fills a part of the area; joined districts are taken together."""
    places = tables["districts"]
    area = 100.0 * places.groupby("series_unit").area_km2.sum(min_count=1)
    cover = tables["district_year"]
    kinds = ["forest_ha", "agriculture_ha"]
    whole = cover[kinds].sum(axis=1, min_count=2)
    unit = cover.ubigeo.map(keyed(places, "ubigeo").series_unit)
    share = whole.groupby([unit, cover.year]).sum(min_count=1).groupby(level=0).median() / area
    wrong = share[((share < LAND[0]) | (share > LAND[1])) & np.isfinite(share)]
    rows = places[places.series_unit.isin(wrong.index)]
    yield from each("districts", rows, "area_km2", "the area that forest and fields lie in, km2")


def ground(places: pd.DataFrame) -> Iterator[Problem]:
    """Districts lie by their province, as cool as they are high, as wet and far as those near."""
    for field, far in zip(("lat", "lon"), STRAY, strict=True):
        middle = places[field].groupby(places.ubigeo.str[:4]).transform("median")
        wrong = places[(places[field] - middle).abs() > far]
        yield from each("districts", wrong, field, "near the other districts of its province")
    known = places.dropna(subset=["capital_altitude_m", "temperature_c"])
    off = known.temperature_c - (WARM + LAPSE * known.capital_altitude_m)
    wrong = known[off.abs() > OFF_LAPSE]
    for field in ("temperature_c", "capital_altitude_m"):
        yield from each("districts", wrong, field, "as warm as its height lets it be")
    apart = _metres(places)
    near = np.argsort(apart, axis=1)[:, :NEAR]
    rain = places.rain_mm.to_numpy(float)
    ratio = np.abs(np.log(np.maximum(rain, 1.0) / _median(rain[near].T)))
    yield from each("districts", places[ratio > np.log(RAIN)], "rain_mm", "as wet as those near")
    for field in (c for c in places if c.startswith("distance_")):
        value = places[field].to_numpy(float)
        over = np.abs(value[:, None] - value) - apart > APART_M
        alone = over.sum(axis=1) > NEAR  # it, and not they
        wrong = places[alone]
        yield from each("districts", wrong, field, "no farther than the way to those near")


def bases(tables: Tables) -> Iterator[Problem]:
    """A base stands in its district."""
    rows, places = tables["bases"], keyed(tables["districts"], "ubigeo")
    for field in ("lat", "lon"):
        wrong = rows[(rows[field] - rows.ubigeo.map(places[field])).abs() > 1.0]
        yield from each("bases", wrong, field, "within a degree of its district")


def _metres(places: pd.DataFrame) -> np.ndarray:
    """Return how far districts lie from each other; themselves at infinity."""
    lat, lon = (np.radians(places[field].to_numpy(float)) for field in ("lat", "lon"))
    part = np.sin((lat[:, None] - lat) / 2) ** 2
    part += np.cos(lat)[:, None] * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    apart = 2 * EARTH_M * np.arcsin(np.sqrt(part))
    np.fill_diagonal(apart, np.inf)
    return apart


def _median(columns: np.ndarray) -> np.ndarray:
    """Return the median of each column over what is known; NaN where nothing is."""
    order = np.sort(columns, axis=0)  # NaN last
    known = np.isfinite(columns).sum(axis=0)
    at = np.arange(columns.shape[1])
    low, high = np.maximum(known - 1, 0) // 2, np.minimum(known // 2, len(columns) - 1)
    return (order[low, at] + order[high, at]) / 2
