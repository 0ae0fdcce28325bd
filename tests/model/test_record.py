"""Laws of the record: sums, means, what is left over, inequality, trouble."""

import jax.numpy as jnp
import numpy as np
import pytest
from paper import WORLD, P, month, state

from globo.model import record

S = state()
NOTHING = record.zeros(WORLD)
EACH = jnp.array([3.0, 5.0, 7.0])


def test_a_year_of_equal_months_reports_flows_twelvefold_and_means_as_they_were():
    sums = {name: 12.0 * (1.0 + x) for name, x in NOTHING.items()}
    year = record.yearly(P, WORLD, S, month(), sums)
    for name in record.FLOWS:
        np.testing.assert_array_equal(year[name], 12.0)
    for name in record.MEANS:
        np.testing.assert_array_equal(year[name], 1.0)


def test_what_a_mechanism_that_is_off_would_report_is_nought():
    whole = record.complete(WORLD, S, S, {"leaf_t": EACH})
    assert whole.keys() == NOTHING.keys()
    np.testing.assert_array_equal(whole["leaf_t"], EACH)
    for name in (*record.MEANS, *record.FLOWS):
        assert whole[name].shape == NOTHING[name].shape
        if name != "leaf_t":
            assert not np.asarray(whole[name]).any(), name


def test_leaf_that_nobody_took_is_left_over_and_leaf_in_stock_is_not():
    said = {"leaf_t": EACH, "legal_leaf_t": jnp.array([1.0, 0.0, 0.0])}
    lost = record.complete(WORLD, S, S, said)
    stocked = state(leaf_stock=S.leaf_stock + EACH - said["legal_leaf_t"])
    np.testing.assert_allclose(lost["leaf_left"], 14.0)
    np.testing.assert_allclose(
        record.complete(WORLD, S, stocked, said)["leaf_left"], 0.0, atol=1e-4
    )


def test_product_that_vanished_is_left_over_and_product_seized_is_not():
    made = {"cocaine_t": EACH}
    hit = jnp.zeros(WORLD.roads.n_edges).at[2].set(15.0)
    np.testing.assert_allclose(record.complete(WORLD, S, S, made)["product_left"], 15.0, rtol=1e-4)
    all_hit = record.complete(WORLD, S, S, {**made, "seized_t": hit})
    np.testing.assert_allclose(all_hit["product_left"], 0.0, atol=1e-4)
    at_sea = record.complete(WORLD, S, S, {**made, "seized_at_sea_t": jnp.float32(15.0)})
    np.testing.assert_allclose(at_sea["product_left"], 0.0, atol=1e-4)


def test_a_months_leaf_price_weighs_zones_by_their_leaf():
    said = {
        **NOTHING,
        "leaf_t": jnp.array([0.0, 30.0, 10.0]),
        "leaf_price_usd_kg": jnp.array([99.0, 2.0, 6.0]),
    }
    price = record.monthly(WORLD, said)["monthly_leaf_price_usd_kg"]
    np.testing.assert_allclose(price, 3.0, rtol=1e-4)


@pytest.mark.parametrize(
    ("incomes", "counts", "expected"),
    [
        ([900.0, 900.0, 900.0], [1.0, 5.0, 2.0], 0.0),
        ([0.0, 100_000.0], [9.0, 1.0], 0.9),  # one in ten has all
        ([1000.0, 3000.0], [1.0, 1.0], 0.25),
    ],
)
def test_the_gini_of_known_incomes(incomes, counts, expected):
    at = jnp.zeros(len(incomes), jnp.int32)
    found = record.gini(jnp.array(incomes), jnp.array(counts), at, 1)
    np.testing.assert_allclose(found, [expected], atol=2e-3)


def test_the_first_trouble_stays():
    fine = record.watched(S)
    broken = record.watched(state(leaf_price=jnp.nan))
    assert int(fine.status) == 0
    assert int(broken.status) in record.TROUBLE
    mended = record.watched(state(status=jnp.asarray(broken.status)))
    assert int(mended.status) == int(broken.status)
