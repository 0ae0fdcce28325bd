"""Paper: text set in columns on a page of points, wrapped by the letters' own widths."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.lines import Line2D

WIDTH, HEIGHT = 595.0, 842.0  # A4, points
PLAIN, BOLD, SERIF = "sans-400", "sans-600", "serif-600"
NO_BREAK, NARROW = "\u00a0", "\u202f"
LEADING = 1.32


@dataclass
class Column:
    """A column that is filled from its top; without a figure it is measured alone.

    Attributes:
        figure: page drawn on; None measures.
        x: left side, points.
        y: where the next line goes, points from the top of the page.
        width: points.
        scale: of all sizes.
    """

    figure: Figure | None
    x: float
    y: float
    width: float
    scale: float = 1.0

    def text(
        self, words: str, face: str = PLAIN, size: float = 9.2, colour: str = "#1f2328",
        gap: float = 3.0, indent: float = 0.0,
    ) -> None:  # fmt: skip
        """Set a paragraph and leave a gap below it."""
        size *= self.scale
        for line in wrapped(words, face, size, self.width - indent):
            self.y += size * LEADING
            if self.figure:
                x, y = (self.x + indent) / WIDTH, 1 - (self.y - 0.25 * size) / HEIGHT
                self.figure.text(x, y, line, size=size, color=colour, **font(face))
        self.y += gap * self.scale

    def bullet(self, words: str) -> None:
        """Set a paragraph behind a dot."""
        indent, top = 8.0 * self.scale, self.y
        if self.figure:
            y = 1 - (top + 9.2 * self.scale) / HEIGHT
            self.figure.text(self.x / WIDTH, y, "·", size=11, **font(BOLD))
        self.text(words, gap=2.2, indent=indent)

    def rule(self, gap: float = 5.0) -> None:
        """Draw a line across the column."""
        if self.figure:
            ends = [self.x / WIDTH, (self.x + self.width) / WIDTH]
            y = 1 - self.y / HEIGHT
            self.figure.add_artist(Line2D(ends, [y, y], color="#c6cbd1", lw=0.6))
        self.y += gap * self.scale


def wrapped(words: str, face: str, size: float, room: float) -> list[str]:
    """Break a text between words into lines that fit."""
    lines: list[str] = []
    for word in settable(words, face).split(" "):
        if not word:
            continue
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, face, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def settable(words: str, face: str) -> str:
    """Return a text in letters that a face has; what it lacks is written plainly, or as "?"."""
    known = get_font(path(face)).get_charmap()
    words = words.replace(NARROW, NO_BREAK)
    plain = lambda c: unicodedata.normalize("NFKD", c)[0]  # noqa: E731
    return "".join(
        c if ord(c) in known else plain(c) if ord(plain(c)) in known else "?" for c in words
    )


def width_of(words: str, face: str, size: float) -> float:
    """Return how wide a line is, points."""
    drawn = get_font(path(face))
    drawn.set_size(100, 72)
    drawn.set_text(words)
    return drawn.get_width_height()[0] / 64 * size / 100


@cache
def font(face: str) -> dict[str, Any]:
    """Return what names a font that ships with the report to the drawing library."""
    fontManager.addfont(path(face))
    family = FontProperties(fname=path(face)).get_name()
    return {"family": family, "weight": int(face.rpartition("-")[2])}


@cache
def path(face: str) -> str:
    """Return the file of a font."""
    return str(resources.files("globo.report").joinpath(f"fonts/{face}.ttf"))
