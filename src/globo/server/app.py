"""The application: scenarios in, pictures' data out, and the page itself.

One call does the work, `POST /api/run`; it answers with lines of JSON, first a
picture from a few draws, then the full one. The rest are small GETs. Answers
are made by orjson from NumPy arrays, never by the framework's encoder.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from globo import __version__, countries
from globo.server.answers import REFUSED, add_refusals
from globo.server.knowledge import add_knowledge
from globo.server.pages import add_page
from globo.server.runs import add_downloads, add_runs
from globo.server.session import Session
from globo.server.why import add_why


def create_app(session: Session) -> FastAPI:
    """Return the application around a session; its levers are open by now."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        starting = session.start()
        yield
        starting.cancel()
        session.close()

    nation = countries.load().nation
    app = FastAPI(
        title="globo",
        version=__version__,
        summary=f"Squeeze here, see where it bulges: coca in {nation} under pressure.",
        docs_url=None,
        redoc_url=None,
        lifespan=life,
        responses=REFUSED,
    )
    add_refusals(app)
    add_knowledge(app, session)
    add_runs(app, session)
    add_why(app, session)
    add_downloads(app, session)
    add_page(app)
    return app
