"""Intake: a new survey's tables, checked against the package and added to it with their source.

`add` puts the rows of several files into a copy of the package, lets the whole check look at them
beside what is known (sums, neighbours in time and space, days), and writes only what passes.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from globo import files
from globo.errors import UserError, did_you_mean
from globo.facts import tables
from globo.facts.checks import check
from globo.facts.problem import Problem, line
from globo.facts.sheet import COMPARE, Sheet, Source, read
from globo.facts.sources import READ
from globo.facts.stock import describe, take_stock


def add(paths: Sequence[Path], source: Source, base: Path, out: Path | None) -> list[Sheet]:
    """Check new tables beside what is known, and write the package with them.

    Args:
        paths: CSV files; those of one survey together, so that their sums are held against
            each other.
        source: where the figures come from.
        base: the package that they join.
        out: folder to write the package into, `base` itself to add in place; None to check alone.

    Returns:
        What was added, by file.

    Raises:
        UserError: the first fault, with file, row, field, what is allowed and the mend.
    """
    _check_source(source, base)
    sheets = [read(path, base, source) for path in paths]
    with tempfile.TemporaryDirectory() as room:
        copy = Path(room) / "package"
        shutil.copytree(base, copy)
        starts = _join(sheets, source, copy)
        known = {_named(problem) for problem in check(base)}
        new = [problem for problem in check(copy) if _named(problem) not in known]
        if new:
            raise _fault(new, sheets, starts)
        if out is not None:
            _write(copy, out, [sheet.table for sheet in sheets])
    return sheets


def _check_source(source: Source, base: Path) -> None:
    """Refuse a source without a name, of another day, or unknown and not described."""
    option = "--source"
    if not re.fullmatch(r"[a-z0-9_]+", source.id):
        allowed = "lower-case letters, digits and _"
        raise UserError(option, f"'{source.id}'", allowed, "as unodc_devida_2025")
    if source.published > datetime.now(UTC).date():
        found = f"{source.published:%Y-%m-%d}"
        allowed, mend = "a day up to today", "the day it came out"
        raise UserError(where="--published", found=found, allowed=allowed, mend=mend)
    known = tables.text(base, tables.schemas(base)["sources"])
    if source.id not in set(known.id) and not (source.title and source.publisher):
        allowed = "a source of sources.csv, or a new one with --title and --publisher"
        mend = did_you_mean(source.id, known.id)
        raise UserError(option, f"'{source.id}' is not in the package", allowed, mend)


def _join(sheets: Iterable[Sheet], source: Source, copy: Path) -> list[int]:
    """Write the rows and their source into a copy of the package; return where each began."""
    starts = []
    for sheet in sheets:
        path = copy / tables.schemas(copy)[sheet.table]["path"]
        there = tables.text(copy, tables.schemas(copy)[sheet.table])
        starts.append(len(there))
        whole = pd.concat([there, sheet.rows], ignore_index=True)
        whole.to_csv(path, index=False, lineterminator="\n")
    path = copy / tables.schemas(copy)["sources"]["path"]
    known = tables.text(copy, tables.schemas(copy)["sources"])
    if source.id not in set(known.id):
        row = {"id": source.id, "title": source.title, "publisher": source.publisher}
        row |= {"year": str(source.published.year), "url": source.url, "access": READ}
        row |= {"licence_note": "figures with citation"}
        new = pd.DataFrame([row]).reindex(columns=list(known), fill_value="")
        pd.concat([known, new], ignore_index=True).to_csv(path, index=False, lineterminator="\n")
    described = tables.written(copy)
    today = f"{datetime.now(UTC):%Y-%m-%d}T00:00:00Z"
    describe(copy, described | {"created": max(described["created"], today)})
    take_stock(copy)
    return starts


def _named(problem: Problem) -> tuple[str, int, str, str]:
    """Return what tells a problem from another; a whole table's count is always another."""
    return problem.table, problem.line, problem.field, problem.allowed


def _fault(problems: list[Problem], sheets: list[Sheet], starts: list[int]) -> UserError:
    """Say the first problem as one of the file that brought it."""
    for sheet, start in zip(sheets, starts, strict=True):
        for problem in problems:
            row = problem.line - line(start)
            if problem.table == sheet.table and 0 <= row < len(sheet.rows):
                where = f"{sheet.path}:{line(row)} {problem.field}".rstrip()
                return UserError(where, problem.found, problem.allowed, _mend(problem, problems))
    first = problems[0]
    tables_met = {problem.table for problem in problems}
    paths = [str(s.path) for s in sheets if s.table in tables_met] or [str(sheets[0].path)]
    where = f"{paths[0]} with {first.table}.csv:{first.line} {first.field}".rstrip()
    return UserError(where, first.found, first.allowed, _mend(first, problems))


def _mend(problem: Problem, problems: list[Problem]) -> str:
    """Return what to do, and how many more faults there are."""
    more = len(problems) - 1
    mend = "add the survey's scope.csv" if problem.allowed.startswith("the year of scope") else ""
    return (mend or COMPARE) + (f"; {more} more such" if more else "")


def _write(copy: Path, out: Path, names: Iterable[str]) -> None:
    """Write the package: whole into a new folder, the changed files into one that is there."""
    folder = files.target_folder(out)
    fresh = not (folder / tables.DESCRIPTOR).exists()
    described = tables.schemas(copy)
    changed = list(described) if fresh else [*names, "sources"]
    folder.mkdir(parents=True, exist_ok=True)
    for name in dict.fromkeys(changed):
        path = described[name]["path"]
        files.write_text(folder / path, (copy / path).read_text(encoding="utf-8"))
    text = (copy / tables.DESCRIPTOR).read_text(encoding="utf-8")
    files.write_text(folder / tables.DESCRIPTOR, text)  # last: it counts what stands there
