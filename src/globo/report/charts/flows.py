"""Flows: ribbons from zones over exits to markets, as wide as the cocaine that takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from globo.report.charts.canvas import HALO, INK, canvas, inline

GAP, NODE = 0.022, 0.012  # between nodes (share of the height) and a node's width


@dataclass(frozen=True)
class Ribbon:
    """A flow between two neighbouring columns.

    Attributes:
        start: name in the left column.
        end: name in the right column.
        amount: its width, any unit, the same for all.
        colour: fill.
    """

    start: str
    end: str
    amount: float
    colour: str


def flows(
    salt: str,
    description: str,
    columns: Sequence[Sequence[str]],
    ribbons: Sequence[Sequence[Ribbon]],
    labels: Sequence[Mapping[str, str]],
    size: tuple[float, float] = (800, 600),
) -> str:
    """Return the picture as inline SVG.

    Args:
        salt: name of the picture, its own in the document.
        description: what it shows, in words.
        columns: names from top to bottom, three columns from left to right.
        ribbons: flows from column to column, two lists.
        labels: what is written at a name (up to two lines), a mapping a column.
        size: width and height, pixels.
    """
    width, height = size
    with canvas(width, height) as figure:
        ax = figure.add_axes((0, 0, 1, 1))
        ax.set(xlim=(0, 1), ylim=(1, 0))
        ax.axis("off")
        places = (0.205, 0.515, 0.795)
        scale = _scale(columns, ribbons)
        tops = [_tops(names, ribbons, i, scale) for i, names in enumerate(columns)]
        for i, some in enumerate(ribbons):
            _ribbons(ax, some, places[i], places[i + 1], tops[i], tops[i + 1], scale)
        for i, names in enumerate(columns):
            for name in names:
                _node(ax, places[i], tops[i][name], labels[i].get(name, name), i)
        return inline(figure, salt, description)


def _amounts(
    names: Sequence[str], ribbons: Sequence[Sequence[Ribbon]], column: int
) -> dict[str, float]:
    """Return each node's size: the larger of what comes in and what goes out."""
    incoming, outgoing = dict.fromkeys(names, 0.0), dict.fromkeys(names, 0.0)
    for one in ribbons[column - 1] if column else ():
        incoming[one.end] += one.amount
    for one in ribbons[column] if column < len(ribbons) else ():
        outgoing[one.start] += one.amount
    return {name: max(incoming[name], outgoing[name]) for name in names}


def _scale(columns: Sequence[Sequence[str]], ribbons: Sequence[Sequence[Ribbon]]) -> float:
    """Return the height of one unit, such that the fullest column fits."""
    room = [
        (0.98 - GAP * max(0, len(names) - 1)) / max(sum(_amounts(names, ribbons, i).values()), 1e-9)
        for i, names in enumerate(columns)
    ]
    return min(room)


def _tops(
    names: Sequence[str], ribbons: Sequence[Sequence[Ribbon]], column: int, scale: float
) -> dict[str, tuple[float, float]]:
    """Return top and height of each node of a column, the free room spread between them."""
    amounts = _amounts(names, ribbons, column)
    free = 0.98 - scale * sum(amounts.values())
    gap = free / max(1, len(names))
    tops, y = {}, 0.01 + gap / 2
    for name in names:
        tops[name] = (y, scale * amounts[name])
        y += scale * amounts[name] + gap
    return tops


def _ribbons(
    ax: Axes,
    some: Sequence[Ribbon],
    x0: float,
    x1: float,
    left: Mapping[str, tuple[float, float]],
    right: Mapping[str, tuple[float, float]],
    scale: float,
) -> None:
    order_left, order_right = list(left), list(right)
    ends = {name: right[name][0] for name in right}
    starts = {name: left[name][0] for name in left}
    first: dict[int, float] = {}
    last: dict[int, float] = {}
    for one in sorted(some, key=lambda r: (order_left.index(r.start), order_right.index(r.end))):
        first[id(one)] = starts[one.start]
        starts[one.start] += scale * one.amount
    for one in sorted(some, key=lambda r: (order_right.index(r.end), order_left.index(r.start))):
        last[id(one)] = ends[one.end]
        ends[one.end] += scale * one.amount
    for one in some:
        thick = scale * one.amount
        if thick > 4e-4:
            span = (first[id(one)], last[id(one)])
            ax.add_patch(_ribbon(x0 + NODE, x1, span, thick, one.colour))


def _ribbon(
    x0: float, x1: float, span: tuple[float, float], thick: float, colour: str
) -> PathPatch:
    y0, y1 = span
    mid = (x0 + x1) / 2
    corners = [
        (x0, y0),
        (mid, y0),
        (mid, y1),
        (x1, y1),
        (x1, y1 + thick),
        (mid, y1 + thick),
        (mid, y0 + thick),
        (x0, y0 + thick),
        (x0, y0),
    ]
    curve = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    return PathPatch(Path(np.array(corners), curve), fc=colour, ec="none", alpha=0.45)


def _node(ax: Axes, x: float, span: tuple[float, float], label: str, column: int) -> None:
    top, height = span
    ax.add_patch(Rectangle((x, top), NODE, max(height, 1.5e-3), fc=INK, ec="none", zorder=3))
    side = {"ha": "right", "x": x - 0.008} if column == 0 else {"ha": "left", "x": x + NODE + 0.008}
    ax.text(y=top + height / 2, s=label, va="center", fontsize=10.5, gid=HALO, zorder=4, **side)
