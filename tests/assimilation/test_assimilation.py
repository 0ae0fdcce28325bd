"""Members brought to the surveys: conservation, gain, replay to the bit, planted luck."""

from dataclasses import replace
from importlib import import_module

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from globo import simulation
from globo.assimilation import Survey, assimilated, learnt, survey_of, update
from globo.assimilation.history import History
from globo.assimilation.survey import LEAST_REST, error
from globo.assimilation.update import FLOOR, gain, innovation
from globo.luck import Stream, normals
from globo.model import record
from globo.model.policy import Setting
from globo.model.surveyed import Coming
from globo.simulation import Simulator, known

moved, areas = jax.jit(update.moved), jax.jit(update.areas)
DAY, FIRST, LAST = "2018-12-31", 2011, 2013
DRAWS = np.arange(4)
SIMULATOR = Simulator(seed=1, as_of=DAY, weighed=False)


@pytest.fixture(scope="module")
def world():
    return SIMULATOR.world


@pytest.fixture(scope="module")
def surveys(world):
    return {year: survey_of(known(DAY), world, year) for year in range(FIRST, LAST + 1)}


@pytest.fixture(scope="module")
def months():
    return SIMULATOR.months((), f"{LAST}-12")


@pytest.fixture(scope="module")
def history(surveys, months):
    return assimilated(SIMULATOR, DRAWS, months, surveys, LAST)


def one(tree, draw=0):
    return jax.tree.map(lambda x: x[draw], tree)


def test_a_survey_by_district_holds_its_zones_and_leaves_the_rest_to_the_nation(surveys, world):
    by_district = surveys[2013]
    assert len(by_district.names) > 100
    assert (by_district.member.sum(0) <= 1).all()
    rest = by_district.area[by_district.names.index("Elsewhere")]
    nation = known(DAY).series("Peru", "coca_ha")[2013]
    assert rest == pytest.approx(nation - (by_district.area.sum() - rest), rel=1e-9)
    assert rest >= LEAST_REST
    by_zone = surveys[2011]
    assert set(by_zone.names) <= {*world.zones}
    assert by_zone.area[by_zone.names.index("Huallaga")] == 12_421


def test_districts_that_no_survey_looked_at_are_in_no_area_before_they_count(world):
    early = survey_of(known(DAY), world, 2004)  # the survey began with seven zones
    outside = np.asarray(world.zone) == world.zones.index("Elsewhere")
    assert early.member[:, outside].sum() == 0


def test_where_coca_fell_by_half_brigades_worked(surveys):
    units = known(DAY).coca("series_unit")
    survey = surveys[2013]
    was = units.loc[2012].reindex(survey.names).to_numpy()
    with np.errstate(invalid="ignore"):
        fell = (survey.area < 0.5 * was) & (was > 30)
        rose = (survey.area > 1.2 * was) & (survey.area > 30)
    assert fell.sum() > 3
    assert rose.sum() > 3
    assert (survey.worked[fell] == 1).all()
    assert (survey.worked[rose] == 0).all()


def test_a_member_follows_a_sure_survey_wholly_and_a_vague_one_hardly():
    assert gain(np.array([0.0])) == 1.0
    assert gain(np.array([1e3])) < 1e-6
    assert (np.diff(gain(error(np.array([0.0, 10.0, 300.0, 9e4])))) > 0).all()
    sure = Survey(2015, ("a",), np.ones((1, 1)), np.array([120.0]), np.zeros(1), np.zeros(1))
    log = innovation(np.array([[40.0]]), sure, np.array([[2.0]]))
    np.testing.assert_allclose((40.0 + FLOOR) * np.exp(log) - FLOOR, 120.0)


@pytest.mark.parametrize("log", [-3.0, -0.4, 0.7, 3.0])
def test_an_update_moves_the_area_and_keeps_households(history, world, log):
    p, s = one(history.now.p), one(history.now.s)
    member = world.in_zone[:2]
    after = moved(p, world, s, member, jnp.array([log, 0.0]), jnp.full(2, jnp.nan))
    was, now = (areas(p, x, member) for x in (s, after))
    np.testing.assert_allclose(now[0] + FLOOR, (was[0] + FLOOR) * np.exp(log), rtol=2e-3)
    np.testing.assert_array_equal(after.households, s.households)
    assert (after.growers <= after.households).all()
    for name in ("young", "prime", "old", "growers", "inclined"):
        assert (getattr(after, name) >= 0).all()
    assert (after.opened >= after.coca - 1e-3).all()
    elsewhere = np.asarray(world.in_zone[0]) == 0
    for name in ("young", "prime", "old", "is_open"):
        np.testing.assert_array_equal(
            np.asarray(getattr(after, name))[elsewhere], np.asarray(getattr(s, name))[elsewhere]
        )
    there = np.asarray(world.to_cohorts(world.in_zone[0])) == 0
    for name in ("growers", "inclined"):
        np.testing.assert_array_equal(
            np.asarray(getattr(after, name))[there], np.asarray(getattr(s, name))[there]
        )


