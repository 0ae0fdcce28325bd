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


@dataclass(frozen=True)
class Setting:
    """One lever set to a value: `place` "" for everywhere, months "YYYY-MM", `last` "" for ever."""

    lever: str
    place: str
    first: str
    last: str
    value: float


@cache
def levers(path: Path | None = None) -> Mapping[str, Mapping[str, str]]:
    """Return the table of levers by name, as it ships or from another file."""
    table = path or resources.files("globo.model").joinpath("levers.csv")
    text = table.read_text(encoding="utf-8")
    return {row["name"]: row for row in csv.DictReader(text.splitlines())}
