"""Compare two runs, draw by draw: what moves, where, and how sure one can be.

Both runs share their luck (same seed), so a difference is taken inside each draw and
only then summarised. Draws that failed in either run are left out. Reads the area of
districts and `outside_ha`; writes nothing. Why it moves is for `why`, what decides it for
`deciding`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from globo import countries
from globo.decisions import reasons
from globo.decisions.reasons import COUNTRY
from globo.errors import UserError
from globo.results import QUANTILES, country_of, difference, national, ok_draws, quantiles, zone_ha
from globo.texts import LANGUAGES
from globo.texts.terminal import of_locale, say

if TYPE_CHECKING:
    from globo.decisions.why import Why

HERE = "compare"
MADE_OF = {  # by attribute of a run, in words; a reading of the unknowns is told with parameters
    "version": "code", "facts_hash": "facts", "made_by": "machine", "parameters": "parameters",
}  # fmt: skip
log = logging.getLogger("globo.decisions")


@dataclass(frozen=True)
class Comparison:
    """Differences of a scenario from its baseline, draw by draw.

    Attributes:
        scenario: name of the scenario.
        baseline: name of the run it is held against.
        zones: change of coca, ha (draw, year, zone).
        districts: change of coca, ha (draw, year, district).
        national: change of coca of the country, ha (draw, year).
        n_failed: draws left out because either run failed there.
        unknowns: the uncertain parameters of the draws, one value each; None where not known.
        reasons: the differences by channel, where they were asked for.
        country: whose runs.
    """

    scenario: str
    baseline: str
    zones: xr.DataArray
    districts: xr.DataArray
    national: xr.DataArray
    n_failed: int
    unknowns: Mapping[str, np.ndarray] | None = None
    reasons: Why | None = None
    country: str = countries.USUAL

    @property
    def years(self) -> list[int]:
        """Return the years that both runs hold."""
        return [int(year) for year in self.national["year"].values]

    @property
    def n_draws(self) -> int:
        """Return the draws that were compared."""
        return int(self.national.sizes["draw"])

    def to_json(self, year: int | None = None) -> dict[str, Any]:
        """Return what `globo compare --json` prints.

        Args:
            year: year compared; the last one where None.

        Returns:
            Names, year and draws; by zone, by district and for the country
            `{delta_ha: {p05, p50, p95}, probability_up}`; `falls` and `bulges`, the
            zones that likely fall and likely grow; `removed_ha` in the zones that fall and
            `elsewhere_ha`, the change of all other coca; `reappears`, the one over the
            other, null where too little is removed (`results.difference.displacement`);
            `decides`, by place what the answer hangs on (`deciding`), null where the draws'
            parameters are not known; `why`, where asked for, the differences by channel.
        """
        year = self._year(year)
        zones = _places(self.zones.sel(year=year))
        change = self.zones.sel(year=year).values
        moved = difference.displacement(change, self.national.sel(year=year).values)
        share = moved.share[~np.isnan(moved.share)]
        falls = _largest(zones, difference.falls(change))
        bulges = _largest(zones, difference.grows(change))
        more = {} if self.reasons is None else {"why": self._why(year)}
        return {
            "scenario": self.scenario,
            "baseline": self.baseline,
            "year": year,
            "draws": self.n_draws,
            "failed_draws": self.n_failed,
            "zones": zones,
            "districts": _places(self.districts.sel(year=year)),
            "national": _change(self.national.sel(year=year).values),
            "removed_ha": _interval(moved.removed),
            "elsewhere_ha": _interval(moved.elsewhere),
            "reappears": _interval(share) if share.size else None,
            "falls": falls,
            "bulges": bulges,
            "decides": self._decides(year, [*falls[:1], *bulges[:1]]),
            **more,
        }

    def table(self, year: int | None = None, lang: str = "en") -> str:
        """Return the changes as plain text, a line a zone, the largest gain first.

        Args:
            year: year compared; the last one where None.
            lang: `en` or `es`.
        """
        told = self.to_json(year)
        lines = [self._title(told, lang), "", *_lines(self._rows(told, lang))]
        lines += ["", *_sentences(told, lang), *reasons.hinges(told["decides"], lang)]
        if self.reasons is not None:
            whole = told["why"]
            lines += ["", reasons.title(whole, lang), ""]
            lines += _lines(reasons.rows(whole["places"], lang))
            lines += ["", *whole["told"][lang]]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Return the table of the last year as a notebook shows it."""
        told, lang = self.to_json(), of_locale()
        head, *rows = self._rows(told, lang)
        left, right = "text-align: left", "text-align: right"
        lines = []
        for tag, cells in [("th", head), *(("td", row) for row in rows)]:
            styled = zip(cells, (left, right, right, right), strict=True)
            told_cells = (f'<{tag} style="{how}">{escape(c)}</{tag}>' for c, how in styled)
            lines.append(f"<tr>{''.join(told_cells)}</tr>")
        said = "".join(f"<p>{escape(text)}</p>" for text in _sentences(told, lang))
        title = f"<caption>{escape(self._title(told, lang))}</caption>"
        whole = f"<thead>{lines[0]}</thead><tbody>{''.join(lines[1:])}</tbody>"
        return f"<table>{title}{whole}</table>{said}"

    def _why(self, year: int) -> dict[str, Any]:
        assert self.reasons is not None
        whole = self.reasons.to_json(year)
        said = {lang: reasons.sentences(whole["places"], lang) for lang in LANGUAGES}
        return {**whole, "told": said}

    def _decides(self, year: int, zones: list[str]) -> dict[str, Any] | None:
        """Return what the country's answer hangs on, and that of some zones."""
        if self.unknowns is None:
            return None
        from globo.decisions.deciding import deciding  # brings JAX, with the parameters

        answers = {COUNTRY: self.national.sel(year=year).values}
        answers |= {zone: self.zones.sel(year=year, zone=zone).values for zone in zones}
        return {place: deciding(self.unknowns, answer) for place, answer in answers.items()}

    def _rows(self, told: dict[str, Any], lang: str) -> list[tuple[str, ...]]:
        """Return the cells of the table, its head first."""
        rows = sorted(told["zones"].items(), key=lambda row: -row[1]["delta_ha"]["p50"])
        heads = ("zone", "change", "interval", "grows")
        whole = [*rows, (countries.load(self.country).title[lang], told["national"])]
        head = tuple(say(f"compare.{name}", lang) for name in heads)
        return [head, *(_cells(name, one, lang) for name, one in whole)]

    def __str__(self) -> str:
        """Return the table of the last year."""
        return self.table()

    def _year(self, year: int | None) -> int:
        if year is None:
            return self.years[-1]
        if year not in self.years:
            allowed = f"{self.years[0]} to {self.years[-1]}"
            raise UserError(HERE, f"year {year}", allowed, "pick a year that both runs hold")
        return int(year)

    def _title(self, told: dict[str, Any], lang: str) -> str:
        failed = say("compare.failed", lang, n=self.n_failed) if self.n_failed else ""
        names = {"scenario": self.scenario, "baseline": self.baseline}
        known = {"year": told["year"], "draws": self.n_draws, "failed": failed}
        return say("compare.title", lang, **names, **known)


