"""What was tried: every variant of the forecaster that was scored, kept or dropped.

Reads `variants.csv`; writes docs/inference-log.md. All of them were tried in sight of the
surveys to 2017, so the scores of the frozen model hold some hindsight; `candidates` holds
what can still be run, so that `scoreboard.chosen_at_origin` can say how much.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from importlib import resources

import pandas as pd

from globo.evidence.compact_forecast import compact
from globo.evidence.compact_settings import MECHANISMS, Settings
from globo.evidence.scoreboard import Forecaster


def variants() -> pd.DataFrame:
    """Return the log: round, variant, level, CRPS at horizons 1 to 3, verdict."""
    with resources.files("globo.evidence").joinpath("variants.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file)


def ablations() -> dict[str, Forecaster]:
    """Return the compact model with each mechanism switched off, by name."""
    return {
        f"no {name}": partial(compact, settings=Settings(without=frozenset([name])))
        for name in MECHANISMS
    }


def candidates() -> dict[str, Forecaster]:
    """Return the ablations and other settings of the compact model, by name."""
    frozen = Settings()
    others = {
        "visits from 30 ha on": replace(frozen, visit_floor=30.0),
        "closed zones visited more often": replace(frozen, closed_visits=(0.5, 10.0)),
        "regrowth 0 to 0.1": replace(frozen, regrowth=(0.0, 0.1)),
        "regrowth 0.2 to 0.4": replace(frozen, regrowth=(0.2, 0.4)),
        "zone noise 0.35": replace(frozen, zone_noise=0.35),
        "zone noise 0.8": replace(frozen, zone_noise=0.8),
        "unit noise 0.5": replace(frozen, unit_noise=0.5),
        "unit noise 0.9": replace(frozen, unit_noise=0.9),
        "cleared units visited nearly at the full rate": replace(frozen, revisit=(0.9, 1.0)),
        "appearance priors doubled": replace(frozen, born_never=0.2, born_again=0.4),
        "appearance priors halved": replace(frozen, born_never=0.05, born_again=0.15),
        "own zone trend shrunk by 2 years": replace(frozen, trend_weight=2.0),
    }
    return ablations() | {
        name: partial(compact, settings=settings) for name, settings in others.items()
    }


def log_markdown() -> str:
    """Return the log as a markdown table."""
    table = variants()
    lines = [
        "| round | variant | level | h1 | h2 | h3 | verdict |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in table.itertuples(index=False):
        numbers = " | ".join(f"{value:.4f}" for value in (row.h1, row.h2, row.h3))
        lines.append(f"| {row.round} | {row.variant} | {row.level} | {numbers} | {row.verdict} |")
    return "\n".join(lines)
