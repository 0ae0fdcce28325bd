"""A session around the small engine, and a client of its application."""

import threading
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient
from small import STORIES, TABLE, SmallEngine

from globo.server.app import create_app
from globo.server.limits import Limits
from globo.server.session import Session


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "levers.csv"
    path.write_text(TABLE, encoding="utf-8")
    (tmp_path / "stories.json").write_text(STORIES, encoding="utf-8")
    return path


@pytest.fixture
def opened(table):
    """Return a maker of (session, client) around an engine."""

    @contextmanager
    def make(engine=None):
        session = Session(engine or SmallEngine(), table, table.with_name("stories.json"))
        session.open()
        warm = threading.Event()
        start = session.start

        def watched():
            task = start()
            task.add_done_callback(lambda _: warm.set())
            return task

        session.start = watched
        app = Limits(create_app(session))
        with TestClient(app, base_url="http://127.0.0.1:8750") as client:
            # What the session runs to be warm would count among what a test asked for.
            assert warm.wait(30)
            yield session, client
        # A model still at work would share the process's warning filters with the next test.
        session.close(10)

    return make


@pytest.fixture
def client(opened):
    with opened() as (_, client):
        yield client
