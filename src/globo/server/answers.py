"""Answers: JSON straight from orjson, compressed where it pays, and what is refused and why."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Awaitable, Mapping
from functools import cache
from typing import Any, TypeVar

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from globo.errors import UserError, did_you_mean
from globo.server.evidence import NoPlace
from globo.server.session import NotReady
from globo.server.worker import Busy

JSON = "application/json"
FIELDS = ("levers", "start", "draws", "outcome", "place")
GONE = 499  # nobody reads it
T = TypeVar("T")
SHOWN = 20  # errors told at most


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
    503: {"model": Troubles, "description": "too many readers at once, or no baseline"},
}
MISSING: dict[int | str, dict[str, Any]] = {
    404: {"model": Troubles, "description": "no such place"},
}


async def while_asked(request: Request, work: Awaitable[T]) -> T:
    """Wait for work as long as its reader is there; it is dropped when the reader goes."""
    task, gone = asyncio.ensure_future(work), asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise HTTPException(GONE, "its reader has gone")
        return await task
    finally:
        task.cancel()
        gone.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        continue


def add_refusals(app: FastAPI) -> None:
    """Make every refusal say field, what was found, what is allowed, and the mend."""
    app.add_exception_handler(UserError, _mend)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _unread)


def as_json(content: Mapping[str, Any], request: Request | None = None) -> Response:
    """Return content as JSON, compressed when a request is given that takes it."""
    return packed(orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY), request)


def packed(body: bytes, request: Request | None, kind: str = JSON) -> Response:
    """Return a body, compressed where the reader takes that."""
    headers = {"cache-control": "no-cache", "vary": "accept-encoding"}
    if request is not None and "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        body = _gzip(body)
    return Response(body, media_type=kind, headers=headers)


@cache
def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)


async def _mend(request: Request, error: Exception) -> Response:
    assert isinstance(error, UserError)
    row = {"field": error.where, "found": error.found, "allowed": error.allowed, "mend": error.mend}
    return _refused({Busy: 503, NotReady: 503, NoPlace: 404}.get(type(error), 422), [row])


async def _unread(request: Request, error: Exception) -> Response:
    """Answer what the framework refuses by itself: a body that is no JSON, a wrong address."""
    assert isinstance(error, HTTPException)
    status = 422 if error.status_code == 400 else error.status_code
    field = "body" if status == 422 else request.url.path
    row = {"field": field, "found": str(error.detail), "allowed": "see /openapi.json", "mend": ""}
    return _refused(status, [row], error.headers)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    rows = []
    for part in error.errors()[:SHOWN]:
        field = ".".join(str(p) for p in part["loc"] if p not in ("body", "query")) or "body"
        found = json.dumps(part.get("input"), default=str, ensure_ascii=True)[:80]
        rows.append({"field": field, "found": found, "allowed": part["msg"], "mend": _hint(field)})
    return _refused(422, rows)


def _refused(
    status: int, rows: list[dict[str, str]], headers: Mapping[str, str] | None = None
) -> Response:
    told = [{key: _sayable(text) for key, text in row.items()} for row in rows]
    body = orjson.dumps({"errors": told})
    return Response(body, status, media_type=JSON, headers=dict(headers or {}))


def _sayable(text: str) -> str:
    """Return a text without the lone surrogates that JSON can bring in and UTF-8 cannot say."""
    return text.encode("utf-8", "replace").decode()


def _hint(field: str) -> str:
    return "see /openapi.json" if field.split(".")[0] in FIELDS else did_you_mean(field, FIELDS)
