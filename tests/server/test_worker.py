import asyncio
import threading
import time
from concurrent.futures import CancelledError
from contextlib import ExitStack

import pytest

from globo.server.session import key_of
from globo.server.worker import DOWNLOAD, FIRST, REFINE, WAITING, Busy, Worker


def test_urgent_work_goes_first_and_dropped_work_never_runs():
    worker, ran, gate = Worker(), [], threading.Event()
    worker.submit(FIRST, gate.wait)
    refinement = worker.submit(REFINE, lambda: ran.append("refinement"))
    dropped = worker.submit(FIRST, lambda: ran.append("dropped"))
    first = worker.submit(FIRST, lambda: ran.append("first"))
    dropped.cancel()
    gate.set()
    first.result(5)
    refinement.result(5)
    worker.close()
    assert ran == ["first", "refinement"]


def test_a_refinement_is_not_put_off_for_ever():
    worker, ran, gate = Worker(), [], threading.Event()
    worker.submit(FIRST, gate.wait)
    new = worker.submit(FIRST, lambda: ran.append("first"))
    asked = time.perf_counter() - 2 * REFINE
    old = worker.submit(REFINE, lambda: ran.append("old refinement"), asked)
    gate.set()
    new.result(5)
    old.result(5)
    worker.close()
    assert ran == ["old refinement", "first"]


