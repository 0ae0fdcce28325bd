"""Deciding: which unknowns an answer hangs on, from the draws that are there.

Every draw has its own values of the uncertain parameters. Ranks of the answer are regressed on
ranks of the parameters, the strongest first, each on what the earlier ones left (stepwise rank
regression; Helton and Davis 2000). A parameter's share is what it adds to the variance told;
one that chance could have brought is not let in. What stays untold is luck and weak unknowns.
Then the answer at both ends of the two that matter most: its quantiles in the fourth of the
draws that has the lowest values, and in that with the highest. No run is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr
from ruamel.yaml import YAML
from scipy.stats import norm, rankdata

from globo.decisions.ranking import MOST
from globo.model import parameters, posterior
from globo.results import QUANTILES, country_of, quantiles

LEAST_DRAWS = 32  # below, chance alone would tell a third of the variance
ENDS = 2  # parameters of which the ends are told
CHANCE = 0.05  # that luck alone lets an unknown in
UNTOLD = 1e-9  # of the variance; where less is untold, all is told
PART = 4  # of the draws at an end, one in so many
ASSUMED, EFFECTS, FIGURES, STUDIES = "assumed", "effects", "figures", "studies"
# The first word of a source says of which kind it is; what is none of these is a study.
KINDS = {
    "effects": EFFECTS,
    **dict.fromkeys(("chain", "facts", "national", "events", "UNODC", "spread"), FIGURES),
}


def deciding(unknowns: Mapping[str, np.ndarray], answer: np.ndarray) -> dict[str, Any]:
    """Share the variance of an answer out among the unknowns.

    Args:
        unknowns: one value a draw, by parameter.
        answer: one value a draw; NaN where the draw failed.

    Returns:
        `draws`; `parameters`: name, share of the variance, sign, source and its kind, the
        largest first; `sources`: share by kind of source; `untold`; `ends`: by parameter its
        values and the answer {p05, p50, p95} at its low and its high end.
    """
    there = np.isfinite(answer)
    known = {name: np.asarray(x, float)[there] for name, x in unknowns.items()}
    answer = np.asarray(answer, float)[there]
    found = _steps(known, answer)
    rows = [_row(name, share, sign) for name, share, sign in found]
    sources = {kind: 0.0 for kind in (ASSUMED, EFFECTS, FIGURES, STUDIES)}
    for row in rows:
        sources[row["kind"]] += row["share"]
    return {
        "draws": len(answer),
        "parameters": rows,
        "sources": {kind: round(share, 3) for kind, share in sources.items()},
        "untold": round(1.0 - sum(row["share"] for row in rows), 3),
        "ends": [_ends(name, known[name], answer) for name, _, _ in found[:ENDS]],
    }


def unknowns_of(ds: xr.Dataset) -> dict[str, np.ndarray] | None:
    """Return the uncertain parameters of a run's draws; None where it does not say which they are.

    A run of other priors, or of another posterior than the one that ships, had other values.
    """
    text = ds.attrs.get("scenario_yaml")
    country = country_of(ds).name
    if not text:
        return None
    fixed = YAML(typ="safe").load(str(text)).get("parameters") or {}
    if ds.attrs.get("parameters") != posterior.identity(country, fixed):
        return None
    p = posterior.sample(ds["draw"].values, int(ds.attrs["seed"]), fixed, country=country)
    return {name: np.asarray(p.values[name], "float64") for name in parameters.free_names()}


def assumed(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of parameters that decide an answer and that no source teaches."""
    return [row for row in told["parameters"] if row["kind"] == ASSUMED]


def kind_of(source: str) -> str:
    """Return of which kind a parameter's source is; one that is assumed in part is assumed."""
    if ASSUMED in source:
        return ASSUMED
    first = source.replace(":", " ").replace(";", " ").replace("/", " ").split()[0]
    return KINDS.get(first, STUDIES)


def _steps(known: Mapping[str, np.ndarray], answer: np.ndarray) -> list[tuple[str, float, float]]:
    """Return parameters with the share of variance that each adds and its sign, strongest first."""
    n = len(answer)
    if n < LEAST_DRAWS or np.ptp(answer) == 0:
        return []
    rest = _standard(rankdata(answer))
    left = {k: _standard(rankdata(x)) for k, x in known.items() if np.ptp(x) > 0}
    found: list[tuple[str, float, float]] = []
    while left and len(found) < MOST:
        size = {k: float(x @ rest) / n for k, x in left.items()}
        name = max(size, key=lambda k: abs(size[k]))
        spread = float(rest @ rest) / n
        # the strongest of many links: as far from nought as chance brings one in twenty looks
        band = norm.isf(CHANCE / 2 / len(left)) * np.sqrt(spread / (n - 1 - len(found)))
        if spread < UNTOLD or abs(size[name]) < band:
            break
        taken = left.pop(name)
        rest = rest - size[name] * taken
        found.append((name, size[name] ** 2, float(np.sign(size[name]))))
        left = {k: y for k, x in left.items() if (y := _without(x, taken)) is not None}
    return sorted(found, key=lambda row: -row[1])


def _without(x: np.ndarray, taken: np.ndarray) -> np.ndarray | None:
    """Return what of x another does not tell, standardised; None where nothing is left."""
    rest = x - (x @ taken) / len(x) * taken
    return _standard(rest) if rest.std() > 1e-6 else None


def _standard(x: np.ndarray) -> np.ndarray:
    return (x - x.mean()) / x.std()


def _row(name: str, share: float, sign: float) -> dict[str, Any]:
    row = parameters.table()[name]
    told = {"name": name, "share": round(share, 3), "sign": int(sign)}
    return {**told, "kind": kind_of(row.source), "source": row.source, "meaning": row.meaning}


def _ends(name: str, values: np.ndarray, answer: np.ndarray) -> dict[str, Any]:
    order = np.argsort(values, kind="stable")
    size = max(len(values) // PART, 1)
    told: dict[str, Any] = {"name": name}
    for end, at in (("low", order[:size]), ("high", order[-size:])):
        table = quantiles(answer[at], list(QUANTILES.values()))
        told[end] = {
            "value": float(f"{np.median(values[at]):.4g}"),
            "draws": size,
            "answer": {k: float(f"{v:.6g}") + 0.0 for k, v in zip(QUANTILES, table, strict=True)},
        }
    return told