def test_an_empty_area_can_begin_and_a_nothing_changes_nothing(history, world):
    p, s = one(history.now.p), one(history.now.s)
    member = world.in_zone[:1]
    still = moved(p, world, s, member, jnp.zeros(1), jnp.full(1, jnp.nan))
    for a, b in zip(jax.tree.leaves(still), jax.tree.leaves(s), strict=True):
        np.testing.assert_array_equal(a, b)
    bare = replace_coca(s, 1.0 - np.asarray(world.in_zone[0]))
    begun = moved(p, world, bare, member, jnp.log(jnp.array([201.0])), jnp.full(1, jnp.nan))
    seen = record.seen(p, begun) @ world.in_zone[0]
    assert 100 < seen < 210  # young bushes show in part
    land = np.asarray(world.land) * np.asarray(world.in_zone[0])
    assert np.asarray(begun.coca)[land > 0].max() > 0


def replace_coca(s, keep):
    from globo.model.state import change

    keep = jnp.asarray(keep, jnp.float32)
    return change(s, young=s.young * keep, prime=s.prime * keep, old=s.old * keep)


def test_a_replay_without_another_policy_ends_in_the_same_bits(history, surveys, months):
    again = assimilated(SIMULATOR, DRAWS, months, surveys, LAST, replay=history.innovations)
    for a, b in zip(jax.tree.leaves(again.now.s), jax.tree.leaves(history.now.s), strict=True):
        np.testing.assert_array_equal(np.asarray(a), np.asarray(b))


@pytest.mark.parametrize(
    ("lever", "place", "value", "far", "sign"),
    [
        ("eradication_allowed", "Huallaga", 0.0, (), 1),
        ("technical_help", "La Convención-Lares", 2e8, ("Putumayo", "Kosñipata"), -1),
    ],
)
def test_a_replay_under_another_policy_differs_where_the_policy_reaches(
    lever, place, value, far, sign, history, surveys, world
):
    other = SIMULATOR.months((Setting(lever, place, "2008-01", "", value),), f"{LAST}-12")
    moved_ = assimilated(SIMULATOR, DRAWS, other, surveys, LAST, replay=history.innovations)
    with_it, without = (
        np.asarray(jax.vmap(record.seen)(h.now.p, h.now.s)) @ np.asarray(world.in_zone).T
        for h in (moved_, history)
    )
    change = with_it / without - 1.0
    assert (sign * change[:, world.zones.index(place)] > 0.03).all()
    # No brigades went there in either past. In a single draw, luck can tell how much a survey adds
    # to a district that had next to no coca before it.
    for name in far:
        assert np.median(np.abs(change[:, world.zones.index(name)])) < 0.03


def test_a_planted_innovation_is_found_again(surveys, months, world):
    """The truth is a member of the model's own, moved by a known factor in one zone."""
    free = SIMULATOR.begin(DRAWS, one(months))
    free, _ = SIMULATOR.advance(free, simulation.span(months, 2001, 2012))
    zone = world.zones.index("VRAEM")
    member = np.asarray(world.in_zone)
    seen = np.asarray(jax.vmap(record.seen)(free.p, free.s)) @ member.T
    area = seen[0] * np.where(np.arange(len(member)) == zone, np.exp(0.5), 1.0)
    sure = Survey(
        2012, tuple(world.zones), member, area, np.full(len(area), 1e-3), np.full(len(area), np.nan)
    )
    log = innovation(seen[:1], sure, np.zeros((1, len(area))))[0]
    assert log[zone] == pytest.approx(0.5, abs=0.01)
    assert np.abs(np.delete(log, zone)).max() < 0.01


def surveyed_by(world, luck):
    """A history in which surveys add luck [year, zone] to members with hardly a spread."""
    member, zones = np.asarray(world.in_zone), len(world.zones)
    rng = np.random.default_rng(4)
    had = np.full((8, zones), 2000.0) * np.exp(0.01 * rng.standard_normal((8, zones)))
    surveys, expected = {}, {}
    for year, log in enumerate(luck, start=1900):
        area = 2000.0 * np.exp(log)
        surveys[year] = Survey(year, tuple(world.zones), member, area, error(area), area * np.nan)
        expected[year] = had
    return History(None, surveys, {}, expected)


def test_luck_is_learnt_as_wide_as_it_was(world):
    """Innovations of a known width: the width comes back, and nothing of them lasts."""
    zones = len(world.zones)
    wide = np.where(np.arange(zones) == 0, 0.8, 0.1)
    luck = wide * np.random.default_rng(4).standard_normal((100, zones))
    found = learnt(surveyed_by(world, luck), world)
    elsewhere = world.zones.index("Elsewhere")
    assert found.wide[elsewhere] == 0.0  # nobody knows how it swings
    others = np.delete(np.arange(zones), [0, elsewhere])
    assert found.wide[0] == pytest.approx(0.75, abs=0.15)  # a boom is cut at 1.5
    assert found.wide[0] > 3 * found.wide[others].max()
    assert found.lasts.max() < 0.25
    follows = gain(error(np.array([2000.0])))
    np.testing.assert_allclose(found.last[others], follows * luck[-1, others], atol=0.03)


