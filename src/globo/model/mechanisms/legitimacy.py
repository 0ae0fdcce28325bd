"""Legitimacy: how far households accept the state.

Reads memory of eradication, armed hold, development; writes legitimacy. Step 11 of the
month. It falls with forced eradication and armed hold, rises with services, and takes years
(effects E062-E071, E125-E127).
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from globo.model.constants import constants
from globo.model.parameters import Parameters
from globo.model.policy import Policy
from globo.model.state import State, change
from globo.model.world import HELP, TITLES, World


def step(p: Parameters, world: World, s: State, policy: Policy, key: Array) -> tuple[State, dict]:
    """Move legitimacy towards what the state does in the district."""
    del key
    level = s.legitimacy + p.legitimacy_inertia * (aim(p, world, s) - s.legitimacy)
    return change(s, legitimacy=jnp.maximum(level, policy.trust[world.zone])), {}


def aim(p: Parameters, world: World, s: State) -> Float[Array, " district"]:
    """Return the legitimacy that today's conduct would lead to in the end."""
    service = p.legitimacy_service * jnp.tanh(s.built[TITLES] + s.built[HELP])[world.zone]
    forced = p.legitimacy_forced * (s.memory - s.anchor.memory)
    violence = p.legitimacy_violence * (s.hold - s.anchor.hold)
    level = s.anchor.legitimacy + service - forced - violence
    return jnp.clip(level, constants.least_legitimacy, constants.most_legitimacy)
