"""The built page: hashed files kept for a year, index.html never."""

from __future__ import annotations

import asyncio
import gzip
import mimetypes
from functools import cache
from importlib import resources
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from globo.server import beside
from globo.server.answers import packed
from globo.texts import LANGUAGES, Lang

BUILD = "make setup"
MISSING = f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>globo</title>
<p>The page is not built yet. Run <code>{BUILD}</code> in the repository, then load this again.</p>
"""
TEXT = ("text/", "application/javascript", "application/json", "image/svg")


def page_folder() -> Path:
    """Return where the built page lies."""
    return Path(str(resources.files("globo"))) / "page"


def add_page(app: FastAPI) -> None:
    """Serve the page at `/` and its files beside it; nothing outside the folder is reached."""

    @app.get("/", include_in_schema=False)
    async def index(request: Request) -> Response:
        return _file(request, "index.html")

    @app.get("/docs", include_in_schema=False)
    async def docs(request: Request) -> Response:
        asked = request.headers.get("accept-language", "")
        lang = next((one for one in LANGUAGES if asked.startswith(one)), "es")
        return RedirectResponse(f"about.{lang}.html#api")

    @app.get(f"/{beside.STYLE}", include_in_schema=False)
    async def style(request: Request) -> Response:
        _, css = beside.parted(await asyncio.to_thread(beside.document, "es"))
        return packed(css.encode(), request, "text/css")

    @app.get("/about.{lang}.html", include_in_schema=False)
    async def about(request: Request, lang: Lang) -> Response:
        html, _ = beside.parted(await asyncio.to_thread(beside.document, lang))
        return packed(html.encode(), request, "text/html")

    @app.get("/{path:path}", include_in_schema=False)
    async def file(request: Request, path: str) -> Response:
        return _file(request, path)


def _file(request: Request, path: str) -> Response:
    files = _files(page_folder(), _stamp())
    if path not in files:
        if path == "index.html":
            return Response(MISSING, media_type="text/html")
        return Response("not found", 404, media_type="text/plain")
    body, packed, kind = files[path]
    forever = path.startswith("assets/")
    headers = {"cache-control": "public, max-age=31536000, immutable" if forever else "no-cache"}
    if packed and "gzip" in request.headers.get("accept-encoding", ""):
        headers |= {"content-encoding": "gzip", "vary": "accept-encoding"}
        return Response(packed, media_type=kind, headers=headers)
    return Response(body, media_type=kind, headers=headers)


def _stamp() -> float:
    """Return when the page was built, so that a new build is served without a restart."""
    index = page_folder() / "index.html"
    return index.stat().st_mtime if index.exists() else 0.0


@cache
def _files(folder: Path, stamp: float) -> dict[str, tuple[bytes, bytes | None, str]]:
    """Read every file of the page once: name, plain and compressed bytes, media type."""
    found = {}
    for path in sorted(folder.rglob("*")) if stamp else []:
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith("."):
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            kind = "text/javascript" if name.endswith(".js") else kind
            kind = "font/woff2" if name.endswith(".woff2") else kind
            body = path.read_bytes()
            packs = kind.startswith(TEXT)
            found[name] = (body, gzip.compress(body, 9, mtime=0) if packs else None, kind)
    return found
