"""Agreement: what one table says of another, and the package of its tables.

Pure functions of the tables; each yields problems. Rows counted, one row a key, codes that fit
their department, sources that hold what is drawn from them, one survey a year, places of
eradication, parts no larger than their whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from globo.countries import Country
from globo.facts.problem import Problem, each, keyed, line, lines

Tables = dict[str, pd.DataFrame]
SURVEYS = ("district_year", "coca_district", "coca_zone", "coca_department")  # one source a year
TOLD_LATER = 2  # years after which the hectares cleared in a year are no longer news
SHARE_OFF = 0.0002
HOLDS = " | "  # between what a source holds
PART, FELL = 1.02, 0.6  # a part over its whole, at most; a total to date over an earlier, at least


def agreement(tables: Tables, descriptor: dict[str, Any], country: Country) -> Iterator[Problem]:
    """Apply every rule of this file."""
    yield from keys(tables, descriptor)
    yield from held(tables)
    yield from surveys(tables)
    yield from codes(tables)
    yield from departments(tables, country.nation)
    yield from written("chain", tables["chain"], "year_printed")
    yield from written("effects", tables["effects"], "period")
    yield from signs(tables["effects"])
    yield from printed_units(tables)
    yield from cleared(tables, country.nation)
    yield from best(tables, country.nation)
    yield from twice(tables)


def counts(tables: Tables, descriptor: dict[str, Any]) -> Iterator[Problem]:
    """Each table has the rows that the package counts."""
    for table in descriptor["resources"]:
        name, told = table["name"], table.get("rows")
        if told is not None and name in tables and len(tables[name]) != told:
            allowed = f"{told} rows, as datapackage.json counts them"
            yield Problem(name, 0, "", f"{len(tables[name])} rows", allowed)


def keys(tables: Tables, descriptor: dict[str, Any]) -> Iterator[Problem]:
    """No key stands there twice; every row of such a key is named."""
    for table in descriptor["resources"]:
        names = table["schema"].get("primaryKey", [])
        frame = tables[table["name"]]
        wrong = frame[frame.duplicated(names, keep=False)] if names else frame.iloc[:0]
        yield from each(table["name"], wrong, names[-1] if names else "", "one row a key")


def held(tables: Tables) -> Iterator[Problem]:
    """A source holds the quantity and place, or the table, that is drawn from it."""
    holds = {row.id: set(row.holds.split(HOLDS)) for row in tables["sources"].itertuples()}
    for name, frame in tables.items():
        if "source" not in frame:
            continue
        what = holding(name, frame)
        wrong = [w not in holds.get(s, {w}) for w, s in zip(what, frame.source, strict=True)]
        for index, row in frame[wrong].iterrows():
            allowed = f"a source that holds {what[index]}, as sources.csv says"
            yield Problem(name, line(index), "source", f"'{row.source}'", allowed)


def holding(name: str, frame: pd.DataFrame) -> pd.Series:
    """Return what a source must hold to give a row: a table, or "table.quantity of place"."""
    whole = pd.Series(name, index=frame.index, dtype=object)
    quantity = next((frame[c] for c in ("question", "quantity") if c in frame), None)
    place = next((frame[c] for c in ("place", "country") if c in frame), None)
    if name == "events":
        return whole + " of " + frame.zone
    return whole if quantity is None else whole + "." + quantity + " of " + place


def surveys(tables: Tables) -> Iterator[Problem]:
    """All figures of a survey come from one source and became public on one day."""
    for name in SURVEYS:
        frame = tables[name]
        for field in ("source", "known_at"):
            usual = frame.groupby("year")[field].agg(lambda column: column.mode().iloc[0])
            wrong = frame[frame[field] != frame.year.map(usual)]
            yield from each(name, wrong, field, "what the other rows of the year say")


def codes(tables: Tables) -> Iterator[Problem]:
    """The first digits of a code are those of its department and province."""
    places = tables["districts"]
    for field, digits in (("department", 2), ("province", 4)):
        usual = places.groupby(places.ubigeo.str[:digits])[field].agg(lambda c: c.mode().iloc[0])
        wrong = places[places[field] != places.ubigeo.str[:digits].map(usual)]
        yield from each("districts", wrong, field, "the name that goes with the code")
    mine = places.ubigeo.str[:4] == places.series_unit.str[:4]
    yield from each("districts", places[~mine], "series_unit", "a district of its province")


def departments(tables: Tables, nation: str) -> Iterator[Problem]:
    """Departments add up to the country."""
    whole = of_nation(tables, nation, "coca_ha")["value"]
    parts = tables["coca_department"].groupby("year").coca_ha.sum()
    for year, part in parts.items():
        total = whole.get(year)
        if total is not None and abs(part - total) > 0.001 * total:
            found = f"departments of {nation} add up to {part:g} ha in {year}"
            yield Problem("coca_department", 0, "coca_ha", found, f"{total:g} ha, the survey's")


def of_nation(tables: Tables, nation: str, quantity: str) -> pd.DataFrame:
    """Return the country's own rows of a national quantity by year."""
    rows = tables["national"]
    return keyed(rows[(rows.country == nation) & (rows.quantity == quantity)], "year")


def written(name: str, frame: pd.DataFrame, field: str) -> Iterator[Problem]:
    """The first year of a statement is the first that is printed."""
    first = frame[field].str.extract(r"((?:19|20)\d\d)")[0].astype("float64")
    for at, row in lines(frame[first.notna() & (first != frame.year)]):
        allowed = f"the first year of '{getattr(row, field)}'"
        yield Problem(name, at, "year", f"{row.year:g}", allowed)


