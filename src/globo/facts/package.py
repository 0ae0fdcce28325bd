"""Facts: what was known on a day, as tables and series.

Reads the data package beside this file; writes nothing. Later rooms build the
world, calibrate and forecast from a `Facts`; looking ahead is impossible, since
`load(as_of)` leaves out every row that became public later.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd

from globo import countries
from globo.countries import Country
from globo.errors import UserError, did_you_mean
from globo.facts import tables

FEW = 12  # names that a message lists in full
FIRST_YEAR, LAST_YEAR = 1900, 2200  # of a day on which something may be known
LEVELS = ("series_unit", "district", "zone", "national")
# The frame of places, the words and the citations carry no figures of a date.
UNDATED = ("districts", "sources", "vocabulary", "disputes")


@dataclass(frozen=True)
class Facts:
    """What was known on a day. Each table is a frame of its own; docs/facts.md lists columns.

    Attributes:
        as_of: the day; None for everything.
        hash: SHA-256 of the data package and the day.
        country: whose figures they are.
        folder: the data package that they were read from.
    """

    as_of: pd.Timestamp | None
    hash: str
    country: Country
    folder: Path
    districts: pd.DataFrame
    district_year: pd.DataFrame
    coca_district: pd.DataFrame
    coca_zone: pd.DataFrame
    scope: pd.DataFrame
    coca_department: pd.DataFrame
    areas: pd.DataFrame
    coca_special: pd.DataFrame
    eradication: pd.DataFrame
    eradication_best: pd.DataFrame
    axis_to_zone: pd.DataFrame
    national: pd.DataFrame
    events: pd.DataFrame
    yields: pd.DataFrame
    traditional: pd.DataFrame
    bases: pd.DataFrame
    elections: pd.DataFrame
    air_law: pd.DataFrame
    prices: pd.DataFrame
    demand: pd.DataFrame
    chain: pd.DataFrame
    effects: pd.DataFrame
    disputes: pd.DataFrame
    vocabulary: pd.DataFrame
    sources: pd.DataFrame

    def table(self, name: str) -> pd.DataFrame:
        """Return a table by its name.

        Raises:
            UserError: no table of that name.
        """
        one_of("table", name, table_names())
        return getattr(self, name)

    def series(self, country: str, quantity: str) -> pd.Series:
        """Return a national series.

        Args:
            country: as the national table names it, such as "Colombia".
            quantity: a quantity of the national table, as "coca_ha".

        Returns:
            Values by year (int), in the unit of the quantity; empty where none was known.

        Raises:
            UserError: unknown country or quantity.
        """
        every = tables.read(self.folder)["national"]
        one_of("country", country, every.country)
        one_of("quantity", quantity, every.quantity)
        rows = self.national.query("country == @country and quantity == @quantity")
        return rows.set_index("year").value.sort_index().rename(quantity)

    def own(self, quantity: str) -> pd.Series:
        """Return a national series of the country itself, as `series` does."""
        return self.series(self.country.nation, quantity)

    def coca(self, level: str = "series_unit") -> pd.DataFrame:
        """Return surveyed coca standing on 31 December.

        Args:
            level: "series_unit" (districts joined so that each keeps one extent over all
                surveys), "district", "zone" (the survey zones, earlier years included) or
                "national" (countries).

        Returns:
            Area in ha, a row a year, a column a unit; NaN where it is not known.

        Raises:
            UserError: unknown level.
        """
        one_of("level", level, LEVELS)
        if level == "national":
            area = self.national.query("quantity == 'coca_ha'")
            rows = area.assign(national=area.country, coca_ha=area.value)
        elif level == "zone":
            rows = self.coca_zone
        else:
            unit = self.districts.series_unit if level == "series_unit" else self.districts.index
            names = pd.Series(unit, index=self.districts.index)
            rows = self.coca_district.assign(**{level: self.coca_district.ubigeo.map(names)})
        wide = rows.groupby(["year", level]).coca_ha.sum(min_count=1).unstack(level)
        return wide.astype("float64")

    def surveyed(self, zones: Sequence[str], years: Iterable[int]) -> pd.DataFrame:
        """Return which zones the survey of a year covered.

        The national area of a year holds these alone: the survey began with seven zones, and
        part of the growth that it tells until 2012 is zones that it came to cover.

        Args:
            zones: survey zones; "Elsewhere" stands for the districts outside the frame too.
            years: the years.

        Returns:
            True or False, a row a year, a column a zone; False where no scope was known.
        """
        first = self.scope.set_index("zone").year.reindex(list(zones)).to_numpy(float)
        rows = list(years)
        return pd.DataFrame(np.array(rows)[:, None] >= first, index=rows, columns=list(zones))

    def surveyed_areas(self, year: int) -> list[str]:
        """List the survey zones that the survey of a year looked at, new areas among them.

        Args:
            year: year of the survey.

        Returns:
            Names as in `coca_zone`, as far as their scope was known on the day.
        """
        told = self.scope[(self.scope.year <= year) & (self.scope.zone != "Elsewhere")]
        return sorted(told.zone)

    def area_districts(self, area: str) -> pd.Series:
        """Return the districts of a survey area and how sure each is.

        Args:
            area: a zone of the model's frame, or an area that came since 2018.

        Returns:
            Confidence by district code: "high" for the frame's zones; "low" where it is assumed;
            empty for an area outside the frame of districts.

        Raises:
            UserError: no survey covers an area of that name.
        """
        one_of("area", area, tables.read(self.folder)["scope"].zone)
        rows = self.areas[self.areas.area == area].set_index("ubigeo").confidence
        if rows.empty:
            mine = self.districts.index[self.districts.zone == area]
            rows = pd.Series("high", index=mine, name="confidence")
        return rows.sort_index()

    def department_districts(self, department: str) -> list[str]:
        """Return the districts of a department, "Huánuco" or "HUANUCO": codes in order."""
        mine = self.districts.department.map(_plain) == _plain(department)
        return sorted(map(str, self.districts.index[mine]))

    def department_coca(self) -> pd.DataFrame:
        """Return surveyed coca by department, ha on 31 December: a row a year, from 2018 on."""
        return self.coca_department.pivot_table(
            index="year", columns="department", values="coca_ha", aggfunc="sum"
        ).astype("float64")

    def eradicated(self, year: int, by: str = "zone") -> pd.Series:
        """Return where brigades cleared coca in a year, as told by the day.

        Each source tells totals to date: of each place the last one told counts, and places
        that overlap another are left out.

        Args:
            year: calendar year.
            by: "zone" (survey zones) or "department".

        Returns:
            Hectares by place. "" holds what was told for the nation and has no such place, so
            that all add up to the largest national figure told; empty where none was told.

        Raises:
            UserError: `by` is neither.
        """
        one_of("by", by, ("zone", "department"))
        told = self.national.query("country == @self.country.nation")
        told = told[told.quantity == "eradicated_ha"]
        mine = self.eradication.query("quantity == 'eradicated_ha' and level == 'national'")
        mine = mine[(mine.year == year) & (mine.year_to == year)]
        totals = [*told[told.year == year].value, *mine.value.dropna()]
        if not totals:
            return pd.Series(dtype="float64", name="eradicated_ha")
        rows = self.eradication_best[(self.eradication_best.year == year)]
        rows = rows[rows.use].sort_values("known_at").drop_duplicates("place", keep="last")
        if by == "department":
            rows = rows[rows.level == "department"].rename(columns={"place": by, "zone": "in"})
        held = rows[rows[by] != ""].groupby(by).eradicated_ha.sum()
        rest = max(max(totals) - held.sum(), 0.0)
        return pd.concat([held, pd.Series({"": rest})]).rename("eradicated_ha")

    def eradication_placed(self, year: int, by: str = "zone") -> float:
        """Return the share of a year's cleared hectares that has a place, as told by the day."""
        found = self.eradicated(year, by)
        total = found.sum()
        return float(1.0 - found.get("", 0.0) / total) if total else 0.0

    def eradication_plan(self, year: int, place: str = "") -> pd.Series:
        """Return what the state said it would clear in a year, by the day it was told.

        Args:
            year: calendar year.
            place: a place as `eradication` prints it; "" for the country.

        Returns:
            Hectares by day, oldest first: the last is the plan as it stood on the day. Empty
            where no plan with a figure was known; figures of confidence `low` are left out.
        """
        rows = self.eradication.query("quantity == 'eradication_goal_ha' and confidence != 'low'")
        at = place or self.country.nation
        rows = rows[(rows.place == at) & (rows.year == year)].dropna(subset="value")
        return rows.sort_values(["known_at", "id"]).set_index("known_at").value.rename("plan_ha")

    def through(self, last: int) -> Facts:
        """Return the facts without the figures of later years, whenever they were told.

        Args:
            last: last year kept; events and laws by their day, figures by their last year.
        """
        kept = {}
        for name in table_names():
            frame = self.table(name)
            if name not in UNDATED:
                day = frame.get("date", frame.known_at).dt.year
                columns = (frame[c] for c in ("year_to", "year", "opened") if c in frame)
                kept[name] = frame[~(next(columns, day) > last)].reset_index(drop=True)
        return replace(self, **kept)

    def deflator(self, base: int = 2015) -> pd.Series:
        """Return what turns US dollars of a year into those of the base year.

        Args:
            base: year whose dollars are wanted.

        Returns:
            Factors by year, from US consumer prices; the years known on the day.
        """
        index = self.prices[self.prices.quantity == "us_cpi"].set_index("year").value
        whole = tables.read(self.folder)["prices"]
        every = whole[whole.quantity == "us_cpi"].set_index("year").value
        return (every[base] / index).sort_index().rename("deflator")

    def residual(self) -> pd.DataFrame:
        """Return what the national survey holds beyond the surveyed districts, 2012 on.

        Returns:
            By year: `national_ha`, `districts_ha`, `residual_ha` (ha) and `residual_share`
            (of the national area). The rest lies outside the districts of the frame.
        """
        national = self.own("coca_ha").rename("national_ha")
        districts = self.coca_district.groupby("year").coca_ha.sum().rename("districts_ha")
        both = pd.concat([national, districts], axis=1, join="inner").sort_index()
        rest = both.national_ha - both.districts_ha
        return both.assign(residual_ha=rest, residual_share=rest / both.national_ha)


