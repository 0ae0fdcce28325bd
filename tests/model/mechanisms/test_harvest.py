"""Laws of the harvest: what is picked is sold, offered, kept or lost."""

import jax.numpy as jnp
import numpy as np
import pytest
from paper import KEY, WORLD, P, month, state

from globo.model.mechanisms import harvest

STOCK = [3.0, 40.0, 0.0]


def harvested(**fields):
    s = state(leaf_stock=STOCK)
    return s, *harvest.step(P, WORLD, s, month(**fields), KEY)


@pytest.mark.parametrize("demand", [0.0, 5.0, 1e6])
def test_leaf_picked_is_sold_offered_or_lost(demand):
    before, after, said = harvested(legal_leaf=demand)
    given = before.leaf_stock + said["leaf_t"]
    taken = after.leaf_offered + said["legal_leaf_t"] + said["leaf_lost"]
    np.testing.assert_allclose(given, taken, rtol=1e-6)
    assert (after.leaf_offered >= 0).all()


@pytest.mark.parametrize("demand", [0.0, 5.0, 1e6])
def test_the_legal_market_takes_no_more_than_it_wants_and_registered_growers_have(demand):
    before, _, said = harvested(legal_leaf=demand)
    registered = WORLD.by_zone(harvest.pick(P, WORLD, before) * WORLD.registered)
    registered = registered * (1 - P.leaf_loss)
    total = float(said["legal_leaf_t"].sum())
    np.testing.assert_allclose(total, min(demand, float(registered.sum())), rtol=1e-5)
    assert said["legal_leaf_t"][2] == 0  # nobody is registered there
    # zones share the demand by what registered growers have
    np.testing.assert_allclose(
        said["legal_leaf_t"] * registered.sum(), registered * total, rtol=1e-5
    )


def test_a_hectare_bears_by_the_age_of_its_bushes():
    young = jnp.array([12.0, 0.0, 0.0, 6.0, 0.0])
    prime = jnp.array([0.0, 12.0, 0.0, 6.0, 0.0])
    old = jnp.array([0.0, 0.0, 12.0, 0.0, 0.0])
    picked = harvest.pick(P, WORLD, state(young=young, prime=prime, old=old))
    each = WORLD.leaf_yield * jnp.array(
        [P.young_yield, 1.0, P.old_yield, (1 + P.young_yield) / 2, 0.0]
    )
    np.testing.assert_allclose(picked, each, rtol=1e-6)


def test_unsold_leaf_spoils_month_by_month():
    s = state(leaf_stock=STOCK, young=0.0, prime=0.0, old=0.0)
    for _ in range(3):
        s, said = harvest.step(P, WORLD, s, month(), KEY)
    np.testing.assert_allclose(s.leaf_stock, np.array(STOCK) * (1 - P.leaf_decay) ** 3, rtol=1e-6)
    assert said["leaf_t"].sum() == 0


def test_switched_off_no_leaf_is_offered():
    assert harvest.off(state(leaf_offered=[1.0, 2.0, 3.0])).leaf_offered.sum() == 0
