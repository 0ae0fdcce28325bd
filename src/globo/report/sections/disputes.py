"""Disputes: shares that published sources contradict each other on, beside the model's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import xarray as xr

from globo import countries, results
from globo.report import page
from globo.report.case import Case
from globo.report.charts import colours
from globo.report.charts.dots import Dot, DotRow, Mark, dots
from globo.report.evidence import evidence
from globo.report.page import Table
from globo.results.routes import routes
from globo.results.spread import Band, band


@dataclass(frozen=True)
class Statement:
    """A share on which something was published.

    Attributes:
        name: key of its words.
        model: the share in a run's year (draw).
        place: place of the published rows.
        to: where it goes; "" for anywhere.
        modes: modes of the published rows; "" for any.
        quantity: `exit_share` takes tonnes of a stated total too.
    """

    name: str
    model: Callable[[xr.Dataset, int], np.ndarray]
    place: str
    to: str
    modes: tuple[str, ...]
    quantity: str


@cache
def statements() -> tuple[Statement, ...]:
    """Return the shares that the country's `look/shares.csv` names, in its order."""
    return tuple(
        Statement(
            r["name"], _model(r), r["place"], r["to"], tuple(r["by"].split("|")), r["quantity"]
        )
        for r in countries.load().rows("look/shares")
    )


def _model(row: countries.Row) -> Callable[[xr.Dataset, int], np.ndarray]:
    """Return what reads a share of a run's year."""
    modes, but, exits = (row[k].split("|") if row[k] else [] for k in ("modes", "but", "exits"))
    if row["market"]:
        return lambda ds, year: _market(ds, year, row["market"])
    if exits:
        return lambda ds, year: _exits(ds, year, exits)
    if row["zone"]:
        return lambda ds, year: _modes_of(ds, year, row["zone"], tuple(modes))
    if but:
        return lambda ds, year: 1 - _modes(ds, year, tuple(but))
    return lambda ds, year: _modes(ds, year, tuple(modes))


def disputes(case: Case) -> str:
    """Return the figure: a row a share, the model's interval and the published figures."""
    t = case.t
    rows, cells = [], []
    for claim in statements():
        said = published(case.figures, claim)
        found = [band(claim.model(ds, case.last)) for ds in (case.base, case.run) if ds is not None]
        inks = [colours.BASELINE, colours.SCENARIO][-len(found) :]
        marks = [Mark(low, high, trust) for _, low, high, trust in said]
        name = t(f"dispute_row.{claim.name}")
        rows.append(DotRow(name, [_dot(*pair) for pair in zip(found, inks, strict=True)], marks))
        told = [
            t("dispute_row.said", share=_share(case, a, b), year=year) for year, a, b, _ in said
        ]
        ends = [t.share_with_range(*one.at(()), apart="\n") for one in found]
        cells.append([name, *ends, "\n".join(told) or "–"])
    title = t("leaving.disputed", year=case.last)
    html = page.either(
        dots(t, "disputes-w", title, rows, width=760, percent=True),
        dots(t, "disputes-n", title, rows, percent=True),
    )
    told = [
        ("interval", colours.SCENARIO, t("legend.model")),
        ("diamond", "#1f2328", t("legend.published")),
    ]
    if case.base is not None:
        told.insert(1, ("interval", colours.BASELINE, t("legend.baseline_interval")))
    runs = (
        [t("table.baseline"), t("table.scenario")] if case.base is not None else [t("table.model")]
    )
    table = Table(title, [t("table.name"), *runs, t("table.published")], cells)
    caption = t("leaving.disputed_caption")
    more = evidence(case, "disputes")
    return page.picture(t, title, page.legend(told) + html, caption, [table], more)


def published(figures: pd.DataFrame, claim: Statement) -> list[tuple[int, float, float, str]]:
    """Return what was published on a share: year, lower and upper end (0 to 1), confidence."""
    here = figures[(figures.place == claim.place) & figures["mode"].isin(claim.modes)]
    here = here[here.to == claim.to] if claim.to or claim.modes == ("",) else here[here.to == ""]
    said = []
    for row in here.to_dict("records"):
        if row["quantity"] == claim.quantity:
            whole = 100.0
        elif row["quantity"] == "exit_t" and claim.quantity == "exit_share":
            whole = _total(figures, row)
        else:
            continue
        low = row["value"] if pd.isna(row["low"]) else row["low"]
        high = row["value"] if pd.isna(row["high"]) else row["high"]
        if whole:
            said.append((int(row["year"]), low / whole, high / whole, row["confidence"]))
    return sorted(set(said))


def _total(figures: pd.DataFrame, row: dict[str, object]) -> float:
    """Return the total that a source takes its tonnes of, 0 where it names none."""
    same = (figures.source == row["source"]) & (figures.year == row["year"])
    totals = figures[same & (figures.quantity == "cocaine_t")].value
    return float(totals.iloc[0]) if len(totals) else 0.0


def _modes(ds: xr.Dataset, year: int, modes: tuple[str, ...]) -> np.ndarray:
    shares = results.mode_shares(ds, yearly=True).sel(year=year)
    return shares.sel(mode=list(modes)).sum("mode").values


def _exits(ds: xr.Dataset, year: int, exits: list[str]) -> np.ndarray:
    return results.exit_shares(ds, yearly=True).sel(year=year, exit=exits).sum("exit").values


def _modes_of(ds: xr.Dataset, year: int, zone: str, modes: tuple[str, ...]) -> np.ndarray:
    """Return the share of a zone's cocaine that leaves by some modes."""
    found = routes(ds, year)
    out = found.exits[:, found.zones.index(zone)]
    chosen = np.isin(found.modes, modes)
    whole = out.sum(axis=1)
    return np.divide(
        out[:, chosen].sum(axis=1), whole, out=np.full(len(out), np.nan), where=whole > 0
    )


def _market(ds: xr.Dataset, year: int, market: str) -> np.ndarray:
    arrived = ds["delivered_t"].sel(year=year).astype("float64")
    return (arrived.sel(market=market) / arrived.sum("market")).values


def _dot(found: Band, colour: str) -> Dot:
    mid, low, high = found.at(())
    return Dot(mid, low, high, colour, (float(found.p25), float(found.p75)))


def _share(case: Case, low: float, high: float) -> str:
    t = case.t
    return t.percent(low) if low == high else f"{t.number(100 * low, 2)}–{t.percent(high)}"
