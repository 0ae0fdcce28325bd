"""A session: the warm engine, the baseline to compare with, and the answers made so far."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from globo import parameters
from globo.errors import UserError
from globo.server import picture
from globo.server.cache import Cache, key_of
from globo.server.engine import Engine
from globo.server.evidence import surveys
from globo.server.levers import Control, checked, controls
from globo.server.reports import joined, report
from globo.server.stories import stories
from globo.server.unknowns import hinges
from globo.server.worker import FIRST, REFINE, Busy, Worker

EXACT = 6  # digits in files
PAUSE = 0.15  # seconds after a first picture in which a newer question finds the model free
PATIENCE = (
    3.5  # seconds in which refinements begin, later if nobody waits; it ends with what it has
)
TARGETS = ("coca_ha|country", "delivered_t|country", "armed_acts|country")


@dataclass(frozen=True)
class Asked:
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
    def other(self) -> Asked | None:
        """The run that it is compared with, where that is not the baseline."""
        return replace(self, moved=self.against, against=None) if self.against else None


class Session:
    """Holds what all readers share.

    Args:
        engine: runs the model.
        levers: another table of levers than the one shipped.
        told: other stories than those shipped.
    """

    def __init__(  # noqa: D107  (said above)
        self, engine: Engine, levers: Path | None = None, told: Path | None = None
    ) -> None:
        self.engine = engine
        self.worker = Worker()
        self.cache = Cache()
        self._levers, self._told = levers, told
        self._drawing = asyncio.Semaphore(1)
        self._ready: asyncio.Future | None = None
        self.controls: dict[str, Control] = {}
        self.stories: list[dict[str, Any]] = []
        self._unknowns: Mapping[str, np.ndarray] = {}

    def open(self) -> None:
        """Read the levers and the stories; quick, before the first request."""
        self.controls = controls(self.engine.places, self._levers)
        self.stories = stories(self.controls, self._told)

    def start(self) -> asyncio.Task:
        """Begin to make the baseline, before anybody asks for it."""
        return asyncio.create_task(self._warm())

    async def ready(self) -> None:
        """Wait until the baseline is there; the first to ask starts it."""
        if self._ready is None:
            self._ready = asyncio.ensure_future(self.worker.do(FIRST, self._prepare))
        await asyncio.shield(self._ready)

    @property
    def is_ready(self) -> bool:
        """Whether the baseline is there."""
        return self._ready is not None and self._ready.done() and not self._ready.exception()

    def asked(
        self,
        levers: Mapping[str, float],
        start: int | None,
        draws: int | None,
        against: Mapping[str, float] | None = None,
    ) -> Asked:
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
        return Asked(checked(self.controls, levers), start, draws, other or None)

    async def pictures(self, asked: Asked) -> AsyncIterator[bytes]:
        """Yield a first picture from a few draws, then the full one; one line of JSON each."""
        await self.ready()
        key = self._key(asked)
        if kept := self.cache.get(key):
            yield kept
            return
        began = time.perf_counter()
        if (asked.moved or asked.against) and asked.draws > self.engine.first_draws:
            yield await self.worker.do(FIRST, lambda: self._first(asked))
            await asyncio.sleep(PAUSE)
        parts, done = [], 0
        while done < asked.draws:
            some = range(done, min(done + self.engine.step, asked.draws))
            part = await self._refined(asked, some, began)
            if part is None:
                break
            parts.append(part)
            done = some.stop
        if parts:
            full = await self.worker.do(FIRST, lambda: self._picture(asked, _joined(parts)), began)
            if done == asked.draws:
                self.cache.put(key, full)
            yield full

    async def _refined(self, asked: Asked, some: range, began: float) -> picture.Arrays | None:
        """Return some draws of a run, or None where others kept them from beginning in time."""
        left = began + PATIENCE - time.perf_counter()
        if left <= 0 and not self.worker.is_free:
            return None
        try:
            work = self.worker.submit(REFINE, lambda: self._run(asked, some), began)
        except Busy:
            return None
        waiting = asyncio.wrap_future(work)
        try:
            await asyncio.wait({waiting}, timeout=left if left > 0 else None)
            return None if work.cancel() else await waiting
        finally:
            work.cancel()  # its reader may have gone

    async def exact(self, asked: Asked) -> dict[str, Any]:
        """Return the full picture with six digits, for files; kept as the others are."""
        await self.ready()
        key = self._key(asked, EXACT)
        if not (kept := self.cache.get(key)):
            whole = range(asked.draws)
            kept = await self.worker.do(
                REFINE, lambda: self._picture(asked, self._run(asked, whole), EXACT)
            )
            self.cache.put(key, kept)
        return orjson.loads(kept)

    async def report(self, asked: Asked, lang: str) -> str:
        """Return the report of a run as HTML; one is drawn at a time, beside the model."""
        await self.ready()
        whole = None
        if asked.moved:
            draws = range(asked.draws)
            run = await self.worker.do(
                REFINE, lambda: self.engine.run(asked.moved, asked.start, draws)
            )
            whole = joined(self._run_of_baseline, run, self.engine.present)
        async with self._drawing:
            return await asyncio.to_thread(report, self._run_of_baseline, whole, lang)

    def close(self) -> None:
        """End the model's thread."""
        self.worker.close()

    async def _warm(self) -> None:
        """Make the baseline, then run one branch, so that the first lever finds all compiled."""
        await self.ready()
        key = next(iter(self.controls))
        control = self.controls[key]
        moved = {key: control.low if control.default != control.low else control.high}
        asked = Asked(moved, self.years[0], self.engine.draws)
        async for _line in self.pictures(asked):
            continue

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
        """Return unit, meaning and source of every uncertain parameter."""
        table = parameters.table()
        known = [table[name] for name in self._unknowns if name in table]
        return {r.name: {"unit": r.unit, "meaning": r.meaning, "source": r.source} for r in known}

    def _first(self, asked: Asked) -> bytes:
        few = self._few(asked.moved, asked.start)
        other = self._few(asked.against, asked.start) if asked.against else None
        return self._picture(asked, few, twins=self._twins, other=other)

    @cached_property
    def _twins(self) -> dict[str, np.ndarray]:
        """The baseline's draws that a first picture is compared with."""
        return self._few({}, self.years[0])

    def _few(self, moved: Mapping[str, float], start: int) -> dict[str, np.ndarray]:
        return picture.arrays(self.engine.first(moved, start))

    def _run(self, asked: Asked, draws: range) -> dict[str, np.ndarray]:
        if not asked.moved:
            return {name: values[draws.start : draws.stop] for name, values in self.future.items()}
        return picture.arrays(self.engine.run(asked.moved, asked.start, draws))

    def _picture(
        self,
        asked: Asked,
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
        made["start"], made["levers"] = asked.start, dict(asked.moved)
        made["against"] = dict(asked.against) if asked.against else None
        made["unknowns"] = None if twins else self._hinges(asked, arrays, other or self.future)
        return picture.dumps(made)

    def _hinges(
        self, asked: Asked, arrays: picture.Arrays, against: picture.Arrays
    ) -> dict[str, Any]:
        """Return by target the unknowns behind the change, or behind the level of a baseline."""
        n = len(arrays["coca_ha|country"])
        known = {name: values[:n] for name, values in self._unknowns.items()}
        found = {}
        for target in TARGETS:
            last = arrays[target][:, -1, 0]
            base = against[target][:n, -1, 0]
            differs = asked.moved or asked.against
            found[target] = hinges(known, last - base if differs else last)
        return found

    def _key(self, asked: Asked, digits: int = picture.DIGITS) -> str:
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


def _joined(parts: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _within(field: str, value: int, low: int, high: int, unit: str) -> None:
    if not low <= value <= high:
        span = f"{low} to {high} {unit}".strip()
        raise UserError(field, str(value), span, f"use {min(max(value, low), high)}")
