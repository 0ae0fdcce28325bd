"""Laws of agreements: who signs lifts and is paid, chooses anew later, and nobody is lost."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from paper import KEY, SMOOTH, WORLD, P, month, state

from globo.model.mechanisms import agreements, growing
from globo.model.state import change

step = jax.jit(agreements.step)
pull = jax.jit(growing.pull)
HERE = jnp.zeros(len(WORLD.zones)).at[0].set(1.0)  # the first zone alone
INSIDE = np.asarray(WORLD.in_zone[0]) > 0
ALL_LIFT = P.replace(agreement_kept=jnp.float32(1.0))


def policy(families=0.0, announced=0.0):
    return month(agreements=families * HERE, announced=announced * HERE)


def free(w, s):
    """Households that grow no coca and are under no agreement, by district."""
    return w.by_district(s.households - s.growers - s.signed)


def test_without_agreements_nothing_moves_to_the_bit():
    s = state(WORLD)
    new, said = step(P, WORLD, s, policy(), KEY)
    assert eqx.tree_equal(new, s)
    assert float(said["lifted_ha"].sum()) == float(said["spent_agreements"]) == 0.0


@pytest.mark.parametrize("w", [WORLD, SMOOTH], ids=["counts", "means"])
def test_households_are_growers_signed_or_free_and_none_is_lost(w):
    first = s = state(w)
    for i in range(40):
        s, _ = step(P, w, s, policy(families=240.0 * (i < 30)), jax.random.fold_in(KEY, i))
        assert (s.growers >= -1e-3).all()
        assert (s.signed >= -1e-3).all()
        assert (free(w, s) >= -1e-2).all()
    np.testing.assert_array_equal(s.households, first.households)
    assert float(s.signed.sum()) > 0
    gone = first.growers.sum() - s.growers.sum()
    assert float(gone) > float(s.signed.sum())  # some agreements have ended: these are free
    if not w.smooth:
        np.testing.assert_array_equal(s.signed, jnp.round(s.signed))


def test_as_many_sign_as_are_asked_and_lift_what_they_tend_in_their_zone_alone():
    s = state(SMOOTH)
    new, said = step(ALL_LIFT, SMOOTH, s, policy(families=120.0), KEY)
    np.testing.assert_allclose(new.signed.sum(), 10.0, rtol=1e-4)  # a twelfth of the year's
    growers = float(SMOOTH.by_district(s.growers)[INSIDE].sum())
    share = 10.0 / growers  # of every cohort alike, so of its plots too
    np.testing.assert_allclose(said["lifted_ha"][INSIDE], share * s.coca[INSIDE], rtol=1e-3)
    assert float(said["lifted_ha"][~INSIDE].sum()) == 0.0
    np.testing.assert_allclose(new.coca + said["lifted_ha"], s.coca, rtol=1e-5)


def test_who_does_not_lift_is_not_paid():
    kept, asked = float(P.agreement_kept), policy(families=120.0)
    of_all, of_some = (step(p, SMOOTH, state(SMOOTH), asked, KEY) for p in (ALL_LIFT, P))
    np.testing.assert_allclose(of_some[0].signed.sum(), kept * of_all[0].signed.sum(), rtol=1e-4)
    paid = float(P.agreement_payment) / 12 * float(of_some[0].signed.sum())
    np.testing.assert_allclose(of_some[1]["spent_agreements"], paid, rtol=1e-5)


def test_no_more_sign_than_there_are():
    new, said = step(ALL_LIFT, SMOOTH, state(SMOOTH), policy(families=1e9), KEY)
    np.testing.assert_allclose(SMOOTH.by_district(new.growers)[INSIDE], 0.0, atol=1e-3)
    np.testing.assert_allclose(new.coca[INSIDE], 0.0, atol=1e-3)
    assert float(said["lifted_ha"].sum()) > 0


def test_an_agreement_lasts_as_long_as_it_says_on_average():
    signed = 5.0 * jnp.ones_like(state(SMOOTH).signed)
    s, waited = state(SMOOTH, signed=signed), 0.0
    for i in range(1, 400):
        before = s.signed.sum()
        s, _ = step(P, SMOOTH, s, policy(), KEY)
        waited += i * float(before - s.signed.sum())
    np.testing.assert_allclose(waited / float(signed.sum()), float(P.agreement_months), rtol=1e-3)


def test_who_has_signed_does_not_choose_coca_while_paid():
    s = state(SMOOTH)
    s = change(s, signed=s.households - s.growers)  # everybody who grows none
    new, _ = jax.jit(growing.step)(P, SMOOTH, s, month(), KEY)
    assert (new.growers <= s.growers + 1e-4).all()


def test_an_announcement_draws_growers_where_it_is_made_and_nobody_where_it_is_not_believed():
    s = state(SMOOTH)
    before, after = pull(P, SMOOTH, s, policy()), pull(P, SMOOTH, s, policy(announced=1.0))
    more = np.asarray(after - before)
    assert (more[INSIDE] > 0).all()
    np.testing.assert_array_equal(more[~INSIDE], 0.0)
    coca = growing.coca_income(P, SMOOTH, s)
    hoped = P.agreement_belief * P.agreement_payment
    np.testing.assert_allclose(
        more[INSIDE], (P.income_weight * jnp.log1p(hoped / coca))[INSIDE], rtol=1e-3
    )
    unbelieved = P.replace(agreement_belief=jnp.float32(0.0))
    np.testing.assert_array_equal(
        pull(unbelieved, SMOOTH, s, policy(announced=1.0)), pull(unbelieved, SMOOTH, s, policy())
    )
