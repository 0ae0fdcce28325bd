"""Reports of searches: a portfolio search and a sensitivity, in the frame of every report.

Takes what the commands print as JSON and returns one self-contained page, in Spanish or
English. Names of levers and outcomes come from their own tables.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from globo.decisions.portfolio.robustness import NEAR
from globo.model.levers import levers
from globo.report.page import Section, Table, bullets, paragraphs, render, table
from globo.report.texts import Texts, texts
from globo.results import QUANTILES, variables
from globo.scenario.controls import parted
from globo.texts import in_every_language

Json = Mapping[str, Any]


def portfolio_page(told: Json, lang: str) -> str:
    """Return the report of a portfolio search.

    Args:
        told: what `globo optimise --json` prints.
        lang: `es` or `en`.
    """
    t, say, problem = texts(lang), _words(lang), told["problem"]
    title = problem["title"].get(lang) or say["portfolio"]
    names = list(told["front"][0]["intervals"])
    carried = [_name(name, lang) for name in told["robust_measures"]]
    ratio = t.number(told["hypervolume_ratio_to_random"])
    tried = say["tried"].format(runs=t.whole(told["runs"]), ratio=ratio)
    answer = paragraphs(say["carry"]) + (bullets(carried) if carried else paragraphs(say["none"]))
    idle = [_idle(row, say, lang) for row in told["dominated"]]
    sections = [
        Section(say["answer"], answer + paragraphs(tried)),
        Section(say["front"], paragraphs(say["front_how"]) + _front(told, names, t, say, lang)),
        Section(say["levels"], _levels(told, t, say, lang)),
        Section(say["missed"], _missed(told, t, say, lang)),
        Section(say["fails"], paragraphs(say["fails_how"]) + _failures(told, t, say, lang)),
        Section(say["idle"], bullets(idle) if idle else paragraphs(say["none"])),
        Section(say["million"], _million(told, names, t, say, lang)),
        Section(say["made"], _provenance(told, names, t, say, lang)),
    ]
    budget = say["budget"].format(usd=t.number(problem["budget_usd_year"]))
    facts = [budget, f"{problem['from']} – {problem['until']}", f"seed {told['seed']}"]
    return render(title, sections, lang, paragraphs(problem["description"].get(lang, "")), facts)


def sensitivity_page(told: Json, lang: str) -> str:
    """Return the report of a sensitivity.

    Args:
        told: what `globo sensitivity --json` prints.
        lang: `es` or `en`.
    """
    t, say = texts(lang), _words(lang)
    of = f"{_name(told['outcome'], lang)}, {told['year']}"
    shares = [
        [
            _name(row["name"], lang),
            *(t.number(row[k], 2) for k in ("first", "first_conf", "total", "total_conf")),
        ]
        for row in told["indices"]
    ]
    effects = [
        [
            _name(row["name"], lang),
            *(t.number(row[k], 3) for k in ("mu_star", "mu_star_conf", "sigma")),
        ]
        for row in told["screening"]
    ]
    head = ["", say["alone"], "±", say["with"], "±"]
    sections = [
        Section(
            say["decides"],
            paragraphs(say["shares_how"]) + table(Table(of, head, shares), t),
        ),
        Section(
            say["screening"],
            paragraphs(say["screening_how"])
            + table(Table(of, ["", say["effect"], "±", say["bends"]], effects), t),
        ),
    ]
    facts = [f"{t.whole(told['runs'])} × {told['draws']}", f"seed {told['seed']}"]
    return render(f"{say['sensitivity']}: {of}", sections, lang, "", facts)


def _front(told: Json, names: Sequence[str], t: Texts, say: Json, lang: str) -> str:
    head = ["", say["lasts"], say["regret"], say["cost"], *(_named(n, lang) for n in names)]
    rows = []
    for one in [*told["front"], told["today"]]:
        cells = [_range(one["intervals"][name], t) for name in names]
        lasts = say["yes"] if one["robust"] else ""
        label = say["today"] if one["id"] == "today" else one["id"]
        rows.append([label, lasts, t.number(one["regret"], 2), t.number(one["cost"]), *cells])
    return table(Table(say["interval"], head, rows), t)


def _levels(told: Json, t: Texts, say: Json, lang: str) -> str:
    levers = list(told["front"][0]["levers"])
    head = ["", *(_named(name, lang) for name in levers)]
    rows = [
        [say["today"] if one["id"] == "today" else one["id"],
         *(t.number(one["levers"][name]) for name in levers)]
        for one in [*told["front"], told["today"]]
    ]  # fmt: skip
    return table(Table(say["levels"], head, rows), t)


def _missed(told: Json, t: Texts, say: Json, lang: str) -> str:
    most = sorted(told["missed"].items(), key=lambda one: -_middle(one[1]))
    rows = [
        [_name(name, lang), say["always"] if added["p50"] is None else _range(added, t, 2)]
        for name, added in most
    ]
    how = say["missed_how"].format(near=t.number(NEAR))
    return paragraphs(how) + table(Table(say["missed"], ["", say["missed_by"]], rows), t)


def _middle(added: Json) -> float:
    return float("inf") if added["p50"] is None else added["p50"]


def _failures(told: Json, t: Texts, say: Json, lang: str) -> str:
    lines = []
    for one in told["fails_when"]:
        name = say["today"] if one["portfolio"] == "today" else one["portfolio"]
        rate = say["rate"].format(name=name, share=t.number(100 * one["base_rate"], 2))
        limits = "; ".join(
            f"{_name(unknown, lang)} {_between(low, high, t)}"
            for unknown, (low, high) in one["limits"].items()
        )
        if limits:
            shares = {k: t.number(100 * one[k], 2) for k in ("density", "coverage")}
            rate += " " + say["box"].format(limits=limits, **shares)
        lines.append(rate)
    return bullets(lines)


def _between(low: float | None, high: float | None, t: Texts) -> str:
    if low is None or high is None:
        return f"< {t.number(high)}" if high is not None else f"> {t.number(low or 0.0)}"
    return f"{t.number(low)} – {t.number(high)}"


def _idle(row: Json, say: Json, lang: str) -> str:
    by = _name(row["by"], lang) if row["by"] else ""
    return f"{_name(row['measure'], lang)}: {say[row['why']].format(by=by)}"


def _million(told: Json, names: Sequence[str], t: Texts, say: Json, lang: str) -> str:
    head = ["", *(_named(name, lang) for name in names)]
    rows = [
        [_name(measure, lang), *(_range(change[name], t) for name in names)]
        for measure, change in told["next_million"].items()
    ]
    return table(Table(say["million_how"], head, rows), t)


def _provenance(told: Json, names: Sequence[str], t: Texts, say: Json, lang: str) -> str:
    problem, bias = told["problem"], told["selection_bias"]
    costs = [
        [_named(name, lang), t.number(lever["low"]), t.number(lever["high"]),
         t.number(lever["cost"]), lever["source"]]
        for name, lever in problem["levers"].items()
    ]  # fmt: skip
    head = ["", say["least"], say["most"], say["unit_cost"], say["source"]]
    rows = [[_named(name, lang), t.number(bias[name])] for name in names if name in bias]
    worlds = [
        f"{_name(name, lang)}: {low} – {high}" for name, (low, high) in problem["worlds"].items()
    ]
    return (
        table(Table(say["costs"], head, costs, words=frozenset({0, 4})), t)
        + paragraphs(say["worlds"])
        + bullets(worlds)
        + table(Table(say["bias"], ["", say["promised"]], rows), t)
    )


def _range(levels: Json, t: Texts, digits: int = 3) -> str:
    low, middle, high = (levels[level] for level in QUANTILES)
    return t.with_range(middle, low, high, digits, apart="\n")


def _name(name: str, lang: str) -> str:
    """Return a lever or an outcome in words, with its place; any other name as it is."""
    plain, place = parted(name)
    words = levers().get(plain, {}).get(f"label_{lang}")
    if words is None and plain in variables():
        words = variables()[plain].meaning[lang]
    return f"{words or plain}, {texts(lang).label('group', place)}" if place else words or plain


def _named(name: str, lang: str) -> str:
    """Return a lever or an outcome in words, with its unit; any other name as it is."""
    words, unit = _name(name, lang), _units().get(parted(name)[0])
    return f"{words} ({texts(lang).label('unit', unit)})" if unit else words


@cache
def _units() -> dict[str, str]:
    units = {name: row["unit"] for name, row in levers().items()}
    return units | {name: one.unit for name, one in variables().items()}


@cache
def _words(lang: str) -> dict[str, str]:
    text = resources.files("globo.report").joinpath("words.csv").read_text(encoding="utf-8")
    rows = in_every_language("searches", csv.DictReader(text.splitlines()))
    return {row["key"]: row[lang] for row in rows}
