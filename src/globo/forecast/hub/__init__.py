"""The registry of forecasts: what globo said on a day, kept as a hub and never edited.

A folder in the form of the hubverse (schema v6), which its tools read: `hub-config/` says what is
forecast, `model-output/` holds an entry a day, `model-metadata/` who made it, from what and with
which hash, `target-data/` what surveys found since. Everything but the entries follows from them.
"""

from globo.forecast.hub.checks import check, sealed
from globo.forecast.hub.config import years, years_ahead
from globo.forecast.hub.entry import COLUMNS, QUANTILE_LEVELS, TARGETS, Unit, content, read
from globo.forecast.hub.folder import Hub, default
from globo.forecast.hub.metadata import Entry
from globo.forecast.hub.register import check_free, commit, enter, refresh
from globo.forecast.hub.targets import oracle, series

__all__ = [
    "COLUMNS",
    "QUANTILE_LEVELS",
    "TARGETS",
    "Entry",
    "Hub",
    "Unit",
    "check",
    "check_free",
    "commit",
    "content",
    "default",
    "enter",
    "oracle",
    "read",
    "refresh",
    "sealed",
    "series",
    "years",
    "years_ahead",
]
