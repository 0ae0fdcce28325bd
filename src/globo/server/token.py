"""A token for a server that other machines reach: in the printed address once, then a cookie."""

from __future__ import annotations

import secrets

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

NAME = "globo_token"
REFUSED = {
    "field": "token",
    "found": "none, or another",
    "allowed": "the token of this server",
    "mend": "open the address that serve printed, or send 'Authorization: Bearer TOKEN'",
}


class Token:
    """ASGI middleware: who does not know the token is answered 401.

    Args:
        app: what it stands around.
        token: the secret.
    """

    def __init__(self, app: ASGIApp, token: str) -> None:  # noqa: D107  (said above)
        self.app, self.token = app, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let those in who know the token, and leave it as a cookie with a browser."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        if scope["path"] == "/" and self._is(request.query_params.get("token", "")):
            answer = RedirectResponse("./", 303, headers={"cache-control": "no-store"})
            answer.set_cookie(NAME, self.token, httponly=True, samesite="lax")
            await answer(scope, receive, send)
        elif self._is(request.cookies.get(NAME, "")) or (
            scheme.lower() == "bearer" and self._is(bearer)
        ):
            await self.app(scope, receive, send)
        else:
            await JSONResponse({"errors": [REFUSED]}, 401)(scope, receive, send)

    def _is(self, given: str) -> bool:
        return secrets.compare_digest(given.encode("utf-8", "replace"), self.token.encode())
