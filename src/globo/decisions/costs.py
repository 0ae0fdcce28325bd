"""Costs: what a hectare, a kilo and an attack less cost by measure, and what leaks.

Each measure is a run held against the baseline, draw by draw, over the years in which they
differ. Beside the model's figures stand published estimates, which are outcomes to compare
with and never inputs. The areas of other countries are given to the model, not made by it:
what leaks there is told by the range of published shares and by prices in the markets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from globo.decisions.compare import matched
from globo.errors import UserError
from globo.facts import Facts, load
from globo.results import QUANTILES, difference, national, quantiles, zone_ha
from globo.scenario.prices import left_out_between

QUESTIONS = ("cost_per_ha", "cost_per_kg", "cost_ratio", "spillover", "balloon_country")
SHARE_ABROAD = "displacement share"  # start of the quantity in the facts
KG = 1000.0
LEAST = {"ha": difference.LEAST_HA, "kg": 1.0, "attack": 0.01}  # a year; less is nothing avoided
Interval = dict[str, float | None]


def cost_table(
    baseline: xr.Dataset,
    runs: Mapping[str, xr.Dataset],
    homes: Mapping[str, Sequence[str]] | None = None,
    extra_usd: Mapping[str, float] | None = None,
    facts: Facts | None = None,
) -> list[dict[str, Any]]:
    """Return what each measure costs for what it avoids, with what leaks.

    Args:
        baseline: results without the measures.
        runs: results with one measure each, by its name; same seed and span.
        homes: by measure the zones it works in; those that likely lose coca where none are named.
        extra_usd: by measure, USD a year of 2015 that the model's spending leaves out.
        facts: figures with the published shares that leak abroad; all that is known if None.

    Returns:
        One row a measure, yearly means as {p05, p50, p95}: `spent_usd`, `home_ha`,
        `other_zones_ha` (change of all other coca; above 0: it leaks), `net_ha`, `kg`,
        `attacks` (these avoided), `leak_share` (other_zones_ha over home_ha, see docs/results.md),
        `abroad_ha` (net area times the published shares), `price_abroad` (change of the
        market price, share); `left_out` (levers moved that `spent_usd` does not count, for want
        of a price); `usd_per_home_ha`, `usd_per_ha`, `usd_per_kg`,
        `usd_per_attack`, null where that bound avoids nothing or spends nothing, and
        wherever something is left out that `extra_usd` does not add; and by
        unit in `works` the share of draws in which anything is avoided.

    Raises:
        UserError: runs that cannot be compared with the baseline, or an unknown zone.
    """
    shares = abroad_shares(facts or load())
    return [
        _row(name, baseline, run, (homes or {}).get(name), (extra_usd or {}).get(name), shares)
        for name, run in runs.items()
    ]


def published(facts: Facts | None = None) -> pd.DataFrame:
    """Return published estimates of cost and leakage, to stand beside the model's.

    Args:
        facts: figures as known on a day; all that is known if None.
    """
    rows = (facts or load()).effects
    rows = rows[rows["question"].isin(QUESTIONS)]
    columns = "id question quantity country period estimate low high unit source confidence note"
    return rows[columns.split()].reset_index(drop=True)


def abroad_shares(facts: Facts) -> tuple[float, float]:
    """Return the range of published shares of an area lost that reappeared abroad, 0 to 1."""
    rows = facts.effects
    rows = rows[(rows["question"] == "balloon_country")]
    rows = rows[rows["quantity"].str.startswith(SHARE_ABROAD)]
    if rows.empty:
        return 0.0, 1.0  # nothing published by then: anything goes
    ends = rows[["estimate", "low", "high"]].to_numpy(float)
    return float(np.nanmin(ends)), float(np.nanmax(ends))


def unit_cost(spent: np.ndarray, avoided: np.ndarray, least: float) -> Interval:
    """Return the interval of the cost of a unit avoided; None where nothing is avoided.

    Args:
        spent: USD a year, one value a draw.
        avoided: units a year, one value a draw.
        least: units below which nothing is avoided.
    """
    if np.median(spent) <= 0:
        return dict.fromkeys(QUANTILES)
    each = np.where(avoided >= least, spent / np.maximum(avoided, least), np.inf)
    each = np.sort(each)
    at = {level: each[int(np.ceil(q * len(each))) - 1] for level, q in QUANTILES.items()}
    return {level: _number(value) for level, value in at.items()}


def _row(
    name: str,
    baseline: xr.Dataset,
    run: xr.Dataset,
    home: Sequence[str] | None,
    extra: float | None,
    shares: tuple[float, float],
) -> dict[str, Any]:
    left_out = left_out_between(run, baseline)
    base, push, _ = matched(baseline, run)
    years = _years(base, push)
    base, push = base.sel(year=years), push.sel(year=years)
    zones = _change(zone_ha(push), zone_ha(base), places=True)
    # all coca, surveyed by then or not: a survey that begins to cover a zone moves no coca
    after, before = (national(ds, whole=True)["coca_ha"] for ds in (push, base))
    country = _change(after, before)
    at_home = _home(name, [str(z) for z in base["zone"].values], home)
    moved = difference.displacement(zones, country, at_home)
    near, other, net = moved.removed, moved.elsewhere, -country
    spent = _yearly((push["spending_usd"] - base["spending_usd"]).sum("item")) + (extra or 0.0)
    kg = KG * _yearly((base["delivered_t"] - push["delivered_t"]).sum("market"))
    attacks = _yearly((base["armed_acts"] - push["armed_acts"]).sum("group"))
    price = _yearly((push["market_price_usd_kg"] / base["market_price_usd_kg"] - 1).mean("market"))
    leaks = moved.share[~np.isnan(moved.share)]
    spread = np.linspace(*shares, len(net))  # each draw another of the published shares
    abroad = np.maximum(net, 0.0) * np.random.default_rng(0).permutation(spread)
    # a sum that leaves something out is no price of a hectare
    unknown = bool(left_out) and extra is None
    each = (lambda *_: dict.fromkeys(QUANTILES)) if unknown else unit_cost
    return {
        "measure": name,
        "home": [str(z) for z in base["zone"].values[moved.home]],
        "years": [int(years[0]), int(years[-1])],
        "draws": int(base.sizes["draw"]),
        "spent_usd": _interval(spent),
        "left_out": [] if extra is not None else left_out,
        "home_ha": _interval(near),
        "other_zones_ha": _interval(other),
        "net_ha": _interval(net),
        "kg": _interval(kg),
        "attacks": _interval(attacks),
        "leak_share": _interval(leaks) if leaks.size else None,
        "abroad_ha": _interval(abroad),
        "price_abroad": _interval(price),
        "usd_per_home_ha": each(spent, near, LEAST["ha"]),
        "usd_per_ha": each(spent, net, LEAST["ha"]),
        "usd_per_kg": each(spent, kg, LEAST["kg"]),
        "usd_per_attack": each(spent, attacks, LEAST["attack"]),
        "works": {
            "home_ha": float((near >= LEAST["ha"]).mean()),
            "ha": float((net >= LEAST["ha"]).mean()),
            "kg": float((kg >= LEAST["kg"]).mean()),
            "attack": float((attacks >= LEAST["attack"]).mean()),
        },
    }


def _years(base: xr.Dataset, push: xr.Dataset) -> np.ndarray:
    """Return the years from the first in which the runs differ in coca or spending."""
    differs = np.zeros(base.sizes["year"], dtype=bool)
    for name in ("coca_ha", "spending_usd"):
        before, after = (ds[name].transpose("year", ...).values for ds in (base, push))
        differs |= (before != after).reshape(len(differs), -1).any(axis=1)
    first = int(differs.argmax())  # 0 where nothing differs
    return base["year"].values[first:]


def _home(name: str, zones: list[str], home: Sequence[str] | None) -> np.ndarray | None:
    """Return which zones a measure works in; None where none are named."""
    if not home:
        return None
    wrong = sorted(set(home) - set(zones))
    if wrong:
        raise UserError(where=f"home of {name}", found=wrong[0], allowed=", ".join(zones))
    return np.isin(zones, list(home))


def _change(push: xr.DataArray, base: xr.DataArray, places: bool = False) -> np.ndarray:
    """Return the mean change over the years, draws first."""
    after, before = (x.transpose("draw", "year", ...).values for x in (push, base))
    return difference.moved(after, before, places).mean(axis=1)


def _yearly(array: xr.DataArray) -> np.ndarray:
    """Return the mean over the years, draws first."""
    mean = array.astype("float64").mean("year")
    return mean.transpose("draw", ...).values


def _interval(values: np.ndarray) -> Interval:
    table = quantiles(values, list(QUANTILES.values()))
    return {level: _number(value) for level, value in zip(QUANTILES, table, strict=True)}


def _number(value: float) -> float | None:
    return float(f"{value:.6g}") + 0.0 if np.isfinite(value) else None
