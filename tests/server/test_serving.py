import http.client
import multiprocessing
import os
import signal
import socket
import time
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from small import STORIES, TABLE, SmallEngine

from globo.errors import UserError
from globo.server import serving
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


@pytest.mark.parametrize("host", ["", "  ", "*"])
def test_an_empty_host_is_refused(tmp_path, host):
    with pytest.raises(UserError, match="--host"):
        serve_session(session_in(tmp_path), 0, host, False)


@pytest.fixture
def printed(tmp_path, monkeypatch, capsys):
    """Return a maker: the address that is printed, what is said beside it, and the application."""

    def make(host, *names):
        app = []
        monkeypatch.setattr(
            serving.Server, "run", lambda self, sockets: app.append(self.config.app)
        )
        serve_session(session_in(tmp_path), 0, host, False, names)
        told = capsys.readouterr()
        return told.out.split()[-1], told.err, app[0]

    return make


def test_an_address_of_the_newer_protocol_is_printed_with_brackets(printed):
    url, said, _ = printed("::1")
    assert url.startswith("http://[::1]:")
    assert said == ""


def test_other_machines_need_the_token_that_is_printed_and_a_name_of_this_one(printed):
    url, said, app = printed("0.0.0.0", "globo.example.org")
    assert "warning" in said
    assert "token=" in url
    known, token = f"http://{socket.gethostname()}", url.partition("token=")[2]
    for base, status in (
        (known, 401),
        ("http://globo.example.org", 401),
        ("http://a.example", 400),
    ):
        assert TestClient(app, base_url=base).get("/api/status").status_code == status
    client = TestClient(app, base_url=known)
    for wrong in ("/?token=", "/?token=wrong", f"/api/status?token={token}"):
        assert client.get(wrong).status_code == 401
    came = client.get("/", params={"token": token}, follow_redirects=False)
    assert (came.status_code, came.headers["location"]) == (303, "./")
    assert client.get("/api/status").status_code == 200
    bearer = {"authorization": f"Bearer {token}"}
    assert TestClient(app, base_url=known).get("/api/status", headers=bearer).status_code == 200


def test_a_name_of_a_proxy_is_served_on_the_loopback_address_without_a_token(printed):
    url, said, app = printed("127.0.0.1", "globo.example.org")
    assert "token" not in url + said
    assert (
        TestClient(app, base_url="http://globo.example.org").get("/api/status").status_code == 200
    )
    assert TestClient(app, base_url="http://evil.example").get("/api/status").status_code == 400
