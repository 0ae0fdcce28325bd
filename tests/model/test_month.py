"""The month as a whole: order, balances, mechanisms off one by one, luck kept apart, slopes."""

import itertools
from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from chain_world import KEY, P, known, months, now, small, state

from globo import simulation
from globo.model import month as model
from globo.model import parameters, policy, record, world
from globo.model.mechanisms import growing
from globo.model.start import start
from globo.scenario import load

MONTH = jax.jit(model.month, static_argnames="off")
NAMES = model.NAMES


def run(n, off=frozenset(), s=None, key=KEY):
    """A few months of the small world from its start; states and reports."""
    s = state() if s is None else s
    states, said = [s], []
    for month in range(n):
        s, report = MONTH(P, small(), s, now(month), jax.random.fold_in(key, month), off=off)
        states.append(s)
        said.append(report)
    return states, said


def test_leaf_balances_every_month():
    states, said = run(18)
    for before, after, report in zip(states, states[1:], said, strict=False):
        picked = float(report["leaf_t"].sum())
        used = sum(float(report[k].sum()) for k in ("legal_leaf_t", "leaf_lost", "leaf_bought"))
        kept = float(after.leaf_stock.sum() - before.leaf_stock.sum())
        assert picked > 100.0
        np.testing.assert_allclose(used + kept, picked, rtol=1e-6)


def test_product_balances_every_month():
    states, said = run(18)
    for before, after, report in zip(states, states[1:], said, strict=False):
        made, delivered, seized, at_sea = (
            float(report[k].sum())
            for k in ("cocaine_t", "delivered_t", "seized_t", "seized_at_sea_t")
        )
        waiting = float(before.product.sum())
        assert made > 0.5
        out = delivered + seized + at_sea + float(after.product.sum())
        np.testing.assert_allclose(out, made + waiting, rtol=1e-6)


def test_coca_changes_only_by_what_is_planted_given_up_grubbed_out_and_cleared():
    states, _ = run(18)
    w, most = small(), {"planted": 0.0, "left": 0.0, "cleared": 0.0}
    for i, (before, after) in enumerate(itertools.pairwise(states)):
        key = jax.random.fold_in(jax.random.fold_in(KEY, i), NAMES.index("growing"))
        grown, _ = growing.step(P, w, before, now(i), key)
        plots = w.by_district(grown.growers * w.plot) * before.anchor.plot * grown.tended
        wanted = growing.bounded(plots * growing.fortune(P, w, before), w.land)
        standing = before.coca - before.old / P.old_months  # less what is grubbed out
        planted = P.replant_rate * jnp.maximum(wanted - standing, 0.0)
        left = P.abandon_rate * jnp.maximum(standing - wanted, 0.0)
        expected = standing + planted - left - after.cleared
        np.testing.assert_allclose(after.coca, expected, rtol=1e-4, atol=1e-3)
        assert np.all(np.asarray(after.opened) >= np.asarray(before.opened))
        found = {"planted": planted, "left": left, "cleared": after.cleared}
        most = {k: max(most[k], float(found[k].sum())) for k in most}
    assert min(most.values()) > 0  # all of it happened


def test_households_move_and_none_is_lost():
    states, _ = run(18)
    people = [float(s.households.astype(jnp.float32).sum()) for s in states]
    np.testing.assert_allclose(people, people[0], rtol=1e-6)
    homes = np.asarray(states[-1].households)
    assert not np.array_equal(homes, np.asarray(states[0].households))
    assert np.all(np.asarray(states[-1].growers) <= homes + 1e-3)


