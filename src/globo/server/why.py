"""Why: the answer to a reader who asks what a change comes from; it takes minutes, once.

The runs are made one by one in the model's thread, after whatever other readers wait for.
"""

from functools import partial
from typing import Annotated, Any

import numpy as np
from cachetools import LRUCache
from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from globo.decisions import reasons
from globo.decisions import why as parts
from globo.decisions.deciding import deciding
from globo.server.answers import REFUSED, as_json, while_asked
from globo.server.runs import Whole, levers_schema, span
from globo.server.session import Asked, Session, key_of
from globo.server.worker import DOWNLOAD
from globo.texts.terminal import LANGUAGES

KEPT = 8  # answers, some megabytes each


class Whys:
    """The answers made so far.

    Args:
        session: whose model runs.
    """

    def __init__(self, session: Session) -> None:  # noqa: D107  (said above)
        self._session = session
        self._kept: LRUCache[str, parts.Why] = LRUCache(KEPT)

    async def told(self, asked: Asked, year: int) -> dict[str, Any]:
        """Return why a run differs from what it is compared with, in a year.

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
                self._kept[key] = await self._made(asked)
        return self._json(self._kept[key], year)

    async def _made(self, asked: Asked) -> parts.Why:
        session, engine = self._session, self._session.engine
        found = []
        for make in engine.trades(asked.moved, asked.start, asked.against or {}):
            ready = await session.worker.do(DOWNLOAD, make)
            work = parts.steps(ready)
            while (done := await session.worker.do(DOWNLOAD, partial(_step, work))) is None:
                continue
            found.append((done, ready.runs))
        numbers = np.arange(sum(made.shape[1] for made, _ in found))
        years = np.arange(engine.present + 1, engine.until + 1)
        whole = range(engine.draws)
        zones = engine.places["zone"]
        return parts.found_why(found, numbers, np.array(whole), zones, years, engine.until)

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


def _step(work: Any) -> np.ndarray | None:
    """Make the next run; return the parts after the last one."""
    try:
        next(work)
    except StopIteration as done:
        return done.value
    return None


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

    @app.post("/api/why", responses=REFUSED, response_class=Response)
    async def why(body: WhyRequest, request: Request) -> Response:
        """Say what each change of coca comes from, by channel; the first time takes minutes."""
        asked = session.asked(body.levers, body.start, None, body.against)
        return as_json(await while_asked(request, whys.told(asked, body.year)), request)
