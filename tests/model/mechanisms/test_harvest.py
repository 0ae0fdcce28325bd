"""Laws of the harvest: what is picked is sold, offered, kept or lost."""

import jax.numpy as jnp
import numpy as np
import pytest
from paper import KEY, WORLD, P, month, state

from globo.model.mechanisms import harvest
from globo.model.mechanisms._leaf import farmgate, picked

STOCK = [3.0, 40.0, 0.0]
PAID = P.replace(harvest_wage=jnp.float32(1.0))  # pickers ask their wage
WAGE = float(P.wage_days_cost) * 0.67 / 2400.0  # USD a kilo of the middling yield


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


def test_leaf_that_brings_less_than_its_picking_stays_on_the_bush():
    price = WAGE * jnp.array([0.1, 1.0, 1.5, 6.0, 1e3])
    share = np.asarray(picked(PAID, price))
    assert (np.diff(share) > 0).all()
    np.testing.assert_allclose(share[1], 0.5, rtol=1e-5)
    assert share[0] < 1e-3
    assert share[3] > 0.999
    np.testing.assert_array_equal(picked(P, price), 1.0)
    dearer = P.replace(harvest_wage=jnp.float32(2.0))
    np.testing.assert_allclose(picked(dearer, 2.0 * price), share, rtol=1e-5)


def test_a_zone_whose_leaf_is_cheap_picks_less_of_the_same_bushes():
    usual, cheap = state(), state(leaf_price=[2.0, WAGE, 2.0])
    more, less = (harvest.pick(PAID, WORLD, s) for s in (usual, cheap))
    np.testing.assert_array_equal(np.asarray(less < more), np.asarray(WORLD.zone) == 1)
    share = picked(PAID, farmgate(PAID, WORLD, cheap))
    np.testing.assert_allclose(less, harvest.pick(P, WORLD, cheap) * share, rtol=1e-6)
    _, said = harvest.step(PAID, WORLD, cheap, month(), KEY)
    np.testing.assert_allclose(said["leaf_t"], WORLD.by_zone(less), rtol=1e-6)


def test_what_the_state_company_buys_keeps_its_price_and_its_pickers():
    ruined = state(leaf_price=0.02)
    at = np.asarray(farmgate(P, WORLD, ruined))
    registered = np.asarray(WORLD.registered) > 0
    assert (at[registered] > at[~registered].max()).all()
    np.testing.assert_allclose(at[~registered], 0.02, rtol=1e-6)


def test_unsold_leaf_spoils_month_by_month():
    s = state(leaf_stock=STOCK, young=0.0, prime=0.0, old=0.0)
    for _ in range(3):
        s, said = harvest.step(P, WORLD, s, month(), KEY)
    np.testing.assert_allclose(s.leaf_stock, np.array(STOCK) * (1 - P.leaf_decay) ** 3, rtol=1e-6)
    assert said["leaf_t"].sum() == 0


def test_switched_off_no_leaf_is_offered():
    assert harvest.off(state(leaf_offered=[1.0, 2.0, 3.0])).leaf_offered.sum() == 0