def test_the_same_key_gives_the_same_month_and_another_key_another():
    (_, one), (_, again), (_, other) = (run(1, key=k)[0] for k in (KEY, KEY, jax.random.key(5)))
    for a, b in zip(jax.tree.leaves(one), jax.tree.leaves(again), strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(one.growers, other.growers)


def test_a_mechanism_that_is_off_changes_no_other_ones_luck():
    whole, _ = run(4)
    shocks = ("shock_year", "shock_zone", "shock_district")
    for name in ("precursors", "armed_groups"):
        part, _ = run(4, off=frozenset({name}))
        for field in shocks:
            np.testing.assert_array_equal(getattr(part[-1], field), getattr(whole[-1], field))
    # what a step of the first month draws before the one that is off is the same to the bit
    part, _ = run(1, off=frozenset({"armed_groups"}))
    for field in ("growers", "is_open", "cleared", "households", "firm_size", "product", "risk"):
        np.testing.assert_array_equal(getattr(part[1], field), getattr(whole[1], field))
    assert not np.array_equal(part[1].hold, whole[1].hold)


def test_a_step_draws_the_same_whatever_stands_before_it():
    # firms read leaf and prices; given the same ones, their luck does not depend on precursors
    enter = state(firm_size=jnp.zeros_like(state().firm_size))
    whole, part = (run(1, off=o, s=enter)[0][1] for o in (frozenset(), frozenset({"precursors"})))
    np.testing.assert_array_equal(whole.firm_size > 0, part.firm_size > 0)
    assert 0.0 < float((whole.firm_size > 0).mean()) < 1.0


def test_with_all_mechanisms_off_nothing_moves():
    s, said = MONTH(P, small(), state(), now(), KEY, off=frozenset(NAMES))
    assert said == {}
    for field in ("young", "prime", "old", "growers", "households", "firm_size", "market_price"):
        np.testing.assert_array_equal(getattr(s, field), getattr(state(), field))
    assert int(s.month) == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_each_mechanism_off_in_turn_stays_finite(name):
    simulator = simulation.Simulator(seed=1, prior=True, off=frozenset({name}))
    years = simulator.run(np.arange(4), simulator.months((), "2012-12"))
    assert not years["status"].any()
    for variable, values in years.items():
        assert np.isfinite(values).all(), variable
    assert float(years["balance_leaf"].max()) < 1e-6
    assert float(years["balance_product"].max()) < 1e-6
    assert float(years["coca_ha"].sum(-1).min()) > 1_000.0


@pytest.mark.slow
def test_the_smooth_world_has_a_finite_slope_in_forty_parameters():
    smooth = small(True)
    free = parameters.free_names()[:40]
    area = smooth.by_zone(smooth.coca_start)
    years = months("2002-12")

    @jax.jit
    @jax.value_and_grad
    def misfit(values):
        p = P.replace(**dict(zip(free, values, strict=True)))
        s = start(p, smooth, now(), KEY)
        _, report, _ = simulation.years_from(p, smooth, s, years, KEY, frozenset())
        found = jnp.log(smooth.by_zone(report["coca_ha"][-1]) + 1.0)
        return ((found - jnp.log(1.1 * area + 1.0)) ** 2).sum()

    at = jnp.array([getattr(P, n) for n in free])
    value, slope = misfit(at)
    assert np.isfinite(value)
    assert np.isfinite(slope).all(), [n for n, g in zip(free, slope, strict=True) if g != g]
    assert int((np.abs(slope) > 0).sum()) >= 20
    # and it is the slope of the function: a small step down goes down by as much
    step = 1e-3 * at * jnp.sign(slope)
    expected = float((slope * step).sum())
    found = float(misfit(at + step)[0] - misfit(at - step)[0]) / 2.0
    np.testing.assert_allclose(found, expected, rtol=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 40])
def test_households_alone_grow_what_their_cohorts_do(size):
    facts = known()
    rows = facts.districts
    people = facts.district_year.groupby("ubigeo").population.mean()
    least = people.reindex(rows.index).groupby(rows.zone).idxmin()
    cut = replace(facts, districts=rows.loc[sorted(least)])
    draws = 80

    @jax.jit
    def last(made, levers, keys):
        first = jax.tree.map(lambda x: x[0], levers)

        def one(key):
            s = start(P, made, first, jax.random.fold_in(key, 10**6))
            begun = made.by_district(s.growers)
            years = simulation.years_from(P, made, s, levers, key, frozenset())[1]
            return jnp.stack([begun, years["growers"][-1]])

        return jax.lax.map(one, keys)

    def growers(cohort_size):
        made = world.build(cut, cohort_size=cohort_size)
        levers = policy.build(cut, made, (), "2002-12")
        keys = jax.vmap(partial(jax.random.fold_in, jax.random.key(3)))(jnp.arange(draws))
        return np.moveaxis(np.asarray(last(made, levers, keys)), 1, 0)

    (begun, whole), (begun_single, single) = growers(None), growers(size)
    np.testing.assert_allclose(begun_single, begun, rtol=2e-3, atol=5.0)  # the same first growers
    error = np.sqrt((whole.var(0) + single.var(0)) / draws) + 0.5
    assert np.all(np.abs(whole.mean(0) - single.mean(0)) < 4.5 * error)
    spread = np.log((whole.std(0) + 1.0) / (single.std(0) + 1.0))
    assert np.all(np.abs(spread) < 0.35)


def test_a_scenario_can_switch_off_every_step_by_its_name():
    assert load({"off": list(NAMES)}).off == NAMES
    assert len(NAMES) == len(set(NAMES)) == len(model.STEPS)


def test_the_gini_agrees_with_a_sort_of_all_incomes():
    rng = np.random.default_rng(4)
    income, zone = np.exp(rng.normal(7.5, 0.9, 500)), rng.integers(0, 3, 500)
    count = np.exp(rng.normal(3.0, 1.0, 500))
    exact = []
    for one in range(3):
        mine = np.argsort(income * (zone == one) - (zone != one))[(zone != one).sum() :]
        n, x = count[mine], income[mine]
        rank = (np.cumsum(n) - 0.5 * n) / n.sum()
        exact.append((n * x * (2 * rank - 1)).sum() / (n * x).sum())
    found = record.gini(*(jnp.asarray(v) for v in (income, count, zone)), n_zones=3)
    np.testing.assert_allclose(found, exact, atol=5e-4)
    assert record.gini(jnp.full(4, 900.0), jnp.ones(4), jnp.zeros(4, int), 1)[0] == 0.0


def test_a_survey_sees_bushes_in_production_and_a_part_of_the_young():
    s = state()
    for share in (0.0, 0.35, 1.0):
        p = P.replace(young_seen=jnp.float32(share))
        np.testing.assert_allclose(record.seen(p, s), s.coca - (1 - share) * s.young, rtol=1e-5)


def test_a_run_starts_with_the_published_area_seen_and_more_standing():
    world_ = small(smooth=True)
    for share in (0.1, 0.9):
        p = P.replace(young_seen=jnp.float32(share))
        s = start(p, world_, now(), KEY)
        np.testing.assert_allclose(record.seen(p, s), world_.coca_start, rtol=1e-4)
        assert float(s.coca.sum()) > float(world_.coca_start.sum())
