"""Evidence: the rows behind a number, with their sources and disagreements.

Reads the figures of a `Facts`; writes nothing. The report and the page show what
it returns beside each result.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pandas as pd

from globo.errors import UserError, did_you_mean
from globo.facts.figures import PEOPLE_AND_LAND, figures
from globo.facts.package import Facts, load, one_of
from globo.facts.sources import citations


def evidence_for(
    quantity: str, place: str | None = None, facts: Facts | None = None
) -> pd.DataFrame:
    """Return the rows behind a number.

    Args:
        quantity: a quantity of the vocabulary ("coca_ha"), a reported variable of a run
            ("cocaine_t": all quantities that stand behind it, and the published effects), or
            a question of the effects ("replanting").
        place: a place of the vocabulary (country, zone, exit, market, ...) or a district
            code. Rows of the place itself; where there are none, those of the places within
            it; where there are none either, those of the nearest wider place.
        facts: tables as known on a day; None for all that is known.

    Returns:
        Rows in the shape of `figures`, those of the very name first, by year, with the source
        as `sources.citations` tells it (`title_en`, `publisher_en`, `title_es`, ..., `access`,
        `url`), and `disagreement`: the question on which sources differ, "" where none.
        Empty where nothing was published.

    Raises:
        UserError: unknown quantity or place.
    """
    known = facts or load()
    names = behind(quantity, known)
    rows = _long(known, any(name in PEOPLE_AND_LAND for name in names))
    rows = rows[rows.quantity.isin(names)]
    if place is not None:
        check_place(place, known)
        rows = _nearest(rows, place, known.vocabulary)
    rows = rows.assign(other=rows.quantity != quantity)
    rows = rows.sort_values(["other", "year", "quantity", "table", "id"], ignore_index=True)
    return cited(rows.drop(columns="other"), known)


def behind(quantity: str, facts: Facts) -> list[str]:
    """Return the quantities that a name stands for: itself, and those behind a result.

    Raises:
        UserError: the name is neither.
    """
    words = facts.vocabulary.query("kind in ('quantity', 'question')")
    named = words.name[(words.name == quantity) | (words.result == quantity)].tolist()
    if not named:
        one_of("quantity", quantity, sorted({*words.name, *words.result} - {""}))
    return named


def check_place(place: str, facts: Facts) -> None:
    """Raise a `UserError` unless the place is in the vocabulary or a district code."""
    names = facts.vocabulary.name[facts.vocabulary.kind == "place"].tolist()
    if place in facts.districts.index:
        return
    if place.isdigit():
        allowed, near = "the code of a district of the tables, six digits", facts.districts.index
        mend = did_you_mean(place, near)
        raise UserError(where="place", found=f"'{place}'", allowed=allowed, mend=mend)
    one_of("place", place, [*names, "a district code of six digits"])


def cited(rows: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """Add the source in every language, and the question of the disagreement."""
    named = facts.sources[facts.sources.id.isin(rows.source)]
    questions = facts.disputes.set_index("id").question
    joined = rows.join(citations(named), on="source")
    return joined.assign(disagreement=rows.dispute.map(questions).fillna(""))


def wider(place: str, vocabulary: pd.DataFrame) -> Iterable[str]:
    """Yield the places around a place, nearest first."""
    parents = vocabulary[vocabulary.kind == "place"].set_index("name").parent
    while place := parents.get(place, ""):
        yield place


def _nearest(rows: pd.DataFrame, place: str, vocabulary: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows of the place; else of the places within it; else of a wider one."""
    own = _at(rows, [place])
    if len(own):
        return own
    places = vocabulary.name[vocabulary.kind == "place"]
    inner = _at(rows, [name for name in places if place in wider(name, vocabulary)])
    if len(inner):
        return inner
    for around in wider(place, vocabulary):
        if len(outer := _at(rows, [around])):
            return outer
    return rows.iloc[:0]


def _at(rows: pd.DataFrame, places: list[str]) -> pd.DataFrame:
    return rows[rows.place.isin(places) | rows.to.isin(places)]


def _long(facts: Facts, covariates: bool) -> pd.DataFrame:
    """Return the figures, kept for the facts that are known in full."""
    if facts.as_of is None and facts.hash == load().hash:
        return _whole(covariates)
    return figures(facts, covariates)


@cache
def _whole(covariates: bool) -> pd.DataFrame:
    return figures(load(), covariates)