def load(
    as_of: date | str | None = None, folder: Path | None = None, country: str = countries.USUAL
) -> Facts:
    """Load what was known on a day.

    Args:
        as_of: the day, as a date or "YYYY-MM-DD"; None for all that the package holds.
        folder: another data package than the one shipped.
        country: whose figures, as `--country` names it.

    Returns:
        Tables without the rows that became public after the day. The districts stay whole
        (they are the frame), but `surveyed_for_coca` counts only surveys known by then.

    Raises:
        UserError: `as_of` is no date, no such country, or the folder holds no such package.
    """
    whose = countries.load(country)
    where = folder or whose.facts
    day = as_day(as_of)
    later = tables.known_later(where)
    known = {
        name: _known_by(name, frame, day, later.get(name, {}))
        for name, frame in tables.read(where).items()
    }
    if day is not None:
        _check_known(known, day, where)
    places = known["districts"].set_index("ubigeo")
    surveyed = places.index.isin(known["coca_district"].ubigeo)
    known["districts"] = places.assign(surveyed_for_coca=surveyed)
    stamp = tables.content_hash(where)
    if day is not None:
        stamp = sha256(f"{stamp} {day:%Y-%m-%d}".encode()).hexdigest()
    return Facts(day, stamp, whose, where, **{name: known[name] for name in table_names()})


