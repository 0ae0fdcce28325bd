"""The country that fits on paper, and corridors of a handful of legs."""

from functools import cache

import equinox as eqx
import jax
import jax.numpy as jnp
import pandas as pd

from globo import countries, facts
from globo.model import network, parameters, policy, start, world
from globo.model.state import change

COUNTRY = countries.load("paper")
P = parameters.defaults(COUNTRY.name)
KEY = jax.random.key(11)
HUBS = pd.DataFrame({"lat": [-12.6, -9.2], "lon": [-73.8, -76.0]}, index=["Lowland", "Upland"])


@cache
def known():
    """Facts of the country that fits on paper."""
    return facts.load(country=COUNTRY.name)


@cache
def small(smooth=False):
    """Its world, with the whole network."""
    return world.build(known(), smooth=smooth)


@cache
def months(until="2002-12"):
    """Policy of the first years, without a scenario."""
    return policy.build(known(), small(), (), until)


def now(month=0, **changes):
    """Policy of one month, with some levers set."""
    one = jax.tree.map(lambda x: x[month], months())
    names = tuple(changes)
    values = tuple(
        jnp.broadcast_to(jnp.asarray(v, jnp.float32), getattr(one, k).shape)
        for k, v in changes.items()
    )
    return eqx.tree_at(lambda m: tuple(getattr(m, n) for n in names), one, values)


@cache
def first(smooth=False):
    """State of January 2001."""
    return jax.jit(start.start)(P, small(smooth), now(), KEY)


def state(smooth=False, **changes):
    """State of January 2001, with some fields set."""
    s = first(smooth)
    return change(s, **changes) if changes else s


def corridors(*rows):
    """Network of corridors given as (origin, destination, mode, authority, fee share, weight)."""
    names = ["origin", "destination", "mode", "authority", "fee_share", "weight"]
    return network.build(COUNTRY, HUBS, pd.DataFrame(rows, columns=names).assign(exit=""))


def leg(roads, origin, destination, mode=None):
    """Number of a corridor."""
    (found,) = [
        i
        for i, (a, b, how, _) in enumerate(roads.edges)
        if (a, b) == (origin, destination) and mode in (None, how)
    ]
    return found
