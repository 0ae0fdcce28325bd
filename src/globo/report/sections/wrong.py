"""Wrong: how often the surveys fell inside the model's intervals, and where they did not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from globo import results
from globo.report import page
from globo.report.case import Case
from globo.report.charts.fan import Points
from globo.report.known import main_points, zone_points
from globo.report.page import Section, Table
from globo.results.spread import Band, band

# A survey against the band of its year, from below the 90 % interval to above it.
MARKS = {"below": "▼", "outer": "○", "inner": "●", "above": "▲"}
SHADES = {"below": "#b9a6cf", "outer": "", "inner": "", "above": "#f0b775"}
TRUSTED = ("high", "medium")
SCORED = ("coca_ha", "eradicated_ha", "leaf_t", "seized_t", "leaf_price_usd_kg", "armed_acts")


@dataclass(frozen=True)
class Score:
    """How the surveys of one place fell.

    Attributes:
        name: the place or quantity, as shown.
        places: by year where the survey lies (a key of MARKS).
        errors: median of the model over the survey, less 1, one a year.
    """

    name: str
    places: dict[int, str]
    errors: list[float]

    def share(self, *wanted: str) -> float:
        """Return the share of surveys that lie in one of the places."""
        return sum(place in wanted for place in self.places.values()) / len(self.places)


def wrong(case: Case) -> Section:
    """Return the section."""
    t = case.t
    zones, nation = zone_scores(case), national_scores(case)
    html = page.paragraphs(t("wrong.intro" if case.base is None else "wrong.intro_baseline"))
    html += page.paragraphs(t("wrong.how"))
    html += page.paragraphs(_summary(case, zones))
    html += page.bullets(_missed(case, zones), "findings")
    html += page.heading(t("wrong.grid"))
    html += page.paragraphs(t("wrong.grid_caption", **MARKS), kind="note")
    html += _grid(case, t("wrong.grid_zones"), zones) if zones else ""
    html += _grid(case, t("wrong.grid_country"), nation) if nation else ""
    html += page.heading(t("wrong.limits"))
    html += page.bullets(t(f"wrong.limit_{i}") for i in range(1, 7))
    return Section(t("wrong.title"), html, "what-it-gets-wrong")


def zone_scores(case: Case) -> list[Score]:
    """Return the scores of the survey zones, on the baseline where there is one."""
    area = results.zone_ha(_scored(case))
    made = [
        score(case.t.label("zone", str(z)), area.sel(zone=z), zone_points(case.facts, str(z)))
        for z in area["zone"].values
    ]
    return [one for one in made if one.places]


def national_scores(case: Case) -> list[Score]:
    """Return the scores of the country's figures, on the baseline where there is one."""
    figures = results.national(_scored(case))
    known = {n: main_points(case.figures, n, case.facts.deflator()) for n in SCORED}
    made = [score(case.t(f"indicator.{n}"), figures[n], said) for n, said in known.items()]
    return [one for one in made if one.places]


def _scored(case: Case) -> xr.Dataset:
    """Return the run that surveys can be held against: what happened, as far as there is one."""
    return case.run if case.base is None else case.base


def score(name: str, array: xr.DataArray, said: list[Points]) -> Score:
    """Place every published figure against the band of its year.

    Args:
        name: as shown.
        array: the run (draw, year).
        said: published figures; those of other bodies and of low confidence are not scored.
    """
    found = band(array.values)
    years = [int(year) for year in array["year"].values]
    places, errors = {}, []
    for some in said:
        if some.other:
            continue
        for year, value, level in zip(some.years, some.values, some.confidence, strict=True):
            if level not in TRUSTED or year not in years:
                continue
            i = years.index(int(year))
            places[int(year)] = _place(value, found, i)
            errors.append(float(found.p50[i]) / value - 1 if value else float("nan"))
    return Score(name, places, errors)


def _place(value: float, found: Band, i: int) -> str:
    """Return where a figure lies against the band of its year: a key of MARKS."""
    if value > found.p95[i] or value < found.p05[i]:
        return "above" if value > found.p95[i] else "below"
    return "inner" if found.p25[i] <= value <= found.p75[i] else "outer"


def _summary(case: Case, scores: list[Score]) -> str:
    t = case.t
    every = [place for one in scores for place in one.places.values()]
    if not every:
        return t("wrong.no_surveys")
    half = sum(place == "inner" for place in every) / len(every)
    ninety = sum(place in ("inner", "outer") for place in every) / len(every)
    sides = sum(p == "above" for p in every), sum(p == "below" for p in every)
    key = "narrow" if ninety < 0.85 else "wide" if ninety > 0.95 else "right"
    return t(
        "wrong.summary",
        n=len(every),
        half=t.percent(half),
        ninety=t.percent(ninety),
        above=sides[0],
        below=sides[1],
        verdict=t(f"wrong.{key}"),
    )


def _missed(case: Case, scores: list[Score]) -> list[str]:
    """Name the zones and years whose survey lies outside the 90 % interval."""
    t = case.t
    told = []
    for one in sorted(scores, key=lambda s: s.share("inner", "outer")):
        sides = []
        for side in ("above", "below"):
            years = spans([year for year, place in one.places.items() if place == side])
            if years:
                sides.append(t(f"wrong.missed_{side}", years=t.listed(years)))
        if sides:
            told.append(t("wrong.missed", name=one.name, sides="; ".join(sides)))
    return told or [t("wrong.none_missed")]


def _grid(case: Case, caption: str, scores: list[Score]) -> str:
    """Return where every published figure lies, a row a place and a column a year."""
    t = case.t
    years = [year for year in case.years if any(year in one.places for one in scores)]
    rows, shades = [], []
    for one in scores:
        marks = [one.places.get(year, "") for year in years]
        error = float(np.nanmedian(one.errors))
        shares = [t.percent(one.share("inner")), t.percent(one.share("inner", "outer"))]
        rows.append(
            [one.name, *shares, t.change_percent(error), *(MARKS.get(m, "") for m in marks)]
        )
        shades.append(["", "", "", "", *(SHADES.get(m, "") for m in marks)])
    short = [f"’{year % 100:02}" for year in years]
    head = [t("table.name"), t("wrong.in_half"), t("wrong.in_ninety"), t("wrong.error"), *short]
    return page.table(Table(caption, head, rows, frozenset({0}), shades, "marks"), t)


def spans(years: list[int]) -> list[str]:
    """Return years with runs drawn together: 2001–2003, 2007."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]
