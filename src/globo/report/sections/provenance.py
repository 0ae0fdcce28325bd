"""Provenance: what was run, on what, and how to run it again."""

from __future__ import annotations

from html import escape

import xarray as xr

from globo.report import page
from globo.report.case import Case
from globo.report.page import Section, Table

ROWS = ("scenario", "seed", "from", "until", "version", "facts_hash", "command")


def provenance(case: Case) -> Section:
    """Return the section."""
    t = case.t
    runs = [case.run] if case.base is None else [case.base, case.run]
    head = [
        t("table.name"),
        *([t("table.value")] if case.base is None else [t("table.baseline"), t("table.scenario")]),
    ]
    rows = [[t(f"provenance.{key}"), *(str(ds.attrs.get(key, "–")) for ds in runs)] for key in ROWS]
    counts = {"draws": case.n_draws, "used": case.run.sizes["draw"], "failed": case.n_failed}
    rows += [[t(f"provenance.{key}"), *[case.t.whole(n)] * len(runs)] for key, n in counts.items()]
    rows += [[t("provenance.balance"), *(_balance(ds, case) for ds in runs)]]
    rows += [[t("provenance.libraries"), *(ds.attrs.get("libraries", "–") for ds in runs)]]
    words = frozenset(range(len(head)))
    content = Table(t("provenance.table"), head, rows, words, kind="provenance")
    html = page.paragraphs(t("provenance.intro")) + page.table(content, t)
    for ds in runs:
        name = t("provenance.resolved", name=ds.attrs.get("scenario", ""))
        html += page.details(name, f"<pre>{escape(str(ds.attrs.get('scenario_yaml', '')))}</pre>")
    return Section(t("provenance.title"), html, "provenance")


def _balance(ds: xr.Dataset, case: Case) -> str:
    """Return the largest relative error of the two balances, leaf and product."""
    most = [
        float(abs(ds[name]).max()) for name in ("balance_leaf", "balance_product") if name in ds
    ]
    return " / ".join(f"{value:.0e}" for value in most) or "–"
