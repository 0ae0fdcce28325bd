"""The page that every report stands on: frame, sections, pictures and tables.

One HTML file with its style and pictures inside; it asks for nothing from
outside. `render` takes any list of sections, so that other rooms can report in
the same frame. Every text that comes in is escaped here, markup that comes in
(`html`, `svg`) is taken as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources

from globo.report.texts import Texts, texts


@dataclass(frozen=True)
class Section:
    """A chapter of a report.

    Attributes:
        title: its heading, plain text.
        html: its content, markup.
        anchor: name in the address; made from the title where empty.
    """

    title: str
    html: str
    anchor: str = ""

    @property
    def name(self) -> str:
        """Return the anchor, lower-case letters, digits and hyphens."""
        plain = unicodedata.normalize("NFKD", self.anchor or self.title)
        return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower()).strip(
            "-"
        )


@dataclass(frozen=True)
class Link:
    """A cell that leads to a page of the web; plain text where the address is none.

    Attributes:
        text: what is shown.
        url: where it leads.
        note: plain text below it.
    """

    text: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Table:
    """A table of ready texts.

    Attributes:
        caption: what it holds, with unit.
        head: column titles; the first is the title of the row names.
        rows: cells; the first of each row is its name.
        words: columns (0 and on) whose cells are words, set to the left.
        shades: background of each cell (#rrggbb, or empty), where the table is a picture.
        kind: class of the table in the style.
    """

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str | Link]]
    words: frozenset[int] = frozenset({0})
    shades: Sequence[Sequence[str]] = ()
    kind: str = ""


def render(
    title: str, sections: Sequence[Section], lang: str, lead: str = "", facts: Sequence[str] = ()
) -> str:
    """Return a whole report as one HTML document.

    Args:
        title: heading of the page.
        sections: its chapters in order.
        lang: `es` or `en`.
        lead: markup under the heading, before the contents.
        facts: short texts under the heading (version, seed, draws).
    """
    t = texts(lang)
    style, keys = (_shipped(name) for name in ("style.css", "keys.svg"))
    contents = "".join(f'<li><a href="#{s.name}">{escape(s.title)}</a></li>' for s in sections)
    chapters = "\n".join(
        f'<section id="{s.name}" aria-labelledby="{s.name}-title">'
        f'<h2 id="{s.name}-title">{escape(s.title)}</h2>\n{s.html}\n</section>'
        for s in sections
    )
    meta = "".join(f"<li>{escape(fact)}</li>" for fact in facts)
    return f"""<!doctype html>
<html lang="{t("page.lang")}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="globo">
<title>{escape(title)} · globo</title>
<link rel="icon" href="data:,">
<style>
{style}</style>
</head>
<body>
{keys}<a class="skip" href="#main">{escape(t("page.skip"))}</a>
<header>
<p class="brand">globo <span>{escape(t("page.motto"))}</span></p>
<h1>{escape(title)}</h1>
{f'<ul class="meta">{meta}</ul>' if meta else ""}
{lead}
</header>
<nav aria-labelledby="contents"><h2 id="contents">{escape(t("page.contents"))}</h2>
<ol>{contents}</ol></nav>
<main id="main">
{chapters}
</main>
<footer><p>{escape(t("page.not_a_forecast"))}</p></footer>
</body>
</html>
"""


def paragraphs(*lines: str, kind: str = "") -> str:
    """Return plain texts as paragraphs; empty ones are left out."""
    attribute = f' class="{kind}"' if kind else ""
    return "".join(f"<p{attribute}>{escape(line)}</p>\n" for line in lines if line)


def bullets(lines: Iterable[str], kind: str = "") -> str:
    """Return plain texts as a list."""
    attribute = f' class="{kind}"' if kind else ""
    return f"<ul{attribute}>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>\n"


def nested(groups: Iterable[tuple[str, Sequence[str]]], kind: str = "") -> str:
    """Return plain texts as a list of two levels: (what, which) each."""
    attribute = f' class="{kind}"' if kind else ""
    items = "".join(
        f"<li>{escape(lead)}{bullets(lines) if lines else ''}</li>" for lead, lines in groups
    )
    return f"<ul{attribute}>{items}</ul>\n"


def heading(text: str) -> str:
    """Return a heading inside a section."""
    return f"<h3>{escape(text)}</h3>\n"


def table(content: Table, t: Texts) -> str:
    """Return a table that scrolls by itself where the screen is narrow."""
    head = "".join(
        f'<th scope="col"{_look(content, i)}>{escape(cell)}</th>'
        for i, cell in enumerate(content.head)
    )
    body = "".join(f"<tr>{_row(content, i)}</tr>\n" for i in range(len(content.rows)))
    kind = f' class="{content.kind}"' if content.kind else ""
    html = (
        f"<table{kind}><caption>{escape(content.caption)}</caption>"
        f"<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>"
    )
    return scrolling(html, content.caption, t)


def scrolling(html: str, name: str, t: Texts) -> str:
    """Return markup that scrolls sideways by itself, reachable by the keyboard."""
    label = escape(t("page.scrolls", name=name), quote=True)
    return f'<div class="scroll" role="region" tabindex="0" aria-label="{label}">{html}</div>\n'


def details(summary: str, html: str, kind: str = "") -> str:
    """Return markup that opens on demand."""
    attribute = f' class="{kind}"' if kind else ""
    return f"<details{attribute}><summary>{escape(summary)}</summary>\n{html}</details>\n"


def picture(
    t: Texts, title: str, html: str, caption: str = "", tables: Sequence[Table] = (), more: str = ""
) -> str:
    """Return a figure: its finding as title, the picture, how to read it, and its tables.

    Args:
        t: texts of the report.
        title: what the picture shows, with unit.
        html: the picture or pictures (markup of `charts`).
        caption: how to read it.
        tables: the same figures as tables, closed at first.
        more: markup after the tables (the evidence).
    """
    told = f"<p>{escape(caption)}</p>" if caption else ""
    shut = "".join(table(content, t) for content in tables)
    return (
        f"<figure>\n<h3>{escape(title)}</h3>\n{html}\n"
        f"<figcaption>{told}</figcaption>\n"
        f"{details(t('page.as_table'), shut, 'data') if shut else ''}{more}</figure>\n"
    )


def legend(entries: Sequence[tuple[str, str, str]], title: str = "") -> str:
    """Return a legend of (shape, colour, text); the shapes are the symbols of `keys.svg`."""
    items = "".join(
        f'<li><svg class="key" style="color:{colour}" aria-hidden="true">'
        f'<use href="#key-{shape}"/></svg>{escape(text)}</li>'
        for shape, colour, text in entries
    )
    head = f'<li class="of">{escape(title)}</li>' if title else ""
    return f'<ul class="legend">{head}{items}</ul>\n'


def grid(cards: Iterable[str], kind: str = "thirds") -> str:
    """Return pictures side by side, in `thirds` or `halves`; one below another on phones."""
    return f'<div class="grid {kind}">{"".join(cards)}</div>\n'


def card(title: str, svg: str, note: str = "") -> str:
    """Return one small picture of a grid under its own heading."""
    told = f"<p>{escape(note)}</p>" if note else ""
    return f'<div class="card"><h4>{escape(title)}</h4>{svg}{told}</div>\n'


def either(wide: str, narrow: str) -> str:
    """Return one picture drawn twice: for wide screens and paper, and for phones."""
    return f'<div class="wide">{wide}</div><div class="narrow">{narrow}</div>\n'


def _shipped(name: str) -> str:
    return resources.files("globo.report").joinpath(name).read_text(encoding="utf-8")


def _row(content: Table, i: int) -> str:
    name, *cells = content.rows[i]
    shades = content.shades[i] if content.shades else [""] * len(content.head)
    rest = "".join(
        f"<td{_look(content, j, shades[j])}>{_lines(cell)}</td>"
        for j, cell in enumerate(cells, start=1)
    )
    return f'<th scope="row">{_lines(name)}</th>{rest}'


def _lines(cell: str | Link) -> str:
    if isinstance(cell, Link):
        text = escape(cell.text)
        web = cell.url.startswith(("https://", "http://"))
        link = f'<a href="{escape(cell.url, quote=True)}">{text}</a>' if web else text
        return f"{link}<br>{escape(cell.note)}" if cell.note else link
    return escape(cell).replace("\n", "<br>")


def _look(content: Table, column: int, shade: str = "") -> str:
    """Return class and shade of a cell as attributes."""
    words = ' class="words"' if column in content.words else ""
    ink = f' style="background:{shade};color:{ink_on(shade)}"' if shade else ""
    return words + ink


def ink_on(colour: str) -> str:
    """Return black or white, whichever reads better on a colour."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    parts = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)
    ]
    light = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    return "#000000" if light > 0.18 else "#ffffff"
