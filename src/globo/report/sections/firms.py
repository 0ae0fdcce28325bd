"""Firms: how many there are at each stage, where, and how concentrated the stage is."""

from __future__ import annotations

import numpy as np

from globo.report import page
from globo.report.case import Case
from globo.report.charts import colours
from globo.report.evidence import evidence
from globo.report.page import Section, Table
from globo.report.sections.blocks import picture_of_years
from globo.report.sections.entries import entries, summed
from globo.results.spread import band


def firms(case: Case) -> Section:
    """Return the section."""
    t = case.t
    count = entries(case, summed(case.read("firm_count"), "zone"), "stage", "stage")
    spread = entries(case, case.read("firm_hhi"), "stage", "stage")
    html = page.paragraphs(t("firms.intro"))
    html += picture_of_years(
        case, "firms", t("firms.count"), count, "", more=evidence(case, "firms")
    )
    html += picture_of_years(
        case, "hhi", t("firms.hhi"), spread, t("unit.0 to 1"), t("firms.hhi_caption")
    )
    html += _where(case)
    return Section(t("firms.title"), html, "firms")


def _where(case: Case) -> str:
    """Return firms by zone and stage as a table shaded by number, with intervals."""
    t = case.t
    now = case.read("firm_count")[0].sel(year=case.last)
    top = case.read("firm_top_share")[0].sel(year=case.last)
    stages = [str(stage) for stage in now["stage"].values]
    most = {s: max(1e-9, float(np.median(now.sel(stage=s).values, axis=0).max())) for s in stages}
    rows, shades = [], []
    for zone in (str(z) for z in now["zone"].values):
        cells, inks = [], []
        for stage in stages:
            here = {"stage": stage, "zone": zone}
            number = band(now.sel(here).values).at(())
            share = band(top.sel(here).values).at(())
            largest = t("firms.largest", share=t.share_with_range(*share))
            cells.append(f"{t.with_range(*number, digits=2)}\n{largest}")
            inks.append(colours.amount(number[0] / most[stage]))
        rows.append([t.label("zone", zone), *cells])
        shades.append(["", *inks])
    head = [t("table.zone"), *(t.label("stage", stage) for stage in stages)]
    title = t("firms.where", year=case.last)
    content = Table(title, head, rows, frozenset({0}), shades, "heat")
    return (
        page.heading(title)
        + page.paragraphs(t("firms.where_caption"), kind="note")
        + page.table(content, t)
    )
