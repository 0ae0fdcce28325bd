"""The API against its own description: no server error, no undeclared answer, bad input refused."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from small import STORIES, TABLE, SmallEngine

from globo.server.app import create_app
from globo.server.limits import Limits
from globo.server.session import Session

EXAMPLES = 25
PATIENCE = 300  # seconds for an answer: what is asked here is what it says, not how soon
# Seconds each on a busy machine, and held by tests of their own.
DRAWN = {f"GET /api/{name}" for name in ("report.html", "brief.pdf", "run.xlsx", "run.parquet")}


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    folder = tmp_path_factory.mktemp("schema")
    (folder / "levers.csv").write_text(TABLE, encoding="utf-8")
    (folder / "stories.json").write_text(STORIES, encoding="utf-8")
    session = Session(SmallEngine(), folder / "levers.csv", folder / "stories.json")
    session.open()
    app = Limits(create_app(session), hosts=("*",))

    async def always_open(scope, receive, send):
        """Serve requests alone: the session outlives each client that the tests make."""
        if scope["type"] == "lifespan":
            for step in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{step}.complete"})
        else:
            await app(scope, receive, send)

    yield schemathesis.openapi.from_asgi("/openapi.json", always_open)
    session.close()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_the_api_keeps_its_word(described, mode):
    tried, offered = [], []
    for found in described.get_all_operations():
        operation = found.ok()
        if operation.label in DRAWN:
            continue
        offered.append(operation.label)
        try:
            cases = operation.as_strategy(generation_mode=mode)
        except schemathesis.errors.SchemathesisError:
            continue  # nothing about it can be wrong

        @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=cases)
        def keeps(case):
            case.call_and_validate(timeout=PATIENCE)

        try:
            keeps()
        except Unsatisfiable:
            continue
        tried.append(operation.label)
    assert "POST /api/run" in tried
    if mode is GenerationMode.POSITIVE:
        assert tried == offered
