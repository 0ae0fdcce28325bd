"""Calibration: it moves what figures can teach, resumes, and sees nothing of the future."""

import inspect
import shutil

import numpy as np
import pytest

from globo.cli.calibrate import calibrate as command
from globo.errors import UserError
from globo.inference import calibrate, prove
from globo.inference.calibrate import MEMBERS, STEPS, assimilate, reaches
from globo.inference.targets import Target
from globo.model import parameters, posterior


def test_the_smoother_meets_the_exact_posterior_of_a_linear_model():
    # y = 2 z0 + e, prior z ~ N(0, 1), sd of e 0.5: mean 2 y / 4.25, variance 0.25 / 4.25
    random = np.random.default_rng(3)
    z = random.standard_normal((4000, 2))
    value, error, steps = np.array([1.7]), np.array([0.5]), 4
    for step in range(steps):
        z = assimilate(z, 2.0 * z[:, :1].T, value, error, steps, step)
    np.testing.assert_allclose(z[:, 0].mean(), 2 * 1.7 / 4.25, atol=0.03)
    np.testing.assert_allclose(z[:, 0].var(), 0.25 / 4.25, rtol=0.15)
    np.testing.assert_allclose([z[:, 1].mean(), z[:, 1].std()], [0.0, 1.0], atol=0.06)


def test_a_failed_member_starts_again_from_one_that_did_not():
    z = np.random.default_rng(1).standard_normal((32, 3))
    predicted = z[:, :1].T.copy()
    predicted[0, 5] = np.nan
    moved = assimilate(z, predicted, np.array([0.5]), np.array([0.2]), 1, 0)
    assert np.isfinite(moved).all()
    assert (moved[5] == moved[0]).all()


@pytest.mark.parametrize(("members", "steps"), [(17, 1), (0, 1), (32, 0)])
def test_sizes_that_cannot_be_meant_are_refused(members, steps):
    with pytest.raises(UserError) as told:
        calibrate(members=members, steps=steps)
    assert told.value.mend.startswith("use ")


def test_the_shipped_posterior_fits_the_parameters_and_is_used():
    members = posterior.shipped()
    assert members is not None
    assert members.shape[1] == len(posterior.columns()) + parameters.WEIGHED_YEARS
    drawn = posterior.posterior_matrix(members, np.arange(2 * len(members)), seed=5)
    first, again = drawn[: len(members)], drawn[len(members) :]
    for part in (first, again):  # each member once a round
        np.testing.assert_array_equal(np.sort(part[:, 0]), np.sort(members[:, 0]))
    assert not (first == again).all()


def test_a_draw_is_the_same_member_whatever_is_asked_beside_it():
    members = posterior.shipped()
    alone = posterior.posterior_matrix(members, np.array([7]), seed=5)
    among = posterior.posterior_matrix(members, np.arange(12), seed=5)
    np.testing.assert_array_equal(alone[0], among[7])


@pytest.mark.slow
def test_a_killed_calibration_goes_on_to_the_same_posterior(tmp_path):
    whole = calibrate(members=32, steps=2, seed=4, work=tmp_path / "a")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    for kept in (tmp_path / "b").glob("*-2.npz"):
        kept.unlink()
    lines = []
    again = calibrate(members=32, steps=2, seed=4, work=tmp_path / "b", told=lines.append)
    np.testing.assert_array_equal(whole.z, again.z)
    assert lines[0] == "going on after step 1 of 2"
    assert whole.fit[-1] < whole.fit[0]


@pytest.mark.slow
def test_parameters_that_made_the_figures_come_back():
    # among 96 members chance correlations teach as much as the figures: 0.46 comes back
    proof = prove(truths=6, members=288, steps=4, seed=2)
    assert proof.taught().sum() >= 5
    assert proof.recovered() > 0.5
    covered = proof.covered()
    assert 0.68 <= covered[0.8] <= 0.92
    assert 0.8 <= covered[0.9] <= 0.98


def test_figures_teach_only_what_they_can_bear_on():
    made = [
        Target("coca_ha VRAEM 2005", 0.0, 1.0, lambda a: a),
        Target("coca_ha Huallaga 2005", 0.0, 1.0, lambda a: a),
        Target("coca_ha Peru 2003", 0.0, 1.0, lambda a: a),
        Target("leaf_price_usd_kg Peru 2010", 0.0, 1.0, lambda a: a),
    ]
    names = [
        "leave_share",
        "zone_trait VRAEM",
        "luck VRAEM 2004",
        "luck Peru 2005",
        "luck Peru 2006",
    ]
    found = reaches(names, made)
    assert found.tolist() == [
        [1, 1, 1, 1],  # what holds everywhere
        [1, 0, 1, 1],  # a zone's trait: not another zone's area
        [1, 0, 0, 0],  # a year's luck: its own zone's later areas, no earlier one, no price
        [1, 1, 0, 0],
        [0, 0, 0, 0],
    ]


def test_a_figure_out_of_reach_moves_nothing():
    rng = np.random.default_rng(3)
    z = rng.standard_normal((400, 2))
    predicted = z.T.copy()  # each figure is one parameter
    value, error = np.array([2.0, 2.0]), np.array([0.1, 0.1])
    moved = assimilate(z, predicted, value, error, 1, 5, np.array([[1.0, 0.0], [0.0, 0.0]]))
    assert moved[:, 0].mean() == pytest.approx(2.0, abs=0.1)
    np.testing.assert_array_equal(moved[:, 1], z[:, 1])


def test_the_command_asks_for_what_the_room_takes_to_be_enough():
    asked = inspect.signature(command).parameters
    assert (asked["members"].default, asked["steps"].default) == (MEMBERS, STEPS)
