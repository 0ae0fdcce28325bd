"""Compare two runs, draw by draw: what moves, where, and how sure one can be.

Both runs share their luck (same seed), so a difference is taken inside each draw and
only then summarised. Draws that failed in either run are left out. Reads the area of
districts and `outside_ha`; writes nothing.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from globo.errors import UserError
from globo.results import LEVELS, national, ok_draws, quantiles, zone_ha

HERE = "compare"
log = logging.getLogger("globo.decisions")
NOISE = 1e-6  # relative; results are kept in 32 bits, a smaller difference is none
REMOVED = 50.0  # ha; where less was removed, its share that reappears means nothing
LIKELY = 0.66  # least probability of growth at which a zone is said to bulge


@dataclass(frozen=True)
class Comparison:
    """Differences of a scenario from its baseline, draw by draw.

    Attributes:
        scenario: name of the scenario.
        baseline: name of the run it is held against.
        zones: change of coca, ha (draw, year, zone).
        districts: change of coca, ha (draw, year, district).
        national: change of coca of the country, ha (draw, year).
        n_failed: draws left out because either run failed there.
    """

    scenario: str
    baseline: str
    zones: xr.DataArray
    districts: xr.DataArray
    national: xr.DataArray
    n_failed: int

    @property
    def years(self) -> list[int]:
        """Return the years that both runs hold."""
        return [int(year) for year in self.national["year"].values]

    @property
    def n_draws(self) -> int:
        """Return the draws that were compared."""
        return int(self.national.sizes["draw"])

    def to_json(self, year: int | None = None) -> dict[str, Any]:
        """Return what `globo compare --json` prints.

        Args:
            year: year compared; the last one where None.

        Returns:
            Names, year and draws; by zone, by district and for the country
            `{delta_ha: {p05, p50, p95}, probability_up}`; `reappears`, the share of the
            area removed in squeezed zones that reappears elsewhere, 0 to 1, null where
            nothing was removed; and `bulges`, the zones that likely grow.
        """
        year = self._year(year)
        zones = _places(self.zones.sel(year=year))
        return {
            "scenario": self.scenario,
            "baseline": self.baseline,
            "year": year,
            "draws": self.n_draws,
            "failed_draws": self.n_failed,
            "zones": zones,
            "districts": _places(self.districts.sel(year=year)),
            "national": _change(self.national.sel(year=year).values),
            "reappears": reappearing(self.zones.sel(year=year).values),
            "bulges": _bulges(zones),
        }

    def table(self, year: int | None = None) -> str:
        """Return the changes as plain text, a line a zone, the largest gain first.

        Args:
            year: year compared; the last one where None.
        """
        told = self.to_json(year)
        rows = sorted(told["zones"].items(), key=lambda row: -row[1]["delta_ha"]["p50"])
        head = ("zone", "change in ha", "90 % interval", "grows")
        cells = [_cells(name, one) for name, one in [*rows, ("Peru", told["national"])]]
        widths = [max(len(line[i]) for line in [head, *cells]) for i in range(4)]
        lines = [_line(head, widths), *(_line(row, widths) for row in cells)]
        return "\n".join([self._title(told), "", *lines, "", *_sentences(told)])

    def __str__(self) -> str:
        """Return the table of the last year."""
        return self.table()

    def _year(self, year: int | None) -> int:
        if year is None:
            return self.years[-1]
        if year not in self.years:
            allowed = f"{self.years[0]} to {self.years[-1]}"
            raise UserError(HERE, f"year {year}", allowed, "pick a year that both runs hold")
        return int(year)

    def _title(self, told: dict[str, Any]) -> str:
        left_out = f", {self.n_failed} failed and left out" if self.n_failed else ""
        names = f"{self.scenario} against {self.baseline}"
        return f"{names}: coca at the end of {told['year']} ({self.n_draws} draws{left_out})"


def compare(a: xr.Dataset | Path | str, b: xr.Dataset | Path | str) -> Comparison:
    """Compare two runs draw by draw.

    Args:
        a: the baseline: results of a run, or its folder.
        b: the scenario: results of a run of the same seed and span, or its folder.

    Returns:
        The differences b - a, for the years and draws that both hold.

    Raises:
        UserError: runs that differ in seed, span or districts, or share no good draw.
    """
    base, push, n_failed = matched(_opened(a), _opened(b))
    return Comparison(
        scenario=str(push.attrs.get("scenario", "scenario")),
        baseline=str(base.attrs.get("scenario", "baseline")),
        zones=_difference(zone_ha(base), zone_ha(push)),
        districts=_difference(base["coca_ha"], push["coca_ha"]),
        national=_difference(*(national(x, whole=True)["coca_ha"] for x in (base, push))),
        n_failed=n_failed,
    )


def matched(base: xr.Dataset, push: xr.Dataset) -> tuple[xr.Dataset, xr.Dataset, int]:
    """Keep the draws that ended well in both runs, and the years that both hold.

    Returns:
        Both runs, and the draws left out because either failed there.

    Raises:
        UserError: runs that differ in seed, span or districts, or share no good draw.
    """
    _check(base, push)
    _warn(base, push)
    draws = np.intersect1d(base["draw"].values, push["draw"].values)
    years = np.intersect1d(base["year"].values, push["year"].values)
    good = np.intersect1d(_good(base), _good(push))
    if not len(good) or not len(years):
        found = "no draw that ended well in both" if len(years) else "no year in common"
        mend = "run both again with more draws"
        raise UserError(HERE, found, "at least one draw and year in both", mend)
    at = {"draw": good, "year": years}
    return base.sel(at), push.sel(at), len(draws) - len(good)


def reappearing(delta: np.ndarray) -> dict[str, float] | None:
    """Return the share of the area removed that reappears elsewhere.

    In each draw the gains of the zones that grow over the losses of those that shrink,
    at most 1: what grows beyond the area removed was not displaced.

    Args:
        delta: change by zone, ha (draw, zone).

    Returns:
        Its interval over the draws that removed at least `REMOVED` ha; None where fewer
        than half of the draws did.
    """
    lost = -np.minimum(delta, 0).sum(axis=1)
    gained = np.maximum(delta, 0).sum(axis=1)
    told = lost >= REMOVED
    if not told.size or told.mean() < 0.5:
        return None
    return _interval(np.minimum(gained[told] / lost[told], 1.0))


def _opened(run: xr.Dataset | Path | str) -> xr.Dataset:
    if isinstance(run, xr.Dataset):
        return run
    from globo.ensemble import open_run  # storage is needed for folders alone

    return open_run(run)


def _check(base: xr.Dataset, push: xr.Dataset) -> None:
    """Raise where a difference draw by draw would mean nothing."""
    for key, option in {"seed": "--seed", "from": "start", "until": "--until"}.items():
        pair = base.attrs.get(key), push.attrs.get(key)
        if pair[0] != pair[1]:
            found = f"{key} {pair[0]} and {pair[1]}"
            mend = f"run both with the same {option}"
            raise UserError(HERE, found, f"runs of one {key}", mend)
    if not np.array_equal(base["district"].values, push["district"].values):
        mend = "run both with the same version and facts"
        raise UserError(HERE, "different districts", "runs of one set of districts", mend)


def _warn(base: xr.Dataset, push: xr.Dataset) -> None:
    """Say where two runs differ in what made them: a difference of theirs is part of the answer."""
    for key, what in {"version": "code", "facts_hash": "facts", "made_by": "machine"}.items():
        pair = [str(ds.attrs.get(key, "not told")) for ds in (base, push)]
        if pair[0] != pair[1]:
            told = "%s: the runs are of different %s (%s and %s); run both again"
            log.warning(told, HERE, what, *pair)


def _good(ds: xr.Dataset) -> np.ndarray:
    return ds["draw"].values[ok_draws(ds)]


def _difference(base: xr.DataArray, push: xr.DataArray) -> xr.DataArray:
    """Return push - base in float64, 0 where they differ by less than results can hold."""
    before, after = base.values.astype("float64"), push.values.astype("float64")
    moved = after - before
    same = np.abs(moved) <= NOISE * np.maximum(np.abs(before), np.abs(after))
    return base.copy(data=np.where(same, 0.0, moved))


def _places(delta: xr.DataArray) -> dict[str, dict[str, Any]]:
    names = [str(name) for name in delta[delta.dims[-1]].values]
    values = delta.values
    return {name: _change(values[:, i]) for i, name in enumerate(names)}


def _change(moved: np.ndarray) -> dict[str, Any]:
    """Return interval and probability of growth; draws that stay as they were count half."""
    up = float((moved > 0).mean() + (moved == 0).mean() / 2)
    return {"delta_ha": _interval(moved), "probability_up": round(up, 6)}


def _interval(values: np.ndarray) -> dict[str, float]:
    table = quantiles(values, list(LEVELS.values()))
    return {k: float(f"{v:.6g}") + 0.0 for k, v in zip(LEVELS, table, strict=True)}


def _bulges(zones: dict[str, dict[str, Any]]) -> list[str]:
    """Return the zones that likely grow, the largest gain first."""
    found = {
        name: one["delta_ha"]["p50"]
        for name, one in zones.items()
        if one["probability_up"] >= LIKELY and one["delta_ha"]["p50"] > 0
    }
    return sorted(found, key=lambda name: -found[name])


def _cells(name: str, one: dict[str, Any]) -> tuple[str, ...]:
    delta = one["delta_ha"]
    span = f"{_signed(delta['p05'])} to {_signed(delta['p95'])}"
    return name, _signed(delta["p50"]), span, f"{100 * one['probability_up']:.0f} %"


def _signed(value: float) -> str:
    whole = round(value)
    return f"{whole:+,}" if whole else "0"


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    name = cells[0].ljust(widths[0])
    return "  ".join([name, *(c.rjust(w) for c, w in zip(cells[1:], widths[1:], strict=True))])


def _sentences(told: dict[str, Any]) -> list[str]:
    share = told["reappears"]
    if share is None:
        found = "Too little area is removed to ask how much of it reappears elsewhere."
    elif share["p50"] >= 1.0:
        low = f"{100 * share['p05']:.0f} %"
        found = f"As much as is removed, or more, appears in other zones (or at least {low} of it)."
    else:
        p05, p50, p95 = (f"{100 * share[level]:.0f}" for level in LEVELS)
        found = f"Of the area removed, {p50} % reappears in other zones ({p05} to {p95} %)."
    bulges = ", ".join(told["bulges"]) or "no zone"
    return [found, f"It likely bulges in: {bulges}."]
