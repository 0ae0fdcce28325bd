"""Laws of the start: it is its own balance, and what is known of 2001 is in it."""

import jax
import jax.numpy as jnp
import numpy as np
from paper import KEY, SMOOTH, STARTED, WORLD, P, month

from globo.model import record
from globo.model.mechanisms import firms, growing, harvest, legitimacy
from globo.model.state import State

CALM = P.replace(initial_noise=jnp.float32(0.0))
S: State = STARTED(P, WORLD, month(), KEY)


def test_zones_start_with_the_area_that_a_survey_published():
    s = STARTED(CALM, WORLD, month(), KEY)
    seen = WORLD.by_zone(record.seen(CALM, s))
    np.testing.assert_allclose(seen, WORLD.by_zone(WORLD.coca_start), rtol=1e-4)


def test_without_luck_each_district_starts_with_its_area():
    s = STARTED(P, SMOOTH, month(), KEY)
    np.testing.assert_allclose(record.seen(P, s), SMOOTH.coca_start, rtol=1e-4)


def test_bushes_start_with_the_ages_of_an_old_field():
    months = np.array([P.mature_months, P.prime_months - P.mature_months, P.old_months])
    for bushes, share in zip((S.young, S.prime, S.old), months / months.sum(), strict=True):
        np.testing.assert_allclose(bushes, share * S.coca, rtol=1e-4)


def test_growers_are_whole_households_and_no_more_than_there_are():
    growers = np.asarray(S.growers)
    np.testing.assert_allclose(growers, np.round(growers), atol=1e-3)
    assert (growers <= np.asarray(WORLD.households) + 1e-3).all()
    assert growers.sum() > 0


def test_nothing_but_its_own_trait_pulls_at_a_place_where_coca_is_at_its_potential():
    smooth = P.replace(
        frontier_share=jnp.float32(0.0)
    )  # all that could grow grows, but for clearing
    s = STARTED(smooth, SMOOTH, month(budget=0.0), KEY)
    np.testing.assert_allclose(growing.pull(smooth, SMOOTH, s, month(budget=0.0)), 0.0, atol=0.02)
    np.testing.assert_allclose(growing.fear(smooth, SMOOTH, s), 0.0, atol=1e-5)


def test_the_leaf_price_of_2001_is_what_its_formula_pays():
    taken = jnp.ones(len(WORLD.zones))
    np.testing.assert_allclose(firms.leaf_price(P, WORLD, S, taken), WORLD.leaf_price, rtol=1e-4)


def test_legitimacy_starts_where_it_would_stay():
    np.testing.assert_allclose(legitimacy.aim(P, WORLD, S), WORLD.legitimacy_start, rtol=1e-4)


def test_firms_start_with_capacity_for_the_flow_and_some_slack():
    leaf = WORLD.by_zone(harvest.pick(P, WORLD, S))
    capacity = S.firm_size.sum(-1)
    most = firms.SLACK * leaf * (1.0 - P.leaf_loss) / P.leaf_per_cocaine
    assert (np.asarray(capacity) <= np.asarray(most)[None] * 1.001).all()  # some leaf is legal
    np.testing.assert_allclose(capacity[:, 2], most[2], rtol=1e-3)  # Putumayo: none registered


def test_what_is_made_flows_out_once_the_network_is_in_balance():
    made = float(S.firm_size[0].sum()) / firms.SLACK
    out = float(S.delivered.sum())
    assert 0.5 * made < out <= made * 1.001


def test_a_start_is_its_keys_and_no_other():
    again, other = (STARTED(P, WORLD, month(), key) for key in (KEY, jax.random.key(8)))
    for a, b in zip(jax.tree.leaves(S), jax.tree.leaves(again), strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(S.coca, other.coca)
