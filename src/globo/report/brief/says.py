"""Says: what stands on the brief, in words, from the same figures as the long report."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from globo.model.levers import levers
from globo.report.case import Case
from globo.report.evidence import FIGURES, behind
from globo.report.sections.blocks import not_counted
from globo.report.sections.entries import chosen
from globo.report.sections.headline import country, decides, displaced, summary, zone_changes
from globo.report.sections.scenario import described, told_value, unit_of
from globo.report.sections.tables import reading
from globo.report.sections.why import split
from globo.results import zone_sum
from globo.results.difference import LEAST_HA
from globo.scenario.prices import default, differing, stated

MOST = 5  # levers and zones named
DECIDING = 2  # sentences on what the answer hangs on
SPLIT = 3  # sentences on what a change is made of, where that was asked for
CLEARED_HA = 20.0  # a year; less of a zone is not told
MILLION = 1e6
NAME = re.compile(r"[A-ZÁÉÍÓÚÑ][\w.]*(?: (?:of |for |de |del |the )*[A-ZÁÉÍÓÚÑ][\w.]*)*")
SOURCES = ("country", "eradication", "spending")


@dataclass(frozen=True)
class Part:
    """A paragraph of the brief under its heading: a lead, strong where it is the answer, points."""

    title: str
    lead: str
    points: tuple[str, ...] = ()
    is_answer: bool = False


def parts(case: Case) -> list[Part]:
    """Return the parts in their order."""
    return [_policy(case), _finding(case), _why(case), _costs(case), _unknown(case), _sources(case)]


def _policy(case: Case) -> Part:
    t, after, before = case.t, stated(case.run), stated(case.base) if case.base is not None else {}
    changed = differing(after, before)
    points = [_lever(case, name, after.get(name, default(name))) for name in changed[:MOST]]
    if len(changed) > MOST:
        points.append(t("brief.more", n=len(changed) - MOST))
    return Part(
        t("brief.policy"), described(case), tuple(points) or (t("scenario.nothing.versus"),)
    )


def _lever(case: Case, name: str, value: object) -> str:
    t, row = case.t, levers().get(name, {})
    label, unit, kind = row.get(f"label_{t.lang}") or name, unit_of(case, name), row.get("kind", "")
    told = "; ".join(told_value(case, value, kind).split("\n"))
    today = told_value(case, default(name), kind)
    line = t("brief.lever", label=label, value=told, today=today)
    return f"{line}; {unit}" if unit else line


def _finding(case: Case) -> Part:
    found = [country(case), *displaced(case)]
    return Part(
        case.t("brief.finding"), summary(case, zone_changes(case)), tuple(x for x, _ in found), True
    )


def _why(case: Case) -> Part:
    """Where brigades went, and what prices did: what the runs show beside the areas."""
    t = case.t
    cleared = case.read("cleared by zone", lambda ds: zone_sum(ds, "eradicated_ha"))
    moved = {
        str(z): case.moved(chosen(cleared, {"zone": str(z)})) for z in cleared[0]["zone"].values
    }
    points = split(case)[:SPLIT]
    for key, way in (("brief.cleared_more", 1), ("brief.cleared_less", -1)):
        here = {z: c for z, c in moved.items() if way * c.p50 > CLEARED_HA and c.sign_known}
        most = sorted(here, key=lambda z: -abs(here[z].p50))[:2]
        if most:
            named = [
                f"{t.label('zone', z)} {t.change_with_range(here[z].p50, here[z].p05, here[z].p95)}"
                for z in most
            ]
            points.append(t(key, zones=t.listed(named)))
    for name in ("leaf_price_usd_kg", "cocaine_t"):
        one = case.moved(case.total(name))
        told = t.change_with_range(one.p50, one.p05, one.p95)
        points.append(
            t("brief.figure", title=t(f"indicator.{name}"), change=told, reading=reading(case, one))
        )
    return Part(t("brief.why"), t("brief.why_lead"), tuple(points))


def _costs(case: Case) -> Part:
    t = case.t
    paid = case.read("spent, millions", lambda ds: ds["spending_usd"].sum("item") / MILLION)
    one = case.moved(paid)
    told = t.change_with_range(one.p50, one.p05, one.p95)
    points = [t("brief.spending", change=told), not_counted(case), t("brief.prices")]
    return Part(t("brief.costs"), "", tuple(text for text in points if text))


def _unknown(case: Case) -> Part:
    t = case.t
    open_ = {
        zone: one
        for zone, one in zone_changes(case).items()
        if not one.sign_known and abs(one.p50) >= LEAST_HA
    }
    names = [t.label("zone", z) for z in sorted(open_, key=lambda z: -abs(open_[z].p50))[:MOST]]
    points = [t("brief.open", zones=t.listed(names))] if names else []
    points += decides(case)[:DECIDING] or [t("brief.assumed")]
    points += [t("wrong.limit_2"), t("wrong.limit_5"), t("brief.interval")]
    return Part(t("brief.unknown"), "", tuple(points))


def _names(publisher: str) -> list[str]:
    """Return the institutions that a publisher's line names, without what they published."""
    parts = re.split(r" and | y |/|,", publisher)
    return [name.strip() for name in parts if NAME.fullmatch(name.strip())]


def _sources(case: Case) -> Part:
    t, attrs = case.t, case.run.attrs
    rows = [behind(case, FIGURES[name]) for name in SOURCES]
    published = pd.concat(part[f"publisher_{t.lang}"].dropna() for part in rows)
    who = [name for line in published for name in _names(str(line))]
    named = sorted(set(who), key=lambda p: (-who.count(p), p))[:MOST]
    facts = attrs.get("facts_hash", "–")[:12]
    about = {key: attrs.get(key, "–") for key in ("version", "seed")}
    made = t("brief.made", facts=facts, draws=case.run.sizes["draw"], **about)
    points = [t("brief.publishers", names=t.listed(named)), made]
    if command := attrs.get("command"):
        points.append(t("brief.repeat", command=command))
    return Part(t("brief.sources"), "", tuple(points))
