"""Dots: medians with their 50 and 90 % intervals, a row a name; or differences by sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullLocator

from globo.report.charts import colours
from globo.report.charts.canvas import INK, RULE, SOFT, axes, canvas, inline
from globo.report.charts.fan import POINTS
from globo.report.texts import Texts
from globo.results.spread import Change

ROW, LABEL = 25, 5.7  # height of a row and width of a letter, pixels


@dataclass(frozen=True)
class Dot:
    """One interval of a row.

    Attributes:
        mid: median.
        low: lower end (90 %).
        high: upper end (90 %).
        colour: its ink.
        inner: ends of the 50 % interval, drawn thicker, where known.
        line: ink of the interval; that of the dot where empty.
    """

    mid: float
    low: float
    high: float
    colour: str
    inner: tuple[float, float] | None = None
    line: str = ""


@dataclass(frozen=True)
class Mark:
    """A published figure in a row: a value, or a range where `low` and `high` differ."""

    low: float
    high: float
    confidence: str


@dataclass(frozen=True)
class DotRow:
    """A row: its name, its intervals (upper first), published figures, and a note at the right."""

    name: str
    dots: Sequence[Dot]
    marks: Sequence[Mark] = ()
    note: str = ""


def difference(name: str, moved: Change, note: str = "") -> DotRow:
    """Return the row of a difference, coloured by its probability of growth."""
    ink = colours.difference(moved.p_up)
    return DotRow(name, [Dot(moved.p50, moved.p05, moved.p95, ink, line=SOFT)], note=note)


def dots(
    t: Texts,
    salt: str,
    title: str,
    rows: Sequence[DotRow],
    width: float = 360,
    scale: str = "linear",
    signed: bool = False,
    percent: bool = False,
) -> str:
    """Return the picture as inline SVG.

    Args:
        t: texts of the report.
        salt: name of the picture, its own in the document.
        title: what it shows, for those who do not see it.
        rows: from top to bottom.
        width: pixels; the height follows from the rows.
        scale: `linear` or `log`.
        signed: differences: zero is marked and ticks carry their sign.
        percent: values are shares of 0 to 1.
    """
    height = ROW * len(rows) + 34
    left = min(0.45 * width, 12 + LABEL * max(len(row.name) for row in rows))
    notes = max(len(row.note) for row in rows)
    with canvas(width, height) as figure:
        ax = axes(figure, left=left, bottom=26, right=10 + LABEL * notes, top=6)
        _frame(ax, t, rows, scale, signed, percent)
        for y, row in enumerate(rows):
            _row(ax, y, row)
            ax.annotate(
                row.note,
                (1, y),
                (6, 0),
                xycoords=("axes fraction", "data"),
                textcoords="offset points",
                va="center",
                color=SOFT,
                fontsize=10.5,
            )
        return inline(figure, salt, t("alt.dots", title=title))


def _frame(
    ax: Axes, t: Texts, rows: Sequence[DotRow], scale: str, signed: bool, percent: bool
) -> None:
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.yaxis.set_major_locator(FixedLocator(range(len(rows))))
    ax.set_yticks(range(len(rows)), [row.name for row in rows], color=INK, fontsize=10.5)
    ax.set_xscale(scale)
    if scale == "log":
        ax.xaxis.set_major_locator(LogLocator(10))
        ax.xaxis.set_minor_locator(NullLocator())
    else:
        ax.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
        low, high = _ends(rows)
        room = 0.04 * (high - low) or 1
        ax.set_xlim(low - room if low < 0 else 0, high + room)

    def shown(value: float, _: int) -> str:
        text = t.percent(value) if percent else t.number(value)
        return f"+{text}" if signed and value > 0 else text

    ax.xaxis.set_major_formatter(FuncFormatter(shown))
    ax.grid(axis="x", color=RULE, lw=0.7)
    if signed:
        ax.axvline(0, color=INK, lw=1)
    ax.tick_params(axis="x", labelsize=10.5)


def _row(ax: Axes, y: int, row: DotRow) -> None:
    n = len(row.dots)
    for i, dot in enumerate(row.dots):
        level = y + (i - (n - 1) / 2) * 0.32
        line = dot.line or dot.colour
        ax.plot([dot.low, dot.high], [level, level], color=line, lw=2.2, alpha=0.75)
        if dot.inner:
            ax.plot(dot.inner, [level, level], color=dot.colour, lw=4.5)
        ax.plot(dot.mid, level, "o", mfc=dot.colour, mec=INK, ms=7, mew=0.9, zorder=4)
    for mark in row.marks:
        fill, edge, size = POINTS[mark.confidence]
        if mark.low != mark.high:
            ax.plot([mark.low, mark.high], [y, y], color=INK, lw=1, ls=(0, (2, 2)), zorder=3)
        for value in {mark.low, mark.high}:
            ax.plot(value, y, "D", mfc=fill, mec=edge, ms=size, mew=1, zorder=5)


def _ends(rows: Sequence[DotRow]) -> tuple[float, float]:
    values = [v for row in rows for dot in row.dots for v in (dot.low, dot.high, dot.mid)]
    values += [v for row in rows for mark in row.marks for v in (mark.low, mark.high)]
    finite = [v for v in values if v == v]
    return min([*finite, 0.0]), max([*finite, 0.0])
