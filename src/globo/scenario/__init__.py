"""Scenarios: what a user declares, as YAML or Python, checked before anything runs.

A scenario states only its differences from the baseline. `source` reads it and knows its
lines, `document` holds its shape, `differences` turns levers into dated changes.
"""

from globo.scenario.differences import Change
from globo.scenario.document import MECHANISMS, Scenario, load, schema
from globo.scenario.source import names

__all__ = ["MECHANISMS", "Change", "Scenario", "load", "names", "schema"]
