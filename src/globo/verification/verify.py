"""The claims: what the source says the system does, checked in an ensemble.

`verify` runs the baseline, every counterfactual and the runs that a pattern compares with,
each once. A claim passes where its pattern holds in 80 % or more of the draws of the baseline
and in 20 % or fewer of each of its counterfactuals. Nothing in the model reads this room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from globo.verification import area, armed, firms, forecast, routes
from globo.verification.claim import BREAKS, PASSES, Claim, Truth
from globo.verification.runs import Runner, ScenarioRuns, Source

CLAIMS: tuple[Claim, ...] = tuple(
    sorted(
        (
            *area.CLAIMS,
            *armed.CLAIMS,
            *firms.CLAIMS,
            *routes.CLAIMS,
            *forecast.CLAIMS,
        ),
        key=lambda claim: int(claim.id[1:]),
    )
)


def verify(
    run: Runner,
    claims: Sequence[Claim] = CLAIMS,
    cells: Callable[[], pd.DataFrame] = forecast.district_cells,
    surveyed: Runner | None = None,
) -> list[dict[str, Any]]:
    """Check claims against the model.

    Args:
        run: runs the baseline (None), a shipped scenario (its name) or a scenario (a mapping)
            to 2017-12 and returns its results; same draws and luck for all.
        claims: those to check.
        cells: makes the scored cells of the claim about forecasts.
        surveyed: the same on histories brought to the surveys, where a pattern holds because it
            was found; told beside, and no reason to pass.

    Returns:
        By claim: id, baseline and counterfactual (shares of draws; the largest of its
        counterfactuals, None where it has none), surveyed (share of draws, None where not run),
        passes, statement (English), statement_es,
        why (a sentence), parts (share of each part of the pattern, baseline first),
        counterfactuals (share by scenario), evidence and note.
    """
    runs = ScenarioRuns(run, (need for claim in claims for need in _needs(claim)))
    found = [
        _forecast_claim(claim, cells()) if claim.pattern is None else _run_claim(claim, runs)
        for claim in claims
    ]
    return (
        [one | {"surveyed": None} for one in found]
        if surveyed is None
        else [
            one | {"surveyed": share}
            for one, share in zip(found, _on_surveyed(claims, surveyed), strict=True)
        ]
    )


def _on_surveyed(claims: Sequence[Claim], run: Runner) -> list[float | None]:
    """Return by claim the share of draws of histories brought to the surveys that show it."""
    needed = [
        (None, change)
        for claim in claims
        if claim.pattern is not None
        for change in (None, *claim.beside.values())
    ]
    runs = ScenarioRuns(run, needed)
    return [None if c.pattern is None else _holds(c, None, runs)[0] for c in claims]


def _holds(claim: Claim, ground: Source, runs: ScenarioRuns) -> tuple[float, Mapping[str, Truth]]:
    """Return the share of draws of a run that show a claim's pattern, and its parts."""
    name = ground or "baseline"
    ds = runs.get(ground)
    beside = {
        key: runs.get(ground, change, f"{name}.{claim.id}.{key.replace(' ', '_')}")
        for key, change in claim.beside.items()
    }
    truths = claim.parts(ds, beside)
    return _share(np.all(list(truths.values()), axis=0)), truths


def _needs(claim: Claim) -> Iterator[tuple[Source, Source]]:
    """Yield the grounds of a claim and the changes made in them, in the order they are run."""
    if claim.pattern is None:
        return
    for ground in (None, *claim.counterfactual):
        yield ground, None
        for change in claim.beside.values():
            yield ground, change


def _run_claim(claim: Claim, runs: ScenarioRuns) -> dict[str, Any]:
    shares: dict[str, float] = {}
    parts: dict[str, dict[str, float]] = {}
    for ground in (None, *claim.counterfactual):
        name = ground or "baseline"
        shares[name], truths = _holds(claim, ground, runs)
        for words, truth in truths.items():
            parts.setdefault(words, {})[name] = _share(truth)
    baseline = shares.pop("baseline")
    worst = max(shares, key=lambda name: shares[name])
    why = f"holds in {baseline:.0%} of draws, in {shares[worst]:.0%} with {worst}"
    if baseline < PASSES:
        weak = min(parts, key=lambda words: parts[words]["baseline"])
        why += f"; weakest part: {weak} ({parts[weak]['baseline']:.0%})"
    if shares[worst] > BREAKS:
        broken = min(parts, key=lambda words: parts[words][worst])
        why += f"; {worst} breaks most of all: {broken} (holds in {parts[broken][worst]:.0%})"
    passes = baseline >= PASSES and shares[worst] <= BREAKS
    return _result(claim, baseline, shares[worst], passes, why, parts, shares)


def _forecast_claim(claim: Claim, cells: pd.DataFrame) -> dict[str, Any]:
    table = forecast.skill_by_origin(cells)
    baseline = _share(table["skilful"].to_numpy(dtype=bool))
    told = "; ".join(
        f"{row.Index}: CRPS {row.crps:.3f} against {row.crps_rival:.3f}"
        + (f", Brier {row.brier:.4f} against {row.brier_base:.4f}" if row.appeared else "")
        for row in table.itertuples()
    )
    why = f"skill at {int(table['skilful'].sum())} of {len(table)} origins ({told})"
    return _result(claim, baseline, None, baseline >= PASSES, why, {}, {})


def _result(
    claim: Claim,
    baseline: float,
    counterfactual: float | None,
    passes: bool,
    why: str,
    parts: dict[str, dict[str, float]],
    shares: dict[str, float],
) -> dict[str, Any]:
    return {
        "id": claim.id,
        "baseline": baseline,
        "counterfactual": counterfactual,
        "passes": passes,
        "statement": claim.statement["en"],
        "statement_es": claim.statement["es"],
        "why": why,
        "parts": parts,
        "counterfactuals": shares,
        "evidence": list(claim.evidence),
        "note": claim.note,
    }


def _share(truth: Truth) -> float:
    return round(float(truth.mean()), 6) if truth.size else 0.0