def compare(
    a: xr.Dataset | Path | str,
    b: xr.Dataset | Path | str,
    why: bool = False,
    all_orders: bool = False,
) -> Comparison:
    """Compare two runs draw by draw.

    Args:
        a: the baseline: results of a run, or its folder.
        b: the scenario: results of a run of the same seed and span, or its folder.
        why: split the differences by channel too; runs the years in which the two differ again.
        all_orders: average the channels' parts over all orders, not over one and its reverse.

    Returns:
        The differences b - a, for the years and draws that both hold.

    Raises:
        UserError: runs that differ in seed, span or districts, or share no good draw.
    """
    base, push, n_failed = matched(_opened(a), _opened(b))
    split = None
    if why:
        from globo.decisions.why import why as split_by_channel  # brings the model

        split = split_by_channel(base, push, all_orders)
    before, after = (national(ds, whole=True)["coca_ha"] for ds in (base, push))
    return Comparison(
        scenario=str(push.attrs.get("scenario", "scenario")),
        baseline=str(base.attrs.get("scenario", "baseline")),
        zones=_difference(zone_ha(base), zone_ha(push), places=True),
        districts=_difference(base["coca_ha"], push["coca_ha"], places=True),
        national=_difference(before, after),
        n_failed=n_failed,
        unknowns=_unknowns(push),
        reasons=split,
        country=country_of(push).name,
    )


def _unknowns(ds: xr.Dataset) -> Mapping[str, np.ndarray] | None:
    if not ds.attrs.get("scenario_yaml"):
        return None
    from globo.decisions.deciding import unknowns_of  # brings JAX, with the parameters

    return unknowns_of(ds)


