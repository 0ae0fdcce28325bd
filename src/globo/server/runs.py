"""Runs: a scenario in, lines of JSON out; and the same run as files."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Annotated, Any

import pandas as pd
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from globo.errors import UserError
from globo.server import downloads
from globo.server.answers import while_asked
from globo.server.declaration import LONGEST, STEM, Declaration
from globo.server.session import Question, Session
from globo.texts import Lang

LINES = "application/x-ndjson"
LARGEST = 1e15


class Bulge(BaseModel):
    """What moves and what reappears, as results/difference.py says it, by year.

    Attributes:
        falls: zones by number whose coca likely falls, a list a year.
        grows: zones by number whose coca likely grows, a list a year.
        removed: area lost where it falls, ha, quantiles by year, flat.
        elsewhere: change of all other coca, ha, likewise.
        share: elsewhere over removed, likewise; null where too little goes.
    """

    falls: list[list[int]]
    grows: list[list[int]]
    removed: list[float | None]
    elsewhere: list[float | None]
    share: list[float | None]


class Picture(BaseModel):
    """A picture of a run: every outcome by year and place, as quantiles over its draws.

    Attributes:
        draws: runs that it rests on; below 16 no interval and no likelihood is worth telling.
        of: runs of the full ensemble.
        failed: runs among `draws` that ended badly and are left out.
        final: whether no better picture of the same question follows.
        years: of the arrays.
        start: first year in which the levers hold.
        levers: what differs from today.
        against: levers of the scenario that it is compared with; null for today's policy.
        arrays: by `variable|dimension`: unit, shape, level, delta, up.
        bulge: what moves and what reappears.
        unknowns: by target the parameters that the change hangs on; null in a first picture.
    """

    draws: int
    of: int
    failed: int
    final: bool
    years: list[int]
    start: int
    levers: dict[str, float]
    against: dict[str, float] | None
    arrays: dict[str, dict[str, Any]]
    bulge: Bulge
    unknowns: dict[str, Any] | None


def _whole(value: Any) -> Any:
    """Take 20.0 for 20, as JSON does."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def span(low: int, high: int) -> dict[str, Any]:
    """Return the JSON Schema of a whole number in a range."""
    return {"type": "integer", "minimum": low, "maximum": high}


Whole = BeforeValidator(_whole)
Maker = Callable[[Question, Declaration, str], Awaitable[str | bytes]]
Name = Annotated[str, Field(max_length=LONGEST)]
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def levers_schema(session: Session) -> dict[str, Any]:
    """Return the JSON Schema of the levers that a reader moves."""
    return {
        "type": "object",
        "description": "levers that differ from today",
        "additionalProperties": False,
        "properties": {key: control.schema() for key, control in session.controls.items()},
    }


async def as_lines(lines: AsyncGenerator[bytes, None], request: Request) -> StreamingResponse:
    """Return lines as they come, once the first is there; a refusal before it has its status."""
    head = await while_asked(request, anext(lines))

    async def sent() -> AsyncIterator[bytes]:
        async with aclosing(lines):
            yield head + b"\n"
            async for line in lines:
                yield line + b"\n"

    return StreamingResponse(sent(), media_type=LINES, headers={"cache-control": "no-store"})


def add_runs(app: FastAPI, session: Session) -> None:
    """Add `POST /api/run`, which answers twice: a first picture, then the full one."""
    engine = session.engine
    first, last = engine.present + 1, engine.until
    schema = levers_schema(session)

    class RunRequest(BaseModel):
        """A run: the levers that differ from today, from a year on."""

        model_config = ConfigDict(extra="forbid", strict=True)
        levers: Annotated[dict[str, float], WithJsonSchema(schema)] = Field(default_factory=dict)
        start: Annotated[
            int, Whole, Field(ge=first, le=last), WithJsonSchema(span(first, last))
        ] = first
        draws: Annotated[
            int, Whole, Field(ge=1, le=engine.draws), WithJsonSchema(span(1, engine.draws))
        ] = engine.draws
        against: Annotated[dict[str, float] | None, WithJsonSchema(schema)] = None

    about = "one or two pictures, a line of JSON each, as `Picture` says"
    told: dict[int | str, dict[str, Any]] = {
        200: {"content": {LINES: {"schema": {"type": "string"}}}, "description": about}
    }

    @app.post("/api/run", responses=told, response_class=Response)
    async def run(body: RunRequest, request: Request) -> StreamingResponse:
        """Run a scenario: a first picture from a few draws, then the full one."""
        asked = session.question(body.levers, body.start, body.draws, body.against)
        return await as_lines(session.pictures(asked), request)