def test_luck_that_lasts_is_learnt_as_lasting(world):
    """An autoregression of 0.7, and one zone that is calm: both come back, each by itself."""
    zones, years = len(world.zones), 80
    lasts = np.where(np.arange(zones) == 3, 0.0, 0.7)
    rng, luck = np.random.default_rng(6), [np.zeros(zones)]
    for _ in range(years):
        luck.append(lasts * luck[-1] + 0.2 * rng.standard_normal(zones))
    found = learnt(surveyed_by(world, luck[1:]), world)
    others = np.delete(np.arange(zones), [3, world.zones.index("Elsewhere")])
    assert np.mean(found.lasts[others]) == pytest.approx(0.65, abs=0.08)
    assert found.lasts[3] < 0.3
    assert np.mean(found.wide[others]) == pytest.approx(0.2, abs=0.04)


def test_few_surveys_teach_little_of_what_lasts(world):
    two = learnt(surveyed_by(world, np.full((2, len(world.zones)), 0.3)), world)
    assert 0.0 <= two.lasts.max() < 0.4
    one = learnt(surveyed_by(world, np.full((1, len(world.zones)), 0.3)), world)
    assert one.lasts.max() == 0.0


def test_luck_to_come_fades_from_the_last_surprise(world):
    luck = Coming(*np.array([[0.4, 0.0], [0.5, 0.5], [0.0, 0.2], [0.0, 0.0]]))
    found = np.stack(list(luck.years(1, np.arange(4000), range(2025, 2029))))
    np.testing.assert_allclose(
        found[:, :, 0], 0.4 * 0.5 ** np.arange(1, 5)[:, None] + 0 * found[:, :, 0]
    )
    np.testing.assert_allclose(found[:, :, 1].mean(1), 0.0, atol=0.015)
    for k in range(4):
        spread = 0.2 * np.sqrt(sum(0.25**j for j in range(k + 1)))
        assert found[k, :, 1].std() == pytest.approx(spread, rel=0.06)


def test_what_surveys_add_every_year_goes_on_and_what_chance_adds_does_not(world):
    zones, rng = len(world.zones), np.random.default_rng(8)
    luck = 0.1 * rng.standard_normal((12, zones))
    luck[:, 2] += 0.4
    found = learnt(surveyed_by(world, luck), world)
    gains = gain(error(np.array([2000.0])))[0]
    assert found.mean[2] == pytest.approx(0.4 * gains * 12 / 16, abs=0.06)
    assert np.abs(np.delete(found.mean, 2)).max() < 0.06
    ahead = np.stack(list(found.years(1, np.arange(2000), range(2025, 2035))))
    assert ahead[-1, :, 2].mean() == pytest.approx(found.mean[2], abs=0.02)
    few = learnt(surveyed_by(world, luck[:1]), world)
    assert not few.mean.any()


def test_every_draw_and_year_has_a_survey_error_of_its_own():
    def noise(n, year=2015, stream=Stream.SURVEY_ERROR):
        return normals(1, stream, np.arange(n), year, 5)

    few = noise(2)
    np.testing.assert_array_equal(few, noise(9)[:2])
    assert not np.array_equal(few, noise(2, 2016))
    assert not np.array_equal(few, noise(2, stream=Stream.FORECAST))


def test_a_forecast_has_the_luck_and_the_errors_of_a_survey():
    module = import_module("globo.assimilation.forecast")
    area = np.full((4000, 1, 2), 400.0) * np.array([1.0, 0.0])
    read = module._surveyed(area, np.random.default_rng(1))
    assert read[..., 1].max() == 0.0
    assert read[..., 0].mean() == pytest.approx(400.0, rel=0.01)
    width = module.READ_ERROR + module.READ_SMALL * np.exp(-400.0 / module.READ_HA)
    assert np.log(read[..., 0]).std() == pytest.approx(width, rel=0.1)
    tiny = module._surveyed(np.full((4000, 1, 1), module.OVERLOOKED), np.random.default_rng(1))
    assert (tiny == 0).mean() == pytest.approx(0.5, abs=0.03)


def test_what_was_published_later_changes_no_history(history, months, surveys):
    late = replace(SIMULATOR, as_of="2014-12-31")
    seen = survey_of(known("2014-12-31"), late.world, 2013)
    assert seen.names == surveys[2013].names
    np.testing.assert_array_equal(seen.area, surveys[2013].area)
    assert survey_of(known("2014-01-31"), late.world, 2013) is None
