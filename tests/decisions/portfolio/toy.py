"""A toy whose best portfolios are known: what each measure does is a straight line.

Money is 100 million USD a year, and each measure takes all of it at its end. Eradication
removes most coca but brings acts; help removes less and brings none; lake patrols remove
half of what help does, and precursor control nothing. So a portfolio is beaten exactly when
it spends on the lake or on precursors.
"""

import numpy as np

MEASURES = ["eradication_budget", "technical_help@VRAEM", "lake_control", "precursor_control"]
ENDS = np.array([100_000.0, 1e8, 10.0, 10.0])

PROBLEM = {
    "name": "toy",
    "budget_usd_year": 1e8,
    "levers": {
        "eradication_budget": {
            "low": 0,
            "high": 100_000,
            "cost": 1000,
            "source": "assumed",
            "today": 25_000,
        },  # fmt: skip
        "technical_help@VRAEM": {"low": 0, "high": 1e8, "cost": 1, "source": "assumed"},
        "lake_control": {"low": 0, "high": 10, "cost": 1e7, "source": "assumed", "today": 1},
        "precursor_control": {"low": 0, "high": 10, "cost": 1e7, "source": "assumed"},
    },
    "objectives": {
        "coca_ha": {"goal": "less", "unit": "ha", "step": 300, "limit": 40_000},
        "armed_acts": {"goal": "less", "unit": "acts a year", "step": 0.5},
    },
    "cost_step": 2e6,
    "worlds": {"demand": [0.5, 1.5], "colombia_area": [0.5, 2.0]},
    "runs": 600,
    "draws": 6,
    "fresh_draws": 24,
    "discovery_draws": 240,
    "largest_front": 30,
}


def shares(levers):
    """Return the levels as shares of their ends (portfolio, measure)."""
    return np.array([[row[name] for name in MEASURES] for row in levers]) / ENDS


def evaluate(levers, worlds):
    """Return coca and acts (portfolio, world, outcome)."""
    e, h, lake, _ = shares(levers).T[:, :, None]
    demand = np.array([world["demand"] for world in worlds])
    luck = np.array([np.random.default_rng(world["draw"]).normal() for world in worlds])
    coca = 50_000 * demand + 500 * luck - 30_000 * e - 20_000 * h - 10_000 * lake
    acts = 20 + 30 * e + luck
    return np.stack(np.broadcast_arrays(coca, acts), axis=-1)