def test_a_failure_reaches_the_one_who_asked_and_the_worker_goes_on():
    worker = Worker()
    with pytest.raises(ZeroDivisionError):
        worker.submit(FIRST, lambda: 1 // 0).result(5)
    assert worker.submit(FIRST, lambda: 7).result(5) == 7
    worker.close()


def test_more_than_it_takes_are_told_so_and_downloads_take_no_reader_s_place():
    worker = Worker()
    with ExitStack() as stack:
        for _ in range(WAITING[DOWNLOAD]):
            stack.enter_context(worker.place(DOWNLOAD))
        with pytest.raises(Busy, match="downloads"), worker.place(DOWNLOAD):
            pass
        for _ in range(WAITING[FIRST]):
            stack.enter_context(worker.place(FIRST))
        with pytest.raises(Busy, match="requests"), worker.place(FIRST):
            pass
    assert set(worker.waiting.values()) == {0}
    worker.close()


def test_a_download_goes_after_every_reader_however_long_it_has_waited():
    worker, ran, gate = Worker(), [], threading.Event()
    worker.submit(FIRST, gate.wait)
    old = worker.submit(DOWNLOAD, lambda: ran.append("download"), time.perf_counter() - 3600)
    worker.submit(REFINE, lambda: ran.append("refinement"))
    worker.submit(FIRST, lambda: ran.append("first"))
    gate.set()
    old.result(5)
    worker.close()
    assert ran == ["first", "refinement", "download"]


def test_closing_drops_what_waits():
    worker, gate = Worker(), threading.Event()
    worker.submit(FIRST, gate.wait)
    time.sleep(0.05)
    waiting = worker.submit(FIRST, int)
    worker.close()
    gate.set()
    assert waiting.cancelled()
    with pytest.raises(Busy):
        worker.submit(FIRST, int)


class Giving:
    """A call that has begun, and gives way once it is let on."""

    def __init__(self, worker, ran, name="refinement"):
        self.begun, self.on = threading.Event(), threading.Event()
        self._worker, self._ran, self._name = worker, ran, name

    def __call__(self):
        self.begun.set()
        assert self.on.wait(30)
        self._worker.give_way()
        self._ran.append(self._name)
        return len(self._ran)


@pytest.fixture
def giving():
    """Return a worker, what was run to its end, and a refinement that is under way."""
    worker, ran = Worker(), []
    call = Giving(worker, ran)
    future = worker.submit(REFINE, call)
    assert call.begun.wait(30)
    yield worker, ran, call, future
    call.on.set()
    worker.close(30)


def test_what_is_more_urgent_ends_before_what_gives_way(giving):
    worker, ran, call, refinement = giving
    first = worker.submit(FIRST, lambda: ran.append("first"))
    download = worker.submit(DOWNLOAD, lambda: ran.append("download"))
    call.on.set()
    assert refinement.result(30) == 2
    assert first.done()
    download.result(30)
    assert ran == ["first", "refinement", "download"]


def test_nothing_is_run_inside_of_its_own_kind_or_of_what_was_due_before_it(giving):
    worker, ran, call, _ = giving
    older = time.perf_counter() - 2 * REFINE
    worker.submit(REFINE, lambda: ran.append("older refinement"), older)
    first = worker.submit(FIRST, lambda: ran.append("first"))
    call.on.set()
    first.result(30)
    assert ran == ["refinement", "older refinement", "first"]
    late = Giving(worker, ran, "late")
    worker.submit(REFINE, late, older)
    assert late.begun.wait(30)
    first = worker.submit(FIRST, lambda: ran.append("first"))
    late.on.set()
    first.result(30)
    assert ran[-2:] == ["late", "first"]


def test_a_failure_of_what_is_run_inside_is_its_own(giving):
    worker, _, call, refinement = giving
    first = worker.submit(FIRST, lambda: 1 // 0)
    call.on.set()
    with pytest.raises(ZeroDivisionError):
        first.result(30)
    assert refinement.result(30) == 1


def test_each_gives_way_for_itself(giving):
    worker, ran, call, refinement = giving
    download = Giving(worker, ran, "download")
    call.on.set()
    refinement.result(30)
    last = worker.submit(DOWNLOAD, download)
    assert download.begun.wait(30)
    inner = Giving(worker, ran, "inner refinement")
    worker.submit(REFINE, inner)
    download.on.set()
    assert inner.begun.wait(30)
    worker.submit(FIRST, lambda: ran.append("first"))
    inner.on.set()
    last.result(30)
    assert ran == ["refinement", "first", "inner refinement", "download"]


def test_what_waits_when_it_closes_is_not_run_by_what_gives_way(giving):
    worker, ran, call, refinement = giving
    first = worker.submit(FIRST, lambda: ran.append("first"))
    worker.close()
    call.on.set()
    refinement.result(30)
    assert first.cancelled()
    assert ran == ["refinement"]


def test_another_thread_gives_way_to_nothing(giving):
    worker, ran, _, _ = giving
    worker.submit(FIRST, lambda: ran.append("first"))
    worker.give_way()
    assert ran == []


def test_work_under_way_ends_where_it_gives_way_once_its_reader_has_gone():
    worker, ran = Worker(), []
    call = Giving(worker, ran)

    def told():
        try:
            call()
        except CancelledError:
            ran.append("dropped")
            raise

    async def leave():
        waiting = asyncio.create_task(worker.do(REFINE, told))
        assert await asyncio.to_thread(call.begun.wait, 30)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        call.on.set()
        assert await worker.do(2 * REFINE, lambda: 7) == 7

    asyncio.run(leave())
    worker.close(30)
    assert ran == ["dropped"]


def test_a_key_holds_the_content_and_not_its_order():
    assert key_of(a=1, b={"x": 1, "y": 2}) == key_of(b={"y": 2, "x": 1}, a=1)
    assert key_of(a=1) != key_of(a=2)


def test_a_worker_that_was_given_nothing_has_no_thread_and_one_that_ends_waits_for_its_call():
    def alive():
        return [thread for thread in threading.enumerate() if thread.name == "globo-model"]

    before = len(alive())
    idle, busy, done = Worker(), Worker(), []
    assert len(alive()) == before
    idle.close(10)
    busy.submit(FIRST, lambda: (threading.Event().wait(0.2), done.append(1)))
    while not busy._thread.is_alive():
        pass
    threading.Event().wait(0.05)
    busy.close(10)
    assert done == [1]
    assert len(alive()) == before