def add_downloads(app: FastAPI, session: Session) -> None:
    """Add the files of a run, each a GET with `start` and the levers by their keys."""
    engine = session.engine
    years = span(engine.present + 1, engine.until)
    query = [
        {"name": "start", "in": "query", "schema": years},
        *({"name": k, "in": "query", "schema": c.schema()} for k, c in session.controls.items()),
    ]

    async def rows(asked: Question, told: Declaration) -> tuple[pd.DataFrame, Declaration]:
        found = await session.figures(asked, told.short)
        return found, replace(told, attrs=session.attrs)

    async def csv(asked: Question, told: Declaration, lang: str) -> str:
        return await asyncio.to_thread(downloads.as_csv, (await rows(asked, told))[0])

    async def xlsx(asked: Question, told: Declaration, lang: str) -> bytes:
        return await asyncio.to_thread(downloads.as_xlsx, *await rows(asked, told), lang)

    async def parquet(asked: Question, told: Declaration, lang: str) -> bytes:
        return await asyncio.to_thread(downloads.as_parquet, *await rows(asked, told))

    async def geojson(asked: Question, told: Declaration, lang: str) -> str:
        found, named = await rows(asked, told)
        return await asyncio.to_thread(downloads.as_geojson, found, session.frame, named, lang)

    async def numbers(asked: Question, told: Declaration, lang: str) -> bytes:
        return await session.exact(asked)

    async def yaml(asked: Question, told: Declaration, lang: str) -> str:
        return downloads.as_yaml(told.scenario)

    async def python(asked: Question, told: Declaration, lang: str) -> str:
        return downloads.as_python(told.scenario, told.draws, told.seed)

    async def report(asked: Question, told: Declaration, lang: str) -> str:
        return await session.report(asked, lang, told)

    async def brief(asked: Question, told: Declaration, lang: str) -> bytes:
        return await session.brief(asked, lang, told)

    def add(path: str, kind: str, make: Maker, text: str) -> None:
        name, _, suffix = path.partition(".")
        file = f"{STEM if name == 'run' else f'globo_{name}'}.{suffix}"
        told: dict[str, Any] = {"model": Picture} if suffix == "json" else {}
        if not told:
            shape = "object" if kind.startswith("application") else "string"
            told = {"content": {kind: {"schema": {"type": shape}}}}

        @app.get(
            f"/api/{path}",
            summary=text,
            name=path.replace(".", "_"),
            openapi_extra={"parameters": query},
            responses={200: {**told, "description": text}},
            response_class=Response,
        )
        async def download(
            request: Request,
            lang: Lang = "es",
            name: Name = "",
        ) -> Response:
            asked = question_in(session, request)
            made = await while_asked(request, make(asked, _declaration(session, asked, name), lang))
            headers = {"content-disposition": f'attachment; filename="{file}"'}
            return Response(made, media_type=kind, headers=headers)

    add("report.html", "text/html", report, "The report of the run: one file")
    add("brief.pdf", "application/pdf", brief, "The run told on one page")
    add("run.csv", "text/csv", csv, "Every figure of the run as a row")
    add("run.xlsx", SHEETS, xlsx, "The figures as a workbook, with what they are")
    add("run.parquet", "application/vnd.apache.parquet", parquet, "The figures as Parquet")
    add("run.geojson", "application/geo+json", geojson, "The districts' coca as points")
    add("run.json", "application/json", numbers, "The run's data as the page gets it")
    add("run.yaml", "application/yaml", yaml, "The scenario that `globo run` takes")
    add("run.py", "text/x-python", python, "The Python that makes the run again")


def _declaration(session: Session, asked: Question, name: str) -> Declaration:
    engine = session.engine
    return Declaration(
        table=session.controls, moved=asked.moved, start=asked.start, until=engine.until,
        draws=asked.draws, seed=engine.seed, name=name.strip(), reading=engine.reading,
    )  # fmt: skip


def question_in(session: Session, request: Request) -> Question:
    """Read a run from a query: `start` and levers by their keys.

    Raises:
        UserError: a name twice, a value that is no number, or what `Session.question` refuses.
    """
    pairs = request.query_params.multi_items()
    given = dict(pairs)
    if len(given) < len(pairs):
        allowed = "every name once"
        raise UserError(where="query", found="a name twice", allowed=allowed, mend="drop one")
    for own in ("lang", "name"):
        given.pop(own, None)
    numbers = {name: _number(name, text) for name, text in given.items()}
    start = numbers.pop("start", None)
    if start is not None and start != int(start):
        allowed, mend = "a year", f"use {int(start)}"
        raise UserError(where="start", found=f"{start:g}", allowed=allowed, mend=mend)
    return session.question(numbers, None if start is None else int(start), None)


def _number(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not abs(number) < LARGEST:
        raise UserError(name, f"'{text[:40]}'", "a number", "write it with a point, as 0.5")
    return number
