"""The application: scenarios in, pictures' data out, and the page itself.

One call does the work, `POST /api/run`; it answers with lines of JSON, first a
picture from a few draws, then the full one. The rest are small GETs. Answers
are made by orjson from NumPy arrays, never by the framework's encoder.
"""

import csv
import gzip
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from functools import cache
from importlib import resources
from typing import Annotated, Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from globo import __version__
from globo.errors import UserError, did_you_mean
from globo.results import variables
from globo.server import downloads, evidence
from globo.server.pages import add_page
from globo.server.session import Asked, Session
from globo.server.stories import stories
from globo.server.worker import Busy

LINES = "application/x-ndjson"


class Trouble(BaseModel):
    """One thing to mend."""

    field: str
    found: str
    allowed: str
    mend: str


class Troubles(BaseModel):
    """What is wrong with a request."""

    errors: list[Trouble]


REFUSED: dict[int | str, dict[str, Any]] = {
    422: {"model": Troubles, "description": "something to mend"},
    503: {"model": Troubles, "description": "too many readers at once"},
}


def create_app(session: Session) -> FastAPI:
    """Return the application around a session; its levers are open by now."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        starting = session.start()
        yield
        starting.cancel()
        session.close()

    app = FastAPI(
        title="globo",
        version=__version__,
        summary="Squeeze here, see where it bulges: Peru's coca-to-cocaine economy under pressure.",
        docs_url=None,
        redoc_url=None,
        lifespan=life,
        responses=REFUSED,
    )
    app.add_exception_handler(UserError, _mend)
    app.add_exception_handler(RequestValidationError, _invalid)
    _add_knowledge(app, session)
    _add_runs(app, session)
    add_page(app)
    return app


def _add_knowledge(app: FastAPI, session: Session) -> None:
    """Add what the page reads once."""

    @app.get("/api/status")
    async def status() -> dict[str, Any]:
        """Say which model answers, and whether it is warm."""
        engine = session.engine
        return {
            "globo": __version__,
            "engine": engine.name,
            "present": engine.present,
            "until": engine.until,
            "draws": engine.draws,
            "ready": session.is_ready,
        }

    @app.get("/api/levers")
    async def levers() -> Response:
        """List every lever: unit, range, today's value, cost, source."""
        return _json(request=None, content={"levers": [asdict(c) for c in session.controls.values()]})

    @app.get("/api/stories")
    async def told() -> Response:
        """List the ready-made stories."""
        return _json(None, {"stories": stories(session.controls)})

    @app.get("/api/texts")
    async def texts(request: Request) -> Response:
        """Return the page's words in both languages, and the meaning of every variable."""
        return _json(request, _texts())

    @app.get("/api/baseline")
    async def baseline(request: Request) -> Response:
        """Return the baseline with no lever moved, the places, and the published figures."""
        await session.ready()
        return _packed(request, session.baseline_json(), "application/json")

    @app.get("/api/geography")
    async def geography(request: Request) -> Response:
        """Return the shapes under the map (GeoJSON) and the nodes of the network."""
        return _packed(request, _geography(), "application/json")

    @app.get("/api/evidence")
    async def behind(measure: str, place: str = "") -> Response:
        """Return the evidence behind a measure, as "coca_ha|zone", at a place."""
        await session.ready()
        found = evidence.evidence(measure, place, session.baseline, session.frame["places"])
        return _json(None, found)