def matched(base: xr.Dataset, push: xr.Dataset) -> tuple[xr.Dataset, xr.Dataset, int]:
    """Keep the draws that ended well in both runs, and the years that both hold.

    Returns:
        Both runs, and the draws left out because either failed there.

    Raises:
        UserError: runs that differ in seed, span or districts, or share no good draw.
    """
    _check(base, push)
    _warn(base, push)
    draws = np.intersect1d(base["draw"].values, push["draw"].values)
    years = np.intersect1d(base["year"].values, push["year"].values)
    good = np.intersect1d(_good(base), _good(push))
    if not len(good) or not len(years):
        found = "no draw that ended well in both" if len(years) else "no year in common"
        mend = "run both again with more draws"
        raise UserError(HERE, found, "at least one draw and year in both", mend)
    at = {"draw": good, "year": years}
    return base.sel(at), push.sel(at), len(draws) - len(good)


def _opened(run: xr.Dataset | Path | str) -> xr.Dataset:
    if isinstance(run, xr.Dataset):
        return run
    from globo.ensemble import open_run  # storage is needed for folders alone

    return open_run(run)


def _check(base: xr.Dataset, push: xr.Dataset) -> None:
    """Raise where a difference draw by draw would mean nothing."""
    for key, option in {"seed": "--seed", "from": "start", "until": "--until"}.items():
        pair = base.attrs.get(key), push.attrs.get(key)
        if pair[0] != pair[1]:
            found = f"{key} {pair[0]} and {pair[1]}"
            mend = f"run both with the same {option}"
            raise UserError(HERE, found, f"runs of one {key}", mend)
    if not np.array_equal(base["district"].values, push["district"].values):
        mend = "run both with the same version and facts"
        raise UserError(HERE, "different districts", "runs of one set of districts", mend)


def _warn(base: xr.Dataset, push: xr.Dataset) -> None:
    """Say where two runs differ in what made them: a difference of theirs is part of the answer."""
    for key, what in MADE_OF.items():
        pair = [str(ds.attrs.get(key, "not told")) for ds in (base, push)]
        if pair[0] != pair[1]:
            told = "%s: the runs are of different %s (%s and %s); run both again"
            log.warning(told, HERE, what, *pair)


def _good(ds: xr.Dataset) -> np.ndarray:
    return ds["draw"].values[ok_draws(ds)]


def _difference(base: xr.DataArray, push: xr.DataArray, places: bool = False) -> xr.DataArray:
    return base.copy(data=difference.moved(push.values, base.values, places))


def _places(delta: xr.DataArray) -> dict[str, dict[str, Any]]:
    names = [str(name) for name in delta[delta.dims[-1]].values]
    values = delta.values
    return {name: _change(values[:, i]) for i, name in enumerate(names)}


def _change(moved: np.ndarray) -> dict[str, Any]:
    up = float(difference.p_up(moved))
    return {"delta_ha": _interval(moved), "probability_up": round(up, 6)}


def _interval(values: np.ndarray) -> dict[str, float]:
    table = quantiles(values, list(QUANTILES.values()))
    return {k: float(f"{v:.6g}") + 0.0 for k, v in zip(QUANTILES, table, strict=True)}


def _largest(zones: dict[str, dict[str, Any]], told: np.ndarray) -> list[str]:
    """Return the zones that are told of, the largest change first."""
    names = [name for name, named in zip(zones, told, strict=True) if named]
    return sorted(names, key=lambda name: -abs(zones[name]["delta_ha"]["p50"]))


def _cells(name: str, one: dict[str, Any], lang: str) -> tuple[str, ...]:
    delta = one["delta_ha"]
    ends = {"low": _signed(delta["p05"]), "high": _signed(delta["p95"])}
    span = say("compare.span", lang, **ends)
    return name, _signed(delta["p50"]), span, f"{100 * one['probability_up']:.0f} %"


def _signed(value: float) -> str:
    whole = round(value)
    return f"{whole:+,}" if whole else "0"


def _lines(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return rows of cells as lines of one width a column."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [_line(row, widths) for row in rows]


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    name = cells[0].ljust(widths[0])
    return "  ".join([name, *(c.rjust(w) for c, w in zip(cells[1:], widths[1:], strict=True))])


def _sentences(told: dict[str, Any], lang: str) -> list[str]:
    share = told["reappears"]
    if share is None:
        found = say("compare.little", lang)
    else:
        low, mid, high = (f"{100 * share[level]:.0f}" for level in QUANTILES)
        falls = ", ".join(told["falls"])
        found = say("compare.share", lang, falls=falls, low=low, mid=mid, high=high)
        if share["p50"] > 1.0:
            found += " " + say("compare.more", lang)
        elif share["p50"] < 0.0:
            found += " " + say("compare.falls_too", lang)
    zones = ", ".join(told["bulges"]) or say("compare.nowhere", lang)
    return [found, say("compare.bulges", lang, zones=zones)]
