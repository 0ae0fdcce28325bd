"""Simulation: a scenario, a seed and a number of draws become years of results."""

from globo.simulation.simulator import (
    FIRST_YEAR,
    NEVER,
    Engine,
    Members,
    Simulator,
    begun,
    coords,
    known,
    labels,
    month_key,
    plan,
    simulator_of,
    span,
    world_of,
    years_from,
)

__all__ = [
    "Engine",
    "FIRST_YEAR",
    "Members",
    "NEVER",
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
