"""A world that fits on paper: five districts in three zones, two kinds of household.

No two places are alike, so a formula that mixes them up is seen. Corridors, groups, markets
and the policy are the classes of the country that fits on paper, with few and round numbers.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from globo import countries
from globo.model import network, parameters
from globo.model.policy import Policy
from globo.model.start import start
from globo.model.state import change
from globo.model.world import World

ZONES = ("Upland", "Lowland", "Farland")
ZONE = np.array([0, 0, 1, 1, 2])
EDGES = pd.DataFrame(
    [
        ("Upland", "Market town", "road", "Paper roads", "", 0.05, 1.0),
        ("Lowland", "Hill town", "foot", "Paper roads", "", 0.03, 1.0),
        ("Lowland", "Neighbour", "air", "Paper air", "Air border", 0.02, 0.5),
        ("Farland", "Neighbour", "river", "Paper rivers", "River border", 0.05, 1.0),
        ("Hill town", "Neighbour", "road", "Neighbour", "Road border", 0.05, 1.0),
        ("Market town", "Harbour", "road", "Paper roads", "", 0.02, 1.0),
        ("Harbour", "Overseas", "container", "Harbour", "Harbour", 0.1, 1.0),
        ("Harbour", "Overseas", "vessel", "Harbour", "Harbour", 0.1, 0.4),
        ("Neighbour", "Next door", "road", "Neighbour", "", 0.05, 1.0),
        ("Neighbour", "Overseas", "container", "Neighbour", "", 0.1, 0.5),
    ],
    columns=["origin", "destination", "mode", "authority", "exit", "fee_share", "weight"],
)
COUNTRY = countries.load("paper")
P = parameters.defaults(COUNTRY.name)
KEY = jax.random.key(7)
STARTED = jax.jit(start)


def world(smooth=False):
    """Build the world; where `smooth`, means stand for counts."""
    at = np.array([0.0, 30.0, 300.0, 340.0, 900.0])
    f = lambda x: jnp.asarray(np.array(x, dtype=float), jnp.float32)  # noqa: E731
    km = np.abs(np.subtract.outer(at, at))
    own = np.eye(5)
    near, far, beside = (np.exp(-km / reach) * (1 - own) for reach in (60.0, 350.0, 40.0))
    households = np.array([800.0, 300.0, 2000.0, 500.0, 60.0])
    place = pd.DataFrame({"lat": [-9.0, -12.5, -2.5], "lon": [-76.0, -74.0, -72.0]}, index=ZONES)
    roads = network.build(COUNTRY, place, EDGES)
    return World(
        zone=jnp.asarray(ZONE),
        trait=jnp.asarray([2, 1, 0]),
        in_zone=f(ZONE[None] == np.arange(3)[:, None]),
        coca_start=f([400.0, 90.0, 1500.0, 200.0, 3.0]),
        suitability=f([0.8, 0.6, 1.0, 0.7, 0.5]),
        land=f([1500.0, 400.0, 4000.0, 700.0, 90.0]),
        leaf_yield=f([2.0, 1.5, 3.5, 3.0, 1.0]),
        licit_income=f([1500.0, 1200.0, 900.0, 1000.0, 700.0]),
        licit_ha=f([1.5, 1.0, 0.7, 0.9, 0.3]),
        coffee_share=f([0.9, 0.4, 0.7, 0.2, 0.0]),
        haul=f([0.03, 0.1, 0.05, 0.2, 0.25]),
        state_presence=f([0.7, 0.5, 0.3, 0.2, 0.1]),
        registered=f([0.2, 0.0, 0.1, 0.0, 0.0]),
        legitimacy_start=f([0.6, 0.5, 0.2, 0.3, 0.25]),
        terrain=f([[1, 1, 0, 0, 0], [0, 0, 1, 1, 0], [0.4, 0.6, 0.8, 0.9, 1.0]]),
        base_km=f([[20.0, 50.0, 280.0, 320.0, 880.0], [310.0, 280.0, 40.0, 10.0, 600.0]]),
        forest=f([900.0, 500.0, 3000.0, 2500.0, 9000.0]),
        forest_share=f([0.3, 0.5, 0.6, 0.8, 0.95]),
        frontier=f([50.0, 80.0, 20.0, 100.0, 60.0]),
        near=f(near / near.sum(1).mean()),
        far=f(far / far.sum(1).mean()),
        beside=f((beside + 1e-9) / (beside + 1e-9).sum(0)),
        volatility=f([0.8, 1.0, 1.5]),
        cohort_district=jnp.asarray(np.tile(np.arange(5), 2)),
        households=f(np.concatenate([0.75 * households, 0.25 * households])),
        plot=f(np.repeat([0.8, 1.4], 5)),
        risk_aversion=f(np.repeat([1.3, 0.5], 5)),
        licit_factor=f(np.repeat([0.8, 1.6], 5)),
        type_share=f(np.repeat([0.75, 0.25], 5)),
        patrolled=f(network.patrolled(COUNTRY, roads)),
        outside=f([[0.25, 0.75]]),
        fighters=f([3.0, 9.0, 0.0]),
        prices=f([5000.0, 40000.0]),
        leaf_price=f(2.0),
        roads=roads,
        country=COUNTRY.name,
        clans=(False, False, True),
        growth=("brazil_growth", "europe_growth"),
        yields=("colombia_yield",),
        districts=("A", "B", "C", "D", "E"),
        zones=ZONES,
        bases=("first", "second"),
        cohorts_per_district=2,
        smooth=smooth,
    )


WORLD, SMOOTH = world(), world(smooth=True)


def month(**fields):
    """Return a month in which all is as in 2001, and some fields changed.

    A number is spread over a field's shape.
    """
    shape = {"where": 3, "allowed": 3, "base_open": 2, "operations": 3, "security": 3, "trust": 3}
    shape |= {"control": len(EDGES), "spending": (4, 3), "demand": 2, "neighbour_ha": 1}
    shape |= {"neighbours_told": 1, "agreements": 3, "announced": 3}
    shape |= {"placed": 3, "area": 5}
    calm = dict.fromkeys(Policy.__dataclass_fields__, 0.0)
    calm |= dict.fromkeys(("allowed", "base_open", "precursor_control", "firm_enforcement"), 1.0)
    calm |= dict.fromkeys(("control", "coffee", "cacao", "demand", "budget_known"), 1.0)
    calm |= {"neighbours_told": 1.0}
    calm |= {"budget": 40.0, "neighbour_ha": 140_000.0, "legal_leaf": 30.0}
    given = calm | fields
    kind = {"area": jnp.int32}
    one = lambda k, v: jnp.asarray(v, kind.get(k, jnp.float32))  # noqa: E731
    return Policy(**{k: jnp.broadcast_to(one(k, v), shape.get(k, ())) for k, v in given.items()})


def state(w=WORLD, p=P, now=None, **fields):
    """Return the state at the start of 2001, and some fields changed."""
    s = STARTED(p, w, month() if now is None else now, KEY)
    shaped = {
        k: jnp.broadcast_to(jnp.asarray(v, jnp.float32), getattr(s, k).shape)
        for k, v in fields.items()
    }
    return change(s, **shaped) if shaped else s


def with_world(w, **fields):
    """Return a world with some fields changed."""
    return eqx.tree_at(
        lambda x: tuple(getattr(x, k) for k in fields),
        w,
        tuple(jnp.asarray(v, jnp.float32) for v in fields.values()),
    )
