"""Laws of controlled inputs: their price follows control, and substitutes wear it down."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from paper import KEY, WORLD, P, month, state

from globo.model.mechanisms import firms, precursors

step = jax.jit(precursors.step)


def prices(control, months, s=None, p=P):
    """Return the price of every month under a control, and the last state."""
    s, found = state() if s is None else s, []
    for _ in range(months):
        s, said = step(p, WORLD, s, month(precursor_control=control), KEY)
        found.append(float(said["precursor_price"]))
    return np.array(found), s


def test_the_price_is_one_at_the_control_of_2001():
    np.testing.assert_array_equal(prices(1.0, 5)[0], 1.0)


def test_twice_the_control_raises_the_log_price_by_the_pass():
    rise = precursors.log_rise(P, jnp.float32(2.0))
    np.testing.assert_allclose(rise, P.control_pass, rtol=1e-6)
    np.testing.assert_allclose(precursors.log_rise(P, jnp.float32(8.0)), 3 * rise, rtol=1e-6)


def test_the_price_rises_with_control():
    first = [prices(control, 1)[0][0] for control in (0.5, 1.0, 1.7, 3.0, 10.0)]
    assert (np.diff(first) > 0).all()


@pytest.mark.parametrize("control", [2.0, 10.0])
def test_most_of_what_substitutes_can_undo_is_undone_in_two_years(control):
    months, _ = prices(control, 240)
    log = np.log(months)
    rise = float(precursors.log_rise(P, jnp.float32(control)))
    assert (np.diff(log) < 1e-6).all()  # it only wears down
    np.testing.assert_allclose(log[-1], rise * (1 - P.substitution_limit), rtol=1e-3)
    assert log[23] - log[-1] < 0.5 * (rise - log[-1])


def test_without_substitutes_the_rise_stays():
    p = P.replace(substitution_limit=jnp.float32(0.0))
    months, _ = prices(3.0, 60, p=p)
    np.testing.assert_allclose(np.log(months), np.log2(3.0) * P.control_pass, rtol=1e-5)


def test_what_was_found_is_forgotten_when_control_ends():
    _, s = prices(4.0, 60)
    after, _ = prices(1.0, 360, s)
    assert after[0] < 1  # the substitutes are still there
    np.testing.assert_allclose(after[-1], 1.0, atol=1e-3)


def test_no_control_at_all_leaves_a_finite_price_and_costs_nothing():
    s, said = step(P, WORLD, state(), month(precursor_control=0.0), KEY)
    assert 0 < said["precursor_price"] < 1
    assert said["spent_control"] == 0
    _, said = step(P, WORLD, s, month(precursor_control=3.0), KEY)
    np.testing.assert_allclose(said["spent_control"], 3 * P.control_cost)


def test_switched_off_inputs_are_there_without_limit():
    _, s = prices(5.0, 3)
    s = precursors.off(s)
    assert s.precursor_price == 1
    assert s.substitutes == 0


def test_dear_inputs_raise_the_cost_of_a_kilo_and_lower_output_but_never_stop_it():
    prices = [jnp.float32(x) for x in (0.5, 1.0, 2.0, 50.0)]
    cost = np.array([firms.processing_cost(P, price) for price in prices])
    np.testing.assert_allclose(cost[1], P.processing_cost, rtol=1e-6)
    assert (np.diff(cost) > 0).all()
    supplied = np.array([firms.supplied(P, price) for price in prices])
    np.testing.assert_array_equal(supplied[:2], 1.0)
    assert (np.diff(supplied[1:]) < 0).all()
    assert supplied[-1] > 0
