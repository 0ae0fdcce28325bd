"""`globo serve`: the page, on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from globo.cli import options

PORT = 8750


def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes any free one.")] = PORT,
    host: Annotated[
        str, typer.Option(help="Address; the default lets nobody else in.")
    ] = "127.0.0.1",
    name: Annotated[
        list[str] | None,
        typer.Option(help="A further name it answers to, as a proxy's; may be repeated."),
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
    reading: options.Reading = None,
    lang: options.Lang = None,  # noqa: ARG001  (read from the words of the command)
) -> None:
    """Open the page: move a lever, see where it bulges. Ends with Ctrl-C.

    With another --host than this machine's own, only who has the token in the printed address is
    answered; docs/hosting.md says how to put it behind a proxy.

    Everything stays on this machine; no request leaves it. The API that the page uses is
    described at /openapi.json.
    """
    from globo.server.serving import serve as serve_page

    serve_page(port, host, browser, name or (), reading)
