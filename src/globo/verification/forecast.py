"""The claim about what comes next, C17, judged by scores of forecasts.

The rule, fixed before it was looked at: at a rolling origin the forecast has skill where, over
all district units and horizons from it, (a) the Brier score of first appearance is below that
of the base rate, which here knows in hindsight how many units appeared, and (b) the mean CRPS
is below that of persistence. Where nothing appeared there is no event to forecast and (b)
decides alone. The claim's `baseline` is the share of origins with skill, and it passes at
80 % or more; there is no counterfactual. Where processing appears next is forecast with the
coca that feeds it: no survey counts processing by district, so nothing can score it.
"""

from __future__ import annotations

import pandas as pd

from globo.forecast.pool import forecast
from globo.forecast.scale import APPEARS_FROM
from globo.scoring import scores
from globo.scoring.scoreboard import rivals, score_cells
from globo.verification.claim import declared

OWN, RIVAL = "globo", "persistence"


def district_cells(samples: int = 1000, seed: int = 1) -> pd.DataFrame:
    """Score the published forecast and persistence on every district cell of history.

    Args:
        samples: draws of each forecast.
        seed: of all luck.

    Returns:
        Rows of `scoreboard.score_cells`.
    """
    return score_cells({OWN: forecast, RIVAL: rivals()[RIVAL]}, ("district",), 5, samples, seed)


def skill_by_origin(cells: pd.DataFrame) -> pd.DataFrame:
    """Return, origin by origin, whether the forecast beats base rate and persistence.

    Args:
        cells: rows of `scoreboard.score_cells` for `OWN` and `RIVAL`.

    Returns:
        Index origin; columns appeared (count), brier, brier_base, crps, crps_rival, skilful.
    """
    rows = {}
    for origin, part in cells.groupby("origin"):
        own, rival = (part[part["forecaster"] == name] for name in (OWN, RIVAL))
        open_cells = own[own["last"] < APPEARS_FROM]
        happened = open_cells["appears"].to_numpy(dtype=bool)
        appeared, rate = int(happened.sum()), happened.mean() if len(happened) else float("nan")
        brier = base = float("nan")
        if appeared:
            brier = scores.brier(happened, open_cells["p_appears"].to_numpy())
            base = scores.brier(happened, [rate] * len(happened))
        crps, crps_rival = own["crps"].mean(), rival["crps"].mean()
        skilful = bool(crps < crps_rival) and (not appeared or brier < base)
        rows[origin] = (appeared, brier, base, crps, crps_rival, skilful)
    columns = ["appeared", "brier", "brier_base", "crps", "crps_rival", "skilful"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("origin")


CLAIMS = declared({"C17": None})
