"""Differences: levers as declared, checked and turned into dated changes.

A value is a number, numbers by place, or a list of spans `{from, until, value}`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from globo.countries import USUAL
from globo.errors import UserError, did_you_mean
from globo.model.levers import Setting, levers
from globo.model.policy import START
from globo.scenario.controls import places
from globo.scenario.source import Source, shown

__all__ = ["LAST", "Setting", "changes", "month", "number", "span_text"]

LAST = "2100-12"
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
SPAN = ("from", "until", "value")
EVERYWHERE = ""
BINARY = "0 or 1"
GROUP = 3  # digits between two points or commas that part the thousands
AMOUNT = re.compile(r"\s*[-+]?[.,]?[0-9][0-9.,_ ]*(e[-+]?[0-9]+)?\s*", re.IGNORECASE)

Path = Sequence[str | int]


def changes(source: Source, until: str, country: str = USUAL) -> list[Setting]:
    """Return what a scenario changes, in its order: later ones win.

    Args:
        source: the scenario.
        until: last month of its run, "YYYY-MM".
        country: whose levers and places.

    Raises:
        UserError: a lever, place, month or value that cannot be used.
    """
    found: list[Setting] = []
    table = levers(country)
    for name, value in source.tree.get("levers", {}).items():
        path = ("levers", name)
        if name not in table:
            mend = did_you_mean(str(name), table)
            raise UserError(source.where(path), "unknown lever", ", ".join(table), mend)
        if not isinstance(value, list):
            found += _valued(source, path, value, START, "", country)
            continue
        if not value:
            raise UserError(source.where(path), "an empty list", span_text(), "leave the lever out")
        for i, item in enumerate(value):
            found += _span(source, (*path, i), item, until, country)
    return found


def month(value: Any) -> str:
    """Return a month "YYYY-MM" between the start of every run and the last one possible.

    Raises:
        ValueError: anything else.
    """
    if not isinstance(value, str) or not MONTH.fullmatch(value) or not START <= value <= LAST:
        told = f"{shown(value)} is no month from {START} to {LAST}"
        raise ValueError(told)
    return value


def span_text() -> str:
    """Return what a list of a lever may hold."""
    return '{from: "YYYY-MM", until: "YYYY-MM" (optional), value: a number or numbers by place}'


def number(
    source: Source, path: Path, value: Any, low: float, high: float, unit: str
) -> float:  # fmt: skip
    """Return a value inside its range.

    Args:
        source: the scenario.
        path: of the value in it.
        value: what stands there.
        low: least value.
        high: largest value.
        unit: of the three.

    Raises:
        UserError: no number, not finite, or out of range.
    """
    where, allowed = source.where(path), _range(low, high, unit)
    if isinstance(value, bool):
        if unit == BINARY:
            return float(value)
        raise UserError(where, str(value).lower(), allowed, "write a number")
    if isinstance(value, str):
        bare = AMOUNT.fullmatch(value)
        mend = _bare(value, low, high) if bare else _without_unit(unit)
        raise UserError(where, f"{shown(value)}, a text", allowed, mend)
    if not isinstance(value, int | float):
        found = "nothing" if value is None else shown(value)
        raise UserError(where, found, allowed, "write one number")
    if isinstance(value, float) and not math.isfinite(value):
        raise UserError(where, f"{value}, not finite", allowed, "write a finite number")
    if unit == BINARY and value not in (0, 1):
        raise UserError(where, shown(value), allowed, "use 0 or 1")
    if source.decimals(path) == GROUP and value >= 1 and low <= 1000 * value <= high:
        found = f"{value:.{GROUP}f}, {_plain(value)} or {_plain(1000 * value)}"
        mend = f"write {_plain(1000 * value)}, or {value:.{GROUP - 1}f}: a point parts the decimals"
        raise UserError(where, found, allowed, mend)
    if not low <= value <= high:
        mend = f"use {_plain(low if value < low else high)}"
        raise UserError(where, shown(value), allowed, mend)
    return float(value)


def _span(source: Source, path: Path, item: Any, until: str, country: str) -> list[Setting]:
    """Return the changes of one entry of a list."""
    if not isinstance(item, Mapping):
        mend = 'write {from: "YYYY-MM", value: ...}'
        raise UserError(source.where(path), shown(item), span_text(), mend)
    for key in item:
        if key not in SPAN:
            mend = did_you_mean(str(key), SPAN)
            raise UserError(source.where((*path, str(key))), "unknown key", ", ".join(SPAN), mend)
    for key in ("from", "value"):
        if key not in item:
            raise UserError(source.where(path), f"no '{key}'", span_text(), f"add {key}")
    first = _month(source, (*path, "from"), item["from"], until)
    last = _month(source, (*path, "until"), item["until"], LAST) if "until" in item else ""
    if last and last < first:
        allowed, mend = f"{first} or later, its 'from'", "exchange the two"
        raise UserError(source.where((*path, "until")), shown(last), allowed, mend)
    return _valued(source, (*path, "value"), item["value"], first, last, country)


def _month(source: Source, path: Path, value: Any, until: str) -> str:
    try:
        found = month(value)
    except ValueError:
        year = isinstance(value, int) and START[:4] <= str(value) <= LAST[:4]
        mend = f'write "{value}-01"' if year else 'write "YYYY-MM", such as "2013-01"'
        allowed = f"a month, {START} to {LAST}"
        raise UserError(source.where(path), shown(value), allowed, mend) from None
    if found > until:
        allowed, mend = f"{START} to {until}, the end of the run", "give a later 'until'"
        raise UserError(source.where(path), shown(found), allowed, mend)
    return found


def _valued(
    source: Source, path: Path, value: Any, first: str, last: str, country: str
) -> list[Setting]:
    """Return the changes of a number, or of numbers by place."""
    name, row = str(path[1]), levers(country)[str(path[1])]
    low, high, unit = float(row["low"]), float(row["high"]), row["unit"]
    if not isinstance(value, Mapping):
        return [
            Setting(name, EVERYWHERE, first, last, number(source, path, value, low, high, unit))
        ]
    allowed, known = _range(low, high, unit), places(row["by"], country)
    if not value:
        raise UserError(source.where(path), "nothing", allowed, "leave the lever out")
    if set(value) <= set(SPAN):
        mend = f"write a list: - {span_text()}"
        raise UserError(source.where(path), "months outside a list", allowed, mend)
    if not known:
        found = f"numbers by place ({', '.join(map(str, value))[:40]})"
        mend = f"{name} is one number for the country"
        raise UserError(source.where(path), found, allowed, mend)
    made = []
    for place, amount in value.items():
        at = (*path, place)
        if isinstance(place, int) and amount is None and made:
            before = made[-1]
            found = f"a decimal comma in {_plain(before.value)},{place}"
            raise UserError(
                source.where((*path, before.place)),
                found,
                allowed,
                f"write {_plain(before.value)}.{place}",
            )
        if place not in known:
            found = f"unknown {row['by']} {shown(place)}"
            mend = did_you_mean(str(place), known)
            raise UserError(source.where(at), found, ", ".join(known), mend)
        made.append(Setting(name, place, first, last, number(source, at, amount, low, high, unit)))
    return made


def _range(low: float, high: float, unit: str) -> str:
    if unit == BINARY:
        return "0 or 1 (or false, true)"
    span = f"{_plain(low)} to {_plain(high)}"
    return span if unit in ("1", span) else f"{span} ({unit})"


def _bare(text: str, low: float, high: float) -> str:
    """Return how to write a number that was written with quotes, commas or spaces."""
    digits = text.strip().replace("_", "").replace(" ", "")
    whole, _, rest = digits.rpartition("," if digits.rfind(",") > digits.rfind(".") else ".")
    plain = f"{re.sub('[.,]', '', whole) or 0}.{rest}"
    together = re.sub("[.,]", "", digits)
    parted = rest.isdigit() and rest != digits
    grouped = parted and whole and len(rest) == GROUP and low <= float(together) <= high
    if not parted or grouped:
        return f"write {together}, without quotes and separators"
    return f"write {plain}, without quotes, with a point before the decimals"


def _without_unit(unit: str) -> str:
    return f"write the number alone; its unit is always {unit}, so convert others"


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:g}"
