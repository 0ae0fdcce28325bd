"""`globo serve`: one address on this machine, one engine, a clean end."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import secrets
import socket
import sys
import threading
import urllib.request
import webbrowser
from collections.abc import Sequence

import orjson
import uvicorn
from starlette.types import ASGIApp

from globo.errors import UserError
from globo.server.app import create_app
from globo.server.connections import Server
from globo.server.limits import LOCAL, Limits
from globo.server.session import Session
from globo.server.token import Token
from globo.texts.terminal import say

PORT, HOST = 8750, "127.0.0.1"
TOKEN = "GLOBO_TOKEN"
ANY = ("0.0.0.0", "::")
GRACE = 2  # seconds that a shutdown waits for open answers


def serve(
    port: int = PORT,
    host: str = HOST,
    open_browser: bool = True,
    names: Sequence[str] = (),
    reading: str | None = None,
) -> None:
    """Serve the page until interrupted.

    Args:
        port: 0 for any free one.
        host: the loopback address unless others shall reach it.
        open_browser: whether to show the page at once.
        names: further names under which it may be asked, as a proxy's.
        reading: of the unknowns; None is that of the surveys.

    Raises:
        UserError: the address is taken or not of this machine; no such reading.
    """
    from globo import scenario
    from globo.server.model_engine import ModelEngine
    from globo.simulation import cache

    fixed = scenario.load(reading=reading).parameters
    session = Session(ModelEngine(keep=cache.user_folder(), fixed=fixed))
    serve_session(session, port, host, open_browser, names)


def serve_session(
    session: Session, port: int, host: str, open_browser: bool, names: Sequence[str] = ()
) -> None:
    """Serve a session until interrupted; what `serve` does once it has an engine."""
    for option, given in (("--host", host), *(("--name", name) for name in names)):
        if not given.strip() or "*" in given:
            allowed, mend = "an address or a name", "leave it out to serve this machine alone"
            raise UserError(where=option, found=f"'{given}'", allowed=allowed, mend=mend)
    listening = _bound(host, port)
    session.open()
    known = _names(host)
    app: ASGIApp = create_app(session)
    url = f"http://{known[0]}:{listening.getsockname()[1]}/"
    if not _is_loopback(host):
        token = os.environ.get(TOKEN) or secrets.token_urlsafe(16)
        app, url = Token(app, token), f"{url}?token={token}"
        print(say("serve.exposed", host=host), file=sys.stderr, flush=True)
    config = uvicorn.Config(
        Limits(app, (*LOCAL, *known, *names)),
        log_level="warning",
        server_header=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=GRACE,
        limit_concurrency=1024,
        h11_max_incomplete_event_size=32 * 1024,
        http="h11",
    )
    print(f"globo: {url}", flush=True)
    if open_browser:
        threading.Timer(0.5, webbrowser.open, [url]).start()
    with contextlib.suppress(KeyboardInterrupt), listening:
        Server(config).run(sockets=[listening])


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _names(host: str) -> list[str]:
    """Return under what names an address is asked for, the one to print first."""
    if host not in ANY:
        return [f"[{host}]" if ":" in host else host]
    found = [socket.gethostname(), socket.getfqdn()]
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        way.connect(("192.0.2.1", 9))  # sends nothing: asks which address would be used
        found.append(way.getsockname()[0])
    return list(dict.fromkeys(found))


def _bound(host: str, port: int) -> socket.socket:
    """Return a bound socket, or say who has the address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small answers at once only where the protocol is named.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        mend = "pass --port 0 for any free one"
        if _is_globo(host, port):
            there = f"http://{_names(host)[0]}:{port}/"
            mend = f"globo is already open there: {there}; {mend} to open a second"
        found = f"{host}:{port}: {error.strerror}"
        raise UserError(where="serve", found=found, allowed="a free address", mend=mend) from error
    return listening


def _is_globo(host: str, port: int) -> bool:
    try:
        with urllib.request.urlopen(
            f"http://{_names(host)[0]}:{port}/api/status", timeout=2
        ) as answer:
            return "globo" in orjson.loads(answer.read(65536))
    except (OSError, ValueError):
        return False
