"""Published: the figure of the country that stands beside a reported variable.

The one place that says which quantity of the facts a variable is held against, in the
variable's own unit, for the calibration, the page and the report. The `result` column of
vocabulary.csv says which quantities tell of a variable; these are those that are the same thing.
"""

from __future__ import annotations

import pandas as pd

from globo import countries
from globo.countries import USUAL
from globo.errors import UserError, did_you_mean
from globo.results.table import variable as reported

# By variable the quantities whose sum it is: cocaine is seized as base and as hydrochloride.
FIGURES: dict[str, tuple[str, ...]] = {
    "coca_ha": ("coca_ha",),
    "eradicated_ha": ("eradicated_ha",),
    "leaf_t": ("dry_leaf_t",),
    "legal_leaf_t": ("legal_leaf_t",),
    "leaf_price_usd_kg": ("leaf_price_usd_kg",),
    "cocaine_price_usd_kg": ("hcl_price_usd_kg",),
    "seized_t": ("base_seized_kg", "hcl_seized_kg"),
    "armed_acts": ("armed_group_acts",),
    "armed_strength": ("armed_group_fighters",),
}
NATIONAL = "national"  # table of the main series
CONFIDENCE = ("high", "medium", "low")
KG_A_TONNE = 1000.0


def published(
    figures: pd.DataFrame, variable: str, deflator: pd.Series | None = None, country: str = USUAL
) -> pd.DataFrame:
    """Return the yearly figures of the country beside a variable, in its unit.

    Args:
        figures: the long table of the facts (`facts.figures`), as known on a day.
        variable: a reported variable with a figure.
        deflator: by year, what turns its dollars into those of the model; needed for money,
            and years that it lacks are left out.
        country: whose figures.

    Returns:
        `year`, `value`, `confidence` (the worst of its parts) and `national` (whether all of it
        is of the main series). A sum needs all its parts in a year; parts that the main series
        lacks are taken from the other tables. Others' figures of one quantity are no second
        series, so a variable of one part is the main series alone.
    """
    if variable not in FIGURES:
        mend = did_you_mean(variable, FIGURES)
        allowed = ", ".join(FIGURES)
        raise UserError(where="variable", found=f"'{variable}'", allowed=allowed, mend=mend)
    parts = FIGURES[variable]
    rows = figures[(figures.place == countries.load(country).nation) & figures.quantity.isin(parts)]
    rows = rows[rows.year == rows.year_to].dropna(subset="value")
    rows = rows.assign(national=rows.table == NATIONAL)
    rows = rows if len(parts) > 1 else rows[rows.national]
    rows = rows.sort_values("national", ascending=False, kind="stable")
    one = rows.drop_duplicates(["quantity", "year"])
    one = one.assign(worst=one.confidence.map(CONFIDENCE.index))
    found = one.groupby("year").agg(
        value=("value", "sum"),
        worst=("worst", "max"),
        national=("national", "all"),
        n=("value", "size"),
    )
    found = found[found.n == len(parts)].reset_index()
    value = found.value * _scale(variable, parts)
    if "USD" in reported(variable).unit and deflator is not None:
        value = value * found.year.map(deflator)
    confidence = [CONFIDENCE[i] for i in found.worst]
    made = found.assign(year=found.year.astype(int), value=value, confidence=confidence)
    return made[["year", "value", "confidence", "national"]].dropna().reset_index(drop=True)


def _scale(variable: str, parts: tuple[str, ...]) -> float:
    """Return what brings the quantities to the unit of the variable."""
    in_kg = all(part.endswith("_kg") and "usd" not in part for part in parts)
    return 1.0 / KG_A_TONNE if in_kg and variable.endswith("_t") else 1.0
