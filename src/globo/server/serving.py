"""`globo serve`: one address on this machine, one engine, a clean end."""

from __future__ import annotations

import contextlib
import socket
import threading
import urllib.request
import webbrowser

import orjson
import uvicorn

from globo.errors import UserError
from globo.server.app import create_app
from globo.server.limits import LOCAL, Limits
from globo.server.session import Session

PORT, HOST = 8750, "127.0.0.1"
GRACE = 2  # seconds that a shutdown waits for open answers


def serve(port: int = PORT, host: str = HOST, open_browser: bool = True) -> None:
    """Serve the page until interrupted.

    Args:
        port: 0 for any free one.
        host: the loopback address unless others shall reach it.
        open_browser: whether to show the page at once.

    Raises:
        UserError: the address is taken or not of this machine.
    """
    from globo.server import kept
    from globo.server.model_engine import ModelEngine

    serve_session(Session(ModelEngine(keep=kept.user_folder())), port, host, open_browser)


def serve_session(session: Session, port: int, host: str, open_browser: bool) -> None:
    """Serve a session until interrupted; what `serve` does once it has an engine."""
    listening = _bound(host, port)
    url = f"http://{host}:{listening.getsockname()[1]}/"
    session.open()
    hosts = LOCAL if host in ("127.0.0.1", "localhost", "::1") else (*LOCAL, host, "*")
    app = Limits(create_app(session), hosts)
    config = uvicorn.Config(
        app,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=GRACE,
        limit_concurrency=256,
        h11_max_incomplete_event_size=32 * 1024,
    )
    print(f"globo: {url}", flush=True)
    if open_browser:
        threading.Timer(0.5, webbrowser.open, [url]).start()
    with contextlib.suppress(KeyboardInterrupt), listening:
        uvicorn.Server(config).run(sockets=[listening])


def _bound(host: str, port: int) -> socket.socket:
    """Return a bound socket, or say who has the address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        mend = "pass --port 0 for any free one"
        if _is_globo(host, port):
            mend = f"globo is already open there: http://{host}:{port}/; {mend} to open a second"
        found = f"{host}:{port}: {error.strerror}"
        raise UserError(where="serve", found=found, allowed="a free address", mend=mend) from error
    return listening


def _is_globo(host: str, port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/api/status", timeout=2) as answer:
            return "globo" in orjson.loads(answer.read(65536))
    except (OSError, ValueError):
        return False
