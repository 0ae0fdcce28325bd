"""Headline: what moves, in plain words, with how sure one can be."""

from __future__ import annotations

import numpy as np

from globo.decisions import compare
from globo.decisions.reasons import hinges
from globo.report import page
from globo.report.case import Case
from globo.report.charts.dots import difference, dots
from globo.report.evidence import evidence
from globo.report.page import Section
from globo.report.sections.blocks import not_counted, puor_legend
from globo.report.sections.entries import chosen, entries
from globo.report.sections.indicators import indicators
from globo.report.sections.tables import changes_table, reading
from globo.results.difference import LEAST_HA, displacement, moved
from globo.results.spread import Change, band

LARGEST = 3  # zones named with the level of a run alone


def headline(case: Case) -> Section:
    """Return the section."""
    t = case.t
    changes = zone_changes(case)
    findings = [*zone_findings(case, changes), country(case), *displaced(case)]
    findings = [*_level(case), *findings]
    html = page.paragraphs(summary(case, changes), kind="lead")
    html += page.paragraphs(case.text("headline.intro"))
    html += page.nested(findings, "findings")
    if told := decides(case):
        html += page.heading(t("headline.decides")) + page.bullets(told)
    html += _picture(case, changes)
    html += page.heading(t("headline.indicators"))
    html += page.table(
        changes_table(case, case.text("headline.indicators_of"), indicators(case)), t
    )
    html += page.paragraphs(not_counted(case), t("headline.how_to_read"), kind="note")
    return Section(t("headline.title"), html, "headline")


def zone_changes(case: Case) -> dict[str, Change]:
    """Return the change of each zone's coca in the last year."""
    pair = case.zones()
    return {str(z): case.moved(chosen(pair, {"zone": str(z)})) for z in pair[0]["zone"].values}


def summary(case: Case, changes: dict[str, Change]) -> str:
    """Say in one sentence where there is more, where less, and how likely."""
    t = case.t
    parts = []
    for direction in ("more", "less"):
        said = []
        for word in ("certain", "very_likely", "likely"):
            for known in (True, False):
                names = [
                    t.label("zone", name)
                    for name, one in sorted(changes.items(), key=lambda item: -abs(item[1].p50))
                    if abs(one.p50) >= LEAST_HA
                    and (one.direction, one.likelihood, one.sign_known) == (direction, word, known)
                ]
                if names:
                    sure = t(f"likelihood.{word}")
                    key = "headline.how" if known else "headline.how_within"
                    said.append(t(key, zones=t.listed(names), likelihood=sure))
        if said:
            parts.append(t(f"headline.{direction}_in", zones="; ".join(said)))
    return " ".join(parts) or t("headline.nothing_sure")


def zone_findings(case: Case, changes: dict[str, Change]) -> list[tuple[str, list[str]]]:
    """Say which zones have more, which less, and where the direction is open."""
    t = case.t
    big = {name: one for name, one in changes.items() if abs(one.p50) >= LEAST_HA}
    told = []
    for direction in ("more", "less", "unknown"):
        names = [name for name, one in big.items() if one.direction == direction]
        names.sort(key=lambda name: -abs(big[name].p50))
        if names:
            lead = t(f"headline.{direction}")
            told.append((lead, [_named(case, name, big[name]) for name in names]))
    small = len(changes) - len(big)
    if small:
        key = "headline.small_one" if small == 1 else "headline.small"
        key = "headline.nothing" if small == len(changes) else key
        told.append((t(key, n=small, ha=t.number(LEAST_HA)), []))
    return told


def _named(case: Case, name: str, one: Change) -> str:
    t = case.t
    zone = t.label("zone", name)
    ha = t.change_with_range(one.p50, one.p05, one.p95, "ha")
    if one.direction == "unknown":
        return t("headline.zone", zone=zone, ha=ha)
    sure = t(f"likelihood.{one.likelihood}")
    told = sure if one.sign_known else t("reading.within", reading=sure)
    return t("headline.zone_sure", zone=zone, ha=ha, reading=told)


def _level(case: Case) -> list[tuple[str, list[str]]]:
    """Say how much coca a run alone has, and where most of it stands."""
    if case.base is not None:
        return []
    t = case.t
    area = case.zones()[0].sel(year=case.last)
    most = area.median("draw").to_series().sort_values(ascending=False).index[:LARGEST]
    named = [
        t(
            "headline.zone",
            zone=t.label("zone", str(zone)),
            ha=t.with_range(*band(area.sel(zone=zone).values).at(())),
        )
        for zone in most
    ]
    country = case.final(case.total("coca_ha")[0]).at(())
    return [(t("headline.level", year=case.last, ha=t.with_range(*country)), named)]


def country(case: Case) -> tuple[str, list[str]]:
    """Say what the country's coca does, and where it stands."""
    t = case.t
    change = case.moved(case.whole_area())
    level = case.final(case.total("coca_ha")[0]).at(())
    ha = t.change_with_range(change.p50, change.p05, change.p95, "ha")
    told = reading(case, change)
    return case.text("headline.country", ha=ha, reading=told, level=t.with_range(*level)), []


def displaced(case: Case) -> list[tuple[str, list[str]]]:
    """Say how much of what goes where coca falls reappears elsewhere."""
    (run, base), (after, before) = case.zones(), case.whole_area()
    if base is None or before is None:
        return []
    at = {"year": case.last}
    zones = moved(run.sel(at).values, base.sel(at).values)
    country = moved(after.sel(at).values, before.sel(at).values)
    share = displacement(zones, country).share
    if np.isnan(share).all():
        return []
    mid, low, high = band(100 * share).at(())
    key = "displaced_falls" if mid < 0 else "displaced_more" if mid > 100 else "displaced"
    ha = case.t.with_range(mid, low, high, digits=2)
    return [(case.t(f"headline.{key}", ha=ha), [])]


def decides(case: Case) -> list[str]:
    """Name the unknowns that the country's change hangs on, the assumed ones among them."""
    if case.base is None:
        return []
    compared = case.comparison or compare(case.base, case.run)
    return hinges(compared.to_json(case.last)["decides"], case.t.lang)


def _picture(case: Case, changes: dict[str, Change]) -> str:
    t = case.t
    rows = [
        difference(t.label("zone", name), one, t.chance(one.p_up, one.n_draws))
        for name, one in sorted(changes.items(), key=lambda item: -item[1].p50)
    ]
    title = case.text("headline.picture")
    html = page.either(
        dots(t, "moved-w", title, rows, width=720, signed=True),
        dots(t, "moved-n", title, rows, signed=True),
    )
    shown = entries(case, case.zones(), "zone", "zone")
    tables = [changes_table(case, title, shown)]
    caption = t("headline.picture_caption")
    return page.picture(t, title, puor_legend(t) + html, caption, tables, evidence(case, "moved"))
