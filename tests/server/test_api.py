import asyncio
import threading
import time

import orjson
import pytest
from fastapi.testclient import TestClient
from small import SmallEngine

from globo.server.app import create_app
from globo.server.engine import to_none
from globo.server.limits import HEADERS, Limits
from globo.server.session import PAUSE, Session
from globo.server.worker import FIRST, REFINE

FIRST_DRAWS = SmallEngine.first_draws


def pictures(client, **body):
    answer = client.post("/api/run", json=body)
    assert answer.status_code == 200, answer.text
    return [orjson.loads(line) for line in answer.text.splitlines()]


def test_a_run_answers_first_with_few_draws_then_with_all(client):
    first, full = pictures(client, levers={"eradication_budget": 1500})
    assert (first["draws"], full["draws"], full["of"]) == (FIRST_DRAWS, 40, 40)
    assert first["unknowns"] is None
    # The change is the size of the draw, so it hangs on what grows with the draw's number.
    assert full["unknowns"]["coca_ha|country"] == [{"name": "income_weight", "rho": -1.0}]


def test_the_same_question_is_answered_from_the_cache(opened):
    engine = SmallEngine()
    with opened(engine) as (_, client):
        once = pictures(client, levers={"eradication_budget": 1500})
        asked = len(engine.calls)
        again = pictures(client, levers={"eradication_budget": 1500.0, "air_interdiction": 1})
        assert len(engine.calls) == asked
    assert again == [once[-1]]


def test_today_needs_no_run(opened):
    engine = SmallEngine()
    with opened(engine) as (session, client):
        client.get("/api/baseline")
        told = pictures(client, levers={})
        # What first pictures are compared with is the only thing run with no lever moved.
        ran = [draws for levers, draws in engine.calls if not levers]
        assert ran in ([], [range(FIRST_DRAWS)])
    assert set(told[-1]["arrays"]["coca_ha|zone"]["delta"]) == {0.0}


def test_what_a_reader_has_left_is_not_run_to_its_end(opened):
    engine = SmallEngine(seconds=0.15)
    with opened(engine) as (session, client):
        client.get("/api/baseline")

        async def leave():
            asked = session.question({"eradication_budget": 2000}, None, None)
            lines = session.pictures(asked)
            await anext(lines)
            waiting = asyncio.create_task(anext(lines))
            await asyncio.sleep(0.01)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            await lines.aclose()

        asyncio.run(leave())
        ran = [draws for levers, draws in engine.calls if levers == {"eradication_budget": 2000}]
    assert ran == [range(FIRST_DRAWS)]


def test_a_reader_who_leaves_while_a_refinement_waits_takes_it_along(opened):
    engine = SmallEngine()
    with opened(engine) as (session, client):
        client.get("/api/baseline")
        gate = threading.Event()

        async def leave():
            lines = session.pictures(session.question({"eradication_budget": 2000}, None, None))
            await anext(lines)
            session.worker.submit(FIRST, gate.wait)
            waiting = asyncio.create_task(anext(lines))
            await asyncio.sleep(2 * PAUSE)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            gate.set()
            await session.worker.do(2 * REFINE, int)

        asyncio.run(leave())
        ran = [draws for levers, draws in engine.calls if levers == {"eradication_budget": 2000}]
    assert ran == [range(FIRST_DRAWS)]


def test_a_first_picture_comes_while_another_reader_s_full_one_is_made(opened):
    old, new = {"eradication_budget": 2000.0}, {"eradication_budget": 3000.0}

    class Giving(SmallEngine):
        """Does not end a piece of the old scenario before the new one was run."""

        def run(self, levers, start, draws, give_way=to_none):
            end = time.monotonic() + 30
            while levers == old and len(draws) > FIRST_DRAWS and not self.has_run(new):
                assert time.monotonic() < end
                give_way()
            return super().run(levers, start, draws, give_way)

        def has_run(self, levers):
            return any(ran == levers for ran, _ in self.calls)

    with opened(Giving()) as (session, client):
        client.get("/api/baseline")

        async def told(levers):
            lines = session.pictures(session.question(levers, None, None))
            return [orjson.loads(line)["draws"] async for line in lines]

        async def both():
            first = asyncio.create_task(told(old))
            await asyncio.sleep(2 * PAUSE)
            return await asyncio.gather(first, told(new))

        assert asyncio.run(both()) == [[FIRST_DRAWS, 40]] * 2


