"""Connections: those that keep the server waiting are closed, and nobody may hold many of them.

uvicorn limits neither the time in which a request arrives nor what one client holds open, so
idle connections or slow headers would shut out every other reader. A connection waits for its
reader while no request is under way, while a body is still arriving, and while an answer is not
taken. One that has waited too long is closed; of one client's that wait, the oldest go first.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections import defaultdict
from typing import Any

import uvicorn

from globo.texts.terminal import say

SECONDS = 15.0  # that a connection may wait for its reader
EACH = 32  # connections of one client that may wait; a browser opens six
GRACE = 1.0  # seconds in which a new one is never closed


class Server(uvicorn.Server):
    """A server that looks at its connections ten times a second."""

    def __init__(self, config: uvicorn.Config) -> None:  # noqa: D107  (said above)
        super().__init__(config)
        self._since: dict[Any, float] = {}
        logging.getLogger("uvicorn.error").addFilter(_in_one_line)

    async def on_tick(self, counter: int) -> bool:
        """Close what has waited too long, then do what uvicorn does."""
        now, was = time.monotonic(), self._since
        held = [c for c in self.server_state.connections if _waits(c)]
        self._since = {c: was.get(c, now) for c in held}
        by_client = defaultdict(list)
        for connection, since in sorted(self._since.items(), key=lambda item: -item[1]):
            by_client[(connection.client or ("",))[0]].append((connection, now - since))
        for mine in by_client.values():
            for n, (connection, waited) in enumerate(mine):
                if waited > SECONDS or (n >= EACH and waited > GRACE):
                    connection.transport.abort()
        return await super().on_tick(counter)


def _in_one_line(record: logging.LogRecord) -> bool:
    """Say once how many answers a server that ends cuts off, in place of a traceback of each."""
    if "timeout graceful shutdown exceeded" in record.msg:
        print(f"globo: {say('cut_off', n=record.args[0])}", file=sys.stderr, flush=True)  # pyright: ignore
        return False
    kind = record.exc_info[0] if record.exc_info else None
    return kind is None or not issubclass(kind, asyncio.CancelledError)


def _waits(connection: Any) -> bool:
    """Whether it is the reader's turn."""
    cycle = connection.cycle
    if cycle is None or cycle.response_complete:
        return True
    return cycle.more_body or connection.flow.write_paused
