"""Fan: a quantity over the years with its 50 and 90 % bands, against published points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from globo.report.charts.canvas import INK, RULE, SOFT, axes, canvas, inline
from globo.report.texts import Texts
from globo.results.spread import Band

# How a published point is drawn by how far it is to be trusted: (fill, edge, size).
POINTS = {
    "high": (INK, "#ffffff", 4.6),
    "medium": ("#ffffff", INK, 4.4),
    "low": ("#ffffff", "#9aa1a9", 4.0),
}
OTHER = "x"


@dataclass(frozen=True)
class Series:
    """One run's band over the years.

    Attributes:
        band: quantiles, one cell a year.
        colour: its ink.
        plain: an outline instead of the filled bands (the baseline behind a scenario).
    """

    band: Band
    colour: str
    plain: bool = False


@dataclass(frozen=True)
class Points:
    """Published figures of one kind.

    Attributes:
        years: when.
        values: in the unit of the picture.
        confidence: `high`, `medium` or `low`, one a point.
        other: drawn as crosses: another body's figures for the same thing.
    """

    years: Sequence[float]
    values: Sequence[float]
    confidence: Sequence[str]
    other: bool = False

    def within(self, first: float, last: float) -> Points:
        """Return the points of some years alone."""
        kept = [i for i, year in enumerate(self.years) if first <= year <= last]
        return Points(
            [self.years[i] for i in kept],
            [self.values[i] for i in kept],
            [self.confidence[i] for i in kept],
            self.other,
        )


def fan(
    t: Texts,
    salt: str,
    description: str,
    years: Sequence[int],
    series: Sequence[Series],
    points: Sequence[Points] = (),
    size: tuple[float, float] = (260, 170),
    since: int | None = None,
    top: float | None = None,
) -> str:
    """Return the picture as inline SVG.

    Args:
        t: texts of the report.
        salt: name of the picture, its own in the document.
        description: what it shows, in words.
        years: the years of every band.
        series: bands, the hindmost first.
        points: published figures.
        size: width and height, pixels.
        since: first year of the projection; what follows is shaded.
        top: upper end of the scale where several pictures share it.
    """
    points = [some.within(years[0], years[-1]) for some in points]
    with canvas(*size) as figure:
        ax = axes(figure, left=46, bottom=22, right=10, top=8)
        highest = _highest(series, points) if top is None else top
        _frame(ax, t, years, highest, size[0])
        if since is not None and since <= years[-1]:
            ax.axvspan(since - 0.5, years[-1] + 0.5, color="#f4f5f6", lw=0, zorder=0)
        for one in series:
            _band(ax, years, one)
        for some in points:
            _points(ax, some)
        return inline(figure, salt, description)


def _frame(ax: Axes, t: Texts, years: Sequence[int], highest: float, width: float) -> None:
    ax.set_xlim(years[0] - 0.5, years[-1] + 0.5)
    ax.set_ylim(0, highest * 1.04 if highest > 0 else 1)
    ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: t.number(value)))
    ax.xaxis.set_major_locator(MaxNLocator(max(2, int(width // 80)), integer=True))
    ax.grid(axis="y", color=RULE, lw=0.7)
    ax.tick_params(labelsize=10.5)


def _band(ax: Axes, years: Sequence[int], one: Series) -> None:
    band = one.band
    if one.plain:
        for edge in (band.p05, band.p95):
            ax.plot(years, edge, color=one.colour, lw=0.9, ls=(0, (3, 2)), zorder=2)
        ax.plot(years, band.p50, color=one.colour, lw=1.6, zorder=2)
        return
    ax.fill_between(years, band.p05, band.p95, color=one.colour, alpha=0.18, lw=0, zorder=1)
    ax.fill_between(years, band.p25, band.p75, color=one.colour, alpha=0.32, lw=0, zorder=1)
    ax.plot(years, band.p50, color=one.colour, lw=1.8, zorder=3)


def _points(ax: Axes, some: Points) -> None:
    for level, (fill, edge, size) in POINTS.items():
        chosen = [i for i, c in enumerate(some.confidence) if c == level]
        if not chosen:
            continue
        xs, ys = [some.years[i] for i in chosen], [some.values[i] for i in chosen]
        if some.other:
            ax.plot(xs, ys, OTHER, color=SOFT, ms=5, mew=1.1, zorder=4, clip_on=False)
        else:
            ax.plot(xs, ys, "o", mfc=fill, mec=edge, ms=size, mew=1.0, zorder=5, clip_on=False)


def _highest(series: Sequence[Series], points: Sequence[Points]) -> float:
    """Return the largest value that the picture must hold, NaN left out."""
    tops = [np.nanmax(np.append(one.band.p95, 0.0)) for one in series]
    tops += [max([*some.values, 0.0]) for some in points]
    return float(max(tops, default=1.0))
