"""My budget: the stored answer of `globo optimise` to examples/portfolio.yaml, for the page.

A search takes hours of a processor, so it is made once and kept with the country (`budget.json`,
as the command writes `result.json`); whether model and facts are still those that it was made with
is told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from typing import Any

from globo import countries
from globo.ensemble import code_version
from globo.model.levers import levers as lever_table
from globo.scenario.controls import Control, checked
from globo.simulation import known
from globo.texts import LANGUAGES

Json = Mapping[str, Any]


@cache
def stored() -> Json | None:
    """Return what `globo optimise examples/portfolio.yaml` found; None where none is stored."""
    file = countries.load().folder / "budget.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


def budget(table: Mapping[str, Control]) -> dict[str, Any]:
    """Return the stored answer, with its levers as controls, and whether it is of this model.

    Where none is stored, there is no portfolio in `front`, and nothing else.

    Args:
        table: the controls of the page.
    """
    if (told := stored()) is None:
        return {"front": []}
    levers = [asdict(table[key]) for key in told["problem"]["levers"] if key in table]
    made = {"code": code_version("decisions"), "facts": known(None).hash}
    named = {name for row in told["fails_when"] for name in row["limits"]} & set(lever_table())
    names = {
        name: {lang: lever_table()[name][f"label_{lang}"] for lang in LANGUAGES} for name in named
    }
    return {**told, "controls": levers, "names": names, "is_current": told["made"] == made}


def answers(table: Mapping[str, Control]) -> list[dict[str, float]]:
    """Return the levers of portfolios that are the answer to some budget, as the page sets them.

    One that moves a lever which the page lacks is left out.

    With more money than the cheapest portfolio takes, the answer is the one regretted least that
    can be paid: the front in the order of its regret, as far as it grows cheaper.
    """
    found, least = [], float("inf")
    for one in (stored() or {"front": []})["front"]:  # the least regretted first
        if one["cost"] < least:
            least = one["cost"]
            if set(one["levers"]) <= set(table):
                found.append(checked(table, one["levers"]))
    return found
