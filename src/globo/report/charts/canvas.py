"""Canvas: a matplotlib figure of so many pixels, turned into small inline SVG.

One unit of the drawing is one pixel of the page at its natural size. Text stays
text (the page's font, readable by a screen reader and by search), coordinates are
rounded to a tenth of a pixel, and every id carries the picture's own salt, so that
many pictures stand in one document. Same figures, same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from threading import Lock
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

INK, SOFT, RULE, PALE = "#1f2328", "#5b626a", "#d9dce0", "#eef0f2"
FONT = 11.0
RC: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": FONT,
    "text.color": INK,
    "axes.edgecolor": RULE,
    "axes.labelcolor": SOFT,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "path.simplify": True,
    "path.simplify_threshold": 0.3,
}
HALO = "halo"  # gid of a text that is to stand out from what it lies on
# Settings of matplotlib are global to the process: one picture at a time.
SETTINGS = Lock()


@contextmanager
def canvas(width: float, height: float) -> Iterator[Figure]:
    """Yield an empty figure of `width` by `height` pixels, with the report's settings on."""
    with SETTINGS, mpl.rc_context(RC):
        figure = Figure(figsize=(width / 72, height / 72), dpi=72)
        FigureCanvasSVG(figure)
        figure.patch.set_visible(False)
        yield figure


def axes(figure: Figure, left: float, bottom: float, right: float, top: float) -> Axes:
    """Return bare axes with margins given in pixels."""
    width, height = figure.get_size_inches() * 72
    box = (
        left / width,
        bottom / height,
        (width - left - right) / width,
        (height - bottom - top) / height,
    )
    ax = figure.add_axes(box)
    ax.patch.set_visible(False)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.tick_params(length=0, pad=4)
    ax.set_axisbelow(True)
    return ax


def inline(figure: Figure, salt: str, description: str) -> str:
    """Return the figure as an `<svg>` element for the page.

    Args:
        figure: what was drawn on a `canvas`, which is still open.
        salt: name of the picture, its own in the document.
        description: what the picture shows, for those who do not see it.
    """
    buffer = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": salt}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, dpi=72)
    text = buffer.getvalue()
    text = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", text, flags=re.DOTALL)
    text = text[text.index("<svg") :]
    body = text[text.index(">") + 1 :].removesuffix("\n")
    body = _own_ids(body, salt).replace("xlink:href", "href")
    body = re.sub(r"font-family: [^;\"]*;? ?", "", body)
    body = re.sub(r' transform="rotate\(-?0(\.0)? [^"]*"', "", body)
    body = re.sub(r' (d|x|y|transform|width|height|points)="[^"]*"', _rounded, body)
    body = re.sub(r">\s+<", "><", body)
    width, height = (round(float(side) * 72) for side in figure.get_size_inches())
    label = escape(description, quote=True)
    return (
        f'<svg class="chart" role="img" aria-label="{label}" viewBox="0 0 {width} {height}" '
        f'style="--natural:{width}px">{body}'
    )


def _own_ids(body: str, salt: str) -> str:
    """Keep the ids that are referred to, under the picture's name; drop all others."""
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', body))
    names = {old: f"{salt}-{i}" for i, old in enumerate(sorted(used))}

    def renamed(match: re.Match[str]) -> str:
        if match[1] == HALO:
            return f' class="{HALO}"'
        return f' id="{names[match[1]]}"' if match[1] in used else ""

    body = re.sub(r' id="([^"]*)"', renamed, body)
    return re.sub(r'(url\(#|href="#)([^)"]+)', lambda m: m[1] + names[m[2]], body)


def _rounded(match: re.Match[str]) -> str:
    text = re.sub(r"-?\d+\.\d+", lambda m: f"{float(m[0]):.1f}".removesuffix(".0"), match[0])
    return re.sub(r"\s+", " ", text)