def test_in_a_crowd_each_last_picture_becomes_final(opened):
    with opened(SmallEngine(seconds=0.2)) as (session, client):
        client.get("/api/baseline")

        async def last(budget):
            lines = session.pictures(session.question({"eradication_budget": budget}, None, None))
            return [orjson.loads(line) async for line in lines][-1]

        async def crowd():
            return await asyncio.gather(*(last(1100 + 10 * i) for i in range(10)))

        told = asyncio.run(crowd())
    assert [(picture["draws"], picture["final"]) for picture in told] == [(40, True)] * 10


def test_a_failed_baseline_is_told_and_heals_once_its_cause_is_gone(table):
    class Ill(SmallEngine):
        cause = "no space left"

        def baseline(self):
            if self.cause:
                raise OSError(self.cause)
            return super().baseline()

    engine = Ill()
    session = Session(engine, table, table.with_name("stories.json"))
    session.open()
    with TestClient(Limits(create_app(session)), base_url="http://127.0.0.1:8750") as client:
        for asked in (
            client.get("/api/baseline"),
            client.post("/api/run", json={}),
            client.get("/api/run.csv"),
        ):
            assert asked.status_code == 503
            assert "no space left" in asked.json()["errors"][0]["found"]
        status = client.get("/api/status").json()
        assert (status["ready"], status["trouble"]) == (False, "OSError: no space left")
        engine.cause = ""
        assert client.get("/api/baseline").status_code == 200
        status = client.get("/api/status").json()
        assert (status["ready"], status["trouble"]) == (True, "")
    session.close(10)


def test_a_picture_says_what_it_rests_on_and_whether_it_is_the_last(client):
    first, full = pictures(client, levers={"eradication_budget": 1650})
    assert (first["draws"], first["final"]) == (FIRST_DRAWS, False)
    assert (full["draws"], full["final"]) == (40, True)
    (small,) = pictures(client, levers={"eradication_budget": 1650}, draws=4)
    assert (small["draws"], small["of"], small["final"]) == (4, 40, True)
    lines = client.get("/openapi.json").json()["components"]["schemas"]["Picture"]["properties"]
    assert {"draws", "of", "failed", "final"} <= set(lines)


def test_first_pictures_go_before_refinements(opened):
    engine = SmallEngine(seconds=0.05)
    with opened(engine) as (_, client):
        client.get("/api/baseline")
        engine.calls.clear()
        budgets = [1100, 1200, 1300, 1400]
        ask = [
            threading.Thread(
                target=pictures, args=(client,), kwargs={"levers": {"eradication_budget": b}}
            )
            for b in budgets
        ]
        for thread in ask:
            thread.start()
        for thread in ask:
            thread.join()
        sizes = [
            len(draws)
            for levers, draws in engine.calls
            if levers.get("eradication_budget") in budgets
        ]
    assert sorted(sizes[:4])[:3] == [FIRST_DRAWS] * 3
    assert sizes.count(FIRST_DRAWS) >= 4


@pytest.mark.parametrize(
    ("body", "field", "mend"),
    [
        ({"levers": {"eradication_budjet": 1}}, "levers", "eradication_budget"),
        ({"levers": {"eradication_budget": 9e9}}, "levers.eradication_budget", "use 5000"),
        ({"levers": {"eradication_where@Vraem": 1}}, "levers", "eradication_where@VRAEM"),
        ({"levers": {"eradication_budget": "many"}}, "levers.eradication_budget", "openapi"),
        ({"levers": [1]}, "levers", "openapi"),
        ({"start": 2017}, "start", "openapi"),
        ({"draws": 0}, "draws", "openapi"),
        ({"draws": 10**9}, "draws", "openapi"),
        ({"lever": {}}, "lever", "levers"),
    ],
)
def test_bad_input_is_refused_with_field_and_mend(client, body, field, mend):
    answer = client.post("/api/run", json=body)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert mend in error["mend"]