def _check_known(known: dict[str, pd.DataFrame], day: pd.Timestamp, folder: Path) -> None:
    """Refuse a day on which no figure was public."""
    dated = [name for name in table_names() if name not in UNDATED]
    if any(len(known[name]) for name in dated):
        return
    whole = tables.read(folder)
    first = min(whole[name].known_at.min() for name in dated if len(whole[name]))
    allowed, mend = f"a day from {first:%Y-%m-%d} on", "no figure was public before"
    raise UserError(where="as_of", found=f"{day:%Y-%m-%d}", allowed=allowed, mend=mend)


def as_day(day: date | str | None) -> pd.Timestamp | None:
    """Read a day, given as a date or as "YYYY-MM-DD"."""
    if day is None:
        return None
    try:
        text = day if isinstance(day, str) else day.isoformat()[:10]
        found = datetime.strptime(text, "%Y-%m-%d")
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise ValueError  # noqa: TRY301
        return pd.to_datetime(found)
    except (AttributeError, ValueError) as error:
        allowed = f"a day as YYYY-MM-DD, of the years {FIRST_YEAR} to {LAST_YEAR}"
        mend = "as 2016-05-15"
        raise UserError(where="as_of", found=f"'{day}'", allowed=allowed, mend=mend) from error


def table_names() -> list[str]:
    """List the tables of a `Facts`."""
    about = ("as_of", "hash", "country", "folder")
    return [field.name for field in fields(Facts) if field.name not in about]


def _known_by(
    name: str, frame: pd.DataFrame, day: pd.Timestamp | None, later: dict[str, str]
) -> pd.DataFrame:
    """Leave out the rows that became public after the day, and the figures that did in the rest."""
    if day is None or name in UNDATED:
        return frame.copy()
    known = frame.loc[frame.known_at <= day].reset_index(drop=True)
    for field, own in later.items():
        known[field] = known[field].where(known[own] <= day)
    return known


def _plain(name: str) -> str:
    """Return a name in small letters without accents."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(c for c in letters if not unicodedata.combining(c)).casefold()


def one_of(what: str, name: str, valid: Iterable[str]) -> None:
    """Raise a `UserError` that names the nearest valid name, unless the name is one of them."""
    names = list(dict.fromkeys(valid))
    if name in names:
        return
    near = names if len(names) <= FEW else get_close_matches(name, names, n=FEW // 2, cutoff=0.3)
    more = f" and {len(names) - len(near)} more (docs/facts.md)" if len(names) > len(near) else ""
    raise UserError(what, f"'{name}'", ", ".join(near) + more, did_you_mean(name, names))
