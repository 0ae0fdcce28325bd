"""Maps: districts as circles at their representative points, over countries, departments, rivers.

Schematic: a circle stands for a district's total, wherever in the district it is.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection

from globo import countries
from globo.report.charts.canvas import HALO, INK, SOFT, canvas, inline
from globo.report.texts import Texts

MAP = countries.load().map
WEST, EAST, SOUTH, NORTH = (MAP[edge] for edge in ("west", "east", "south", "north"))
STRETCH = 1 / math.cos(math.radians(MAP["middle"]))  # a degree north over a degree east
LAND, HOME, BORDER, SEA, WATER = "#eceef0", "#fbfbf9", "#c6cbd1", "#dfe9ef", "#9fc0d3"
LARGEST = 19.0  # radius of the largest circle, pixels


@dataclass(frozen=True)
class Circles:
    """What is drawn, one value a circle.

    Attributes:
        lon: degrees east.
        lat: degrees north.
        size: what the area stands for, >= 0.
        colours: fill.
    """

    lon: np.ndarray
    lat: np.ndarray
    size: np.ndarray
    colours: Sequence[str]


def circle_map(
    t: Texts,
    salt: str,
    description: str,
    circles: Circles,
    largest: float,
    labels: Sequence[tuple[str, float, float]] = (),
    width: float = 400,
    unit: str = "ha",
) -> str:
    """Return the map as inline SVG.

    Args:
        t: texts of the report.
        salt: name of the picture, its own in the document.
        description: what it shows, in words.
        circles: the districts.
        largest: the amount that the largest circle stands for; maps side by side share it.
        labels: names with longitude and latitude.
        width: pixels; the height follows.
        unit: of the amount, for the key of sizes.
    """
    height = width * (NORTH - SOUTH) / (EAST - WEST) * STRETCH
    with canvas(width, height) as figure:
        paint(figure.add_axes((0, 0, 1, 1)), t, circles, largest, labels, width, unit)
        return inline(figure, salt, description)


def paint(
    ax: Axes,
    t: Texts,
    circles: Circles,
    largest: float,
    labels: Sequence[tuple[str, float, float]] = (),
    width: float = 400,
    unit: str = "ha",
) -> None:
    """Draw the map into axes `width` wide; `circle_map` says what the rest is."""
    radius = LARGEST * width / 400
    ax.set(xlim=(WEST, EAST), ylim=(SOUTH, NORTH), xticks=[], yticks=[], facecolor=SEA)
    for side in ax.spines.values():
        side.set_visible(False)
    _ground(ax)
    _circles(ax, circles, largest, radius)
    _sizes(ax, t, largest, radius, unit)
    for name, lon, lat in labels:
        ax.annotate(
            name,
            (lon, lat),
            ha="center",
            va="center",
            fontsize=9.5,
            color=INK,
            zorder=6,
            gid=HALO,
        )


@cache
def _geometry() -> dict[str, list[np.ndarray]]:
    """Return the rings and lines of each layer."""
    text = (countries.load().folder / "geo.json").read_text(encoding="utf-8")
    layers: dict[str, list[np.ndarray]] = {}
    for shape in json.loads(text)["features"]:
        parts = shape["geometry"]["coordinates"]
        if shape["geometry"]["type"] == "MultiPolygon":
            parts = [ring for polygon in parts for ring in polygon]
        layers.setdefault(shape["properties"]["layer"], []).extend(np.array(p) for p in parts)
    return layers


def _ground(ax: Axes) -> None:
    layers = _geometry()
    ax.add_collection(PolyCollection(layers["country"], fc=LAND, ec="#ffffff", lw=0.8))
    ax.add_collection(PolyCollection(layers["department"], fc=HOME, ec=BORDER, lw=0.6))
    ax.add_collection(LineCollection(layers["river"], colors=WATER, lw=0.9))
    ax.add_collection(PolyCollection(layers["lake"], fc=SEA, ec=WATER, lw=0.5))


def _circles(ax: Axes, circles: Circles, largest: float, radius: float) -> None:
    order = np.argsort(-circles.size)
    order = order[circles.size[order] > largest * (0.7 / radius) ** 2]
    area = np.pi * radius**2 * circles.size[order] / largest
    fills = [circles.colours[i] for i in order]
    ax.scatter(
        circles.lon[order],
        circles.lat[order],
        s=4 / np.pi * area,
        c=fills,
        alpha=0.82,
        edgecolors=INK,
        linewidths=0.5,
        zorder=4,
    )


def _sizes(ax: Axes, t: Texts, largest: float, radius: float, unit: str) -> None:
    """Draw the key of sizes in the south-west, over the sea."""
    y = SOUTH + 0.7
    for amount in _round_amounts(largest):
        r = radius * math.sqrt(amount / largest)
        ax.scatter([WEST + 1.3], [y], s=4 * r * r, fc="none", ec=INK, lw=0.8, zorder=6)
        text = f"{t.number(amount)} {unit}"
        ax.text(WEST + 2.5, y, text, va="center", fontsize=9.5, color=SOFT, zorder=6)
        y += max(0.75, (EAST - WEST) / 400 * 2 * r * 0.75 + 0.5)


def _round_amounts(largest: float) -> list[float]:
    """Return two or three round amounts up to the largest."""
    if largest <= 0:
        return []
    step = 10 ** math.floor(math.log10(largest))
    top = next(k * step for k in (5, 2, 1) if k * step <= largest)
    return [top / 10, top / 2, top] if top >= 10 else [top]
