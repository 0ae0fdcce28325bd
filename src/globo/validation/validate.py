"""Validation by responses: what measures move in the model, beside what others measured.

`validate` runs a few small experiments, each once, and sets 17 topics of published effects
(facts/effects) beside what comes out of them. No published range enters the fit; where the
prior of a parameter was set in sight of the same rows, the result says which.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from globo.validation import growers, land, trade
from globo.validation.absent import ABSENT
from globo.validation.displacement import displaced
from globo.validation.estimators import estimated
from globo.validation.experiments import LEVERS, WHAT, scenario
from globo.validation.response import Response, levels
from globo.validation.studies import studies

TOPICS = {
    1: "Eradication and area",
    2: "Replanting",
    3: "Spillover",
    4: "Closing the air",
    5: "Development and social control",
    6: "Roads, titles, legal prices, rust",
    7: "Supply and the leaf price",
    8: "Interdiction and routes",
    9: "Seizure rates",
    10: "Cost by measure",
    11: "Chemical inputs",
    12: "Fragmentation",
    13: "Trust, health, schooling, violence",
    14: "Demand and the price chain",
    15: "Forest",
    16: "Income and labour",
    17: "Armed tax",
}
RESPONSES: tuple[Response, ...] = tuple(
    sorted(
        (*land.RESPONSES, *growers.RESPONSES, *trade.RESPONSES),
        key=lambda one: one.topic,
    )
)
Run = Callable[[dict[str, Any] | None], xr.Dataset]


def validate(run: Run, responses: Sequence[Response] = RESPONSES) -> dict[str, Any]:
    """Compare the model's responses with the published ones.

    Args:
        run: runs the baseline (None) or a scenario (a mapping) and returns its results;
            same draws and luck for all, to 2017-12 or later.
        responses: those to compare.

    Returns:
        draws; experiments (what each run changes, by name); responses (id, topic, name,
        unit, design, applies, why, fitted, runs, published range or sign, model's 5, 50 and
        95 %, share of draws within, undefined draws, matches, rows, quality, priors, note);
        estimates (id, beside, what, model's 5, 50 and 95 %, sign of the rows, share of draws
        that have it); displacement (`displacement.displaced`); absent (topic, what, rows, why);
        counts of matches; at_once (of those that a fit may see, how many one draw meets:
        responses, 5, 50 and 95 %, and the share of draws that meets all).

    Raises:
        ValueError: the runs have other draws.
    """
    needed = [name for name in LEVERS if any(name in one.runs for one in responses)]
    runs = {name: run(scenario(name)) for name in needed}
    first = runs[needed[0]]["draw"].values
    for name, ds in runs.items():
        if not np.array_equal(ds["draw"].values, first):
            message = f"the run '{name}' has other draws"
            raise ValueError(message)
    figures = [one.figures(runs) for one in responses]
    found = [_studied(one, one.comparison(f)) for one, f in zip(responses, figures, strict=True)]
    return {
        "draws": int(first.size),
        "experiments": {name: WHAT[name] for name in needed},
        "responses": found,
        "estimates": estimated(runs),
        "displacement": displaced(runs),
        "absent": [
            {"topic": one.topic, "what": one.what, "rows": list(one.rows), "why": one.why}
            for one in ABSENT
        ],
        "counts": {
            word: sum(one["matches"] == word for one in found) for word in ("yes", "partly", "no")
        },
        "at_once": _at_once(responses, figures),
    }


def _at_once(responses: Sequence[Response], figures: Sequence[NDArray]) -> dict[str, Any]:
    """Return how many of the responses that a fit may see one draw meets, and who meets all."""
    pairs = zip(responses, figures, strict=True)
    hits = [one.hits(f) for one, f in pairs if studies()[one.name].may_inform(one.topic)]
    if not hits:
        return {"responses": 0}
    met = np.sum(hits, axis=0)
    return {
        "responses": len(hits),
        **levels(met),
        "share_of_draws": float((met == len(hits)).mean()),
    }


def _studied(one: Response, found: dict[str, Any]) -> dict[str, Any]:
    """Put a comparison beside its study; range and levels also stand flat, for tables.

    A published direction is a range that is open at one end.
    """
    study, published = studies()[one.name], found["published"]
    low, high = published.get("low"), published.get("high")
    if one.sign:
        low, high = (0.0, None) if one.sign > 0 else (None, 0.0)
    return {
        "id": study.id,
        **found,
        "design": study.design,
        "applies": study.applies,
        "why": study.why,
        "fitted": study.may_inform(one.topic),
        "published_low": low,
        "published_high": high,
        **found["model"],
    }