def signs(effects: pd.DataFrame) -> Iterator[Problem]:
    """An estimate of which the sign alone was printed is -1, 0 or 1."""
    wrong = effects[(effects.unit == "sign") & ~effects.estimate.isin((-1, 0, 1))]
    yield from each("effects", wrong, "estimate", "-1, 0 or 1")


def printed_units(tables: Tables) -> Iterator[Problem]:
    """An estimate has the unit that its printed unit begins with, or that of others so printed."""
    rows, known = tables["effects"], tables["vocabulary"].query("kind == 'unit'").name
    first = rows.unit_printed.str.split().str[0].fillna("")
    mine = rows.groupby([first, rows.unit]).unit.transform("size")
    like = (rows.groupby(first).unit.transform("size") > mine) | first.isin(_begins(known))
    wrong = rows[(mine == 1) & like & (first != _begins(rows.unit))]
    for at, row in lines(wrong):
        yield Problem("effects", at, "unit", f"'{row.unit}'", f"a unit for '{row.unit_printed}'")


def _begins(units: pd.Series) -> pd.Series:
    return units.str.split("[ /]", regex=True).str[0]


def cleared(tables: Tables, nation: str) -> Iterator[Problem]:
    """Hectares cleared: told in their year, no more than the nation's, never fewer than before."""
    rows = tables["eradication"]
    goals = rows[rows.quantity == "eradication_goal_ha"]
    rows = rows[rows.quantity == "eradicated_ha"]
    late = rows[rows.known_at.dt.year > rows.year_to + TOLD_LATER]
    yield from each("eradication", late, "year", "the year before it was told, or that year")
    whole = of_nation(tables, nation, "eradicated_ha")["value"]
    yearly = rows[rows.year == rows.year_to]
    for at, row in lines(yearly[yearly.value > PART * yearly.year.map(whole)]):
        allowed = f"at most {whole[row.year]:g} ha, the nation's of {row.year}"
        yield Problem("eradication", at, "value", f"{row.value:g} ha", allowed)
    order = yearly.sort_values("known_at", kind="stable")
    before = order.groupby(["place", "year"]).value
    fell = order[order.value < FELL * before.cummax()]
    yield from each("eradication", fell, "value", "no fewer hectares than were told before")
    for at, row in lines(order):
        later = order[(order.place == row.place) & (order.year == row.year)]
        later = later[later.known_at > row.known_at].value
        if len(later) and row.value > later.max() / FELL:
            allowed = f"at most the {later.max():g} ha told later"
            yield Problem("eradication", at, "value", f"{row.value:g} ha", allowed)
    national = goals[goals.level == "national"]
    usual = national.value.median()
    wrong = national[(national.value > 4 * usual) | (national.value < usual / 4)]
    yield from each("eradication", wrong, "value", "a plan within four times the usual")


def best(tables: Tables, nation: str) -> Iterator[Problem]:
    """The table by place and year repeats what was told, and its shares are quotients."""
    rows, told = tables["eradication_best"], tables["eradication"]
    told = told[told.quantity == "eradicated_ha"]
    by_day = told.groupby(["place", "year", "known_at"]).value.agg(list)
    at_day = {day: told.index[told.known_at == day] for day in rows.known_at.unique()}
    for at, row in lines(rows):
        values = by_day.get((row.place, row.year, row.known_at), [])
        if row.eradicated_ha not in values:
            allowed = "a figure of eradication.csv of that place, year and day"
            yield Problem(
                "eradication_best", at, "eradicated_ha", f"{row.eradicated_ha:g}", allowed
            )
            for index in at_day.get(row.known_at, []):
                other = told.loc[index]
                if other.place == row.place and other.year == row.year:
                    allowed = f"{row.eradicated_ha:g} ha, as eradication_best.csv has it"
                    found = f"{other.value:g} ha"
                    yield Problem("eradication", line(index), "value", found, allowed)
    for share, whole in (
        ("share_of_year", "national_year_ha"),
        ("share_same_source", "national_same_source_ha"),
    ):
        wrong = rows[(rows[share] - rows.eradicated_ha / rows[whole]).abs() > SHARE_OFF]
        yield from each("eradication_best", wrong, share, f"eradicated_ha over {whole}")
    day = rows.year.map(of_nation(tables, nation, "eradicated_ha")["known_at"])
    early = rows[(rows.year_known_at < day) | (rows.year_known_at < rows.known_at)]
    yield from each("eradication_best", early, "year_known_at", "the day of the national total")
    zone = tables["axis_to_zone"].pipe(keyed, "place").zone
    given = rows[(rows.zone != "") & rows.place.isin(zone.index)]
    wrong = given[given.zone != given.place.map(zone)]
    yield from each("eradication_best", wrong, "zone", "the zone of axis_to_zone.csv")
    for at, row in lines(tables["axis_to_zone"]):
        mine = rows[(rows.place == row.place) & (rows.zone != "") & (rows.zone != row.zone)]
        if len(mine):
            allowed = f"'{mine.zone.iloc[0]}', as eradication_best.csv has it"
            yield Problem("axis_to_zone", at, "zone", f"'{row.zone}'", allowed)


def twice(tables: Tables) -> Iterator[Problem]:
    """No statement stands there twice under two ids."""
    for name in ("prices", "demand", "effects", "eradication", "coca_special"):
        frame = tables[name]
        told = [c for c in frame if c not in ("id", "note", "dispute", "known_at", "confidence")]
        yield from each(name, frame[frame.duplicated(told)], "id", "one row a statement")
