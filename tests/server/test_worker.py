import threading
import time
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
