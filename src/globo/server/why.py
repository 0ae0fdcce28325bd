"""Why: the answer to a reader who asks what a change comes from; it takes minutes, once.

The runs are made one by one in the model's thread, after whatever other readers wait for.
"""

from collections.abc import AsyncGenerator, Generator
from functools import partial
from typing import Annotated, Any

import numpy as np
from cachetools import LRUCache
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from globo.decisions import reasons
from globo.decisions import why as parts
from globo.decisions.deciding import deciding
from globo.server.answers import REFUSED
from globo.server.picture import dumps
from globo.server.runs import LINES, Whole, as_lines, levers_schema, span
from globo.server.session import Question, Session, key_of
from globo.server.worker import DOWNLOAD
from globo.texts import LANGUAGES

KEPT = 8  # answers, some megabytes each


class Whys:
    """The answers made so far.

    Args:
        session: whose model runs.
    """

    def __init__(self, session: Session) -> None:  # noqa: D107  (said above)
        self._session = session
        self._kept: LRUCache[str, parts.Why] = LRUCache(KEPT)

    async def lines(self, asked: Question, year: int) -> AsyncGenerator[bytes, None]:
        """Yield the share of the runs that is done, after each, then why a year differs.

        Args:
            asked: the run.
            year: of the future.
        """
        engine, session = self._session.engine, self._session
        with session.worker.place(DOWNLOAD):
            await session.ready()
            key = key_of(
                engine=engine.name, levers=dict(asked.moved), start=asked.start,
                against=dict(asked.against or {}),
            )  # fmt: skip
            if key not in self._kept:
                yield dumps({"share": 0.0})  # a proxy hears of it before anything is compiled
                found: list[tuple[np.ndarray, int]] = []
                async for share in self._work(asked, found):
                    yield dumps({"share": round(share, 3)})
                self._kept[key] = self._joined(found)
            told = partial(self._json, self._kept[key], year)
            yield dumps(await session.worker.do(DOWNLOAD, told))

    def whole(self, asked: Question) -> dict[int, dict[str, Any]]:
        """Return what is told of every year of the future, run here and now, without a server."""
        engine = self._session.engine
        found: list[tuple[np.ndarray, int]] = []
        for make in engine.trades(asked.moved, asked.start, asked.against or {}):
            ready = make()
            work = parts.steps(ready)
            while not isinstance(done := _step(work), np.ndarray):
                pass
            found.append((done, ready.runs))
        answer = self._joined(found)
        years = range(max(asked.start, engine.present + 1), engine.until + 1)
        return {year: {"told": self._json(answer, year)["told"], "year": year} for year in years}

    async def _work(
        self, asked: Question, found: list[tuple[np.ndarray, int]]
    ) -> AsyncGenerator[float, None]:
        """Run batch by batch, a run at a time; others get their turn between."""
        do = partial(self._session.worker.do, DOWNLOAD)
        engine = self._session.engine
        trades = await do(partial(engine.trades, asked.moved, asked.start, asked.against or {}))
        for i, make in enumerate(trades):
            ready = await do(make)
            work = parts.steps(ready)
            while not isinstance(done := await do(partial(_step, work)), np.ndarray):
                yield (i + done) / len(trades)
            found.append((done, ready.runs))

    def _joined(self, found: list[tuple[np.ndarray, int]]) -> parts.Why:
        engine = self._session.engine
        numbers = np.arange(sum(made.shape[1] for made, _ in found))
        years = np.arange(engine.present + 1, engine.until + 1)
        asked, zones = np.arange(engine.draws), engine.places["zone"]
        return parts.why_of_parts(found, numbers, asked, zones, years, engine.until)

    def _json(self, found: parts.Why, year: int) -> dict[str, Any]:
        whole = found.to_json(year)
        places = whole["places"]
        draws = found.parts["draw"].values
        unknowns = {name: x[draws] for name, x in self._session.engine.unknowns().items()}
        change = found.total.sel(year=year, place=reasons.COUNTRY).values
        decides = {reasons.COUNTRY: deciding(unknowns, change)}
        said = {
            lang: {
                "sentences": reasons.sentences(places, lang),
                "hinges": reasons.hinges(decides, lang),
                "rows": reasons.rows(places, lang),
                "title": reasons.title(whole, lang),
            }
            for lang in LANGUAGES
        }
        return {**whole, "year": year, "decides": decides, "told": said}


def _step(work: Generator[float, None, np.ndarray]) -> float | np.ndarray:
    """Make the next run; return the share that is done, after the last one the parts."""
    try:
        return next(work)
    except StopIteration as done:
        return done.value


def add_why(app: FastAPI, session: Session) -> None:
    """Add `POST /api/why`, which splits a change by the channels that it came through."""
    whys = Whys(session)

    engine = session.engine
    first, last = engine.present + 1, engine.until
    schema = levers_schema(session)

    class WhyRequest(BaseModel):
        """A run, what it is compared with, and the year asked about."""

        model_config = ConfigDict(extra="forbid", strict=True)
        levers: Annotated[dict[str, float], WithJsonSchema(schema)] = Field(default_factory=dict)
        start: Annotated[
            int, Whole, Field(ge=first, le=last), WithJsonSchema(span(first, last))
        ] = first
        year: Annotated[int, Whole, Field(ge=first, le=last), WithJsonSchema(span(first, last))] = (
            last
        )
        against: Annotated[dict[str, float] | None, WithJsonSchema(schema)] = None

    about = "shares of the runs that are done, then the answer: a line of JSON each"
    told: dict[int | str, dict[str, Any]] = {
        200: {"content": {LINES: {"schema": {"type": "string"}}}, "description": about}
    }

    @app.post("/api/why", responses=told | REFUSED, response_class=Response)
    async def why(body: WhyRequest, request: Request) -> StreamingResponse:
        """Say what each change of coca comes from, by channel; the first time takes minutes."""
        asked = session.question(body.levers, body.start, None, body.against)
        return await as_lines(whys.lines(asked, body.year), request)
