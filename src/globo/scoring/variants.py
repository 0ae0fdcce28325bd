"""What was tried: every variant of the forecasters that was scored, kept or dropped.

Reads `variants.csv`; writes docs/inference-log.md. The 103 variants of the first forecaster, a
compact statistical model, were tried in sight of the surveys to 2017; scored blind on those of
2018 to 2024 it lost to a random walk everywhere, and it left.
"""

from __future__ import annotations

from importlib import resources

import pandas as pd


def variants() -> pd.DataFrame:
    """Return the log: round, variant, level, CRPS at horizons 1 to 3, verdict."""
    with resources.files("globo.scoring").joinpath("variants.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file)


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
