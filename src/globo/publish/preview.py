"""Preview: the picture that a link to the site shows, 1200 by 630 pixels."""

from __future__ import annotations

import io

import numpy as np
import orjson

from globo.server import knowledge
from globo.server.session import Session
from globo.server.words import words

WIDTH, HEIGHT, DOTS = 1200, 630, 100
INK, SOFT, LAND, LINE, COCA = "#16202b", "#5b6670", "#f1efe9", "#b9b4a8", "#b35806"
LARGEST = 900.0  # points squared of the district with most


def preview(session: Session) -> bytes:
    """Return the map of coca in the last year of the baseline, with the title, as PNG."""
    from matplotlib.figure import Figure

    told = words("es")
    figure = Figure(figsize=(WIDTH / DOTS, HEIGHT / DOTS), dpi=DOTS, facecolor="white")
    axes = figure.add_axes((0.56, 0.04, 0.42, 0.92))
    for shape in orjson.loads(knowledge.geography())["shapes"]["features"]:
        for ring in _rings(shape["geometry"]):
            at = np.array(ring)
            axes.fill(at[:, 0], at[:, 1], facecolor=LAND, edgecolor=LINE, linewidth=0.6)
    districts = session.frame["districts"]
    array = session.baseline["arrays"]["coca_ha|district"]
    lines, years, places = array["shape"]
    last = np.reshape(array["level"], (lines, years, places))[lines // 2, -1]
    size = LARGEST * last / max(float(last.max()), 1.0)
    axes.scatter(districts["lon"], districts["lat"], s=size, color=COCA, alpha=0.6, linewidth=0)
    axes.set_aspect("equal")
    axes.set_xlim(-82, -68)
    axes.set_ylim(-19, 0.5)
    axes.axis("off")
    name, tagline = told["page.title"].split(":", 1)
    figure.text(0.06, 0.62, name, fontsize=64, color=INK, family="serif", weight="bold")
    figure.text(0.06, 0.50, tagline.strip().capitalize(), fontsize=22, color=INK, family="serif")
    year = session.years[-1]
    about = told["page.site.preview"].format(year=year)
    figure.text(0.06, 0.40, about, fontsize=15, color=SOFT, va="top", linespacing=1.4)
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def _rings(geometry: dict) -> list:
    kind, at = geometry["type"], geometry["coordinates"]
    if kind == "Polygon":
        return at
    if kind == "MultiPolygon":
        return [ring for part in at for ring in part]
    return []
