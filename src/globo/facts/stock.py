"""Stock: what the package says of its own tables, brought up to date after rows were added.

Writes the number of rows of each table into `datapackage.json`, and the zones that a table names
where the vocabulary knows them, and what each source holds into `sources.csv`, so that a row that
vanishes, or one that names a source that does not hold it, is found. Nothing of it is read by the
model.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from globo.facts import tables
from globo.facts.agreement import HOLDS, holding


def take_stock(folder: Path) -> None:
    """Count the rows of a package, and list its zones and what each of its sources holds.

    Args:
        folder: folder of the data package; its descriptor and sources are rewritten.

    Raises:
        UserError: no data package there, or one that cannot be read.
    """
    described, known = tables.written(folder), tables.schemas(folder)
    texts = {name: tables.text(folder, table) for name, table in known.items()}
    words = texts["vocabulary"]
    places = set(words.name[words.kind == "place"])
    for table in described["resources"]:
        rows = texts[table["name"]]
        table["rows"] = len(rows)
        for field in table.get("schema", {}).get("fields", []):
            if field["name"] == "zone" and "enum" in field.get("constraints", {}):
                rule = field["constraints"]
                rule["enum"] = sorted({*rule["enum"], *(places & set(rows.zone))})
    sources = texts["sources"].assign(holds=holds(texts))
    path = folder / known["sources"]["path"]
    sources.to_csv(path, index=False, lineterminator="\n")
    describe(folder, described)


def describe(folder: Path, described: dict[str, Any]) -> None:
    """Write the descriptor of a package, as `tables.written` gives it."""
    text = json.dumps(described, ensure_ascii=False, indent=1) + "\n"
    (folder / tables.DESCRIPTOR).write_text(text, encoding="utf-8")


def holds(texts: dict[str, pd.DataFrame]) -> list[str]:
    """List, for each source, the tables, or quantities and places, that rows draw from it."""
    pairs = [
        pd.DataFrame({"source": frame.source, "what": holding(name, frame)})
        for name, frame in texts.items()
        if "source" in frame
    ]
    by_source = pd.concat(pairs).groupby("source").what.agg(lambda w: HOLDS.join(sorted(set(w))))
    return [by_source.get(name, "") for name in texts["sources"].id]
