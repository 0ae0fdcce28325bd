"""The forecast of the districts is made in the background: who asks is told to ask again."""

import threading
import time

import pytest
from fastapi.testclient import TestClient
from small import SmallEngine
from test_serving import session_in

from globo.server.app import create_app
from globo.server.once import Once

CARD = "/api/forecast?place=050501"


class Slow(SmallEngine):
    """Its forecast takes until it is let go."""

    def __init__(self):
        super().__init__()
        self.begun, self.let_go, self.made = threading.Event(), threading.Event(), 0

    def forecasts(self):
        self.begun.set()
        assert self.let_go.wait(60)
        self.made += 1
        return super().forecasts()


@pytest.fixture
def client(tmp_path):
    session = session_in(tmp_path)
    session.engine = Slow()
    session.open()
    with TestClient(create_app(session)) as client:
        client.engine = session.engine
        yield client
        session.engine.let_go.set()


def until(is_so):
    end = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_it_is_begun_before_anybody_asks_and_a_reader_is_told_that_it_computes(client):
    assert client.engine.begun.wait(30)
    for _ in range(3):
        said = client.get(CARD).json()
        assert said == {"code": "050501", "computing": True, "as_of": None, "years": []}
    assert client.get("/api/district?place=999999").status_code == 404
    lines = client.post("/api/run", json={"levers": {"eradication_budget": 2000}}).text
    assert '"final":true' in lines.splitlines()[-1]
    client.engine.let_go.set()
    until(lambda: not client.get(CARD).json()["computing"])
    said = client.get(CARD).json()
    assert (said["as_of"], said["years"][0]["mid"]) == ("2018-06-30", 2.0)
    assert client.engine.made == 1


def test_a_code_that_is_none_is_refused_while_it_computes(client):
    assert client.get("/api/forecast?place=10101").status_code == 404


def test_what_failed_is_told_once_and_begun_anew():
    answers = iter([OSError("no memory"), "made"])

    def make():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    once = Once(make, "globo-test")
    assert once.look() is None
    with pytest.raises(OSError, match="no memory"):
        until(lambda: once.look() is not None)
    until(lambda: once.look() is not None)
    assert once.look() == "made"
