"""Is every entry as it was written, and whole? What is wrong, each in four parts.

An entry that was edited is found by its hash, and named. `sealed` is what whoever reads entries
asks first; `check` looks at the whole hub.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pandas as pd

from globo.errors import UserError
from globo.facts import Facts
from globo.forecast.hub import config, targets
from globo.forecast.hub.entry import (
    COLUMNS,
    QUANTILE,
    QUANTILE_LEVELS,
    SAMPLE,
    TARGETS,
    TASKS,
    Unit,
    read,
)
from globo.forecast.hub.folder import Hub
from globo.forecast.hub.metadata import MODEL, Entry, digest

RESTORE = "restore it from git: entries are never edited"
SHOWN = 3  # of what is missing, in a message


def sealed(hub: Hub) -> list[Entry]:
    """Return the records of the entries, each as it was written.

    Raises:
        UserError: an entry that was edited or is not there.
    """
    entries = hub.metadata().entries
    for entry in entries:
        for problem in _seal(hub, entry):
            raise problem
    return entries


def check(hub: Hub, facts: Facts) -> list[UserError]:
    """Return all that is wrong with a hub; nothing where all is well.

    Args:
        hub: the registry.
        facts: what the target data are to say.
    """
    try:
        entries, units = hub.metadata().entries, hub.units()
    except UserError as problem:
        return [problem]
    return [*_problems(hub, entries, units, facts)]


def _problems(
    hub: Hub, entries: list[Entry], units: list[Unit], facts: Facts
) -> Iterator[UserError]:
    known = {entry.file for entry in entries}
    for name in hub.outputs():
        if name not in known:
            mend = "take it out, or write it with `globo hub write`"
            yield UserError(name, "no record of it", "entries with a record in the metadata", mend)
    for i, entry in enumerate(entries):
        day = entry.origin_date.isoformat()
        if entry.file != place(day):
            yield UserError(f"entry {day} file", entry.file, place(day), RESTORE)
        if i and entries[i - 1].origin_date >= entry.origin_date:
            yield UserError(f"entry {day}", "not after the one before", "one entry a day", RESTORE)
        edited = [*_seal(hub, entry)]
        yield from edited or _form(hub, entry, units)
    yield from _settings(hub, entries, units)
    found = targets.series(facts, units)
    truth = {
        "target-data/time-series.csv": targets.text(found),
        "target-data/oracle-output.csv": targets.text(targets.oracle(found, entries)),
    }
    for name, text in truth.items():
        if _text(hub, name) != text:
            found_there = "not what the facts say" if _text(hub, name) else "not there"
            yield UserError(name, found_there, "what surveys found", "run: globo hub truth")


def place(day: str) -> str:
    """Return where the entry of a day stands in the hub."""
    return f"model-output/{MODEL}/{day}-{MODEL}.csv"


def _seal(hub: Hub, entry: Entry) -> Iterator[UserError]:
    """Say where an entry is not the file that was written."""
    try:
        now = digest((hub.folder / entry.file).read_bytes())
    except OSError as error:
        yield UserError(entry.file, error.strerror or "cannot be read", "the entry", RESTORE)
        return
    if now != entry.sha256:
        found = f"edited: its hash is {now[:12]}"
        yield UserError(entry.file, found, f"{entry.sha256[:12]}, as it was written", RESTORE)


def _settings(hub: Hub, entries: list[Entry], units: list[Unit]) -> Iterator[UserError]:
    """Say which settings do not follow from entries and places."""
    mend = "run: globo hub truth"
    for name, text in config.written(entries, units).items():
        there = _text(hub, name)
        if not there:
            yield UserError(name, "not there", "what the entries ask for", mend)
        elif there != text and (not name.endswith(".json") or _other(there, text)):
            yield UserError(name, "not what the entries ask for", "what they do", mend)


def _other(there: str, text: str) -> bool:
    try:
        return json.loads(there) != json.loads(text)
    except ValueError:
        return True


def _text(hub: Hub, name: str) -> str:
    file = hub.folder / name
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _form(hub: Hub, entry: Entry, units: list[Unit]) -> Iterator[UserError]:
    """Say where an entry is not a whole forecast in the form of the hub."""
    where = entry.file
    try:
        table = read(hub.folder / where)
    except UserError as problem:
        yield problem
        return
    day, ends = entry.origin_date.isoformat(), [f"{year}-12-31" for year in config.years(entry)]
    steps = dict(zip(ends, map(str, range(1, entry.horizon + 1)), strict=True))
    target = {unit.location: TARGETS[unit.level] for unit in units}
    allowed: dict[str, pd.Series] = {
        "origin_date": table["origin_date"] == day,
        "location": table["location"].isin(list(target)),
        "target": table["target"] == table["location"].map(target),
        "target_end_date": table["target_end_date"].isin(ends),
        "horizon": table["horizon"] == table["target_end_date"].map(steps),
        "output_type": table["output_type"].isin([QUANTILE, SAMPLE]),
        "value": np.isfinite(table["value"]) & (table["value"] >= 0.0),
    }
    for column, right in allowed.items():
        if not right.all():
            at = int((~right).to_numpy().argmax())
            found = f"'{table[column].iloc[at]}'"
            yield UserError(
                f"{where}:{at + 2} {column}", found, "what hub-config/tasks.json names", RESTORE
            )
            return
    twice = table.duplicated(COLUMNS[:-1])
    if twice.any():
        at = int(twice.to_numpy().argmax())
        yield UserError(f"{where}:{at + 2}", "a row twice", "one value a task and type", RESTORE)
        return
    yield from _whole(where, entry, table)


def _whole(where: str, entry: Entry, table: pd.DataFrame) -> Iterator[UserError]:
    """Say which tasks lack a year, a quantile or a sample, and where quantiles cross."""
    tasks = table[TASKS].drop_duplicates()
    years = tasks.groupby("location").size()
    for location in years.index[years != entry.horizon]:
        found = f"{years[location]} years of {location}"
        yield UserError(where, found, f"{entry.horizon} years", RESTORE)
    ids = {name: part for name, part in table.groupby("output_type")}
    wanted = {
        QUANTILE: {target: {*map(str, QUANTILE_LEVELS)} for target in set(tasks["target"])},
        SAMPLE: {
            target: {str(i * entry.samples + n + 1) for n in range(entry.samples)}
            for i, target in enumerate(dict.fromkeys(TARGETS.values()))
        },
    }
    for kind, by_target in wanted.items():
        rows = ids.get(kind, table.iloc[:0])
        have = rows.groupby(TASKS)["output_type_id"].agg(set)
        for task in map(tuple, tasks.to_numpy()):
            if have.get(task, set()) != by_target[task[1]]:
                lacking = sorted(by_target[task[1]] ^ have.get(task, set()))[:SHOWN]
                found = f"{kind} {', '.join(lacking)} of {task[3]}, {task[4]}, lacking or too many"
                yield UserError(where, found, f"{len(by_target[task[1]])} of each task", RESTORE)
                return
    rows = ids[QUANTILE].assign(level=ids[QUANTILE]["output_type_id"].astype(float))
    wide = rows.pivot(index=TASKS, columns="level", values="value")
    crossing = (np.diff(wide.to_numpy(), axis=1) < 0.0).any(axis=1)
    for task in wide.index[crossing]:
        found = f"quantiles cross for {task[3]}, {task[4]}"
        yield UserError(where, found, "none smaller than the one below", RESTORE)
