"""Development: what is paid for arrives late and wears out."""

import jax.numpy as jnp
import numpy as np
from chain_world import KEY, P, now, small, state

from globo.model.mechanisms import development
from globo.model.world import PROGRAMMES

SHAPE = (len(PROGRAMMES), len(small().zones))
NOTHING = jnp.zeros(SHAPE)
FOREVER = P.replace(development_decay=jnp.zeros(()))


def run(p, paid, months, planned=NOTHING, built=NOTHING):
    for _ in range(months):
        planned, built = development.build(p, planned, built, paid)
    return np.asarray(planned), np.asarray(built)


def test_a_unit_is_its_spending_for_every_household():
    s = state()
    households = small().by_zone(small().by_district(s.households))
    spending = NOTHING.at[1].set(P.unit_spend * households)
    new, said = development.step(P, small(), s, now(spending=spending), KEY)
    np.testing.assert_allclose(new.planned[1], 1.0, rtol=1e-5)
    assert float(np.delete(np.asarray(new.planned), 1, axis=0).max()) == 0.0
    np.testing.assert_allclose(said["spent_development"], spending.sum(), rtol=1e-6)


def test_nothing_stands_in_the_month_in_which_it_is_paid_for():
    _, built = run(P, jnp.full(SHAPE, 5.0), 1)
    assert built.max() == 0.0
    assert run(P, jnp.full(SHAPE, 5.0), 2)[1].min() > 0.0


def test_what_is_paid_for_is_planned_or_built_and_nothing_else():
    paid = jnp.linspace(0.0, 3.0, NOTHING.size).reshape(SHAPE)
    planned, built = run(FOREVER, paid, 40)
    np.testing.assert_allclose(planned + built, 40 * np.asarray(paid), rtol=1e-5)


def test_a_unit_takes_its_lag_on_average():
    planned, waited = jnp.ones(SHAPE), 0.0
    built = NOTHING
    for month in range(1, 1200):
        before = built
        planned, built = development.build(FOREVER, planned, built, NOTHING)
        waited += month * float((built - before)[0, 0])
    np.testing.assert_allclose(waited, float(P.development_lag), rtol=1e-3)


def test_years_pass_before_half_of_it_stands():
    months = int(np.log(2.0) * float(P.development_lag))
    _, built = run(FOREVER, NOTHING, months, planned=jnp.ones(SHAPE))
    assert 12 <= months
    assert built.max() <= 0.51


def test_steady_spending_builds_up_to_what_wear_takes_away():
    paid = jnp.full(SHAPE, 0.02)
    _, built = run(P, paid, 2000)
    np.testing.assert_allclose(built, 0.02 / float(P.development_decay), rtol=1e-3)


def test_what_is_built_wears_out_once_the_money_stops():
    _, built = run(P, NOTHING, 120, built=jnp.ones(SHAPE))
    np.testing.assert_allclose(built, (1.0 - float(P.development_decay)) ** 120, rtol=1e-4)


def test_money_stays_in_the_zone_it_is_spent_in():
    s = state()
    zone = small().zones.index("Lowland")
    for _ in range(6):
        s, _ = development.step(P, small(), s, now(spending=NOTHING.at[2, zone].set(1e6)), KEY)
    assert s.built[2, zone] > 0.0
    assert float(np.delete(np.asarray(s.built), zone, axis=1).max()) == 0.0