@pytest.mark.parametrize("body", [b"", b"{", b'{"levers":{"eradication_budget":NaN}}', b"\xff\xfe"])
def test_broken_json_is_refused(client, body):
    answer = client.post("/api/run", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_a_body_that_is_too_large_is_not_read(client):
    answer = client.post("/api/run", content=b" " * 70_000)
    assert answer.status_code == 413


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", ""])
def test_only_this_machine_s_names_are_served(client, host):
    answer = client.get("/api/status", headers={"host": host})
    assert answer.status_code == 400


def test_a_page_from_elsewhere_may_not_ask(client):
    answer = client.post("/api/run", json={}, headers={"origin": "http://evil.example"})
    assert answer.status_code == 403
    same = {"origin": "http://127.0.0.1:8750"}
    assert client.post("/api/run", json={}, headers=same).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_picture_tag_of_another_page_starts_no_work(opened, site):
    engine = SmallEngine()
    with opened(engine) as (_, client):
        asked = len(engine.calls)
        tag = {"sec-fetch-site": site, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
        for path in ("/api/run.csv?eradication_budget=1700", "/api/report.html", "/api/baseline"):
            assert client.get(path, headers=tag).status_code == 403
        assert len(engine.calls) == asked
        assert client.get("/", headers=tag).status_code == 200  # a link to the page is one


@pytest.mark.parametrize(
    "body",
    [
        b'{"levers": {"\\ud800": 1}}',
        b'{"levers": {"eradication_where@\\udfff": 1}}',
        b'{"\\ud800": 1}',
        b'{"levers": {"eradication_budget": "\\ud800"}}',
    ],
)
def test_a_lone_surrogate_is_refused_like_any_wrong_word(client, body):
    answer = client.post("/api/run", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"]


@pytest.mark.parametrize(
    "path", ["/", "/api/status", "/api/nowhere", "/../../etc/passwd", "/api/run"]
)
def test_every_answer_carries_the_headers_and_no_path_leaves_the_page(client, path):
    answer = client.get(path)
    assert answer.status_code in (200, 404, 405)
    assert "root:" not in answer.text
    for name, value in HEADERS.items():
        assert answer.headers[name] == value


@pytest.mark.parametrize(
    "query", ["eradication_budget=lots", "nothing=1", "start=2018.5", "a=1&a=2"]
)
def test_a_bad_query_is_refused(client, query):
    answer = client.get(f"/api/run.csv?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["allowed"]


def test_evidence_counts_how_the_free_run_did(client):
    told = client.get("/api/evidence", params={"outcome": "coca_ha|zone", "place": "VRAEM"}).json()
    assert told["score"]["years"] == 5  # 2016 to 2020, surveyed each December
    assert told["rows"][0]["confidence"]
    assert told["assumptions"]
    wrong = client.get("/api/evidence", params={"outcome": "coca_hectares|zone"})
    assert wrong.json()["errors"][0]["mend"].startswith("did you mean 'coca_ha")


def test_a_scenario_is_compared_with_another_draw_by_draw(client):
    def of(levers, **more):
        return pictures(client, levers=levers, **more)[-1]

    small, large = {"eradication_budget": 1500}, {"eradication_budget": 3000}
    alone = [of(levers)["arrays"]["coca_ha|country"] for levers in (small, large)]
    both = of(large, against=small)
    assert (both["levers"], both["against"]) == (large, small)
    compared = both["arrays"]["coca_ha|country"]
    assert compared["level"] == alone[1]["level"]
    # In the small engine a draw's change is its size times the budget, so medians subtract.
    middle = len(compared["delta"]) // 3
    apart = alone[1]["delta"][middle] - alone[0]["delta"][middle]
    assert compared["delta"][middle] == pytest.approx(apart, rel=0.01)
    assert apart != 0


def test_a_scenario_against_itself_differs_by_nothing(client):
    levers = {"eradication_budget": 1500}
    told = pictures(client, levers=levers, against=levers)
    assert [set(p["arrays"]["coca_ha|zone"]["delta"]) for p in told] == [{0.0}] * len(told)


def test_a_first_picture_against_another_scenario_has_the_levels_of_its_own(client):
    levers, other = {"eradication_budget": 3000}, {"eradication_budget": 1500}
    alone = pictures(client, levers=levers)[0]
    first = pictures(client, levers=levers, against=other)[0]
    assert first["draws"] == alone["draws"] == FIRST_DRAWS
    for name in ("coca_ha|zone", "coca_ha|country"):
        assert first["arrays"][name]["level"] == alone["arrays"][name]["level"]


def test_another_scenario_out_of_range_is_refused(client):
    answer = client.post("/api/run", json={"levers": {}, "against": {"eradication_budget": -1}})
    assert answer.status_code == 422
    assert "eradication_budget" in answer.json()["errors"][0]["field"]
