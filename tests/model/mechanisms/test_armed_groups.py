"""Armed groups: hold, fees, fighters, attacks."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from chain_world import COUNTRY, KEY, P, now, small, state

from globo.model import month as model
from globo.model.mechanisms import armed_groups

GROUPS = COUNTRY.places("group")
CLANS = small().clans.index(True)
SOME = jnp.array([90.0, 240.0, 0.0])
WHOLE = jnp.ones(3)
NONE = jnp.zeros(3)


def test_without_fighters_there_are_no_attacks():
    keys = jax.random.split(KEY, 200)
    election = jnp.ones(())
    acts = jax.jit(jax.vmap(lambda k: armed_groups.attack(P, NONE, WHOLE, election, k, False)))(
        keys
    )
    assert float(acts.max()) == 0.0


def test_elections_raise_attacks_by_their_boost():
    calm, tense = (
        armed_groups.attack(P, SOME, WHOLE, jnp.asarray(e), KEY, True) for e in (0.0, 1.0)
    )
    np.testing.assert_allclose(tense[:2] / calm[:2], float(P.election_boost), rtol=1e-5)


def test_attacks_fall_to_the_leaderless_share_once_the_leaders_are_gone():
    led, not_led = (
        armed_groups.attack(P, SOME, leaders, jnp.zeros(()), KEY, True) for leaders in (WHOLE, NONE)
    )
    np.testing.assert_allclose(not_led[:2] / led[:2], float(P.leaderless), rtol=1e-5)


def test_attacks_are_drawn_around_their_mean():
    keys = jax.random.split(KEY, 4000)
    drawn = jax.jit(
        jax.vmap(lambda k: armed_groups.attack(P, SOME, WHOLE, jnp.ones(()), k, False))
    )(keys)
    mean = armed_groups.attack(P, SOME, WHOLE, jnp.ones(()), KEY, True)
    error = np.asarray(drawn).std(0) / np.sqrt(len(keys)) + 1e-6
    assert np.all(np.abs(np.asarray(drawn).mean(0) - np.asarray(mean)) < 4 * error)
    assert np.all(np.asarray(drawn) == np.round(np.asarray(drawn)))


@pytest.mark.parametrize("group", [0, 1])
def test_an_operation_breaks_one_group_for_good(group):
    blow = NONE.at[group].set(1.0)
    income = jnp.array([2e6, 5e6, 1e6])
    calm, _ = armed_groups.recruit(P, small(), SOME, WHOLE, income, NONE)
    hit, leaders = armed_groups.recruit(P, small(), SOME, WHOLE, income, blow)
    cut = np.exp(-float(P.operation_loss))
    np.testing.assert_allclose(hit[group], calm[group] * cut, rtol=1e-5)
    np.testing.assert_allclose(hit[1 - group], calm[1 - group], rtol=1e-6)
    assert leaders[group] == 0.0
    later = hit
    for _ in range(24):  # income does not bring the leaders back
        later, leaders = armed_groups.recruit(P, small(), later, leaders, income, NONE)
    assert later[group] < hit[group]
    assert leaders[group] == 0.0


def test_strength_dies_out_without_income_and_is_bounded_with_any():
    for income, limit in ((0.0, 0.0), (1e12, float(P.rural_pool))):
        strength, leaders = SOME, WHOLE
        for _ in range(600):
            strength, leaders = armed_groups.recruit(
                P, small(), strength, leaders, jnp.full(3, income), NONE
            )
        np.testing.assert_allclose(strength[:2], limit, rtol=1e-3, atol=1e-3)
        assert strength[CLANS] < 1e-3  # clans keep no fighters


def test_the_half_hold_stands_at_its_strength():
    world, coca = small(), state().coca
    half = P.hold_half * (world.terrain @ coca) / 1000.0
    hold = armed_groups.holds(P, world, half, coca, jnp.full_like(coca, 0.5))
    inside = np.asarray(world.terrain[:CLANS]) > 0
    np.testing.assert_allclose(np.asarray(hold[:CLANS])[inside], 0.5, rtol=1e-4)
    assert np.all(np.asarray(hold[:CLANS])[~inside] == 0.0)


def test_hold_grows_with_fighters_and_clans_hold_where_the_state_is_a_stranger():
    world, coca = small(), state().coca
    trusted = jnp.full_like(coca, 0.8)
    few, many = (armed_groups.holds(P, world, f * SOME, coca, trusted) for f in (0.5, 2.0))
    inside = np.asarray(world.terrain[:CLANS]) > 0
    assert np.all(np.asarray(many - few)[:CLANS][inside] > 0)
    np.testing.assert_array_equal(many[CLANS], few[CLANS])
    stranger = armed_groups.holds(P, world, SOME, coca, jnp.full_like(coca, 0.1))
    assert np.all(np.asarray(stranger[CLANS] - many[CLANS])[np.asarray(coca) > 1] > 0)
    assert float(stranger.min()) >= 0.0
    assert float(stranger.max()) <= 1.0


def test_terrain_taken_away_pays_nothing_while_the_flow_goes_on():
    world, s = small(), state(cocaine=jnp.linspace(0.2, 9.0, len(small().zones)))
    month = jax.jit(model.month, static_argnames="off")
    kept, said = month(P, world, s, now(), KEY, off=frozenset())
    taken, freed = month(P, world, s, now(security=1.0), KEY, off=frozenset())
    assert float(said["armed_revenue_usd"].sum()) > 0.0
    assert float(freed["armed_revenue_usd"].sum()) == 0.0
    assert float(taken.hold.max()) == 0.0
    assert float(kept.hold.max()) > 0.1
    np.testing.assert_array_equal(freed["cocaine_t"], said["cocaine_t"])
    np.testing.assert_array_equal(freed["flow_t"], said["flow_t"])


def test_security_in_one_zone_takes_that_zone_alone():
    world = small()
    zone = world.zones.index("Lowland")
    there = np.asarray(world.zone) == zone
    calm, _ = armed_groups.step(P, world, state(), now(), KEY)
    secured = now(security=jnp.zeros(len(world.zones)).at[zone].set(1.0))
    new, said = armed_groups.step(P, world, state(), secured, KEY)
    assert float(np.asarray(new.hold)[there].max()) == 0.0
    np.testing.assert_array_equal(np.asarray(new.hold)[~there], np.asarray(calm.hold)[~there])
    assert said["spent_operations"] > 0.0


def test_fees_are_a_share_of_the_value_that_flows_through_held_terrain():
    world = small()
    s = state(cocaine=jnp.zeros(len(world.zones)).at[world.zones.index("Upland")].set(2.0))
    once = armed_groups.step(P, world, s, now(), KEY)[1]["armed_revenue_usd"]
    double = eqx.tree_at(lambda x: x.cocaine, s, 2.0 * s.cocaine)
    twice = armed_groups.step(P, world, double, now(), KEY)[1]["armed_revenue_usd"]
    np.testing.assert_allclose(twice, 2.0 * once, rtol=1e-5)
    assert once[GROUPS.index("Upland faction")] > 0.0
    assert once[GROUPS.index("Lowland faction")] == 0.0
    value = float(s.value[world.roads.hub[world.zones.index("Upland")]]) * 2_000.0
    assert float(once.max()) <= float(P.fee_share) * value


def test_nobody_holds_terrain_where_the_mechanism_is_off():
    assert float(armed_groups.off(state()).hold.max()) == 0.0
