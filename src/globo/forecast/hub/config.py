"""What the hub's settings say: all of it follows from the entries' records and the places."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from globo import countries
from globo.forecast.hub import metadata
from globo.forecast.hub.entry import QUANTILE_LEVELS, TARGETS, Unit
from globo.forecast.hub.metadata import Entry

SCHEMA = "https://raw.githubusercontent.com/hubverse-org/schemas/main/v6.0.0/{}-schema.json"
TIMEZONE = "America/Lima"  # of whoever writes entries; the schema has no UTC
MEANINGS = {
    "coca_ha": (
        "Coca counted by the survey: the country and its zones",
        "Coca standing on 31 December as the yearly survey publishes it, for the country as a "
        "whole and for its zones. Horizon counts years after the last survey known on the day.",
    ),
    "coca_ha_district": (
        "Coca counted by the survey: districts",
        "The same by district; districts that were split are forecast and scored as one unit.",
    ),
}
README = """\
# What globo said, and on which day

Forecasts of coca by district, zone and country, made before the survey that decides, and **never
edited**: a file that was is refused by name (`globo hub check`). It is a hub in the form of the
[hubverse](https://hubverse.io) (schema v6), so that its tools read it too.

- `model-output/{model}/DAY-{model}.csv`: an entry a day, quantiles and joint samples.
- `model-metadata/{model}.yml`: who made it and how; for each entry its hash, the commit of the
  code and the hash of the facts.
- `target-data/`: what surveys found, written from the facts by `globo hub truth`
  (`time-series.csv` of all years, `oracle-output.csv` of what entries forecast, once known).
- `auxiliary-data/locations.csv`: what the codes of places mean.
- `hub-config/`: what is forecast, written by the command too.

`globo hub write` adds today's entry, `globo hub score` scores those whose survey has come. In plain
words: docs/forecast.md.
"""


def written(entries: list[Entry], units: list[Unit]) -> dict[str, str]:
    """Return every file that follows from entries and places, by its place in the hub."""
    made = {
        "hub-config/admin.json": admin(),
        "hub-config/tasks.json": tasks(entries, units),
        "hub-config/target-data.json": target_data(),
        "hub-config/model-metadata-schema.json": metadata.schema(),
    }
    texts = {name: json.dumps(told, indent=2, ensure_ascii=False) for name, told in made.items()}
    readme = README.format(model=metadata.MODEL)
    return {"README.md": readme, **{name: f"{text}\n" for name, text in texts.items()}}


def admin() -> dict[str, Any]:
    """Return the settings of the hub as a whole."""
    return {
        "schema_version": SCHEMA.format("admin"),
        "name": f"globo: forecasts of coca in {countries.load().title['en']}",
        "maintainer": "The globo authors",
        "contact": {"name": "The globo authors"},
        "repository": {"name": "globo"},
        "file_format": ["csv"],
        "timezone": TIMEZONE,
    }


def tasks(entries: list[Entry], units: list[Unit]) -> dict[str, Any]:
    """Return what is forecast: days, places, years, quantiles and samples."""
    groups: list[dict[str, Any]] = []
    for i, target in enumerate(dict.fromkeys(TARGETS.values())):
        places = [u.location for u in units if TARGETS[u.level] == target]
        if places and entries:
            groups.append(_group(target, i, places, entries))
    entry_day = {"relative_to": "origin_date", "start": 0, "end": 0}
    the_round = {
        "round_id_from_variable": True,
        "round_id": "origin_date",
        "model_tasks": groups,
        "submissions_due": entry_day,
    }
    return {
        "schema_version": SCHEMA.format("tasks"),
        "rounds": [the_round],
        "derived_task_ids": ["horizon"],
    }


def _group(target: str, place: int, places: list[str], entries: list[Entry]) -> dict[str, Any]:
    ends = sorted({y for e in entries for y in years(e)})
    counts = [e.samples for e in entries]
    optional = lambda values: {"required": None, "optional": list(values)}  # noqa: E731
    name, meaning = MEANINGS[target]
    value = {"type": "double", "minimum": 0}
    quantile = {
        "output_type_id": {"required": list(QUANTILE_LEVELS)},
        "value": value,
        "is_required": True,
    }
    joint = {
        "type": "integer",
        "min_samples_per_task": min(counts),
        "max_samples_per_task": max(counts),
        "compound_taskid_set": ["origin_date", "target"],
    }
    sample = {"output_type_id_params": joint, "value": value, "is_required": True}
    return {
        "task_ids": {
            "origin_date": optional(e.origin_date.isoformat() for e in entries),
            "target": {"required": None, "optional": [target]},
            "horizon": optional(range(1, max(e.horizon for e in entries) + 1)),
            "location": optional(places),
            "target_end_date": optional(f"{year}-12-31" for year in ends),
        },
        "output_type": {"quantile": quantile, "sample": sample},
        "target_metadata": [
            {
                "target_id": target,
                "target_name": name,
                "target_units": "ha",
                "target_keys": {"target": target},
                "description": meaning,
                "target_type": "continuous",
                "is_step_ahead": False,
            }
        ],
    }


def target_data() -> dict[str, Any]:
    """Return how the target data are laid out."""
    return {
        "schema_version": SCHEMA.format("target-data"),
        "observable_unit": ["target_end_date", "target", "location"],
        "date_col": "target_end_date",
        "time-series": {"non_task_id_schema": {"known_at": "Date"}, "versioned": False},
        "oracle-output": {"has_output_type_ids": False, "versioned": False},
    }


def years(entry: Entry) -> Iterable[int]:
    """Return the years that an entry forecasts."""
    return years_ahead(entry.last_survey, entry.horizon)


def years_ahead(last_survey: int, horizon: int) -> Iterable[int]:
    """Return the years after a survey."""
    return range(last_survey + 1, last_survey + horizon + 1)
