"""Downloads of a run: the data, the scenario, and the Python that makes it again."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from ruamel.yaml import YAML

from globo import __version__
from globo.scenario.controls import Control, by_lever

COLUMNS = (
    "variable", "place", "year", "unit", "scenario_p05", "scenario_p50", "scenario_p95",
    "change_p05", "change_p50", "change_p95", "probability_up", "draws",
)  # fmt: skip


def as_csv(picture: Mapping[str, Any], frame: Mapping[str, Any]) -> str:
    """Return a picture as CSV, a row a measure, place and year; some have a middle alone."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for name, array in picture["arrays"].items():
        variable, dim = name.split("|")
        shape = array["shape"]
        level = np.reshape(np.array(array["level"], dtype="float64"), shape)
        rows = shape[0]
        delta = np.reshape(np.array(array["delta"], dtype="float64"), (-1, *shape[1:]))
        up = np.reshape(np.array(array["up"], dtype="float64"), shape[1:])
        for p, place in enumerate(frame["places"][dim]):
            for y, year in enumerate(picture["years"]):
                ends = [0, rows // 2, rows - 1]
                levels = level[ends, y, p] if rows > 1 else [None, level[0, y, p], None]
                deltas = delta[:, y, p] if len(delta) == 3 else [None, delta[0, y, p], None]
                cells = [*map(_cell, levels), *map(_cell, deltas), _cell(up[y, p])]
                writer.writerow([variable, place, year, array["unit"], *cells, picture["draws"]])
    return out.getvalue()


def as_scenario(
    table: Mapping[str, Control], moved: Mapping[str, float], start: int, until: int
) -> dict[str, Any]:
    """Return the scenario that `globo run` takes: its differences alone, from the start on."""
    levers = {
        name: [{"from": f"{start}-01", "value": value}]
        for name, value in by_lever(table, moved).items()
    }
    return {"name": "page", "until": f"{until}-12", "levers": levers}


def as_yaml(scenario: Mapping[str, Any]) -> str:
    """Return a scenario as YAML."""
    out = io.StringIO()
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.dump(dict(scenario), out)
    return out.getvalue()


def as_python(scenario: Mapping[str, Any], draws: int, seed: int) -> str:
    """Return the Python that makes the same numbers."""
    return f'''"""A scenario of the page, run again; globo {__version__}."""

import globo

scenario = {_literal(scenario)}
baseline = globo.run({{"until": scenario["until"]}}, draws={draws}, seed={seed})
run = globo.run(scenario, draws={draws}, seed={seed})
print(globo.compare(baseline, run))
'''


def _literal(value: Any, depth: int = 0) -> str:
    """Return a Python literal, an entry a line."""
    if not isinstance(value, Mapping) or not value:
        return repr(value)
    inner = "    " * (depth + 1)
    lines = [f"{inner}{key!r}: {_literal(v, depth + 1)},\n" for key, v in value.items()]
    return "{\n" + "".join(lines) + "    " * depth + "}"


def _cell(value: float | None) -> str:
    return "" if value is None or not np.isfinite(value) else f"{value:.6g}"
