"""A session: the warm engine, the baseline to compare with, and the answers made so far."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import orjson
import pandas as pd
import xarray as xr
from cachetools import LRUCache

from globo.decisions import hinges
from globo.decisions.deciding import kind_of
from globo.errors import UserError
from globo.model import parameters
from globo.scenario.controls import Control, checked, controls
from globo.server import picture
from globo.server.declaration import Declaration
from globo.server.engine import Engine
from globo.server.evidence import surveys
from globo.server.once import Once
from globo.server.reports import brief, joined, named, report
from globo.server.stories import stories
from globo.server.tidy import figures
from globo.server.worker import DOWNLOAD, FIRST, REFINE, Worker

EXACT = 6  # digits in files
KEPT = 64 * 2**20  # bytes of answers, the least used go first
ALIKE: Any = {"data_vars": "minimal", "coords": "minimal", "compat": "override", "join": "override"}
AGAIN = 30.0  # seconds after which a baseline that failed is tried again, unless a reader asks
TROUBLE_LENGTH = 300  # characters of a failure
T = TypeVar("T")
PAUSE = 0.15  # seconds after a first picture in which a newer question finds the model free
TARGETS = ("coca_ha|country", "delivered_t|country", "armed_acts|country")


class NotReady(UserError):
    """There is no baseline to compare with."""

    def __init__(self, trouble: str) -> None:  # noqa: D107  (said above)
        allowed, mend = "a baseline that can be made", "mend that; the server tries again by itself"
        super().__init__("server", f"no baseline: {trouble}", allowed, mend)


@dataclass(frozen=True)
class Question:
    """A run that a reader asks for.

    Attributes:
        moved: controls that differ from today.
        start: first year in which they hold.
        draws: ensemble size wanted.
        against: controls of another scenario, from the same year on, that it is compared with;
            None compares it with today's policy.
    """

    moved: Mapping[str, float]
    start: int
    draws: int
    against: Mapping[str, float] | None = None

    @property
    def differs(self) -> bool:
        """Whether it is not today's policy compared with itself."""
        return bool(self.moved or self.against)

    @property
    def other(self) -> Question | None:
        """The run that it is compared with, where that is not the baseline."""
        return replace(self, moved=self.against, against=None) if self.against else None


