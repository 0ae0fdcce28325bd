"""Case: the run a report tells of, the baseline it is held against, and what is known.

Failed draws are left out here, once; with a baseline, only draws and years that
both runs hold are kept, so that every difference is taken draw by draw.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from globo import results
from globo.errors import UserError
from globo.facts import Facts, figures
from globo.report.charts import colours
from globo.report.charts.fan import Series
from globo.report.known import consumer_prices
from globo.report.texts import Texts
from globo.results import difference
from globo.results.spread import Band, Change, band, change

Pair = tuple[xr.DataArray, xr.DataArray | None]
Reading = Callable[[xr.Dataset], xr.DataArray]
BACK = 5  # years that a run without baseline looks back, where no later survey is known


@dataclass(frozen=True)
class Case:
    """What a report is made of.

    Attributes:
        run: results told of; draws that ended well.
        base: results held against, same draws and years; None for a run alone.
        facts: what is known.
        t: texts.
        n_draws: draws of the run, failed ones included.
        n_failed: draws left out.
        comparison: what `globo.compare` returned, where it is at hand.
    """

    run: xr.Dataset
    base: xr.Dataset | None
    facts: Facts
    t: Texts
    n_draws: int
    n_failed: int
    comparison: Any = None
    _read: dict[str, Pair] = field(default_factory=dict)

    @cached_property
    def years(self) -> list[int]:
        """Return the years of the run."""
        return [int(year) for year in self.run["year"].values]

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Return every published figure as one long table."""
        return figures(self.facts)

    @cached_property
    def cpi(self) -> pd.Series:
        """Return US consumer prices by year, to bring money to one year's dollars."""
        return consumer_prices(self.facts)

    @property
    def last(self) -> int:
        """Return the last year of the run."""
        return self.years[-1]

    @cached_property
    def surveyed_until(self) -> int:
        """Return the last year with a national survey."""
        return int(self.facts.own("coca_ha").index.max())

    @property
    def projected_from(self) -> int | None:
        """Return the first year after the surveys, None where the run ends before it."""
        return self.surveyed_until + 1 if self.last > self.surveyed_until else None

    @cached_property
    def reference(self) -> int:
        """Return the year that a run alone is held against: its own past."""
        if self.projected_from and self.surveyed_until in self.years:
            return self.surveyed_until
        return max(self.years[0], self.last - BACK)

    def text(self, key: str, **values: object) -> str:
        """Return a text that differs between a comparison and a run alone."""
        kind = "alone" if self.base is None else "versus"
        return self.t(f"{key}.{kind}", year=self.last, reference=self.reference, **values)

    def read(self, name: str, how: Reading | None = None) -> Pair:
        """Return a quantity of the run and of the baseline, computed once.

        Args:
            name: name of the variable, or any name of its own for a sum.
            how: how it is read from a dataset; the variable itself where None.
        """
        if name not in self._read:
            look = how or (lambda ds: ds[name])
            run, base = look(self.run), None if self.base is None else look(self.base)
            self._read[name] = (run if base is None else _settled(run, base), base)
        return self._read[name]

    def total(self, name: str) -> Pair:
        """Return a figure of the country (draw, year) of the run and of the baseline."""
        return self.read(f"national {name}", lambda ds: results.national(ds)[name])

    def whole_area(self) -> Pair:
        """Return all coca of the country (draw, year), surveyed by then or not, for changes."""
        return self.read("whole area", lambda ds: results.national(ds, whole=True)["coca_ha"])

    def zones(self) -> Pair:
        """Return coca by zone (draw, year, zone) of the run and of the baseline."""
        return self.read("zone_ha", results.zone_ha)

    def bands(self, pair: Pair, colour: str) -> list[Series]:
        """Return what a fan draws: the baseline as an outline behind the run."""
        run, base = pair
        behind = [] if base is None else [Series(band(base.values), colours.BASELINE, plain=True)]
        return [*behind, Series(band(run.values), colour)]

    def moved(self, pair: Pair, year: int | None = None) -> Change:
        """Return the change in the last year (or another) of a (draw, year) quantity.

        Against the baseline where there is one; a run alone is held against its
        own reference year.
        """
        run, base = pair
        after = run.sel(year=year or self.last).values
        before = run.sel(year=self.reference) if base is None else base.sel(year=year or self.last)
        return change(after, before.values)

    def final(self, array: xr.DataArray) -> Band:
        """Return the band of a (draw, year, ...) quantity in the last year."""
        return band(array.sel(year=self.last).values)


def case(
    ds: xr.Dataset,
    baseline: xr.Dataset | None,
    facts: Facts,
    t: Texts,
    comparison: Any = None,
) -> Case:
    """Match run and baseline and leave failed draws out.

    Raises:
        UserError: runs that cannot be compared draw by draw, or no draw that ended well.
    """
    ok = results.ok_draws(ds)
    run = ds.isel(draw=np.flatnonzero(ok))
    base = None
    if baseline is not None:
        _comparable(ds, baseline)
        base = baseline.isel(draw=np.flatnonzero(results.ok_draws(baseline)))
        draws = np.intersect1d(run["draw"].values, base["draw"].values)
        years = np.intersect1d(run["year"].values, base["year"].values)
        run, base = run.sel(draw=draws, year=years), base.sel(draw=draws, year=years)
    if not run.sizes["draw"] or not run.sizes["year"]:
        raise UserError(
            where="report", found="no draw that ended well", allowed="at least one draw and year"
        )
    n_failed = ds.sizes["draw"] - run.sizes["draw"]
    return Case(run, base, facts, t, ds.sizes["draw"], n_failed, comparison)


def _settled(run: xr.DataArray, base: xr.DataArray) -> xr.DataArray:
    """Return the run with the baseline's value where they differ by less than results hold."""
    places = run.ndim > 2  # draw and year, then places
    stays = difference.moved(run.values, base.values, places) == 0
    return run.copy(data=np.where(stays, base.values, run.values))


def _comparable(ds: xr.Dataset, baseline: xr.Dataset) -> None:
    """Raise where a difference draw by draw would mean nothing."""
    seeds = ds.attrs.get("seed"), baseline.attrs.get("seed")
    if seeds[0] != seeds[1]:
        mend = "run both with the same --seed"
        found = f"seeds {seeds[0]} and {seeds[1]}"
        raise UserError(where="report", found=found, allowed="runs of one seed", mend=mend)
    if not np.array_equal(ds["district"].values, baseline["district"].values):
        allowed = "runs of one set of districts"
        raise UserError(where="report", found="different districts", allowed=allowed)
