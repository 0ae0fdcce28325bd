"""The report and the brief of a run: history and future joined, beside the baseline."""

from __future__ import annotations

import xarray as xr

from globo.server.declaration import STEM, Declaration
from globo.server.downloads import as_yaml


def joined(baseline: xr.Dataset, branch: xr.Dataset, present: int) -> xr.Dataset:
    """Return a branch with the history that it shares with the baseline.

    Args:
        baseline: history and future, all draws.
        branch: the years after the present, all draws.
        present: last year of the history.
    """
    past = baseline.isel(
        year=baseline["year"].values <= present,
        month=baseline["month"].values <= f"{present}-12",
    )
    whole = {}
    for name, values in branch.data_vars.items():
        along = [dim for dim in ("year", "month") if dim in values.dims]
        whole[name] = xr.concat([past[name], values], along[0]) if along else values
    began = {key: baseline.attrs[key] for key in ("from",) if key in baseline.attrs}
    return xr.Dataset(whole, attrs={**baseline.attrs, **branch.attrs, **began})


def named(ds: xr.Dataset, told: Declaration) -> xr.Dataset:
    """Return a run that says what it is: its scenario and the command that makes it again."""
    attrs = {
        "scenario": told.short,
        "scenario_yaml": as_yaml(told.scenario),
        "command": told.command if told.moved else _without_file(told),
        "until": f"{told.until}-12",
    }
    return ds.assign_attrs(attrs)


def _without_file(told: Declaration) -> str:
    read = f" --reading {told.reading}" if told.reading else ""
    return told.command.replace(f"{STEM}.yaml ", "") + read


def report(baseline: xr.Dataset, whole: xr.Dataset | None, lang: str) -> str:
    """Return the report as one HTML text.

    Args:
        baseline: the run with no lever moved.
        whole: the run asked for; None for the baseline alone.
        lang: "es" or "en".
    """
    # The book brings the drawing library; the page does without it until somebody asks.
    from globo.report.book import html

    return html(baseline, lang) if whole is None else html(whole, lang, baseline)


def brief(baseline: xr.Dataset, whole: xr.Dataset, lang: str) -> bytes:
    """Return the one-page brief as PDF; what goes in is as for `report`."""
    from globo.report.brief.sheet import pdf

    return pdf(whole, baseline, lang)