class Session:
    """Holds what all readers share.

    Args:
        engine: runs the model.
        levers: another table of levers than the one shipped.
        stories_file: other stories than those shipped.
    """

    def __init__(  # noqa: D107  (said above)
        self, engine: Engine, levers: Path | None = None, stories_file: Path | None = None
    ) -> None:
        self.engine = engine
        self.worker = Worker()
        self.forecasts = Once(lambda: self.engine.forecasts(), "globo-forecast")
        self.cache: LRUCache[str, bytes] = LRUCache(KEPT, len)
        self._levers, self._stories_file = levers, stories_file
        self._drawing = ThreadPoolExecutor(1, "globo-report")
        self._ready: asyncio.Future | None = None
        self.is_ready = False
        self.trouble = ""  # why the last try at the baseline failed
        self.controls: dict[str, Control] = {}
        self.stories: list[dict[str, Any]] = []
        self._unknowns: Mapping[str, np.ndarray] = {}

    def open(self) -> None:
        """Read the levers and the stories; quick, before the first request."""
        self.controls = controls(self.engine.places, self._levers)
        self.stories = stories(self.controls, self._stories_file)

    def start(self) -> asyncio.Task:
        """Begin to make the baseline, before anybody asks for it."""
        return asyncio.create_task(self._warm())

    async def ready(self) -> None:
        """Wait until the baseline is there; the first to ask starts it."""
        if self._ready is None or (self._ready.done() and not self.is_ready):
            self._ready = asyncio.ensure_future(self._tried())
        await asyncio.shield(self._ready)

    async def _tried(self) -> None:
        try:
            await self.worker.do(FIRST, self._prepare)
        except Exception as error:
            self.trouble = f"{type(error).__name__}: {error}"[:TROUBLE_LENGTH]
            raise NotReady(self.trouble) from error
        self.trouble, self.is_ready = "", True

    def question(
        self,
        levers: Mapping[str, float],
        start: int | None,
        draws: int | None,
        against: Mapping[str, float] | None = None,
    ) -> Question:
        """Check what a reader asks for.

        Raises:
            UserError: an unknown lever, or a value, year or size out of range.
        """
        engine = self.engine
        first = engine.present + 1
        start = first if start is None else start
        draws = engine.draws if draws is None else draws
        _within("start", start, first, engine.until, "")
        _within("draws", draws, 1, engine.draws, "draws")
        other = checked(self.controls, against) if against else None
        return Question(checked(self.controls, levers), start, draws, other or None)

    async def pictures(self, asked: Question) -> AsyncGenerator[bytes, None]:
        """Yield a first picture from a few draws, then the full one; one line of JSON each.

        The last one is final however many readers there are: who waits is not put off for ever.
        """
        with self.worker.place(FIRST):
            await self.ready()
            key = self._key(asked)
            if kept := self.cache.get(key):
                yield kept
                return
            began = time.perf_counter()
            if asked.differs and asked.draws > self.engine.first_draws:
                yield await self.worker.do(FIRST, lambda: self._first(asked))
                await asyncio.sleep(PAUSE)
            run = partial(self._run, asked)
            parts = [part async for part in self._pieces(run, asked.draws, REFINE, began)]
            full = await self.worker.do(FIRST, lambda: self._picture(asked, _joined(parts)), began)
            self.cache[key] = full
            yield full

    async def exact(self, asked: Question) -> bytes:
        """Return the full picture with six digits, for files; kept as the others are."""
        with self.worker.place(DOWNLOAD):
            await self.ready()
            key = self._key(asked, EXACT)
            if not (kept := self.cache.get(key)):
                run = partial(self._run, asked)
                parts = [part async for part in self._pieces(run, asked.draws, DOWNLOAD)]
                kept = await self.worker.do(
                    DOWNLOAD, lambda: self._picture(asked, _joined(parts), EXACT)
                )
                self.cache[key] = kept
            return kept

    @property
    def attrs(self) -> Mapping[str, Any]:
        """What the baseline says of itself: version, facts, seed; once it is ready."""
        return self._run_of_baseline.attrs

    async def figures(self, asked: Question, name: str) -> pd.DataFrame:
        """Return every figure of a run as a row, from all its draws (`tidy.figures`)."""
        with self.worker.place(DOWNLOAD):
            await self.ready()
            branch = None
            if asked.moved:
                run = partial(self._run, asked)
                branch = _joined([part async for part in self._pieces(run, asked.draws, DOWNLOAD)])
            make = partial(figures, self.frame, self.years, self.future, branch, name)
            return await asyncio.wrap_future(self._drawing.submit(make))

    async def report(self, asked: Question, lang: str, told: Declaration) -> str:
        """Return the report of a run as HTML; one is drawn at a time, beside the model."""
        return await self._written(report, asked, lang, told)

    async def brief(self, asked: Question, lang: str, told: Declaration) -> bytes:
        """Return the one-page brief of a run as PDF.

        Raises:
            UserError: nothing is moved.
        """
        if not asked.moved:
            allowed, mend = "a scenario held against it", "move a lever, or take the report"
            raise UserError(where="brief", found="today's policy alone", allowed=allowed, mend=mend)
        return await self._written(brief, asked, lang, told)

    async def _written(
        self,
        write: Callable[[xr.Dataset, Any, str], T],
        asked: Question,
        lang: str,
        told: Declaration,
    ) -> T:
        """Run what is asked for, name it and write about it."""
        with self.worker.place(DOWNLOAD):
            await self.ready()
            whole = None
            if asked.moved:
                run = partial(
                    self.engine.run, asked.moved, asked.start, give_way=self.worker.give_way
                )
                parts = [part async for part in self._pieces(run, asked.draws, DOWNLOAD)]
                branch = xr.concat(parts, "draw", **ALIKE)
                whole = joined(self._run_of_baseline, branch, self.engine.present)
                whole = named(whole, told)
            base = named(self._run_of_baseline, replace(told, moved={}, name=""))
            return await asyncio.wrap_future(self._drawing.submit(write, base, whole, lang))

    async def _pieces(
        self, run: Callable[[range], T], draws: int, grace: float, began: float | None = None
    ) -> AsyncIterator[T]:
        """Run all draws, as many at once as is best; others get their turn between."""
        for done in range(0, draws, self.engine.step):
            some = range(done, min(done + self.engine.step, draws))
            yield await self.worker.do(grace, partial(run, some), began)

    def close(self, wait: float = 0.0) -> None:
        """End the model's thread, waiting some seconds for the call that it is in."""
        self.worker.close(wait)
        self._drawing.shutdown(wait=False, cancel_futures=True)

    def prepare(self) -> None:
        """Read levers and stories and make the baseline here and now, without a server."""
        self.open()
        self._prepare()

    def drawn(self, asked: Question) -> dict[str, np.ndarray]:
        """Return every outcome of a run, all draws of it, without a server."""
        return self._run(asked, range(asked.draws))

    def whole(self, asked: Question) -> bytes:
        """Return the full picture of a run as JSON, without a server."""
        return self._picture(asked, self.drawn(asked))

    async def _warm(self) -> None:
        """Make the baseline, run one branch, so that a lever finds all compiled, then forecast."""
        while not self.is_ready:
            try:
                await self.ready()
            except NotReady as trouble:
                print(f"globo: {trouble}", file=sys.stderr, flush=True)
                await asyncio.sleep(AGAIN)
        key = next(iter(self.controls))
        control = self.controls[key]
        moved = {key: control.low if control.default != control.low else control.high}
        asked = Question(moved, self.years[0], self.engine.draws)
        async for _line in self.pictures(asked):
            continue
        self.forecasts.look()

    def _prepare(self) -> None:
        ds = self.engine.baseline()
        years = [int(y) for y in ds["year"].values]
        whole = picture.arrays(ds)
        future = np.array(years) > self.engine.present
        self.years = [y for y in years if y > self.engine.present]
        self.past = {name: values[:, ~future] for name, values in whole.items()}
        self.future = {name: values[:, future] for name, values in whole.items()}
        self._unknowns = self.engine.unknowns()
        self._run_of_baseline = ds
        self.frame = picture.frame(ds)
        self.baseline = picture.baseline_picture(whole, years)
        self.baseline_json = picture.dumps(
            {
                **self.frame,
                **self.baseline,
                "present": self.engine.present,
                "draws": self.engine.draws,
                "surveys": surveys(),
                "unknowns": self._parameters(),
                "attrs": {name: str(value) for name, value in ds.attrs.items()},
            }
        )

    def _parameters(self) -> dict[str, Any]:
        """Return unit, meaning and source of every uncertain parameter, and the source's kind."""
        table = parameters.table()
        known = [table[name] for name in self._unknowns if name in table]
        told = ("unit", "meaning", "source")
        return {
            r.name: {**{k: getattr(r, k) for k in told}, "kind": kind_of(r.source)} for r in known
        }

    def _first(self, asked: Question) -> bytes:
        few = self._few(asked.moved, asked.start)
        other = self._few(asked.against, asked.start) if asked.against else None
        return self._picture(asked, few, twins=self._twins, other=other)

    @cached_property
    def _twins(self) -> dict[str, np.ndarray]:
        """The baseline's draws that a first picture is compared with."""
        return self._few({}, self.years[0])

    def _few(self, moved: Mapping[str, float], start: int) -> dict[str, np.ndarray]:
        return picture.arrays(self.engine.first(moved, start))

    def _run(self, asked: Question, draws: range) -> dict[str, np.ndarray]:
        if not asked.moved:
            return {name: values[draws.start : draws.stop] for name, values in self.future.items()}
        give_way = self.worker.give_way
        return picture.arrays(self.engine.run(asked.moved, asked.start, draws, give_way))

    def _picture(
        self,
        asked: Question,
        arrays: picture.Arrays,
        digits: int = picture.DIGITS,
        twins: picture.Arrays | None = None,
        other: picture.Arrays | None = None,
    ) -> bytes:
        if other is None and asked.other:
            other = self._run(asked.other, range(len(arrays["coca_ha|country"])))
        made = picture.branch_picture(
            self.future, self.past, arrays, self.years, self.engine.draws, digits, twins, other
        )
        made["final"] = twins is None
        made["start"], made["levers"] = asked.start, dict(asked.moved)
        made["against"] = dict(asked.against) if asked.against else None
        made["unknowns"] = None if twins else self._hinges(asked, arrays, other or self.future)
        return picture.dumps(made)

    def _hinges(
        self, asked: Question, arrays: picture.Arrays, against: picture.Arrays
    ) -> dict[str, Any]:
        """Return by target the unknowns behind the change, or behind the level of a baseline."""
        n = len(arrays["coca_ha|country"])
        known = {name: values[:n] for name, values in self._unknowns.items()}
        found = {}
        for target in TARGETS:
            read = picture.changing(target) if asked.differs else target
            last, base = arrays[read][:, -1, 0], against[read][:n, -1, 0]
            found[target] = hinges(known, last - base if asked.differs else last)
        return found

    def _key(self, asked: Question, digits: int = picture.DIGITS) -> str:
        moved = dict(sorted(asked.moved.items()))
        start = asked.start if moved else None
        other = dict(sorted(asked.against.items())) if asked.against else None
        return key_of(
            engine=self.engine.name,
            levers=moved,
            start=asked.start if other else start,
            draws=asked.draws,
            digits=digits,
            against=other,
        )


def key_of(**parts: Any) -> str:
    """Return the SHA-256 of what an answer depends on."""
    return sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _joined(parts: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _within(field: str, value: int, low: int, high: int, unit: str) -> None:
    if not low <= value <= high:
        span = f"{low} to {high} {unit}".strip()
        raise UserError(field, str(value), span, f"use {min(max(value, low), high)}")
