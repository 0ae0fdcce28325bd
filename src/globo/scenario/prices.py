"""Prices: what moving a lever costs the state, and which sums leave it out.

`levers.csv` names for each lever the row that prices it: a parameter, the lever `itself` where
it is money, `nothing` where the state pays nothing, or `left out` where no figure is known. What
is left out is named beside every sum that a run or a page tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import xarray as xr
from ruamel.yaml import YAML

from globo.errors import UserError, did_you_mean
from globo.model import parameters
from globo.model.levers import levers

LEFT_OUT = "left out"
UNPAID = ("itself", "nothing", LEFT_OUT)  # what is no parameter


def price(row: Mapping[str, str]) -> str:
    """Return what prices a lever: a parameter's name, or one of `UNPAID`.

    Raises:
        UserError: the row names neither.
    """
    found, known = row.get("price") or "", (*UNPAID, *parameters.table())
    if found not in known:
        where, allowed = f"levers.csv: {row['name']}: price", f"{', '.join(UNPAID)}, or a parameter"
        raise UserError(where, f"'{found}'", allowed, did_you_mean(found, known))
    return found


def in_words(row: Mapping[str, str], text: str) -> str:
    """Return a lever's cost in words, with the value of the parameter that prices it."""
    name = price(row)
    return text if name in UNPAID else text.format_map({name: _amount(name)})


def left_out(moved: Iterable[str]) -> list[str]:
    """Return the levers among those moved that no sum of money counts, in the table's order."""
    asked = set(moved)
    return [name for name, row in levers().items() if name in asked and price(row) == LEFT_OUT]


def left_out_between(run: xr.Dataset, base: xr.Dataset | None = None) -> list[str]:
    """Return the levers that differ between two runs and that their sums leave out.

    Args:
        run: results.
        base: results held against; None for today's policy.
    """
    return left_out(differing(stated(run), {} if base is None else stated(base)))


def stated(ds: xr.Dataset) -> dict[str, Any]:
    """Return what a run's scenario sets, by lever; empty where it says nothing."""
    return dict(declared(ds).get("levers") or {})


def declared(ds: xr.Dataset) -> dict[str, Any]:
    """Return the scenario of a run as it was declared."""
    found = YAML(typ="safe").load(str(ds.attrs.get("scenario_yaml", "")))
    return found if isinstance(found, dict) else {}


def differing(after: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    """Return the levers set otherwise; one that is not set stands at its default."""
    names = dict.fromkeys([*after, *before])
    return [n for n in names if after.get(n, default(n)) != before.get(n, default(n))]


def default(name: str) -> Any:
    """Return the value of a lever that nothing sets: a number, or the text of the table."""
    text = levers().get(name, {}).get("default", "")
    try:
        return float(text)
    except ValueError:
        return text


def _amount(name: str) -> str:
    value = parameters.table()[name].default
    return f"{value:,.0f}"
