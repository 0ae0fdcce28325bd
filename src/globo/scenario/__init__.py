"""Scenarios: what a user declares, as YAML or Python, checked before anything runs.

A scenario states only its differences from the baseline. `source` reads it and knows its
lines, `document` holds its fields, `differences` turns levers into dated changes, `schema`
exports all of it.
"""

from globo.scenario.differences import Setting
from globo.scenario.document import MECHANISMS, SURVEYS, Scenario, free, load
from globo.scenario.schema import schema
from globo.scenario.source import names

__all__ = ["MECHANISMS", "SURVEYS", "Scenario", "Setting", "free", "load", "names", "schema"]
