import http.client
import multiprocessing
import os
import signal
import socket
import time
from contextlib import closing
from pathlib import Path

import pytest
from small import STORIES, TABLE, SmallEngine

from globo.errors import UserError
from globo.server.serving import serve_session
from globo.server.session import Session


def served(port, folder):
    """Serve the small engine; runs in a process of its own."""
    serve_session(session_in(Path(folder)), port, "127.0.0.1", False)


def session_in(folder):
    table, told = folder / "levers.csv", folder / "stories.json"
    table.write_text(TABLE, encoding="utf-8")
    told.write_text(STORIES, encoding="utf-8")
    return Session(SmallEngine(), table, told)


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def answer(port, path="/api/status"):
    for _ in range(600):  # a busy machine starts slowly
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                connection.request("GET", path)
                return connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server did not answer")


def test_it_serves_tells_a_second_instance_and_ends_cleanly(port, tmp_path):
    process = multiprocessing.get_context("spawn").Process(target=served, args=(port, tmp_path))
    process.start()
    assert b'"globo"' in answer(port)
    with pytest.raises(UserError) as told:
        served(port, tmp_path)
    assert "already open" in told.value.mend
    assert process.pid is not None
    os.kill(process.pid, signal.SIGINT)
    process.join(10)
    assert process.exitcode == 0


def test_an_address_of_another_machine_is_refused(tmp_path):
    with pytest.raises(UserError, match=r"192\.0\.2\.1"):
        serve_session(session_in(tmp_path), 0, "192.0.2.1", False)
