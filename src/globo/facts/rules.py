"""Rules: what a table schema cannot say about the figures.

Pure functions of the tables; each yields problems. Words of the right kind, units
of the quantity, printed figures converted alike, sums of districts and zones
against national totals, days in order, no row twice, no disagreement undeclared.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from globo.countries import Country
from globo.facts.agreement import agreement
from globo.facts.plausible import slips
from globo.facts.problem import Problem, each, keyed, line, lines
from globo.facts.sources import READ

RESIDUAL_SHARE = 0.06  # of the national survey, in districts outside the frame
ZONES_OVER_NATION = 1.02  # sum of published zones over the national area, at most
MEANT = "_goal_|_projected_"  # quantities told before their year
PRINTED = 2018  # first year of zones as printed; before, the sum of their districts
OFF = 0.04  # of a printed zone, by which its districts may miss it
APART = 0.05  # two figures of one thing that differ more disagree
LEAF_T_HA = (0.9, 3.5)  # national leaf a hectare, t
HOW_READ = (  # words of a title on how it was read, which `via` and `access` say
    r"(?i)\b(?:recalled|not read|from (?:memory|general knowledge)|(?:as )?quoted|quoting|via|"
    r"(?:as )?(?:reported|read|cited) by|citad[oa]s? (?:por|en))\b"
)
AS_PRINTED = ("eradication", "coca_special")  # tables whose places are as their sources name them
Tables = dict[str, pd.DataFrame]


def problems(tables: Tables, descriptor: dict[str, Any], country: Country) -> Iterator[Problem]:
    """Apply every rule.

    Args:
        tables: frames by table name, as `tables.read` gives them.
        descriptor: the package's descriptor; its `created` bounds every `known_at`.
        country: whose figures they are.

    Yields:
        Problems, in no order.
    """
    created = pd.Timestamp(descriptor["created"]).tz_localize(None)
    yield from words(tables)
    yield from told(tables["sources"])
    for name in ("chain", "prices", "demand"):
        yield from printed(name, tables[name])
    yield from days(tables, created)
    yield from ends(tables)
    yield from sums(tables, country)
    yield from shares(tables, country.nation)
    yield from leaf(tables["national"])
    yield from repeated(tables["chain"])
    yield from disputes(tables)
    yield from places(tables)
    yield from scope(tables)
    yield from agreement(tables, descriptor, country)
    yield from slips(tables)


def words(tables: Tables) -> Iterator[Problem]:
    """Words must be of the right kind, and a figure in the unit of its quantity."""
    vocabulary = tables["vocabulary"]
    by_kind = {kind: set(rows.name) for kind, rows in vocabulary.groupby("kind")}
    kinds = {"quantity": "quantity", "unit": "unit", "place": "place", "to": "place"}
    kinds |= {"country": "place", "basis": "basis"}
    units = keyed(vocabulary[vocabulary.kind == "quantity"], "name").unit
    for name in ("chain", "prices", "demand", "national", "eradication", "coca_special"):
        frame = tables[name]
        for field, kind in kinds.items():
            if field in frame and not (field == "place" and name in AS_PRINTED):
                wrong = frame[~frame[field].isin(by_kind[kind] | {""})]
                yield from each(name, wrong, field, f"a {kind} of vocabulary.csv")
        wrong = frame[frame.unit != frame.quantity.map(units)]
        for at, row in lines(wrong):
            allowed = f"'{units.get(row.quantity)}', the unit of {row.quantity}"
            yield Problem(name, at, "unit", f"'{row.unit}'", allowed)


def told(sources: pd.DataFrame) -> Iterator[Problem]:
    """A title is what was published; who quotes it and how it was read stand beside it."""
    for field in ("title", "title_es", "publisher", "publisher_es"):
        wrong = sources[sources[field].str.contains(HOW_READ)]
        yield from each("sources", wrong, field, "what was published; `via` says who quotes it")
    wrong = sources[(sources.via != "") & (sources.access == READ)]
    yield from each("sources", wrong, "access", "quoted or recalled, where it was read via another")


def printed(name: str, chain: pd.DataFrame) -> Iterator[Problem]:
    """A printed number is converted like the others of its unit."""
    number = pd.to_numeric(chain.value_printed, errors="coerce")
    plain = chain[number.notna() & (number != 0)]
    ratio = plain.value / number[plain.index]
    usual = ratio.groupby([plain.unit_printed, plain.unit]).transform("median")
    wrong = plain[(ratio / usual - 1).abs() > 0.001]
    for at, row in lines(wrong):
        found = f"{row.value:g} {row.unit} for {row.value_printed} {row.unit_printed}"
        yield Problem(name, at, "value", found, "the conversion of the other rows")


def days(tables: Tables, created: pd.Timestamp) -> Iterator[Problem]:
    """A figure is known after its year began, and no later than its source was out."""
    out = keyed(tables["sources"], "id").year
    for name, frame in tables.items():
        if "known_at" not in frame:
            continue
        late = frame[frame.known_at > created]
        yield from each(name, late, "known_at", f"a day up to {created:%Y-%m-%d}")
        year = next((frame[c] for c in ("year_to", "year", "opened") if c in frame), None)
        if year is not None:
            meant = frame.get("quantity", pd.Series("", frame.index)).str.contains(MEANT)
            early = frame[(frame.known_at.dt.year < year) & ~meant]
            yield from each(name, early, "known_at", "a day in or after the year of the figure")
        after = frame[frame.known_at.dt.year > frame.source.map(out)]
        yield from each(name, after, "known_at", "a day up to the year of the source")
    events = tables["events"]
    yield from each("events", events[events.known_at != events.date], "known_at", "the date")


def ends(tables: Tables) -> Iterator[Problem]:
    """The value lies within its printed range, and the years are in order."""
    names = {"yields": "yield_kg_ha", "traditional": "registered_share", "effects": "estimate"}
    for name in ("chain", "prices", "demand", "national", *names):
        frame, field = tables[name], names.get(name, "value")
        value = frame[field]
        yield from each(name, frame[value < frame.low], "low", f"at most {field}")
        yield from each(name, frame[value > frame.high], "high", f"at least {field}")
        if "year_to" in frame:
            yield from each(name, frame[frame.year_to < frame.year], "year_to", "year or later")


def sums(tables: Tables, country: Country) -> Iterator[Problem]:
    """Districts add up to zones, zones and districts to the country less a small rest."""
    zone_of = keyed(tables["districts"], "ubigeo").zone
    district = tables["coca_district"]
    built = district.groupby([district.ubigeo.map(zone_of), district.year]).coca_ha.sum()
    zones = tables["coca_zone"]
    for at, row in lines(zones):
        whole = built.get((row.zone, row.year))
        # from 2018 on zones are as printed, and one of them reaches beyond the frame
        if row.year >= PRINTED:
            slack = OFF * row.coca_ha
            whole = (
                whole if whole is None or row.zone != country.beyond else max(whole, row.coca_ha)
            )
        else:
            slack = 0.5
        if whole is not None and abs(whole - row.coca_ha) > slack:
            allowed = f"{whole:g} ha, the sum of the districts of {row.zone} in {row.year}"
            yield Problem("coca_zone", at, "coca_ha", f"{row.coca_ha:g} ha", allowed)
    mine = tables["national"].country == country.nation
    national = tables["national"][mine & (tables["national"].quantity == "coca_ha")]
    for at, row in lines(national):
        rest = 1 - district.coca_ha[district.year == row.year].sum() / row.value
        if row.year in set(district.year) and not 0 <= rest <= RESIDUAL_SHARE:
            found = f"districts leave {rest:.1%} of the national {row.value:g} ha in {row.year}"
            yield Problem("national", at, "value", found, f"a rest of 0 to {RESIDUAL_SHARE:.0%}")
        part = zones.coca_ha[zones.year == row.year].sum() / row.value
        if part > ZONES_OVER_NATION:
            found = f"zones add up to {part:.1%} of the national area in {row.year}"
            yield Problem("national", at, "value", found, f"at most {ZONES_OVER_NATION:.0%}")


def shares(tables: Tables, nation: str) -> Iterator[Problem]:
    """Shares of one whole add up to it; departments add up to the country."""
    for quantity, rows in tables["demand"].groupby("quantity"):
        if str(quantity).endswith("_share"):
            for year, part in rows.groupby("year"):
                if abs(part.value.sum() - 100) > 1:
                    found = f"{quantity} of {year} adds up to {part.value.sum():g} %"
                    yield Problem("demand", 0, "value", found, "100 %")
    chain = tables["chain"]
    table = chain[chain.basis == "department table"]
    total = table.value[table.place == nation].sum()
    parts = table.value[table.place != nation].sum()
    if abs(parts - total) > 0.01 * total:
        found = f"departments add up to {parts:g} ha of {total:g}"
        yield Problem("chain", 0, "value", found, "the national total within 1 %")


def leaf(national: pd.DataFrame) -> Iterator[Problem]:
    """The leaf harvest fits the area."""
    low, high = LEAF_T_HA
    area = keyed(national[national.quantity == "coca_ha"], "country", "year").value
    for at, row in lines(national[national.quantity == "dry_leaf_t"]):
        rate = row.value / area.get((row.country, row.year), float("nan"))
        if rate < low or rate > high:
            found = f"{rate:.2g} t a hectare in {row.year}"
            yield Problem("national", at, "value", found, f"{low:g} to {high:g} t a hectare")


def repeated(chain: pd.DataFrame) -> Iterator[Problem]:
    """No statement stands there twice."""
    told = [c for c in chain if c not in ("id", "note", "dispute", "known_at", "confidence")]
    yield from each("chain", chain[chain.duplicated(told)], "id", "one row a statement")


def disputes(tables: Tables) -> Iterator[Problem]:
    """Figures of one thing that differ belong to a disagreement; each has two rows or more."""
    names = ("chain", "prices", "demand", "national", "coca_zone")
    counts = pd.concat([tables[name].dispute for name in names]).value_counts()
    for at, row in lines(tables["disputes"]):
        if counts.get(row.id, 0) < 2:
            yield Problem("disputes", at, "id", f"'{row.id}' has fewer than two rows", "two")
    keys = ["quantity", "place", "to", "mode", "year", "year_to", "basis", "bound"]
    stated = [tables[name].assign(table=name) for name in ("chain", "prices", "demand")]
    national = tables["national"].assign(
        table="national", place=tables["national"].country, to="", mode="", bound=""
    )
    stated.append(national.assign(year_to=national.year))
    rows = pd.concat(stated).fillna({"mode": "", "to": ""})
    group = rows.groupby(keys).value
    spread = group.transform("max") - group.transform("min")
    silent = rows[(spread > APART * group.transform("max").abs()) & (rows.dispute == "")]
    for index, row in silent.iterrows():
        found = f"{row.quantity} of {row.place} in {row.year}: {row.value:g} against another row"
        yield Problem(row.table, line(index), "dispute", found, "a disagreement of disputes.csv")


def places(tables: Tables) -> Iterator[Problem]:
    """Bases lie in the zone of their district, general elections are events too."""
    zone_of = keyed(tables["districts"], "ubigeo").zone
    bases = tables["bases"]
    yield from each("bases", bases[bases.zone != bases.ubigeo.map(zone_of)], "zone", "its zone")
    elections = tables["elections"].query("kind == 'general'")
    missing = elections[~elections.date.isin(tables["events"].date)]
    yield from each("elections", missing, "date", "a date of events.csv")


def scope(tables: Tables) -> Iterator[Problem]:
    """No zone has an area from before the survey covered it."""
    zones, first = tables["coca_zone"], keyed(tables["scope"], "zone").year
    early = zones[~(zones.year >= zones.zone.map(first))]
    yield from each("coca_zone", early, "year", "the year of scope.csv or later")
