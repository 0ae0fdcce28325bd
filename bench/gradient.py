"""The gradient of a fit to 40 parameters, against the run that it is the gradient of.

A smooth world (means in place of counts), one draw, a hindcast whose areas by zone and year are
compared with some other areas. Years are computed again on the way back, all but their matrix
products and normal draws: what a month leaves is small, so that storing all of it takes longer.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from bench.measure import Row, least, row
from globo import simulation
from globo.model import parameters
from globo.model import world as worlds
from globo.model.start import start

UNTIL, FITTED, ROUNDS = "2014-12", 40, 5
GOAL = 3.0
KEPT = frozenset({"dot_general", "erf_inv"})  # of a year, for the way back


def rows() -> list[Row]:
    """Return the ratio, and how far the gradient lies from a difference."""
    world = worlds.build(simulation.known(None), smooth=True)
    simulator = simulation.Simulator(prior=True)
    months = simulator.months((), UNTIL)
    first = jax.tree.map(lambda x: x[0], months)
    years = len(np.asarray(months.year)) // 12
    by_year = [simulation.span(months, y, y) for y in range(2001, 2001 + years)]
    stacked = jax.tree.map(lambda *x: jnp.stack(x), *by_year)
    key = jax.random.key(1)
    rest = parameters.defaults()
    names = parameters.free_names()[:FITTED]
    known = world.by_zone(world.coca_start)

    def loss(z: jax.Array) -> jax.Array:
        p = rest.replace(**{n: rest.values[n] * jnp.exp(z[i]) for i, n in enumerate(names)})

        @partial(jax.checkpoint, policy=lambda step, *_, **__: step.name in KEPT)
        def year(s: Any, now: Any) -> tuple[Any, jax.Array]:
            s, _, _ = simulation.years_from(p, world, s, now, key, frozenset())
            return s, world.by_zone(s.coca)

        _, areas = jax.lax.scan(year, start(p, world, first, key), stacked)
        return jnp.mean((jnp.log(areas + 50.0) - jnp.log(known + 50.0)) ** 2)

    forward, both = jax.jit(loss), jax.jit(jax.value_and_grad(loss))
    at = jnp.zeros(len(names))
    _, slopes = both(at)
    way = slopes / jnp.linalg.norm(slopes)
    step = 1e-2
    difference = float(forward(at + step * way) - forward(at - step * way)) / (2 * step)
    off = abs(difference / float(slopes @ way) - 1.0)
    seconds = least(
        {
            "forward": lambda: forward(at).block_until_ready(),
            "both": lambda: jax.block_until_ready(both(at)),
        },
        ROUNDS,
    )
    ratio = seconds["both"] / seconds["forward"]
    name = f"gradient of a fit to {len(names)} parameters, {12 * years} months"
    return [
        row("gradient", f"{name}: against a difference", off, "relative", high=0.05),
        row("gradient", f"{name}: forward run", seconds["forward"], "s"),
        row("gradient", f"{name}: value and gradient / forward", ratio, "ratio", high=GOAL),
    ]