def _add_runs(app: FastAPI, session: Session) -> None:
    """Add the runs and their downloads."""
    schema = {
        "type": "object",
        "description": "levers that differ from today",
        "additionalProperties": False,
        "properties": {key: control.schema() for key, control in session.controls.items()},
    }
    engine = session.engine
    first, last = engine.present + 1, engine.until

    class RunRequest(BaseModel):
        """A run: the levers that differ from today, from a year on."""

        model_config = ConfigDict(extra="forbid", strict=True)
        levers: Annotated[dict[str, float], WithJsonSchema(schema)] = Field(default_factory=dict)
        start: Annotated[int, Field(ge=first, le=last)] = first
        draws: Annotated[int, Field(ge=1, le=engine.draws)] = engine.draws

    @app.post("/api/run", responses={200: {"content": {LINES: {}}, "description": "one or two pictures, a line of JSON each"}}, response_class=Response)
    async def run(body: RunRequest) -> StreamingResponse:
        """Run a scenario: a first picture from a few draws, then the full one."""
        asked = session.asked(body.levers, body.start, body.draws)
        lines = session.pictures(asked)
        head = await anext(lines)

        async def sent() -> AsyncIterator[bytes]:
            yield head + b"\n"
            async for line in lines:
                yield line + b"\n"

        return StreamingResponse(sent(), media_type=LINES, headers={"cache-control": "no-store"})

    query = [
        {"name": "start", "in": "query", "schema": {"type": "integer", "minimum": first, "maximum": last}},
        *({"name": k, "in": "query", "schema": c.schema()} for k, c in session.controls.items()),
    ]

    def add(path: str, kind: str, make: Any, suffix: str, text: str) -> None:
        async def download(request: Request) -> Response:
            content = await make(_asked(session, request))
            headers = {"content-disposition": f'attachment; filename="globo.{suffix}"'}
            return Response(content, media_type=kind, headers=headers)

        about = {200: {"content": {kind: {}}, "description": text}}
        app.get(path, summary=text, openapi_extra={"parameters": query}, responses=about, response_class=Response, name=suffix)(download)

    async def data(asked: Asked) -> str:
        return downloads.as_csv(await session.answer(asked), session.frame)

    async def numbers(asked: Asked) -> bytes:
        return orjson.dumps(await session.answer(asked))

    def scenario(asked: Asked) -> dict[str, Any]:
        return downloads.as_scenario(session.controls, asked.moved, asked.start, engine.until)

    async def yaml(asked: Asked) -> str:
        return downloads.as_yaml(scenario(asked))

    async def python(asked: Asked) -> str:
        return downloads.as_python(scenario(asked), asked.draws, engine.seed)

    add("/api/run.csv", "text/csv", data, "csv", "The run's data as a table")
    add("/api/run.json", "application/json", numbers, "json", "The run's data as the page gets it")
    add("/api/run.yaml", "application/yaml", yaml, "yaml", "The scenario that `globo run` takes")
    add("/api/run.py", "text/x-python", python, "py", "The Python that makes the run again")


def _asked(session: Session, request: Request) -> Asked:
    """Read a run from a query: `start` and levers by their keys."""
    given = dict(request.query_params)
    repeated = len(request.query_params.multi_items()) > len(given)
    if repeated:
        raise UserError("query", "a name given twice", "every name once", "drop one of them")
    numbers = {name: _number(name, text) for name, text in given.items()}
    start = numbers.pop("start", None)
    if start is not None and start != int(start):
        raise UserError("start", f"{start:g}", "a year", f"use {int(start)}")
    return session.asked(numbers, None if start is None else int(start), None)


def _number(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not abs(number) < 1e15:
        raise UserError(name, f"'{text}'", "a number", "write it with a point, as 0.5")
    return number


async def _mend(request: Request, error: Exception) -> Response:
    assert isinstance(error, UserError)
    row = {"field": error.where, "found": error.found, "allowed": error.allowed, "mend": error.mend}
    return Response(orjson.dumps({"errors": [row]}), 503 if isinstance(error, Busy) else 422, media_type="application/json")


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    rows = []
    for part in error.errors()[:20]:
        field = ".".join(str(p) for p in part["loc"] if p != "body") or "body"
        found = json.dumps(part.get("input"), default=str, ensure_ascii=True)[:80]
        rows.append({"field": field, "found": found, "allowed": part["msg"], "mend": _hint(field)})
    return Response(orjson.dumps({"errors": rows}), 422, media_type="application/json")


def _hint(field: str) -> str:
    known = ("levers", "start", "draws", "measure", "place")
    return "see /openapi.json" if field.split(".")[0] in known else did_you_mean(field, known)


def _json(request: Request | None, content: Mapping[str, Any]) -> Response:
    return _packed(request, orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY), "application/json")


def _packed(request: Request | None, body: bytes, kind: str) -> Response:
    """Return a body, compressed where the reader takes that and it pays."""
    headers = {"cache-control": "no-cache", "vary": "accept-encoding"}
    if request is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(_gzip(body), media_type=kind, headers={**headers, "content-encoding": "gzip"})
    return Response(body, media_type=kind, headers=headers)


@cache
def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)


@cache
def _geography() -> bytes:
    geo = resources.files("globo").joinpath("report/data/geo.json").read_bytes()
    table = resources.files("globo").joinpath("network/nodes.csv").read_text(encoding="utf-8")
    nodes = csv.DictReader(table.splitlines())
    kept = [{"name": n["name"], "kind": n["kind"], "lat": float(n["lat"]), "lon": float(n["lon"])} for n in nodes]
    return orjson.dumps({"shapes": orjson.loads(geo), "nodes": kept})


@cache
def _texts() -> dict[str, Any]:
    folder = resources.files("globo.texts")
    words = {lang: json.loads((folder / f"{lang}.json").read_text(encoding="utf-8")) for lang in ("es", "en")}
    meanings = {n: {"unit": v.unit, "kind": v.kind, **v.meaning} for n, v in variables().items()}
    return {**words, "variables": meanings}
