"""Levers as controls: one number each, what the page, a search and the API move.

A national lever is one control, named as the lever; a lever by zone, group,
port or market is one control a place, named `lever@place`. Read, checked and made
settings of here alone; a scenario's own form stands in `differences`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from globo import countries, facts
from globo.countries import USUAL
from globo.errors import UserError, did_you_mean
from globo.model.levers import Setting, levers
from globo.scenario import prices
from globo.texts import LANGUAGES

NATIONAL, ZONE = "national", "zone"
AT = "@"
# The groups in which levers are shown, and what kind of number each one is.
GROUPS = ("eradication", "armed", "inputs", "routes", "neighbours", "development", "world")
KINDS = ("switch", "share", "factor", "index", "amount")


@dataclass(frozen=True)
class Control:
    """One number that a reader can move.

    Attributes:
        key: `lever` or `lever@place`.
        lever: name of the lever.
        place: where it acts; "" for the country.
        unit: unit in words.
        default: today's value.
        low: least value.
        high: largest value.
        by: "national", or the kind of place.
        group: group in which it is shown, of `GROUPS`.
        kind: switch, share, factor, index or amount.
        price: the parameter that prices it, or itself, nothing, left out (`prices`).
        cost: what moving it costs the state, in words, by language.
        source: where today's value is from, by language.
        label: short name by language.
        meaning: what it does by language.
    """

    key: str
    lever: str
    place: str
    unit: str
    default: float
    low: float
    high: float
    by: str
    group: str
    kind: str
    price: str
    cost: Mapping[str, str]
    source: Mapping[str, str]
    label: Mapping[str, str]
    meaning: Mapping[str, str]

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of its value."""
        text = f"{self.meaning['en']} ({self.unit}; today {self.default:g})"
        return {"type": "number", "minimum": self.low, "maximum": self.high, "description": text}


def controls(there: Mapping[str, list[str]], path: Path | None = None) -> dict[str, Control]:
    """Return every control by key, in the order of the table.

    Args:
        there: by kind of place (`by` of the table) its names.
        path: another table than the one shipped.
    """
    made = {}
    for row in levers(path=path).values():
        by = row["by"] or NATIONAL
        for place in [""] if by == NATIONAL else there[by]:
            key = f"{row['name']}{AT}{place}" if place else row["name"]
            made[key] = Control(
                key=key,
                lever=row["name"],
                place=place,
                by=by,
                group=_one_of(row, "group", GROUPS),
                kind=_one_of(row, "kind", KINDS),
                unit=row["unit"],
                default=float(row["default"]),
                low=float(row["low"]),
                high=float(row["high"]),
                price=prices.price(row),
                cost={lang: prices.in_words(row, row[f"cost_{lang}"]) for lang in LANGUAGES},
                source={lang: row[f"source_{lang}"] for lang in LANGUAGES},
                label={lang: row[f"label_{lang}"] for lang in LANGUAGES},
                meaning={lang: row[f"meaning_{lang}"] for lang in LANGUAGES},
            )
    return made


@cache
def places(by: str, country: str = USUAL) -> tuple[str, ...]:
    """Return the places where a lever of a kind can be moved; none for "national"."""
    if by == ZONE:
        return tuple(sorted(set(facts.load(country=country).districts.zone)))
    return countries.load(country).places(by)


def parted(key: str) -> tuple[str, str]:
    """Return lever and place of `lever` or `lever@place`; the place is "" for everywhere."""
    lever, _, place = key.partition(AT)
    return lever, place


def span(key: str, where: str) -> tuple[float, float, float]:
    """Return the least, the largest and today's value of `lever` or `lever@place`.

    Args:
        key: name of the control.
        where: what to name in a message.

    Raises:
        UserError: no such lever, or no such place of it.
    """
    lever, place = parted(key)
    if lever not in levers():
        allowed, mend = "names of levers.csv", did_you_mean(lever, levers())
        raise UserError(where, f"'{key}', no such lever", allowed, mend)
    row = levers()[lever]
    known = places(row["by"])
    if AT in key and not known:
        allowed, mend = f"{lever}, one number for the country", "leave the place out"
        raise UserError(where, f"'{key}'", allowed, mend)
    if AT in key and place not in known:
        raise UserError(where, f"'{key}'", ", ".join(known), did_you_mean(place, known))
    return float(row["low"]), float(row["high"]), float(row["default"])


def settings_from(moved: Mapping[str, float], start: int) -> tuple[Setting, ...]:
    """Return moved controls as settings that hold from a year on."""
    return tuple(
        Setting(*parted(key), f"{start}-01", "", float(value)) for key, value in moved.items()
    )


def checked(table: Mapping[str, Control], asked: Mapping[str, float]) -> dict[str, float]:
    """Return the values that differ from today, in the order of the table.

    Raises:
        UserError: a control that is not there, or a value out of its range.
    """
    for key, value in asked.items():
        if key not in table:
            allowed, mend = "the levers of /api/levers", did_you_mean(key, table)
            raise UserError(where="levers", found=f"'{key}'", allowed=allowed, mend=mend)
        control = table[key]
        if not control.low <= value <= control.high:
            nearest = control.low if value < control.low else control.high
            span = f"{control.low:g} to {control.high:g} {control.unit}"
            where, mend = f"levers.{key}", f"use {nearest:g}"
            raise UserError(where, f"{value:g}", span, mend)
    return {key: asked[key] for key in table if key in asked and asked[key] != table[key].default}


def by_lever(table: Mapping[str, Control], moved: Mapping[str, float]) -> dict[str, Any]:
    """Return moved controls as a scenario has them: a number, or numbers by place."""
    found: dict[str, Any] = {}
    for key, value in moved.items():
        control = table[key]
        if control.place:
            found.setdefault(control.lever, {})[control.place] = value
        else:
            found[control.lever] = value
    return found


def _one_of(row: Mapping[str, str], column: str, allowed: tuple[str, ...]) -> str:
    found = row.get(column) or ""
    if found not in allowed:
        where, mend = f"levers.csv: {row['name']}: {column}", did_you_mean(found, allowed)
        raise UserError(where, f"'{found}'", ", ".join(allowed), mend)
    return found
