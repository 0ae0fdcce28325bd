"""What a forecaster may know of the survey on a day: one bundle of tables, cut by date.

Reads `globo.facts.load(as_of)`; writes areas as year x unit tables by district, by
comparable unit, by zone and for the nation. Rows of low confidence are never among them;
zone rows of medium confidence (before 2012) pass a check against the national survey.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from globo import countries, facts
from globo.errors import UserError
from globo.model.policy import LAST

ELSEWHERE = "Elsewhere"
OUTSIDE = "outside"
LEVELS = ("district", "zone", "national")
JOIN_TOLERANCE = 0.3


@dataclass(frozen=True)
class Known:
    """The survey as known on one day; areas in ha, NaN where unknown.

    Attributes:
        last_year: the last year surveyed and published by then.
        districts: every district of the tables, ubigeo as index; column zone is filled.
        by_district: year x ubigeo, surveyed districts only; empty before the first survey.
        by_unit: year x series_unit, sums over constant boundaries.
        by_zone: year x zone, the 13 survey zones, and Elsewhere once districts are surveyed.
        national: year, the survey's national area.
        eradicated: year, ha cleared by the state, national.
    """

    last_year: int
    districts: pd.DataFrame
    by_district: pd.DataFrame
    by_unit: pd.DataFrame
    by_zone: pd.DataFrame
    national: pd.Series
    eradicated: pd.Series

    @property
    def zones(self) -> list[str]:
        """All zones of the tables, Elsewhere last."""
        names = sorted(set(self.districts["zone"]) - {ELSEWHERE})
        return [*names, ELSEWHERE]

    @property
    def outside(self) -> pd.Series:
        """National area outside the zones known last, in the years that have all of these."""
        inside = self.by_zone.dropna(axis=1, how="all")
        inside = inside.loc[:, inside.iloc[-1].notna()].dropna() if len(inside) else inside
        return (self.national - inside.sum(axis=1)).dropna().clip(lower=0.0)


def known(as_of: dt.date | str) -> Known:
    """Return what was published of the survey by `as_of`.

    Args:
        as_of: the day, a date or "YYYY-MM-DD".

    Returns:
        The tables as known then.

    Raises:
        UserError: if no national area was published by then.
    """
    return assemble(facts.load(as_of=as_of).through(LAST))


def assemble(source: facts.Facts) -> Known:
    """Arrange the facts of one day for the forecasters; see `known`."""
    national = source.own("coca_ha")
    if national.empty:
        raise UserError(
            where="as_of",
            found=f"{source.as_of:%Y-%m-%d}",
            allowed="a day from 2002-03-31 on",
            mend="no survey was published before",
        )
    places = source.districts
    table = places.assign(zone=places["zone"].replace("", ELSEWHERE))
    by_unit = _consecutive(source.coca("series_unit"))
    zones = _consecutive(_checked(source.coca_zone, national))
    if len(by_unit):
        elsewhere = table["zone"].reindex(by_unit.columns) == ELSEWHERE
        zones = zones.assign(**{ELSEWHERE: by_unit.loc[:, elsewhere.to_numpy()].sum(axis=1)})
    return Known(
        last_year=int(national.index[-1]),
        districts=table,
        by_district=_consecutive(source.coca("district")),
        by_unit=by_unit,
        by_zone=zones,
        national=national,
        eradicated=source.own("eradicated_ha"),
    )


def history(state: Known, level: str) -> pd.DataFrame:
    """Return the areas that a naive rival learns from at one level.

    Args:
        state: what is known.
        level: district (comparable units), zone (the survey zones) or national.

    Returns:
        Year x unit, ha; only units surveyed in the last year.
    """
    if level == "district":
        table = state.by_unit
    elif level == "zone":
        table = state.by_zone.drop(columns=ELSEWHERE, errors="ignore")
    else:
        table = state.national.to_frame(countries.load().nation)
    return table.loc[:, table.iloc[-1].notna()] if len(table) else table


def _consecutive(table: pd.DataFrame) -> pd.DataFrame:
    """Give a year x unit table a row for every year between its first and last."""
    if table.empty:
        return table
    return table.reindex(range(int(table.index.min()), int(table.index.max()) + 1))


def _checked(rows: pd.DataFrame, national: pd.Series) -> pd.DataFrame:
    """Keep high rows, and medium rows of zones that fit the nation and join the survey.

    A zone's medium rows stay if, in every year, all of them together are below the
    national area, and the last of them lies within 30 % of the first high row, where one
    is known. Low rows go.
    """
    high = rows[rows["confidence"] == "high"]
    medium = rows[rows["confidence"] == "medium"]
    total = medium.groupby("year")["coca_ha"].sum()
    if (total > national.reindex(total.index)).any():
        return _pivot(high)
    first = high.sort_values("year").groupby("zone")["coca_ha"].first()
    last = medium.sort_values("year").groupby("zone")["coca_ha"].last()
    off = (last / first - 1.0).abs() > JOIN_TOLERANCE
    return _pivot(pd.concat([medium[~medium["zone"].isin(off.index[off])], high]))


def _pivot(rows: pd.DataFrame) -> pd.DataFrame:
    """Turn rows (zone, year, coca_ha) into year x zone."""
    return rows.pivot(index="year", columns="zone", values="coca_ha").rename_axis(columns=None)
