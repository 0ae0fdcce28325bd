"""Goals of the forecasts, set before anything was scored, beside what was reached.

Reads the cells of the scoreboard; writes one row a goal, met or not. Goals hold for origins from
2013 on (districts and zones surveyed as now) and policy drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

FIRST_ORIGIN = "2013-01-01"
SKILL = {
    "zone": {1: 0.10, 2: 0.15, 3: 0.28, 4: 0.28, 5: 0.28, 6: 0.28, 7: 0.28},
    "district": {1: 0.05, 2: 0.05, 3: 0.05},
}
TO_PERSISTENCE, NATION_HORIZONS = 0.6, 5
COVERED = (0.72, 0.88)
SPANS = ((1, 2), (3, 4), (5, 7))  # horizons over which coverage is counted
LATE, LATE_SKILL = 2021, 0.10  # targets that nobody saw while choosing, and their goal for zones

Goal = tuple[str, str, float, bool]


def goals(
    cells: pd.DataFrame, own: str, skills: Callable[[pd.DataFrame], pd.DataFrame]
) -> pd.DataFrame:
    """Compare a forecaster with the goals.

    Args:
        cells: rows of `scoreboard.score_cells`.
        own: the forecaster.
        skills: takes cells, returns columns level, horizon, skill, to_persistence.

    Returns:
        Columns goal, aim, reached, met; a goal without cells has no row.
    """
    every = cells[cells["origin"] >= FIRST_ORIGIN]
    used = every[every["year"] < LATE]
    late = every[(every["year"] >= LATE) & (every["level"] == "zone")]
    rows = [*_skill(used, skills), *_nation(used, own), *_coverage(used, own)]
    if len(late):
        for row in skills(late).itertuples(index=False):
            what = f"skill, zone, {row.horizon} years, targets from {LATE} on"
            rows.append(_least(what, LATE_SKILL, float(row.skill)))
    return pd.DataFrame(rows, columns=["goal", "aim", "reached", "met"])


def _skill(used: pd.DataFrame, skills: Callable[[pd.DataFrame], pd.DataFrame]) -> Iterator[Goal]:
    if not len(used):
        return
    for row in skills(used).itertuples(index=False):
        aim = SKILL.get(str(row.level), {}).get(int(row.horizon))
        if aim is not None:
            what = f"skill against the best rival, {row.level}, {row.horizon} years"
            yield _least(what, aim, float(row.skill))


def _nation(used: pd.DataFrame, own: str) -> Iterator[Goal]:
    nation = used[(used["level"] == "national") & (used["horizon"] <= NATION_HORIZONS)]
    for horizon, part in nation.groupby("horizon"):
        means = part.groupby("forecaster")["crps"].mean()
        if own in means and "persistence" in means:
            ratio = float(means[own] / means["persistence"])
            text = f"CRPS to persistence, national, {horizon} years"
            yield text, f"at most {TO_PERSISTENCE}", ratio, ratio <= TO_PERSISTENCE


def _coverage(used: pd.DataFrame, own: str) -> Iterator[Goal]:
    low, high = COVERED
    mine = used[(used["forecaster"] == own) & ((used["last"] > 0.0) | (used["observed"] > 0.0))]
    for level, of_level in mine.groupby("level"):
        for first, last in SPANS:
            part = of_level[of_level["horizon"].between(first, last)]
            if len(part):
                share = float(part["in80"].mean())
                what = f"80 % intervals cover, {level}, {first} to {last} years"
                yield what, f"{low} to {high}", share, low <= share <= high


def _least(what: str, aim: float, reached: float) -> Goal:
    return what, f"at least {aim}", reached, reached >= aim
