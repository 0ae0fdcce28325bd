"""Results: one dataset a run, and the figures that are read from it.

`table` holds the reported variables and makes datasets, `sums` adds up zones,
the country, exits and modes, `statistics` takes the statistics over draws,
`difference` says what moves between two runs.
"""

from globo.results.statistics import QUANTILES, quantiles, run_json, summary, summary_csv
from globo.results.sums import (
    MODES,
    NATIONAL,
    country_of,
    exit_shares,
    mode_shares,
    national,
    surveyed,
    zone_ha,
    zone_sum,
)
from globo.results.table import STATUS, Variable, dataset, fitted, ok_draws, variable, variables

__all__ = [
    "QUANTILES",
    "MODES",
    "NATIONAL",
    "STATUS",
    "Variable",
    "country_of",
    "dataset",
    "exit_shares",
    "fitted",
    "mode_shares",
    "national",
    "ok_draws",
    "quantiles",
    "run_json",
    "summary",
    "summary_csv",
    "surveyed",
    "variable",
    "variables",
    "zone_ha",
    "zone_sum",
]
