"""Sheet: the brief's one page of A4, drawn by matplotlib's own PDF writer.

A PDF library would add a dependency for what the report's drawing library does already: text
that can be searched, embedded letters, the same map.
"""

from __future__ import annotations

import io
from typing import Any

import matplotlib as mpl
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from globo import facts
from globo.errors import UserError
from globo.model.policy import LAST
from globo.report.brief.paper import BOLD, HEIGHT, PLAIN, SERIF, WIDTH, Column, font
from globo.report.brief.says import Part, parts
from globo.report.case import Case, case
from globo.report.charts import colours
from globo.report.charts.canvas import RC, SETTINGS, SOFT
from globo.report.charts.maps import EAST, NORTH, SOUTH, STRETCH, WEST, Circles, paint
from globo.report.sections.places import last_and_past
from globo.report.sections.scenario import title_of
from globo.report.texts import texts
from globo.results.spread import change

MARGIN, GUTTER, MAP = 42.0, 20.0, 218.0  # points
FOOT = 52.0  # height of the caution
SCALES = (1.12, 1.06, 1.0, 0.95, 0.9, 0.85, 0.8, 0.75)
ACCENT = "#00558a"
SIDE = 3  # parts beside the map, the rest below


def pdf(ds: xr.Dataset, baseline: xr.Dataset, lang: str = "es", comparison: Any = None) -> bytes:
    """Return the brief of a run against its baseline.

    Args:
        ds: results of the run.
        baseline: results held against, same seed.
        lang: `es` or `en`.
        comparison: what `globo.compare` returned, where it is at hand.

    Raises:
        UserError: runs that cannot be compared, or more than fits on a page.
    """
    told = case(ds, baseline, facts.load().through(LAST), texts(lang), comparison)
    said = parts(told)
    room = HEIGHT - MARGIN - FOOT
    scale = next((s for s in SCALES if _set(None, told, said, s)[1] <= room), None)
    if scale is None:
        mend = "use the long report"
        raise UserError(where="brief", found="too much text", allowed="one page", mend=mend)
    letters: dict[Any, Any] = {
        **RC, "pdf.fonttype": 42, "font.family": font(PLAIN)["family"],
    }  # fmt: skip
    with SETTINGS, mpl.rc_context(letters):
        figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72), dpi=72)
        FigureCanvasPdf(figure)
        top, _ = _set(figure, told, said, scale)
        _map(figure, told, top)
        about = {"Title": title_of(told.run, lang), "Creator": "globo", "CreationDate": None}
        held = io.BytesIO()
        figure.savefig(held, format="pdf", metadata={**about, "Producer": None})
    return held.getvalue()


def _set(figure: Figure | None, told: Case, said: list[Part], scale: float) -> tuple[float, float]:
    """Set all text; returns where it begins below its head and where it ends, points."""
    t, attrs = told.t, told.run.attrs
    head = Column(figure, MARGIN, MARGIN - 12, WIDTH - 2 * MARGIN, scale)
    head.text(f"globo · {t('page.motto')}", BOLD, 9, SOFT, gap=2)
    head.text(title_of(told.run, t.lang), SERIF, 18, gap=1)
    against = title_of(told.run if told.base is None else told.base, t.lang)
    n, version = t.whole(told.run.sizes["draw"]), attrs.get("version", "–")
    line = t("brief.line", year=told.last, baseline=against, n=n, version=version)
    head.text(line, PLAIN, 9, SOFT, gap=5)
    head.rule(4)
    left = Column(figure, MARGIN, head.y, WIDTH - 2 * MARGIN - GUTTER - MAP, scale)
    for part in said[:SIDE]:
        _part(left, part)
    top = max(left.y, head.y + _map_height() + 44)
    below = Column(figure, MARGIN, top, WIDTH - 2 * MARGIN, scale)
    for part in said[SIDE:]:
        _part(below, part)
    if figure:
        foot = Column(figure, MARGIN, HEIGHT - MARGIN - FOOT + 14, WIDTH - 2 * MARGIN, 1.0)
        foot.rule(2)
        foot.text(t("page.not_a_forecast"), PLAIN, 7.6, SOFT)
    return head.y, below.y


def _part(column: Column, part: Part) -> None:
    column.text(part.title, BOLD, 10.6, ACCENT, gap=1)
    if part.lead:
        face, size = (BOLD, 10.2) if part.is_answer else (PLAIN, 9.2)
        column.text(part.lead, face, size, gap=2.5)
    for point in part.points:
        column.bullet(point)
    column.y += 4 * column.scale


def _map_height() -> float:
    return MAP * (NORTH - SOUTH) / (EAST - WEST) * STRETCH


def _map(figure: Figure, told: Case, top: float) -> None:
    """Draw the difference by district, with its key above."""
    t, high = told.t, _map_height()
    left = WIDTH - MARGIN - MAP
    key = Column(figure, left, top, MAP)
    key.text(told.text("places.difference"), BOLD, 9.2, gap=2)
    box = (left / WIDTH, 1 - (key.y + 14 + high) / HEIGHT, MAP / WIDTH, high / HEIGHT)
    _shades(figure, t("brief.less"), t("brief.more_coca"), left, key.y)
    run, past = last_and_past(told)
    moved = [change(run[:, i], past[:, i]) for i in range(run.shape[1])]
    sizes = np.array([abs(one.p50) for one in moved])
    fills = [colours.difference(one.p_up) for one in moved]
    circles = Circles(told.run["lon"].values, told.run["lat"].values, sizes, fills)
    ax: Axes = figure.add_axes(box)
    paint(ax, t, circles, max(float(sizes.max()), 1.0), (), MAP)


def _shades(figure: Figure, less: str, more: str, left: float, y: float) -> None:
    """Draw what the colours say: from surely less to surely more."""
    words = Column(figure, left, y - 3, 70)
    words.text(less, PLAIN, 7.8, SOFT)
    end = Column(figure, left + 152, y - 3, 70)
    end.text(more, PLAIN, 7.8, SOFT)
    for i, p in enumerate(np.linspace(0.01, 0.99, 7)):
        x, low = (left + 74 + 10 * i) / WIDTH, 1 - (y + 9) / HEIGHT
        box = Rectangle((x, low), 10 / WIDTH, 8 / HEIGHT, fc=colours.difference(p), lw=0)
        figure.add_artist(box)
