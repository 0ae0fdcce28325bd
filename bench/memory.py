"""How much memory `globo run` takes at most, and `globo serve` over a thousand requests.

Both are processes of their own. A run's peak may grow with its draws, a server's memory not with
what it was asked: its slope is taken over the second half, when every cache is full.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import psutil

from bench.measure import Row, row

DRAWS = (64, 256, 1024)
MOST_SLOPE = 2.0  # MB a draw
REQUESTS, LOOK = 1000, 20  # and after how many to look
ASKED = 16  # draws of a request
MOST_GROWTH = 50.0  # MB a thousand requests


def rows() -> Iterator[Row]:
    """Yield the peak of each size of run and its slope, then those of the server."""
    peaks = []
    with tempfile.TemporaryDirectory() as place:
        peak(8, place)  # compiles
        for draws in DRAWS:
            peaks.append(peak(draws, place))
            yield row("memory", f"peak memory of globo run, {draws:,} draws", peaks[-1], "MB")
    slope = np.polyfit(DRAWS, peaks, 1)[0]
    yield row("memory", "growth of that peak", float(slope), "MB a draw", high=MOST_SLOPE)
    asked, used = served(REQUESTS)
    yield row("memory", f"peak memory of globo serve, {REQUESTS:,} requests", max(used), "MB")
    half = len(asked) // 2
    slope = 1000.0 * np.polyfit(asked[half:], used[half:], 1)[0]
    name = "its growth over the second half of them"
    yield row("memory", name, float(slope), "MB/1,000", high=MOST_GROWTH)


def peak(draws: int, place: str) -> float:
    """Return the largest resident memory of a run in a process of its own, MB."""
    out = os.path.join(place, str(draws))
    words = ["run", "--draws", str(draws), "--out", out, "--no-report", "--quiet"]
    with open(os.devnull, "w") as nowhere:
        begun = subprocess.Popen([sys.executable, "-m", "globo", *words], stdout=nowhere)
        _, status, used = os.wait4(begun.pid, 0)
    begun.returncode = os.waitstatus_to_exitcode(status)
    if begun.returncode:
        raise subprocess.CalledProcessError(begun.returncode, begun.args)
    return used.ru_maxrss / 1024.0


def served(requests: int, seed: int = 1) -> tuple[list[int], list[float]]:
    """Ask a server for one new scenario after another; return its memory, MB, after how many."""
    luck, asked, used = random.Random(seed), [], []
    with serving() as (pid, url):
        levers = json.loads(_read(f"{url}api/levers"))["levers"]
        levers = [one for one in levers if one["kind"] != "switch"]
        process = psutil.Process(pid)
        for n in range(1, requests + 1):
            lever = luck.choice(levers)
            value = round(luck.uniform(lever["low"], lever["high"]), 4)
            _read(f"{url}api/run", {"levers": {lever["key"]: value}, "draws": ASKED})
            if n % LOOK == 0:
                asked.append(n)
                used.append(process.memory_info().rss / 2**20)
    return asked, used


@contextmanager
def serving() -> Iterator[tuple[int, str]]:
    """Serve meanwhile; yields the server's number and its address."""
    words = [sys.executable, "-m", "globo", "serve", "--no-browser", "--port", "0"]
    begun = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    try:
        assert begun.stdout is not None
        yield begun.pid, begun.stdout.readline().split()[-1]
    finally:
        begun.terminate()
        begun.wait()


def _read(url: str, body: dict | None = None) -> bytes:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=600) as answer:
        return answer.read()
