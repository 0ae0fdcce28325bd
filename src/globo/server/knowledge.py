"""What the page reads once: status, levers, stories, words, baseline, shapes, evidence."""

import asyncio
import csv
from dataclasses import asdict
from functools import cache
from typing import Annotated, Any

import orjson
from fastapi import FastAPI, Request, Response
from pydantic import WithJsonSchema

from globo import __version__, countries
from globo.results.outcomes import outcomes
from globo.server.answers import MISSING, as_json, packed
from globo.server.budget import budget
from globo.server.coming import coming
from globo.server.districts import ahead, district
from globo.server.evidence import evidence
from globo.server.session import Session
from globo.server.words import texts
from globo.server.worker import DOWNLOAD, FIRST

OutcomeName = Annotated[str, WithJsonSchema({"type": "string", "enum": list(outcomes())})]


def add_knowledge(app: FastAPI, session: Session) -> None:
    """Add the GETs of what does not depend on a scenario."""

    @app.get("/api/status")
    async def status() -> dict[str, Any]:
        """Say which model answers, whether it is warm, what is wrong, and how many wait."""
        engine = session.engine
        kept = {"present": engine.present, "until": engine.until, "draws": engine.draws}
        waiting = session.worker.waiting
        return {
            "globo": __version__,
            "engine": engine.name,
            **kept,
            "ready": session.is_ready,
            "trouble": session.trouble,
            "waiting": {"readers": waiting[FIRST], "downloads": waiting[DOWNLOAD]},
        }

    @app.get("/api/levers")
    async def levers(request: Request) -> Response:
        """List every lever: unit, range, today's value, cost, source."""
        return as_json({"levers": [asdict(c) for c in session.controls.values()]}, request)

    @app.get("/api/stories")
    async def stories() -> Response:
        """List the ready-made stories."""
        return as_json({"stories": session.stories})

    @app.get("/api/texts")
    async def all_texts(request: Request) -> Response:
        """Return the page's words in both languages, and the meaning of every variable."""
        return packed(texts(), request)

    @app.get("/api/baseline")
    async def baseline(request: Request) -> Response:
        """Return the baseline with no lever moved, the places, and the published figures."""
        await session.ready()
        return packed(session.baseline_json, request)

    @app.get("/api/geography")
    async def shapes(request: Request) -> Response:
        """Return the shapes under the map (GeoJSON) and the nodes of the network."""
        return packed(geography(), request)

    @app.get("/api/evidence", responses=MISSING)
    async def behind(outcome: OutcomeName, place: str = "") -> Response:
        """Return the evidence behind an outcome, as "coca_ha|zone", at a place of its dimension."""
        await session.ready()
        # Some 20 ms of tables, in which nobody else would be answered.
        places = session.frame["places"]
        return as_json(await asyncio.to_thread(evidence, outcome, place, session.baseline, places))

    @app.get("/api/district", responses=MISSING)
    async def card(place: str) -> Response:
        """Return where a district lies and its published coca area; `place` is its code."""
        await session.ready()
        return as_json(district(place, session.frame["places"]["district"]))

    @app.get("/api/forecast", responses=MISSING)
    async def forecast(place: str) -> Response:
        """Return the forecast of a district, as `globo forecast` makes it, or that it computes."""
        await session.ready()
        return as_json(ahead(place, session.frame["places"]["district"], session.forecasts.look()))

    @app.get("/api/budget")
    async def money(request: Request) -> Response:
        """Return what a search found that a budget buys, stored, as `globo optimise` tells it."""
        return as_json(budget(session.controls), request)

    @app.get("/api/coming")
    async def zones_ahead(request: Request) -> Response:
        """Return the zones by what the registry says of the years to come, and how it did."""
        return as_json(await asyncio.to_thread(coming), request)


@cache
def geography() -> bytes:
    """Return the shapes under the map, where names of zones stand, and the nodes, as JSON."""
    folder = countries.load().folder
    shapes = orjson.loads((folder / "geo.json").read_bytes())
    table = (folder / "nodes.csv").read_text(encoding="utf-8")
    nodes = [
        {"name": n["name"], "kind": n["kind"], "lat": float(n["lat"]), "lon": float(n["lon"])}
        for n in csv.DictReader(table.splitlines())
    ]
    labels = {
        row["name"]: (float(row["dx"]), float(row["dy"]), row["anchor"])
        for row in countries.load().rows("look/zones")
    }
    return orjson.dumps({"shapes": shapes, "nodes": nodes, "labels": labels})
