"""Whole runs that tests share: one compiled shape, 16 draws of five years."""

from functools import cache

import jax
import numpy as np

from globo import simulation
from globo.model.policy import Setting

DRAWS = np.arange(16)
SIMULATOR = simulation.Simulator(seed=1, prior=True)
MIDDLE, END = 2005, 2010


def months(*settings, until=f"{END}-12"):
    """Policy up to a month, under some settings."""
    return SIMULATOR.months(settings, until)


@cache
def start():
    """Members at the start of 2001."""
    return SIMULATOR.begin(DRAWS, jax.tree.map(lambda x: x[0], months()))


@cache
def history():
    """Members at the end of 2005 and the five years up to it, without a scenario."""
    return SIMULATOR.advance(start(), simulation.span(months(), 2001, MIDDLE))


@cache
def future(*settings):
    """Years 2006 to 2010 under some settings, from the shared history."""
    return SIMULATOR.advance(history()[0], simulation.span(months(*settings), MIDDLE + 1, END))[1]


@cache
def past(*fixed):
    """Years 2001 to 2005 with some parameters (name, value) fixed in every draw."""
    simulator = simulation.Simulator(seed=1, prior=True, fixed=fixed)
    first = simulation.span(months(), 2001, MIDDLE)
    return simulator.run(DRAWS, first)


def lever(name, value, place="", first=f"{MIDDLE + 1}-01", last=""):
    """One lever set from 2006 on."""
    return Setting(name, place, first, last, float(value))


def figures(years):
    """A few numbers that stand for a run: by name, one of each draw at the end of it."""
    added = ("coca_ha", "eradicated_ha", "cocaine_t", "seized_t", "armed_acts", "growers")
    last = {
        name: np.asarray(years[name][:, -1]).reshape(len(DRAWS), -1)
        for name in (*added, "leaf_price_usd_kg", "legitimacy")
    }
    return {name: x.sum(1) if name in added else x.mean(1) for name, x in last.items()}
