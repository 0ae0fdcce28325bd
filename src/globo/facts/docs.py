"""docs/facts.md: what the package holds, how far to trust it, and where sources disagree.

Reads a `Facts` and the table schemas; `globo facts docs` prints the page.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from globo.facts.figures import figures, readable
from globo.facts.package import Facts, table_names
from globo.facts.sources import told
from globo.facts.tables import schemas


def page(facts: Facts) -> str:
    """Return docs/facts.md.

    Args:
        facts: all that is known.

    Returns:
        Markdown text that ends with a line break.
    """
    parts = [
        (facts.country.folder / "look" / "facts.md").read_text(encoding="utf-8"),
        _tables(facts),
        _residual(facts),
        _disagreements(facts),
        _columns(),
        _words(facts),
        _sources(facts),
    ]
    return "\n".join(part.rstrip() + "\n" for part in parts)


def _tables(facts: Facts) -> str:
    """List the tables with their rows."""
    described = schemas()
    rows = (
        (f"`{name}`", len(facts.table(name)), described[name]["description"])
        for name in table_names()
    )
    return "## Tables\n\n" + _grid(("table", "rows", "what"), rows)


def _residual(facts: Facts) -> str:
    """Show how districts, zones and the country reconcile."""
    rest, zones = facts.residual(), facts.coca("zone").sum(axis=1)
    rows = (
        (int(year), row.national_ha, zones[year], row.districts_ha, row.residual_ha)
        for year, row in zip(rest.index, rest.itertuples(), strict=True)
    )
    text = (
        "## Districts, zones and the country\n\nHectares on 31 December. The residual is the "
        "national survey less the surveyed districts: coca in districts outside the frame "
        "(`outside_ha`). Before 2012 only zones were published, and not all of them.\n\n"
    )
    first = facts.scope.groupby("year").zone.agg(", ".join)
    part = zones[2005] / facts.own("coca_ha")[2005]
    scope = (
        "\nThe survey's scope grew (`scope`): the national area of a year holds the zones that the "
        f"survey covered by then.\nThe zones that it began with add up to {part:.1%} of the area "
        "of 2005, so coca elsewhere was not in that figure.\n\n"
    )
    covered = _grid(("from", "covered too"), first.items())
    heads = ("year", "national", "zones", "districts", "residual")
    return text + _grid(heads, rows) + scope + covered


def _disagreements(facts: Facts) -> str:
    """Show each disagreement with the rows that differ."""
    every, parts = figures(facts), ["## Where sources disagree\n"]
    for dispute in facts.disputes.itertuples():
        rows = every[every.dispute == dispute.id]
        cells = (
            (r.quantity, r.place, r.to, r.mode, r.when, r.figure, r.basis, r.confidence, r.source)
            for r in readable(rows).itertuples()
        )
        parts.append(f"### {dispute.question}\n\n{dispute.reading} (`{dispute.id}`)\n")
        heads = ("what", "place", "to", "mode", "year", "figure", "basis", "confidence", "source")
        parts.append(_grid(heads, cells))
    return "\n".join(parts)


def _columns() -> str:
    """List the columns of each table."""
    parts = ["## Columns\n"]
    for name, table in schemas().items():
        rows = (
            (f"`{f['name']}`", f["type"], f.get("unit", ""), f.get("description", ""))
            for f in table["schema"]["fields"]
        )
        parts.append(f"### {name}\n\n" + _grid(("column", "type", "unit", "what"), rows))
    return "\n".join(parts)


def _words(facts: Facts) -> str:
    """List the controlled vocabulary."""
    counts = figures(facts, covariates=True).quantity.value_counts()
    parts = ["## Words\n"]
    for kind, rows in facts.vocabulary.groupby("kind", sort=False):
        cells = (
            (f"`{r.name}`", r.unit, r.parent, r.result, counts.get(r.name, ""), r.definition)
            for r in rows.itertuples()
        )
        heads = ("name", "unit", "within", "stands behind", "figures", "meaning")
        parts.append(f"### {kind}\n\n" + _grid(heads, cells))
    return "\n".join(parts)


def _sources(facts: Facts) -> str:
    """List the sources."""
    said = told(facts.sources, "en")
    rows = (
        (
            f"`{source.id}`",
            said.publisher[source.id],
            f"[{said.title[source.id]}]({source.url})" if source.url else said.title[source.id],
            "" if pd.isna(source.year) else int(source.year),
            source.access,
            source.licence_note,
        )
        for source in facts.sources.itertuples()
    )
    heads = ("id", "publisher", "title", "year", "access", "licence")
    return "## Sources\n\n" + _grid(heads, rows)


def _grid(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a Markdown table; columns that stay empty are left out."""
    cells = [[_cell(value) for value in row] for row in rows]
    names = list(heads)
    kept = [i for i in range(len(names)) if any(row[i] for row in cells)]
    lines = [[names[i] for i in kept], ["---"] * len(kept)]
    lines += [[row[i] for i in kept] for row in cells]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _cell(value: object) -> str:
    text = f"{value:,.0f}" if isinstance(value, float) else str(value)
    return text.replace("|", "\\|").replace("\n", " ")
