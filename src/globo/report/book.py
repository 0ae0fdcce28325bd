"""Book: the chapters of a report in order, from results to HTML text."""

from __future__ import annotations

from typing import Any

import xarray as xr

from globo import facts
from globo.model.policy import LAST
from globo.report.case import Case, case
from globo.report.page import paragraphs, render
from globo.report.sections.added import added
from globo.report.sections.chain import chain
from globo.report.sections.coca import country, zones
from globo.report.sections.firms import firms
from globo.report.sections.headline import headline
from globo.report.sections.leaving import leaving
from globo.report.sections.people import armed_groups, forest, households, spending
from globo.report.sections.places import places
from globo.report.sections.provenance import provenance
from globo.report.sections.scenario import scenario, title_of
from globo.report.sections.why import why
from globo.report.sections.wrong import wrong
from globo.report.texts import texts

SECTIONS = (
    headline,
    why,
    scenario,
    places,
    zones,
    country,
    chain,
    leaving,
    firms,
    armed_groups,
    households,
    forest,
    spending,
    wrong,
    added,
    provenance,
)


def html(
    ds: xr.Dataset,
    lang: str = "es",
    baseline: xr.Dataset | None = None,
    comparison: Any = None,
) -> str:
    """Return the report as text; `globo.report.write` says what goes in."""
    told = case(ds, baseline, facts.load().through(LAST), texts(lang), comparison)
    sections = [made for make in SECTIONS if (made := make(told)) is not None]
    return render(_title(told), sections, lang, _lead(told), _facts(told))


def _title(told: Case) -> str:
    t = told.t
    name = title_of(told.run, t.lang)
    if told.base is None:
        return t("report.title", name=name)
    return t("report.title_versus", name=name)


def _lead(told: Case) -> str:
    if told.base is None:
        return ""
    baseline = title_of(told.base, told.t.lang)
    return paragraphs(told.t("report.lead_versus", baseline=baseline), kind="lead")


def _facts(told: Case) -> list[str]:
    """Return what stands under the title: years, draws, seed, version."""
    t, attrs = told.t, told.run.attrs
    return [
        t("report.years", first=told.years[0], last=told.last),
        t("report.draws", n=t.whole(told.run.sizes["draw"]), failed=t.whole(told.n_failed)),
        t("report.seed", seed=attrs.get("seed", "–")),
        t(
            "report.version",
            version=attrs.get("version", "–"),
            facts=attrs.get("facts_hash", "–")[:12],
        ),
    ]
