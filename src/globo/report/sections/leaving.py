"""Leaving: from which zone over which exit to which market, by mode, beside disputed shares."""

from __future__ import annotations

import numpy as np

from globo import results
from globo.report import page
from globo.report.case import Case, Pair
from globo.report.charts import colours
from globo.report.charts.flows import Ribbon, flows
from globo.report.evidence import evidence
from globo.report.page import Section, Table
from globo.report.sections.blocks import picture_of_names
from globo.report.sections.disputes import disputes
from globo.results.routes import Routes, routes
from globo.results.spread import band

SMALL = 0.02  # share of all that leaves; smaller zones and exits are drawn together
REST = "rest"


def leaving(case: Case) -> Section:
    """Return the section."""
    t = case.t
    html = page.paragraphs(t("leaving.intro")) + _flows(case)
    html += picture_of_names(
        case,
        "exits",
        t("leaving.exits"),
        case.read("exit shares", lambda ds: results.exit_shares(ds, yearly=True)),
        "exit",
        "exit",
        t("unit.share_leaving"),
        t("leaving.exits_caption"),
        percent=True,
    )
    html += picture_of_names(
        case,
        "modes",
        t("leaving.modes"),
        _modes(case),
        "mode",
        "mode",
        t("unit.share_leaving"),
        percent=True,
    )
    html += disputes(case)
    return Section(t("leaving.title"), html, "exits")


def _modes(case: Case) -> Pair:
    """Return the shares of the modes that leave the country in any draw."""
    run, base = case.read("mode shares", lambda ds: results.mode_shares(ds, yearly=True))
    used = [str(m) for m in run["mode"].values if float(run.sel(mode=m).max()) > 0]
    return run.sel(mode=used), None if base is None else base.sel(mode=used)


def _flows(case: Case) -> str:
    """Return the ribbons from zones over exits to markets in the last year."""
    t = case.t
    found = routes(case.run, case.last)
    if not found.exits.sum():
        return page.paragraphs(t("leaving.none"))
    zones = _names_shown(found.zones, found.exits.mean(axis=0).sum(axis=1))
    exits = _names_shown(found.exit_names, found.exits.mean(axis=0).sum(axis=0))
    columns = [_in_order(zones), _in_order(exits), found.market_names]
    title = t("leaving.picture", year=case.last)
    svg = flows(
        "flows",
        t("alt.flows", title=title),
        columns,
        _ribbons(found, zones, exits),
        _labels(case, found, zones, exits),
    )
    used = [mode for mode in results.MODES if mode in found.modes]
    legend = page.legend([("inner", colours.mode(m), t.label("mode", m)) for m in used])
    picture = legend + page.scrolling(svg, title, t)
    more = evidence(case, "exits")
    return page.picture(t, title, picture, t("leaving.caption"), [_table(case, found)], more)


def _names_shown(names: list[str], amounts: np.ndarray) -> list[str]:
    """Return for each name itself, or `rest` where all that bears the name is little."""
    total = amounts.sum()
    sums = {
        name: sum(a for n, a in zip(names, amounts, strict=True) if n == name) for name in names
    }
    return [name if sums[name] >= SMALL * total else REST for name in names]


def _in_order(kept: list[str]) -> list[str]:
    """Return the names once each, in the order of the data, the rest last."""
    names = [name for name in dict.fromkeys(kept) if name != REST]
    return [*names, REST] if REST in kept else names


def _ribbons(found: Routes, zones: list[str], exits: list[str]) -> list[list[Ribbon]]:
    """Return the flows of the mean draw, zone to exit and exit to market, by mode."""
    left: dict[tuple[str, str, str], float] = {}
    right: dict[tuple[str, str, str], float] = {}
    for e, mode in enumerate(found.modes):
        for z, amount in enumerate(found.exits[:, :, e].mean(axis=0)):
            key = (zones[z], exits[e], mode)
            left[key] = left.get(key, 0.0) + float(amount)
        for market, amount in zip(
            found.market_names, found.markets[:, e].mean(axis=0), strict=True
        ):
            key = (exits[e], market, mode)
            right[key] = right.get(key, 0.0) + float(amount)
    return [
        [Ribbon(a, b, amount, colours.mode(mode)) for (a, b, mode), amount in some.items()]
        for some in (left, right)
    ]


def _labels(case: Case, found: Routes, zones: list[str], exits: list[str]) -> list[dict[str, str]]:
    """Return each node's name with its share and interval, a dictionary a column."""
    t = case.t
    whole = found.exits.sum(axis=(1, 2))
    arrived = found.markets.sum(axis=(1, 2))
    by_zone, by_exit = found.exits.sum(axis=2), found.exits.sum(axis=1)

    def told(kind: str, name: str, amount: np.ndarray, total: np.ndarray) -> str:
        word = t(f"leaving.other_{kind}s") if name == REST else t.label(kind, name)
        apart = " " if kind == "exit" else "\n"
        share = np.divide(amount, total, out=np.zeros_like(amount), where=total > 0)
        return f"{word}{apart}{t.share_with_range(*band(share).at(()))}"

    return [
        {
            n: told("zone", n, by_zone[:, _are(zones, n)].sum(axis=1), whole)
            for n in _in_order(zones)
        },
        {
            n: told("exit", n, by_exit[:, _are(exits, n)].sum(axis=1), whole)
            for n in _in_order(exits)
        },
        {
            n: told("market", n, found.markets[:, :, i].sum(axis=1), arrived)
            for i, n in enumerate(found.market_names)
        },
    ]


def _are(names: list[str], name: str) -> np.ndarray:
    return np.array([n == name for n in names])


def _table(case: Case, found: Routes) -> Table:
    """Return tonnes by exit, mode and market with intervals; what is almost nothing is left out."""
    t = case.t
    rows = []
    for exit_name in dict.fromkeys(found.exit_names):
        for mode in dict.fromkeys(found.modes):
            here = _are(found.exit_names, exit_name) & _are(found.modes, mode)
            out = found.exits[:, :, here].sum(axis=(1, 2))
            if out.mean() < 0.05:
                continue
            to = [
                t.with_range(
                    *band(found.markets[:, here, m].sum(axis=1)).at(()), digits=2, apart="\n"
                )
                for m in range(len(found.market_names))
            ]
            name = f"{t.label('exit', exit_name)}, {t.label('mode', mode)}"
            rows.append([name, t.with_range(*band(out).at(()), digits=2, apart="\n"), *to])
    markets = [t.label("market", name) for name in found.market_names]
    return Table(
        t("leaving.table", year=case.last), [t("table.exit"), t("table.leaving"), *markets], rows
    )
