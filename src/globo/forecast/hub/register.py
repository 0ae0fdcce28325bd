"""Put an entry into the hub, and write again what follows from the entries and the facts."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

from globo import files
from globo.errors import UserError
from globo.facts import Facts
from globo.forecast.hub import config, metadata, targets
from globo.forecast.hub.checks import place, sealed
from globo.forecast.hub.entry import Unit
from globo.forecast.hub.folder import Hub, locations
from globo.forecast.hub.metadata import Entry, Metadata, digest


def enter(
    hub: Hub, text: str, record: Entry, units: list[Unit], facts: Facts, again: bool = False
) -> Entry:
    """Write an entry, its record, and what follows from them.

    Args:
        hub: the registry.
        text: the entry.
        record: its record; `file` and `sha256` are filled here.
        units: its places; the hub keeps those of older entries too.
        facts: what target data are written from.
        again: put it in place of the last entry, which is only for one that nobody was shown.

    Returns:
        The record as written.

    Raises:
        UserError: an entry of that day or a later one is there, or one was edited.
    """
    check_free(hub, record.origin_date.isoformat(), again, facts)
    entries = hub.metadata().entries
    if again and entries:
        (hub.folder / entries[-1].file).unlink()
        entries = entries[:-1]
    file = place(record.origin_date.isoformat())
    record = record.model_copy(update={"file": file, "sha256": digest(text.encode("utf-8"))})
    _write(hub, file, text)
    every = {unit.location: unit for unit in [*hub.units(), *units]}
    if not entries:  # the first one, or the first one again
        every = {unit.location: unit for unit in units}
    _write(hub, hub.locations_file, locations(_ordered(every, units)))
    _write(hub, hub.metadata_file, metadata.text(Metadata(entries=[*entries, record])))
    refresh(hub, facts)
    return record


def check_free(hub: Hub, day: str, again: bool, facts: Facts) -> None:
    """Refuse a day that has an entry, or one older than the last entry.

    Raises:
        UserError: so it is, an entry was edited, or the one to replace has its survey already.
    """
    entries = sealed(hub)
    kept = entries[:-1] if again else entries
    if again and entries:
        found = targets.oracle(targets.series(facts, hub.units()), entries[-1:])
        if len(found):
            where = f"entry {entries[-1].origin_date}"
            mend = "leave it, and write another"
            raise UserError(where, "its survey has come", "one whose survey is to come", mend)
    last = kept[-1].origin_date.isoformat() if kept else ""
    if day <= last:
        where, allowed = f"entry {day}", f"a day after the last entry, {last}"
        mend = "entries are never edited; one that nobody was shown is made again with --again"
        raise UserError(where, "not after the last one", allowed, mend)


def refresh(hub: Hub, facts: Facts) -> list[str]:
    """Write settings and target data again; entries stay as they are.

    Returns:
        The files that changed, by their place in the hub.
    """
    entries, units = sealed(hub), hub.units()
    found = targets.series(facts, units)
    told = {
        **config.written(entries, units),
        "target-data/time-series.csv": targets.text(found),
        "target-data/oracle-output.csv": targets.text(targets.oracle(found, entries)),
    }
    return [name for name, text in told.items() if _write(hub, name, text)]


def commit(package: Path) -> str:
    """Return the commit of the code of a checkout.

    Args:
        package: a folder of the sources.

    Raises:
        UserError: no checkout, or sources that no commit holds.
    """
    where, allowed = "commit", "a git checkout whose sources are committed"
    git = lambda *words: subprocess.run(  # noqa: E731
        ["git", *words], cwd=package, capture_output=True, text=True, check=True
    ).stdout.strip()
    try:
        head, changed = git("rev-parse", "HEAD"), git("status", "--porcelain", "--", ".")
    except (OSError, subprocess.CalledProcessError) as error:
        mend = "an entry names the commit that made it: write it from a clone"
        raise UserError(where, f"no git checkout at {package}", allowed, mend) from error
    if changed:
        found = f"changed: {changed.splitlines()[0].strip()}"
        raise UserError(where, found, allowed, "commit it first: an entry names its commit")
    return head


def _ordered(every: dict[str, Unit], newest: list[Unit]) -> list[Unit]:
    """Return places: the country, zones, districts, each by code."""
    order = {"national": 0, "zone": 1, "district": 2}
    for unit in newest:  # a unit may have lost or won a part since
        every[unit.location] = replace(unit)
    return sorted(every.values(), key=lambda unit: (order[unit.level], unit.location))


def _write(hub: Hub, name: str | Path, text: str) -> bool:
    """Write a file of the hub; say whether it changed."""
    file = hub.folder / name
    if file.is_file() and file.read_bytes() == text.encode("utf-8"):
        return False
    files.write_text(file, text, "--hub")
    return True
