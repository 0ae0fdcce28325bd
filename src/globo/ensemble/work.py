"""The work of one chunk: ask the engine, keep what the plan wants, store it.

The same function serves a thread of this process and a worker of a cluster, and
doing it twice leaves the same bytes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from globo.ensemble.ledger import BROKEN, MemberRow, Outcome
from globo.ensemble.plan import Chunk, Plan
from globo.ensemble.store import Store
from globo.errors import UserError
from globo.results import STATUS

Execute = Callable[[Chunk], Mapping[str, np.ndarray]]


@dataclass(frozen=True)
class Result:
    """A chunk's outcome, with its arrays and the error where there was one."""

    outcome: Outcome
    arrays: dict[str, np.ndarray]
    error: Exception | None = None


def compute(plan: Plan, execute: Execute, chunk: Chunk) -> Result:
    """Compute a chunk; an error of the engine becomes the reason of its members.

    Bad input (`UserError`) and arrays that do not fit the plan are raised.
    """
    began = time.monotonic()
    try:
        raw = execute(chunk)
    except UserError:
        raise
    except Exception as error:
        arrays = plan.blank(chunk, BROKEN)
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        rows = _rows(plan, chunk, arrays, reason)
        return Result(Outcome(chunk.index, rows, (), time.monotonic() - began), arrays, error)
    arrays = plan.trimmed(chunk, raw)
    rows = _rows(plan, chunk, arrays, "")
    return Result(Outcome(chunk.index, rows, (), time.monotonic() - began), arrays)


def compute_and_store(plan: Plan, execute: Execute, store: Store, chunk: Chunk) -> Result:
    """Compute a chunk and write its arrays; the arrays are not carried back."""
    began = time.monotonic()
    result = compute(plan, execute, chunk)
    stored = store.write(chunk, result.arrays)
    done = result.outcome
    outcome = Outcome(done.chunk, done.rows, stored, time.monotonic() - began)
    return Result(outcome, {}, result.error)


def _rows(
    plan: Plan, chunk: Chunk, arrays: Mapping[str, np.ndarray], reason: str
) -> tuple[MemberRow, ...]:
    rows = []
    for i, status in enumerate(arrays[STATUS.name].tolist()):
        why = reason or (plan.reasons.get(status, f"status {status}") if status else "")
        draw = chunk.first + i
        rows.append(MemberRow(plan.member(draw), draw, status, why))
    return tuple(rows)
