"""What the newest entry of the registry says, in plain words: a page of the docs, figures and all.

Reads the registry, which is not run again; writes markdown in Spanish or English. No figure stands
in the words: each is the entry's, or a fact known on its day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from globo import facts
from globo.errors import UserError
from globo.facts import Facts
from globo.forecast import hub
from globo.forecast.hub import Entry, Hub, Unit
from globo.forecast.hub.entry import quantiles, read, samples
from globo.report.texts import Texts, texts
from globo.texts import LANGUAGES

NEAR = 2  # years told in words and by place
DISTRICTS = 12  # shown of all
LIKELY = 2 / 3  # of draws, from which a rise or a fall is called likely
NAMES = {lang: f"forecast{'' if lang == 'en' else f'.{lang}'}.md" for lang in LANGUAGES}
FILES = {lang: f"docs/{name}" for lang, name in NAMES.items()}


@dataclass(frozen=True)
class Said:
    """What an entry says, ready to be told.

    Attributes:
        entry: its record.
        quantiles: of a place in a year, by level; rows (location, year).
        samples: joint draws; rows (location, year).
        units: its places by code.
        known: the facts of its day.
        surveys: what surveys had found by then: rows (location, year), ha.
    """

    entry: Entry
    quantiles: pd.DataFrame
    samples: pd.DataFrame
    units: dict[str, Unit]
    known: Facts
    surveys: pd.Series


def page(registry: Hub, lang: str) -> str:
    """Return the page about the newest entry.

    Args:
        registry: the hub; an entry that was edited is refused.
        lang: es or en.

    Raises:
        UserError: no entry.
    """
    t = texts(lang)
    entries = hub.sealed(registry)
    if not entries:
        mend = "run: globo hub write"
        raise UserError(str(registry.folder), "no entry", "a registry with one", mend)
    said = _said(registry, entries[-1])
    parts = [
        f"<!-- Made by `globo hub page --lang {lang} > {FILES[lang]}` -->",
        t("outlook.title", first=_first(said), second=_first(said) + 1),
        " · ".join(f"[{texts(o)('language')}]({NAMES[o]})" for o in LANGUAGES if o != t.lang),
        _origin(t, said),
        t("outlook.country"),
        *_country(t, said),
        _years(t, said),
        t("outlook.zones", last=said.entry.last_survey),
        _places(t, said, [u for u in said.units.values() if u.level == "zone"]),
        t("outlook.districts", n=DISTRICTS, of=_count(said, "district"), last=_last_district(said)),
        _places(t, said, _largest(said)),
        t("outlook.reading"),
        *_reading(t, said),
        t("outlook.again"),
    ]
    return "\n\n".join(parts) + "\n"


def _said(registry: Hub, entry: Entry) -> Said:
    table = read(registry.folder / entry.file)
    known = facts.load(as_of=str(entry.origin_date))
    units = {unit.location: unit for unit in registry.units()}
    found = hub.series(known, list(units.values()))
    years = found["target_end_date"].str[:4].astype(int)
    surveys = found.set_index(pd.MultiIndex.from_arrays([found["location"], years]))["observation"]
    there = {place: units[place] for place in table["location"].unique()}
    return Said(
        entry, _by_place(quantiles(table)), _by_place(samples(table)), there, known, surveys
    )


def _by_place(table: pd.DataFrame) -> pd.DataFrame:
    """Return an entry's rows by location and year."""
    keys = table.index.to_frame()
    years = keys["target_end_date"].str[:4].astype(int)
    return table.set_axis(pd.MultiIndex.from_arrays([keys["location"], years])).sort_index()


def _origin(t: Texts, said: Said) -> str:
    entry = said.entry
    return t(
        "outlook.made",
        day=entry.origin_date,
        last=entry.last_survey,
        until=entry.last_survey + entry.horizon,
        commit=entry.commit[:12],
        facts=entry.facts[:12],
    )


def _country(t: Texts, said: Said) -> Iterable[str]:
    """Tell the country: what was counted last, what is expected, and how sure."""
    last = float(said.surveys[said.known.country.nation, said.entry.last_survey])
    yield t("outlook.last", year=said.entry.last_survey, ha=t.whole(last))
    for year in range(_first(said), _first(said) + NEAR):
        q = said.quantiles.loc[(said.known.country.nation, year)]
        less = float((said.samples.loc[(said.known.country.nation, year)] < last).mean())
        sure = "falls" if less >= LIKELY else "rises" if less <= 1.0 - LIKELY else "open"
        ahead = t(
            "outlook.year",
            year=year,
            mid=t.number(q[0.5]),
            low=t.number(q[0.1]),
            high=t.number(q[0.9]),
        )
        yield f"{ahead} " + t(f"outlook.{sure}", chance=t.chance(less, said.entry.samples))


def _years(t: Texts, said: Said) -> str:
    """Return the country year by year."""
    head = [t("outlook.year_head"), t("outlook.mid"), t("outlook.four_of_five"), t("outlook.most")]
    rows = []
    for year in hub.years(said.entry):
        q = said.quantiles.loc[(said.known.country.nation, year)]
        ends = t.range(q[0.1], q[0.9]), t.range(q[0.025], q[0.975])
        rows.append([str(year), t.number(q[0.5]), *ends])
    return _table(head, rows)


def _places(t: Texts, said: Said, units: Iterable[Unit]) -> str:
    """Return a row a place: what was counted last, and what is expected."""
    ahead = range(_first(said), _first(said) + NEAR)
    head = [t("outlook.place"), t("outlook.counted"), *map(str, ahead)]
    rows = []
    for unit in sorted(units, key=lambda u: -float(_counted(said, u))):
        cells = [t.number(_counted(said, unit))]
        for year in ahead:
            q = said.quantiles.loc[(unit.location, year)]
            cells.append(t.with_range(q[0.5], q[0.1], q[0.9]))
        name = t.label("zone", unit.location) if unit.level == "zone" else _district(t, unit)
        rows.append([name, *cells])
    return _table(head, rows)


def _reading(t: Texts, said: Said) -> Iterable[str]:
    """Say what it takes for granted and how it will be judged."""
    year = _first(said)
    now, later = (t.whole(said.entry.cleared[y]) for y in (year, year + 1))
    yield t("outlook.policy", year=year, now=now, next=year + 1, later=later)
    yield t("outlook.limits", last=said.entry.last_survey)
    yield t("outlook.judged", year=year)


def _counted(said: Said, unit: Unit) -> float:
    mine = said.surveys.loc[unit.location]
    return float(mine.iloc[-1]) if len(mine) else np.nan


def _last_district(said: Said) -> int:
    places = [u.location for u in said.units.values() if u.level == "district"]
    mine = said.surveys[said.surveys.index.get_level_values(0).isin(places)]
    return int(mine.index.get_level_values(1).max())


def _largest(said: Said) -> list[Unit]:
    """Return the districts where most is expected next."""
    mine = [unit for unit in said.units.values() if unit.level == "district"]
    size = lambda u: -float(said.quantiles.loc[(u.location, _first(said)), 0.5])  # noqa: E731
    return sorted(mine, key=size)[:DISTRICTS]


def _district(t: Texts, unit: Unit) -> str:
    return f"{unit.name} ({t.label('zone', unit.zone)})"


def _count(said: Said, level: str) -> int:
    return sum(unit.level == level for unit in said.units.values())


def _first(said: Said) -> int:
    return said.entry.last_survey + 1


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|---" + "|--:" * (len(head) - 1) + "|"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])
