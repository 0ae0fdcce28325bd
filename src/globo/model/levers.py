"""Levers: the table of what a policy can move, and one lever set to a value.

Reads `levers.csv`, for every room that asks what a lever is; brings no JAX.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from globo import countries
from globo.countries import USUAL
from globo.texts import in_every_language


@dataclass(frozen=True)
class Setting:
    """One lever set to a value: `place` "" for everywhere, months "YYYY-MM", `last` "" for ever."""

    lever: str
    place: str
    first: str
    last: str
    value: float


@cache
def levers(country: str = USUAL, path: Path | None = None) -> Mapping[str, Mapping[str, str]]:
    """Return the levers of a country by name, from the table as it ships or another file.

    A lever that moves an authority or a neighbour is there where the country has it.
    """
    table = path or resources.files("globo.model").joinpath("levers.csv")
    text = table.read_text(encoding="utf-8")
    others = countries.local_levers() - countries.declared(country).levers
    rows = in_every_language("levers", csv.DictReader(text.splitlines()), "name")
    return {row["name"]: row for row in rows if row["name"] not in others}
