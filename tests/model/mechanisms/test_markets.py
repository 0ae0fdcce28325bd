"""Markets: prices move until what arrives meets what is wanted."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest
from chain_world import KEY, P, now, small, state

from globo.model.mechanisms import markets

BEFORE = jnp.array([4.0, 9.0])  # t a month from the country


def rested(**changes):
    """State in which demand is what arrives in January 2001, and that month's policy."""
    policy = now(demand=1.0)
    made = markets.outside(P, small(), jnp.ones(2), policy.neighbour_ha)
    anchor = eqx.tree_at(lambda a: a.demand, state().anchor, BEFORE + made)
    return state(anchor=anchor, delivered=BEFORE, **changes), policy


def after(s, policy, months=1):
    for _ in range(months):
        s, said = markets.step(P, small(), s, policy, KEY)
    np.testing.assert_array_equal(said["market_price_usd_kg"], s.market_price)
    return s.market_price / s.anchor.price


def test_prices_rest_where_demand_is_what_arrives():
    np.testing.assert_allclose(after(*rested(), months=36), 1.0, rtol=1e-4)


@pytest.mark.parametrize("market", range(2))
def test_the_price_rises_where_supply_falls_and_falls_where_it_grows(market):
    s, policy = rested()
    for factor, sign in ((0.5, 1), (2.0, -1)):
        moved = eqx.tree_at(lambda x: x.delivered, s, BEFORE.at[market].multiply(factor))
        change = np.asarray(after(moved, policy)) - 1.0
        assert sign * change[market] > 1e-4
        np.testing.assert_allclose(np.delete(change, market), 0.0, atol=1e-5)


def test_the_price_settles_where_elastic_demand_meets_a_fixed_supply():
    s, policy = rested()
    policy = eqx.tree_at(lambda m: m.neighbour_ha, policy, jnp.zeros(1))
    want = s.delivered * jnp.array([1.3, 0.8])
    s = eqx.tree_at(lambda x: x.anchor.demand, s, want)
    expected = np.asarray(want / s.delivered) ** (1.0 / float(P.demand_elasticity))
    np.testing.assert_allclose(after(s, policy, 300), expected, rtol=1e-3)


def test_prices_stay_within_their_bounds_whatever_arrives():
    s, policy = rested()
    gone = jnp.zeros(1), jnp.full(2, 5.0)
    nothing = eqx.tree_at(lambda m: (m.neighbour_ha, m.demand), policy, gone)
    short = after(eqx.tree_at(lambda x: x.delivered, s, jnp.zeros(2)), nothing, 120)
    np.testing.assert_allclose(short, markets.HIGHEST, rtol=1e-5)
    glut = after(eqx.tree_at(lambda x: x.delivered, s, jnp.full(2, 1e6)), policy, 120)
    np.testing.assert_allclose(glut, markets.LOWEST, rtol=1e-5)


def test_a_price_moves_a_quarter_a_month_at_the_most():
    s, policy = rested()
    glut = after(eqx.tree_at(lambda x: x.delivered, s, jnp.full(2, 1e30)), policy)
    np.testing.assert_allclose(glut, 0.8, rtol=1e-5)


@pytest.mark.parametrize("ratio", [(1.0, 1.0), (0.5, 2.0)])
def test_outside_producers_sell_all_that_is_not_lost_at_any_prices(ratio):
    sold = markets.outside(P, small(), jnp.array(ratio), jnp.array([90_000.0]))
    made = 90_000.0 * float(getattr(P, small().yields[0])) / 12.0
    np.testing.assert_allclose(sold.sum(), made * (1.0 - float(P.outside_loss)), rtol=1e-5)


def test_outside_producers_turn_to_the_market_that_got_dearer():
    areas = jnp.array([90_000.0])
    even = markets.outside(P, small(), jnp.ones(2), areas)
    dear = markets.outside(P, small(), jnp.array([1.0, 1.5]), areas)
    assert dear[1] > even[1]
    assert np.all(np.delete(np.asarray(dear - even), 1) < 0)


