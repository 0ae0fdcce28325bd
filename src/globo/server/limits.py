"""Limits and headers around the application: who may ask, how much, and what a browser may do.

Only names of this machine are served (a page elsewhere cannot reach the server
through a name it owns), a page elsewhere starts no work (not by an `<img>` either),
bodies are small and arrive in time, and the headers forbid the page to load anything
from anywhere else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import orjson
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_BYTES = 64 * 1024
BODY_SECONDS = 10.0
POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
RAW_HEADERS = [(k.encode(), v.encode()) for k, v in HEADERS.items()]
LOCAL = ("127.0.0.1", "localhost", "[::1]")
HERE = "open the page here"
OWN = ("", "same-origin", "none")  # Sec-Fetch-Site of the page itself and of an address typed in


class Limits:
    """ASGI middleware: host names, body size and time, headers.

    Args:
        app: what it stands around.
        hosts: names under which the server may be asked, without ports; "*" for any.
    """

    def __init__(  # noqa: D107  (said above)
        self, app: ASGIApp, hosts: Iterable[str] = LOCAL
    ) -> None:
        self.app = TrustedHostMiddleware(app, list(hosts), www_redirect=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request within the limits."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1")
        origin = headers.get(b"origin", b"").decode("latin-1")
        site = headers.get(b"sec-fetch-site", b"").decode("latin-1")
        guarded = _with_headers(send)
        if site not in OWN and scope["path"].startswith("/api/"):
            await _refuse(guarded, 403, "sec-fetch-site", site, "the page itself", HERE)
        elif origin and origin.split("//")[-1] != host:
            await _refuse(guarded, 403, "origin", origin, "the page itself", HERE)
        else:
            body = await _body(receive) if scope["method"] in ("POST", "PUT", "PATCH") else b""
            if body is None:
                limit = f"{BODY_BYTES} bytes within {BODY_SECONDS:g} s"
                await _refuse(guarded, 413, "body", "too large or too slow", limit, "send less")
            else:
                await self.app(scope, _replayed(body, receive), guarded)


async def _body(receive: Receive) -> bytes | None:
    """Return the whole body; None when it is too large or too slow."""
    body = b""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                body += message.get("body", b"")
                if len(body) > BODY_BYTES:
                    return None
                if message["type"] == "http.disconnect" or not message.get("more_body"):
                    return body
    except TimeoutError:
        return None


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives the body once, then what the connection says."""
    waiting = [body]

    async def replay() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replay


def _with_headers(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), *RAW_HEADERS]
        await send(message)

    return guarded


async def _refuse(send: Send, status: int, field: str, found: str, allowed: str, mend: str) -> None:
    errors = [{"field": field, "found": found, "allowed": allowed, "mend": mend}]
    body = orjson.dumps({"errors": errors})
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
