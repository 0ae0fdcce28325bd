import threading
import time

import pytest

from globo.errors import UserError
from globo.server.cache import Cache, key_of
from globo.server.worker import FIRST, REFINE, Busy, Worker


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


def test_more_readers_than_it_takes_are_told_so():
    worker, gate = Worker(waiting=2), threading.Event()
    worker.submit(FIRST, gate.wait)
    time.sleep(0.05)
    for _ in range(2):
        worker.submit(FIRST, int)
    with pytest.raises(Busy) as told:
        worker.submit(FIRST, int)
    assert isinstance(told.value, UserError)
    gate.set()
    worker.close()


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


def test_the_cache_keeps_what_is_used_within_its_bytes():
    cache = Cache(limit=10)
    cache.put("a", b"1234")
    cache.put("b", b"1234")
    cache.get("a")
    cache.put("c", b"1234")
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (b"1234", None, b"1234")
    cache.put("d", b"x" * 11)
    assert cache.get("d") is None
    assert cache.size <= 10


def test_a_key_holds_the_content_and_not_its_order():
    assert key_of(a=1, b={"x": 1, "y": 2}) == key_of(b={"y": 2, "x": 1}, a=1)
    assert key_of(a=1) != key_of(a=2)
