"""Simulation: a scenario, a seed and a number of draws become years of results."""

from globo.model.parameters import FIRST_YEAR
from globo.model.years import begun, month_key, years_from
from globo.simulation.chunks import ChunkRunner, plan, simulator_of
from globo.simulation.coordinates import NEVER, coords, labels
from globo.simulation.simulator import Members, Simulator, known, span, world_of

__all__ = [
    "FIRST_YEAR",
    "NEVER",
    "ChunkRunner",
    "Members",
    "Simulator",
    "begun",
    "coords",
    "known",
    "labels",
    "month_key",
    "plan",
    "simulator_of",
    "span",
    "world_of",
    "years_from",
]
