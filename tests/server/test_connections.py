"""Over real sockets: those who keep the server waiting leave the other readers unharmed."""

import http.client
import json
import socket
import threading
import time
from contextlib import ExitStack, closing

import pytest
from small import SmallEngine
from test_serving import session_in

from globo.server import connections
from globo.server.serving import serve_session
from globo.server.worker import DOWNLOAD, FIRST


@pytest.fixture
def serving(tmp_path, monkeypatch):
    """Serve in a thread of this process; return the port and the session."""
    servers = []

    def made(config):
        servers.append(connections.Server(config))
        return servers[-1]

    monkeypatch.setattr("globo.server.serving.Server", made)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    session = session_in(tmp_path)
    session.engine = SmallEngine()
    thread = threading.Thread(target=serve_session, args=(session, port, "127.0.0.1", False))
    thread.start()
    wait(lambda: servers and servers[0].started and session.is_ready)
    wait(lambda: session.engine.calls and not session.worker.waiting[FIRST])  # it is warm
    yield port, session, servers[0]
    servers[0].should_exit = True
    thread.join(10)


def wait(is_so, seconds=30):
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


def first_picture(port, budget=1500.0):
    """Return the seconds until the first picture of a new question."""
    began = time.perf_counter()
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as reader:
        body = json.dumps({"levers": {"eradication_budget": budget}})
        reader.request("POST", "/api/run", body, {"content-type": "application/json"})
        answer = reader.getresponse()
        assert answer.status == 200
        assert json.loads(answer.readline())["draws"] > 0
    return time.perf_counter() - began


STARTS = {
    "idle": b"",
    "slow header": b"GET /api/status HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ",
    "slow body": b"POST /api/run HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99\r\n\r\n{",
}


def test_what_keeps_the_server_waiting_is_closed_however_it_trickles(serving, monkeypatch):
    monkeypatch.setattr(connections, "SECONDS", 1.0)
    port, _, server = serving
    with ExitStack() as stack:
        held = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in STARTS]
        for one, start in zip(held, STARTS.values(), strict=True):
            one.sendall(start)
        until = time.monotonic() + 1.5
        while time.monotonic() < until:
            for one in held[1:]:
                try:
                    one.sendall(b"x")
                except OSError:
                    continue
            time.sleep(0.1)
        wait(lambda: not server.server_state.connections, 5)


@pytest.mark.parametrize(
    ("seconds", "each"), [(3, 300), pytest.param(120, 300, marks=pytest.mark.slow)]
)
def test_three_hundred_idle_and_slow_connections_leave_a_reader_unharmed(serving, seconds, each):
    port, _, server = serving
    held, stop = [], threading.Event()

    def hold(start):
        while not stop.is_set():
            mine = []
            for _ in range(each):
                mine.append(socket.create_connection(("127.0.0.1", port)))
                mine[-1].sendall(start)
            held.extend(mine)
            stop.wait(10)

    threads = [threading.Thread(target=hold, args=(STARTS[k],)) for k in ("idle", "slow header")]
    calm = max(first_picture(port, 900 + i) for i in range(5))  # a busy machine is slow by itself
    for thread in threads:
        thread.start()
    took, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        took.append(first_picture(port, 1000 + len(took) + 0.5))
        time.sleep(0.1)
    stop.set()
    for thread in threads:
        thread.join()
    wait(lambda: len(server.server_state.connections) <= connections.EACH + 1, 5)
    for one in held:
        one.close()
    print(f"first pictures in a flood: {max(took):.3f} s at most, calm {calm:.3f} s")
    assert max(took) < 1.0 + 5 * calm


def test_small_answers_are_sent_at_once(serving):
    port, _, server = serving
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as reader:
        reader.request("GET", "/api/status")
        reader.getresponse().read()
        (connection,) = server.server_state.connections
        accepted = connection.transport.get_extra_info("socket")
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def asked(port, path, headers=""):
    """Ask for a path and do not wait for the answer."""
    one = socket.create_connection(("127.0.0.1", port), timeout=20)
    one.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode())
    return one


def test_a_download_is_dropped_when_its_reader_goes(serving):
    port, session, _ = serving
    gate = threading.Event()
    session.worker.submit(FIRST, gate.wait)
    held = [asked(port, f"/api/run.csv?eradication_budget={1200 + i}") for i in range(5)]
    held += [asked(port, f"/api/report.html?eradication_budget={1300 + i}") for i in range(2)]
    wait(lambda: session.worker.waiting[DOWNLOAD] == 7)
    for one in held:
        one.close()
    wait(lambda: session.worker.waiting[DOWNLOAD] == 0, 5)
    session.engine.calls.clear()
    gate.set()
    session.worker.submit(2 * DOWNLOAD, int).result(5)
    assert session.engine.calls == []


def test_a_first_picture_is_dropped_when_its_reader_goes(serving):
    port, session, _ = serving
    gate = threading.Event()
    session.worker.submit(FIRST, gate.wait)
    session.engine.calls.clear()
    body = b'{"levers": {"eradication_budget": 4321}}'
    head = f"POST /api/run HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
    with closing(socket.create_connection(("127.0.0.1", port))) as one:
        one.sendall(head.encode() + b"Content-Type: application/json\r\n\r\n" + body)
        wait(lambda: session.worker.waiting[FIRST] == 1)
    wait(lambda: session.worker.waiting[FIRST] == 0, 5)
    gate.set()
    session.worker.submit(2 * DOWNLOAD, int).result(5)
    assert session.engine.calls == []


def test_downloads_never_come_before_a_living_reader(serving):
    port, session, _ = serving
    session.engine.seconds = 0.2
    gate = threading.Event()
    session.worker.submit(FIRST, gate.wait)
    held = [asked(port, f"/api/run.csv?eradication_budget={1200 + i}") for i in range(8)]
    wait(lambda: session.worker.waiting[DOWNLOAD] == 8)
    refused = asked(port, "/api/run.csv?eradication_budget=1999")
    assert b" 503 " in refused.recv(64)
    gate.set()
    # 3.2 s of downloads wait; a first picture takes 0.2 s, after the piece that has begun
    first = min(first_picture(port, 1000.5 + i) for i in range(3))  # the calmest of three
    assert first < 2.0
    assert session.worker.waiting[DOWNLOAD] > 0  # pictures came while downloads waited
    for one in [*held, refused]:
        one.close()


def test_sixty_four_tags_of_another_page_leave_a_reader_unharmed(serving):
    port, session, _ = serving
    session.engine.seconds = 0.2
    tag = "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Dest: image\r\n"
    tags = [asked(port, f"/api/run.csv?eradication_budget={1200 + i}", tag) for i in range(64)]
    assert first_picture(port) < 1.0
    assert all(b" 403 " in one.recv(64) for one in tags)
    assert session.worker.waiting[DOWNLOAD] == 0
    for one in tags:
        one.close()


def test_evidence_that_takes_long_keeps_nobody_waiting(serving, monkeypatch):
    port, _, _ = serving
    begun, gate = threading.Event(), threading.Event()

    def slow(*_):
        begun.set()
        assert gate.wait(20)
        return {}

    monkeypatch.setattr("globo.server.knowledge.evidence", slow)
    held = asked(port, "/api/evidence?outcome=coca_ha%7Czone&place=VRAEM")
    assert begun.wait(10)
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as reader:
            reader.request("GET", "/api/status")
            assert reader.getresponse().status == 200
    finally:
        gate.set()
        held.close()