def test_demand_starts_at_one_and_its_trend_fades():
    at = [
        np.asarray(markets.growth(P, small(), jnp.asarray(float(y)))) for y in (0, 1, 15, 200, 1000)
    ]
    rates = np.array([float(getattr(P, name)) for name in small().growth])
    np.testing.assert_allclose(at[0], 1.0)
    np.testing.assert_allclose(np.log(at[1]), rates, rtol=2e-3, atol=1e-7)
    assert np.all(np.sign(np.log(at[2])) == np.sign(rates))
    np.testing.assert_allclose(at[3], np.exp(20.0 * rates), rtol=1e-4)
    np.testing.assert_allclose(at[4], at[3], rtol=1e-4)


def untold(policy):
    """Return a month whose neighbours no survey tells of."""
    return eqx.tree_at(lambda m: m.neighbours_told, policy, jnp.zeros(1))


def dear(s, factor=2.0):
    """Return a state in which every market pays so many times what it did when last told."""
    return eqx.tree_at(lambda x: x.told_price, s, s.market_price[None] / factor)


def test_a_neighbour_stands_as_surveyed_to_the_bit_while_surveys_tell_of_it():
    s, policy = rested()
    s = eqx.tree_at(lambda x: x.delivered, s, BEFORE * 0.3)
    for _ in range(24):
        s, said = markets.step(P, small(), s, policy, KEY)
        np.testing.assert_array_equal(said["neighbours_ha"], policy.neighbour_ha.sum())
        np.testing.assert_array_equal(s.told_price[0], s.market_price)
    assert float(s.abroad.sum()) == 0.0
    assert np.all(np.asarray(s.market_price / s.anchor.price) > 1.05)


def test_no_longer_told_of_a_neighbour_plants_what_its_markets_call_for():
    s, policy = rested()
    s, now = dear(s), untold(policy)
    aim = float(P.neighbour_response) * np.log(2.0)
    seen = []
    for _ in range(240):
        abroad, told = markets.answer(P, small(), s, s.market_price, now.neighbours_told)
        np.testing.assert_array_equal(told, s.told_price)
        s = eqx.tree_at(lambda x: x.abroad, s, abroad)
        seen.append(float(abroad[0]))
    np.testing.assert_allclose(seen[0], float(P.neighbour_rate) * aim, rtol=1e-5)
    assert np.all(np.diff(seen) >= 0)
    np.testing.assert_allclose(seen[-1], aim, rtol=1e-2)
    new, said = markets.step(P, small(), s, now, KEY)
    grown = policy.neighbour_ha * np.exp(np.asarray(new.abroad))
    np.testing.assert_allclose(said["neighbours_ha"], grown.sum(), rtol=1e-6)
    still = P.replace(neighbour_response=jnp.float32(0.0))
    alone = eqx.tree_at(lambda x: x.abroad, s, jnp.zeros(1))
    assert float(markets.answer(still, small(), alone, s.market_price, jnp.zeros(1))[0][0]) == 0.0


def test_a_squeeze_here_makes_a_neighbour_grow_and_a_squeeze_there_a_price_that_calls_for_more():
    s, policy = rested()
    now, few = untold(policy), BEFORE * 0.3

    def later(s, now, p=P):
        for _ in range(60):
            s, said = markets.step(p, small(), s, now, KEY)
        return said["neighbours_ha"], s.market_price

    calm, usual = later(s, now)
    np.testing.assert_allclose(calm, policy.neighbour_ha, rtol=1e-3)
    squeezed = eqx.tree_at(lambda x: x.delivered, s, few)
    more, price = later(squeezed, now)
    assert np.all(np.asarray(more) > 1.02 * np.asarray(policy.neighbour_ha))
    _, alone = later(squeezed, now, P.replace(neighbour_response=jnp.float32(0.0)))
    assert np.all(np.asarray(price) < np.asarray(alone))  # the neighbour fills part of the gap
    less = eqx.tree_at(lambda m: m.neighbour_ha, now, 0.5 * now.neighbour_ha)
    planted, dearer = later(s, less)
    assert np.all(np.asarray(dearer) > np.asarray(usual))
    assert np.all(np.asarray(planted) > 0.5 * np.asarray(policy.neighbour_ha))


def test_prices_stand_still_where_the_mechanism_is_off():
    s, _ = rested(market_price=jnp.array([1.0, 2.0]))
    np.testing.assert_array_equal(markets.off(s).market_price, s.market_price)
