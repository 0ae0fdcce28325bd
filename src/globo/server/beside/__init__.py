"""Pages beside the page: method, glossary, sources, limits, past errors, API and data, es and en.

One document a language, made from the tables that the code itself reads (parameters, variables,
facts) and from those of this folder; it asks for nothing from outside.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from html import escape
from importlib import resources

from globo import __version__, facts
from globo.facts.sources import told
from globo.model import parameters
from globo.report.page import Link, Section, Table, bullets, details, heading, paragraphs, render
from globo.report.page import table as drawn
from globo.report.texts import texts
from globo.results import variables
from globo.server.words import words
from globo.texts import glossary, in_every_language

STYLE = "about.css"
LIMITS = 6  # texts of the page on what the model does not know
HEX = 12  # digits of the facts' hash
KEYS = {  # by file: its name among the tables of a language, and the column of a row's name
    "words.csv": ("beside", "key"),
    "method.csv": ("method", "step"),
    "api.csv": ("api", "path"),
}
Rows = list[dict[str, str]]


@cache
def document(lang: str, page: str = "./") -> str:
    """Return the whole document.

    Args:
        lang: `es` or `en`.
        page: address of the page that it stands beside.
    """
    w = _words(lang)
    told = {
        "method": _method(lang),
        "glossary": _glossary(lang),
        "sources": _sources(lang),
        "limits": _limits(lang),
        "wrong": _wrong(lang),
        "api": _api(lang),
        "data": _data(lang),
    }
    sections = [Section(w[name], html, name) for name, html in told.items()]
    back = f'<p><a href="{escape(page, quote=True)}?lang={lang}">{escape(w["back"])}</a></p>'
    known = w["facts"].format(facts=facts.load().hash[:HEX])
    head = [w["version"].format(version=__version__), known]
    return render(w["title"], sections, lang, back, head)


def parted(html: str) -> tuple[str, str]:
    """Return a document that links its style, and the style; a server lets none stand inside."""
    found = re.search(r"<style>\n?(.*?)</style>", html, re.DOTALL)
    assert found
    link = f'<link rel="stylesheet" href="{STYLE}">'
    return html[: found.start()] + link + html[found.end() :], found[1]


def read(name: str) -> Rows:
    """Return the rows of a table of this folder."""
    text = resources.files("globo.server.beside").joinpath(name).read_text(encoding="utf-8")
    table, key = KEYS.get(name, ("", ""))
    return in_every_language(table, csv.DictReader(text.splitlines()), key)


@cache
def _words(lang: str) -> dict[str, str]:
    return {row["key"]: row[lang] for row in read("words.csv")}


def _method(lang: str) -> str:
    w, page, known = _words(lang), words(lang), parameters.table()
    made = [paragraphs(w["method.lead"], w["method.luck"])]
    for row in read("method.csv"):
        names = row["names"].split()
        own = [known[name] for name in names]
        rows = [
            [r.name, page.get(f"page.parameter.{r.name}", r.meaning), f"{r.default:g} {r.unit}",
             f"{r.low:g} – {r.high:g}", r.source]
            for r in own
        ]  # fmt: skip
        head = [w[f"parameter.{key}"] for key in ("name", "value", "range", "source")]
        head.insert(1, w["glossary.meaning"])
        content = Table(row[f"title_{lang}"], head, rows, frozenset({0, 1, 4}))
        equations = "".join(
            f"<p><code>{escape(e)}</code></p>\n" for e in row["equation"].split(";  ")
        )
        made.append(
            heading(row[f"title_{lang}"])
            + paragraphs(row[lang])
            + equations
            + f"<p>{escape(w['method.file'])}: <code>model/mechanisms/{row['file']}</code></p>\n"
            + details(w["parameters"], drawn(content, texts(lang)))
        )
    return "".join(made)


def _glossary(lang: str) -> str:
    w = _words(lang)
    rows = [[name, v.unit, v.meaning[lang]] for name, v in variables().items()]
    head = [w[f"glossary.{key}"] for key in ("name", "unit", "meaning")]
    content = Table(w["glossary.names"], head, rows, frozenset({0, 1, 2}))
    terms = [[row[lang], row[f"meaning_{lang}"]] for row in glossary()]
    top = [w["glossary.word"], w["glossary.meaning"]]
    said = Table(w["glossary"], top, terms, frozenset({0, 1}))
    return drawn(said, texts(lang)) + paragraphs(w["glossary.lead"]) + drawn(content, texts(lang))


def _sources(lang: str) -> str:
    w, known = _words(lang), facts.load()
    counts = facts.figures(known).groupby("source").size()
    said = told(known.sources, lang).assign(year=known.sources.year.to_numpy())
    rows = [
        [Link(s.title, s.url), s.publisher, _year(s.year), s.access, f"{counts.get(s.Index, 0):,}"]
        for s in said.sort_values(["publisher", "year"]).itertuples()
    ]
    head = [w[f"sources.{key}"] for key in ("title", "publisher", "year", "access", "figures")]
    content = Table(w["sources"], head, rows, frozenset({0, 1, 3}))
    return paragraphs(w["sources.lead"]) + drawn(content, texts(lang))


def _limits(lang: str) -> str:
    page = words(lang)
    told = [page[f"page.unknown.missing.{n}"] for n in range(1, LIMITS + 1)]
    return paragraphs(page["page.footer.use"]) + bullets(told)


def _wrong(lang: str) -> str:
    w, page = _words(lang), words(lang)
    rows = [
        [w[f"level.{r['level']}"], r["horizon"], r["targets"], page[f"page.rival.{r['rival']}"],
         _signed(r["skill"]), f"{_signed(r['low'])} … {_signed(r['high'])}",
         f"{float(r['in80']):.0%}"]
        for r in read("scores.csv")
    ]  # fmt: skip
    keys = ("level", "horizon", "targets", "rival", "skill", "interval", "in80")
    content = Table(w["wrong"], [w[f"wrong.{k}"] for k in keys], rows, frozenset({0, 2, 3}))
    return paragraphs(w["wrong.lead"]) + drawn(content, texts(lang))


def _api(lang: str) -> str:
    w = _words(lang)
    rows = [[f"{row['method']} {row['path']}", row[lang]] for row in read("api.csv")]
    content = Table(w["api"], [w["api.call"], w["api.does"]], rows, frozenset({0, 1}))
    return paragraphs(w["api.lead"]) + drawn(content, texts(lang))


def _data(lang: str) -> str:
    w, known = _words(lang), facts.load()
    years = (2005, 2010, 2015)
    rows = []
    for name, frame in vars(known).items():
        if "known_at" not in getattr(frame, "columns", ()):
            continue
        day = frame["known_at"].dropna()
        edges = [0, *years, 9999]
        spans = zip(edges[:-1], edges[1:], strict=True)
        counts = [str(int(((day.dt.year > a) & (day.dt.year <= b)).sum())) for a, b in spans]
        rows.append([name, f"{len(day):,}", *counts, str(day.max())[:10]])
    between = [f"{a + 1}–{b}" for a, b in zip(years[:-1], years[1:], strict=True)]
    first, last = w["data.before"].format(year=years[0]), w["data.since"].format(year=years[-1] + 1)
    head = [w["data.table"], w["data.rows"], first, *between, last, w["data.newest"]]
    return paragraphs(w["data.lead"]) + drawn(Table(w["data"], head, rows), texts(lang))


def _year(year: float) -> str:
    return "–" if year != year else f"{year:.0f}"


def _signed(text: str) -> str:
    return f"{float(text):+.2f}".replace("-", "−")
