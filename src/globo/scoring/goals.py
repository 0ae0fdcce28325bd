"""Goals of the forecasts, set before anything was scored, beside what was reached.

Reads the scoreboard's tables; writes one row a goal, met or not. The goal for the nation
is also shown on the origins with districts surveyed; that row was added after scoring.
"""

from __future__ import annotations

import pandas as pd

SKILL = {
    ("district", 1): 0.10,
    ("district", 2): 0.10,
    ("district", 3): 0.10,
    ("zone", 1): 0.15,
    ("zone", 2): 0.15,
    ("zone", 3): 0.25,
    ("zone", 4): 0.25,
    ("zone", 5): 0.25,
}
TO_PERSISTENCE = 0.6
COVERED = (0.72, 0.88)
DISTRICTS_FROM = 2012


def goals(
    skills: pd.DataFrame, calibration: pd.DataFrame, cells: pd.DataFrame, own: str
) -> pd.DataFrame:
    """Compare a forecaster with the goals.

    Args:
        skills: columns level, horizon, skill.
        calibration: column in80; index level, forecaster.
        cells: rows of `scoreboard.score_cells`.
        own: the forecaster.

    Returns:
        Columns goal, aim, reached, met.
    """
    rows = []
    for row in skills.itertuples(index=False):
        aim = SKILL.get((str(row.level), int(row.horizon)))
        if aim is not None:
            what = f"skill against the best rival, {row.level}, horizon {row.horizon}"
            rows.append((what, f"at least {aim}", float(row.skill), bool(row.skill >= aim)))
    nation = cells[cells["level"] == "national"]
    for what, part in (
        ("all origins", nation),
        (
            "origins with districts surveyed (row added after scoring)",
            nation[nation["known_year"] >= DISTRICTS_FROM],
        ),
    ):
        means = part.groupby("forecaster")["crps"].mean()
        if own in means and "persistence" in means:
            ratio = float(means[own] / means["persistence"])
            text = f"national CRPS to persistence, {what}"
            rows.append((text, f"at most {TO_PERSISTENCE}", ratio, ratio <= TO_PERSISTENCE))
    for level, share in calibration["in80"].xs(own, level="forecaster").items():
        met = COVERED[0] <= float(share) <= COVERED[1]
        aim = f"{COVERED[0]} to {COVERED[1]}"
        rows.append((f"80 % intervals cover, {level}", aim, float(share), met))
    return pd.DataFrame(rows, columns=["goal", "aim", "reached", "met"])
