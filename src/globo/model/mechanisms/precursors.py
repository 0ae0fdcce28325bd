"""Precursors: controlled inputs cost more under control, until substitutes are found.

Reads control; writes the price of inputs to processors and the substitutes found. Step 5 of
the month. Aggregates only: a price ratio, no substance. Effects E035 and E036.
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from globo.model.constants import constants
from globo.model.parameters import Parameters
from globo.model.policy import Policy
from globo.model.state import State, change
from globo.model.world import World


def step(p: Parameters, world: World, s: State, policy: Policy, key: Array) -> tuple[State, dict]:
    """Let the price follow control, and substitutes follow the price."""
    del key, world
    rise = log_rise(p, policy.precursor_control)
    found = s.substitutes + p.substitution_rate * (p.substitution_limit * rise - s.substitutes)
    price = jnp.exp(rise - found)
    spent = p.control_cost * jnp.maximum(policy.precursor_control, 0.0)
    record = {"precursor_price": price, "spent_control": spent}
    return change(s, precursor_price=price, substitutes=found), record


def log_rise(p: Parameters, control: Float[Array, ""]) -> Float[Array, ""]:
    """Return the log price of inputs under a control before substitutes; 0 at the index of 2001."""
    return p.control_pass * jnp.log2(jnp.maximum(control, constants.least_control))


def off(s: State) -> State:
    """Return the state where inputs are there without limit, at the price of 2001."""
    return change(s, precursor_price=jnp.ones(()), substitutes=jnp.zeros(()))
