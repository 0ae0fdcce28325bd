"""Downloads of a run: the scenario, the Python that makes it again, and its figures as files."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

from globo import __version__
from globo.results import variables
from globo.server.declaration import STEM, Declaration
from globo.server.tidy import COLUMNS, DIFFERENCE, proper
from globo.texts import words

MAPPED = ("p05", "p50", "p95", "baseline")


def as_yaml(scenario: Mapping[str, Any]) -> str:
    """Return a scenario as YAML."""
    out = io.StringIO()
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.dump(dict(scenario), out)
    return out.getvalue()


def as_python(scenario: Mapping[str, Any], draws: int, seed: int) -> str:
    """Return the Python that makes the same numbers."""
    today = {key: scenario[key] for key in ("until", "reading") if key in scenario}
    return f'''"""A scenario of the page, run again: python {STEM}.py (globo {__version__})."""

import globo

scenario = {_literal(scenario)}

if __name__ == "__main__":
    baseline = globo.run({today!r}, draws={draws}, seed={seed})
    run = globo.run(scenario, draws={draws}, seed={seed})
    print(globo.compare(baseline, run))
'''


def as_csv(rows: pd.DataFrame) -> str:
    """Return the figures as CSV, a row each."""
    return rows.to_csv(index=False, lineterminator="\n")


def as_parquet(rows: pd.DataFrame, told: Declaration) -> bytes:
    """Return the figures as Parquet, with the metadata in English in its foot."""
    import fastparquet

    held = io.BytesIO()
    held.close = lambda: None  # type: ignore[method-assign]  # the writer closes what it is given
    about = dict(told.metadata("en"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        fastparquet.write(
            "globo.parquet", rows, open_with=lambda *_: held, write_index=False,
            compression="GZIP", custom_metadata={"globo": json.dumps(about, ensure_ascii=False)},
        )  # fmt: skip
    return held.getvalue()


def as_xlsx(rows: pd.DataFrame, told: Declaration, lang: str) -> bytes:
    """Return the figures as a workbook: what they are, the figures, the quantities."""
    import xlsxwriter

    t, held = words(lang), io.BytesIO()
    with xlsxwriter.Workbook(held, {"constant_memory": True, "strings_to_formulas": False}) as book:
        head, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
        about = book.add_worksheet(t["page.file.sheet.about"])
        about.set_column(0, 0, 24, head)
        about.set_column(1, 1, 90, wrapped)
        for i, line in enumerate(told.metadata(lang)):
            about.write_row(i, 0, line)
        sheet = book.add_worksheet(t["page.file.sheet.figures"])
        sheet.set_column(0, len(COLUMNS) - 1, 14)
        sheet.set_column(3, 3, 28)
        sheet.write_row(0, 0, COLUMNS, head)
        plain = rows.astype(object).where(rows.notna(), None)
        for i, row in enumerate(plain.itertuples(index=False), start=1):
            sheet.write_row(i, 0, row)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(COLUMNS) - 1)
        kinds = book.add_worksheet(t["page.file.sheet.quantities"])
        kinds.set_column(0, 1, 24)
        kinds.set_column(2, 2, 90)
        kinds.write_row(
            0, 0, [t["page.file.quantity"], t["page.file.unit"], t["page.file.meaning"]], head
        )
        shown = rows[["quantity", "unit"]].drop_duplicates().itertuples(index=False)
        for i, (name, unit) in enumerate(shown, start=1):
            kinds.write_row(i, 0, [name, unit, variables()[name].meaning[lang]])
    return held.getvalue()


def as_geojson(rows: pd.DataFrame, frame: Mapping[str, Any], told: Declaration, lang: str) -> str:
    """Return the coca of every district as points, a property a figure and year."""
    here = rows[rows["place_kind"] == "district"]
    where, made = frame["districts"], []
    by_code = dict(iter(here.groupby("place_code", sort=False)))
    for i, code in enumerate(frame["places"]["district"]):
        found: dict[str, Any] = {"code": code, "name": proper(where["name"][i])}
        found["zone"] = where["zone"][i]
        for row in by_code[code].to_dict("records"):
            stem = f"{'change' if row['scenario'] == DIFFERENCE else row['quantity']}_{row['year']}"
            ends = MAPPED[:3] if row["scenario"] == DIFFERENCE else MAPPED
            found |= {f"{stem}_{p}": _number(row[p]) for p in ends}
        point = {"type": "Point", "coordinates": [where["lon"][i], where["lat"][i]]}
        made.append({"type": "Feature", "id": code, "geometry": point, "properties": found})
    whole = {"type": "FeatureCollection", "metadata": dict(told.metadata(lang)), "features": made}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def _literal(value: Any, depth: int = 0) -> str:
    """Return a Python literal, an entry a line."""
    if not isinstance(value, Mapping) or not value:
        return repr(value)
    inner = "    " * (depth + 1)
    lines = [f"{inner}{key!r}: {_literal(v, depth + 1)},\n" for key, v in value.items()]
    return "{\n" + "".join(lines) + "    " * depth + "}"


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
