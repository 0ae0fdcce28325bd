"""The scoreboard as tables: one row a level and horizon, losing cells included.

Reads the cells of `scoreboard.score_cells`; writes summaries, a JSON object and markdown.
What decides how a score reads (scale, units, known-at rule, origins, draws, how many
variants were tried) stands in the output itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd

from globo.forecast.forecaster import Forecaster
from globo.forecast.pool import forecast
from globo.forecast.scale import APPEARS_FROM, SCALES
from globo.scoring import scores
from globo.scoring.goals import goals
from globo.scoring.scoreboard import (
    LOOKED_AT,
    SCORED,
    in_zones,
    origins,
    rivals,
    score_cells,
)
from globo.scoring.variants import variants

CAME = "globo, policy as it came"
ASSIMILATION_VARIANTS = 49  # on targets up to 2020: docs/assimilation.md
RESPONSE_VARIANTS = 3  # the same, for responses: docs/inference-log.md
TO_COME = "; later ones are kept for a score run once, at the end (docs/inference.md)"
LATE_TITLE = f"Targets after {LOOKED_AT}, which nobody chose in sight of"
SEEN_LATE = f"; nobody chose in sight of those after {LOOKED_AT}"
RULES = {
    "parameters": "the posterior that was fitted to what was known on 2016-05-15: origins "
    "before that day hold hindsight in it; the state is assimilated from each day's facts alone",
    "known_at": "each forecast sees only rows published by its origin, the day a survey came "
    "out; horizon counts years after the last survey known then",
    "scale": "CRPS on asinh(ha / s), s = 10 ha (districts), 100 ha (zones), 1000 ha (nation); "
    "estimator pwm",
    "units": "districts: comparable units (a district split later counts with its parent); "
    "zones: survey zones surveyed in the last year known that every forecaster answers; before "
    "2012 rows of medium confidence that pass a check, rows of low confidence never",
    "coverage": "cells with coca at the origin or the target; ends of intervals included",
    "interval": "90 %, bootstrap over whole years and whole units",
}


INTRODUCTION = (
    "How forecasts of coca area would have done, had they been made on the day each survey "
    "came out. `globo forecast --score` writes this page. The forecaster is the simulator that "
    "answers what-ifs, brought to the surveys known on the day (docs/assimilation.md), its policy "
    f"drawn; `{CAME}` is the same, told policy and outside world as they came. Skill is "
    "1 - CRPS / CRPS of the best rival of the row, picked after the fact; analogues count as a "
    "rival. Gain, persistence and weights were chosen in sight of these targets (the variants are "
    "counted below), so the skill holds hindsight."
)
MADE_BY = "<!-- Made by `globo forecast --score > docs/scoreboard.md` -->"


@dataclass(frozen=True)
class Board:
    """A scoreboard: cells, whose forecaster it judges, its rivals, and how it was made.

    Attributes:
        cells: rows of `scoreboard.score_cells`.
        own: the forecaster that is judged.
        rivals: names of the forecasters it has to beat.
        samples: draws of each forecast.
        seed: of all luck.
        variants_tried: settings and pools tried in sight of these scores.
        until: last target year.
    """

    cells: pd.DataFrame
    own: str
    rivals: list[str]
    samples: int
    seed: int
    variants_tried: int
    until: int = LOOKED_AT

    def early(self) -> Board:
        """Return the board of the targets that forecasters were chosen in sight of."""
        return replace(self, cells=self.cells[self.cells["year"] <= LOOKED_AT])

    def late(self) -> Board | None:
        """Return the board of the targets that nobody saw while choosing, if they are scored."""
        cells = self.cells[self.cells["year"] > LOOKED_AT]
        return replace(self, cells=cells) if len(cells) else None

    def crps(self, column: str = "crps") -> pd.DataFrame:
        """Return the mean CRPS, a row a level and horizon, a column a forecaster."""
        return self.cells.pivot_table(
            index=["level", "horizon"], columns="forecaster", values=column
        )

    def rows(self) -> pd.DataFrame:
        """Return a row a level, horizon and policy: score, best rival, skill, coverage.

        Returns:
            Columns level, horizon, policy, targets, crps, rival, rival_crps, skill, low, high,
            in50, in80, in95.
        """
        told = []
        for policy, name in (("drawn", self.own), ("as it came", CAME)):
            if name not in set(self.cells["forecaster"]):
                continue
            skills = replace(self, own=name).skills()
            own = self.cells[self.cells["forecaster"] == name]
            active = own[(own["last"] > 0.0) | (own["observed"] > 0.0)]
            inside = active.groupby(["level", "horizon"])[["in50", "in80", "in95"]].mean()
            years = own.groupby(["level", "horizon"])["year"]
            for row in skills.itertuples(index=False):
                at = (row.level, row.horizon)
                told.append(
                    {
                        "level": row.level, "horizon": row.horizon, "policy": policy,
                        "targets": f"{years.min()[at]}-{years.max()[at]}", "crps": row.own,
                        "rival": row.best_rival, "rival_crps": row.rival, "skill": row.skill,
                        "low": row.low, "high": row.high, **inside.loc[at].to_dict(),
                    }
                )  # fmt: skip
        return pd.DataFrame(told)

    def skills(self, cells: pd.DataFrame | None = None) -> pd.DataFrame:
        """Return own skill against the best rival of each level and horizon.

        Args:
            cells: other cells than all; None for all.

        Returns:
            Columns level, horizon, n_cells, own, best_rival, rival, skill, low, high,
            to_persistence.
        """
        used = self.cells if cells is None else cells
        rows = []
        for (level, horizon), part in used.groupby(["level", "horizon"]):
            means = part.groupby("forecaster")["crps"].mean()
            best = str(means[self.rivals].idxmin())
            interval = scores.skill_interval(part, self.own, best, seed=self.seed)
            rows.append(
                {
                    "level": level,
                    "horizon": int(horizon),
                    "n_cells": int((part["forecaster"] == self.own).sum()),
                    "own": means[self.own],
                    "best_rival": best,
                    "rival": means[best],
                    "skill": interval.value,
                    "low": interval.low,
                    "high": interval.high,
                    "to_persistence": means[self.own] / means["persistence"],
                }
            )
        return pd.DataFrame(rows)

    def calibration(self) -> pd.DataFrame:
        """Return coverage and PIT by level and forecaster on cells that hold coca."""
        cells = self.cells
        active = cells[(cells["last"] > 0.0) | (cells["observed"] > 0.0)]
        groups = active.assign(pit_low=active["pit"] < 0.1, pit_high=active["pit"] > 0.9).groupby(
            ["level", "forecaster"]
        )
        names = ["in50", "in80", "in95", "pit", "pit_low", "pit_high"]
        return groups[names].mean()

    def appearances(self) -> pd.DataFrame:
        """Return Brier score and ROC area of first appearance by horizon and forecaster."""
        cells = self.cells[self.cells["level"] == "district"]
        candidates = cells[cells["last"] < APPEARS_FROM]
        rows = []
        for (horizon, name), part in candidates.groupby(["horizon", "forecaster"]):
            happened, chance = part["appears"].to_numpy(), part["p_appears"].to_numpy()
            rows.append(
                {
                    "horizon": int(horizon),
                    "forecaster": name,
                    "n_cells": len(part),
                    "happened": float(happened.mean()),
                    "forecast": float(chance.mean()),
                    "brier": scores.brier(happened, chance),
                    "roc_area": scores.roc_area(happened, chance),
                }
            )
        return pd.DataFrame(rows)

    def goals(self) -> pd.DataFrame:
        """Return what was aimed at beside what was reached; no goal is left out."""
        return goals(self.cells, self.own, self.skills)

    def by_origin(self) -> pd.DataFrame:
        """Return own skill by origin, all horizons together, against the best rival there.

        Returns:
            Columns level, origin, n_cells, own, best_rival, rival, skill, in80.
        """
        rows = []
        for (level, origin), part in self.cells.groupby(["level", "origin"]):
            means = part.groupby("forecaster")["crps"].mean()
            best = str(means[self.rivals].idxmin())
            mine = part[part["forecaster"] == self.own]
            active = mine[(mine["last"] > 0.0) | (mine["observed"] > 0.0)]
            skill = 1.0 - means[self.own] / means[best] if means[best] else float("nan")
            told = (len(mine), means[self.own], best, means[best], skill, active["in80"].mean())
            rows.append((level, origin, *told))
        names = ["level", "origin", "n_cells", "own", "best_rival", "rival", "skill", "in80"]
        return pd.DataFrame(rows, columns=names)

    def weakest(self) -> str:
        """Name the row of `rows` where policy drawn loses most to its best rival."""
        rows = self.rows()
        row = rows[rows["policy"] == "drawn"].sort_values("skill").iloc[0]
        return (
            f"{row['level']}, {row['horizon']} years: skill {row['skill']:.2f} "
            f"({row['low']:.2f} to {row['high']:.2f}) against {row['rival']}"
        )

    def to_json(self) -> str:
        """Return everything as a JSON object, scores rounded to 5 places."""
        return json.dumps(_rounded(self._content()), indent=1, ensure_ascii=False)

    def markdown(self) -> str:
        """Return everything as markdown tables."""
        made = "\n".join(f"- {name}: {text}" for name, text in self._provenance().items())
        board, late = self.early(), self.late()
        inside = board.skills(in_zones(board.cells[board.cells["level"] == "district"]))
        calibration, events = board.calibration().reset_index(), board.appearances()
        parts = [
            (f"Skill by level, horizon and policy, targets to {LOOKED_AT}", board.rows(), 3),
            *([] if late is None else [(LATE_TITLE, late.rows(), 3)]),
            ("Goals, by origins from 2013 on and policy drawn", self.goals(), 3),
            (f"Skill of {self.own} against the best rival of each row", board.skills(), 3),
            ("The same on district units inside the survey's zones", inside, 3),
            ("By origin, all horizons together", board.by_origin(), 3),
            ("CRPS on the scale", board.crps().reset_index(), 3),
            ("CRPS in ha", board.crps("crps_ha").reset_index(), 1),
            ("Coverage and PIT", calibration, 3),
            ("First appearance (under 10 ha to 50 ha or more)",
             events, 3),
        ]  # fmt: skip
        texts = [f"{MADE_BY}\n\n# Scoreboard\n\n{INTRODUCTION}\n\n{made}"]
        texts += [f"## {title}\n\n{_table(table, digits)}" for title, table, digits in parts]
        return "\n\n".join(texts) + "\n"

    def _provenance(self) -> dict[str, str]:
        """Say how the board was made."""
        days = {level: ", ".join(origins(level)) for level in self.cells["level"].unique()}
        return {
            "targets": f"surveys up to {self.until}"
            + (TO_COME if self.until <= LOOKED_AT else SEEN_LATE),
            **RULES,
            **{f"origins, {level}": text for level, text in days.items()},
            "draws": f"{self.samples} a forecast, seed {self.seed}",
            "variants tried in sight of these scores": str(self.variants_tried),
            "weakest row": self.early().weakest(),
        }

    def _content(self) -> dict[str, Any]:
        """Gather the tables for JSON."""
        board, late = self.early(), self.late()
        district = in_zones(board.cells[board.cells["level"] == "district"])
        return {
            "made": self._provenance(),
            "scale_ha": SCALES,
            "own": self.own,
            "rivals": self.rivals,
            "goals": self.goals().to_dict("records"),
            "by_origin": board.by_origin().to_dict("records"),
            "rows": board.rows().to_dict("records"),
            "late_rows": [] if late is None else late.rows().to_dict("records"),
            "skill": board.skills().to_dict("records"),
            "skill_in_zones": board.skills(district).to_dict("records"),
            "crps": board.crps().reset_index().to_dict("records"),
            "crps_ha": board.crps("crps_ha").reset_index().to_dict("records"),
            "calibration": board.calibration().reset_index().to_dict("records"),
            "appearance": board.appearances().to_dict("records"),
        }


def score(
    own: Forecaster = forecast,
    others: Mapping[str, Forecaster] | None = None,
    samples: int = 1000,
    seed: int = 1,
    until: int = SCORED,
) -> Board:
    """Run history again and return the scoreboard of a forecaster.

    Args:
        own: the forecaster to judge, named globo on the board.
        others: more forecasters for the board, by name; None for the same with policy as it came.
        samples: draws of each forecast.
        seed: of all luck.
        until: last target year.

    Returns:
        The board; some minutes at 1,000 draws.
    """
    naive = rivals()
    more = {CAME: partial(forecast, came=True)} if others is None else dict(others)
    cells = score_cells({"globo": own, **naive, **more}, samples=samples, seed=seed, until=until)
    return Board(
        cells=cells,
        own="globo",
        rivals=list(naive),
        samples=samples,
        seed=seed,
        variants_tried=len(variants()) + ASSIMILATION_VARIANTS + RESPONSE_VARIANTS,
        until=until,
    )


def _rounded(value: Any) -> Any:
    """Round floats anywhere in a nested object; NaN becomes None."""
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_rounded(part) for part in value]
    if isinstance(value, float):
        return None if value != value else round(value, 5)
    return value


def _table(table: pd.DataFrame, digits: int = 3) -> str:
    """Return a table as markdown."""
    names = [str(name) for name in table.columns]
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    for row in table.itertuples(index=False):
        cells = [f"{v:.{digits}f}" if isinstance(v, float) else str(v) for v in row]
        lines.append("| " + " | ".join("–" if c == "nan" else c for c in cells) + " |")
    return "\n".join(lines)
