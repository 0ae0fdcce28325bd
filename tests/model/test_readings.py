"""Readings: values with a source, taken by name, on a history that the surveys found."""

import csv
from dataclasses import replace
from importlib import resources

import numpy as np
import pytest

from globo import facts
from globo.errors import UserError
from globo.inference import Runner
from globo.inference.targets import read_all
from globo.model import parameters, posterior, readings, surveyed
from globo.simulation import Simulator

TABLE = resources.files("globo.model").joinpath("readings.csv").read_text(encoding="utf-8")
ROWS = list(csv.DictReader(TABLE.splitlines()))
NAMES = list(readings.table())


def test_every_value_is_one_of_a_parameter_and_has_rows_that_are_facts():
    known = set(facts.load().effects["id"])
    for row in ROWS:
        one = parameters.table()[row["parameter"]]
        assert one.low <= float(row["value"]) <= one.high, row
        said = [word.strip(":;,.") for word in row["source"].split()]
        cited = {word for word in said if word[:1] == "E" and word[1:].isdigit()}
        assert cited, row
        assert cited <= known, row


@pytest.mark.parametrize("name", NAMES)
def test_a_reading_is_known_by_its_values_whatever_else_is_fixed(name):
    values = readings.table()[name]
    assert readings.of(values) == name
    assert readings.of(values | {"detection": 0.05}) == name
    for parameter in values:
        assert readings.of(values | {parameter: values[parameter] * 1.01}) == ""
        assert readings.of({k: v for k, v in values.items() if k != parameter}) == ""
    assert readings.of({}) == ""


def test_an_unknown_reading_is_one_line_with_what_is_allowed():
    assert readings.values("") == {}
    with pytest.raises(UserError, match="'studys'.*studies.*studies"):
        readings.values("studys")


@pytest.mark.parametrize("name", NAMES)
def test_draws_are_members_of_a_posterior_fitted_in_that_reading(name):
    values, draws = readings.table()[name], np.arange(5)
    assert posterior.known(reading=name) == f"posterior-{name}.csv"
    assert list(posterior.days(reading=name)) == [f"posterior-{name}.csv"]
    members = posterior.shipped(reading=name)
    assert members.shape == posterior.shipped().shape
    read = posterior.sample(draws, 1, values)
    mine = posterior.from_matrix(posterior.posterior_matrix(members, draws, 1))
    for parameter in set(mine.values) - set(values):
        np.testing.assert_array_equal(read.values[parameter], mine.values[parameter])
    assert not np.array_equal(read.plot_ha, posterior.sample(draws, 1).plot_ha)
    # a day that could not know that fit has the surveys' of its time, with the reading's values
    early = posterior.sample(draws, 1, values, as_of="2016-07-14")
    usual = posterior.sample(draws, 1, as_of="2016-07-14")
    np.testing.assert_array_equal(early.plot_ha, usual.plot_ha)


@pytest.mark.parametrize("name", NAMES)
def test_a_calibration_in_a_reading_runs_with_its_values(name):
    runner = Runner("2006-12-31", 1, reading=name)
    z = posterior.prior_matrix(np.arange(2), 1)
    p = posterior.set_to(posterior.from_matrix(z), readings.table()[name], 2)
    simulator = replace(runner.simulator, fixed=())
    wanted = read_all(
        runner.targets, simulator.run(np.arange(2), runner.months, p), simulator.world
    )
    np.testing.assert_array_equal(runner.predict(z, 1), wanted)
    assert not np.array_equal(wanted, Runner("2006-12-31", 1).predict(z, 1))


@pytest.mark.parametrize("name", NAMES)
def test_draws_have_its_values_and_what_the_surveys_added_to_it(name):
    values, draws = readings.table()[name], np.arange(3)
    read = posterior.sample(draws, 1, values, as_surveyed=True)
    usual = posterior.sample(draws, 1, as_surveyed=True)
    for parameter, value in values.items():
        np.testing.assert_array_equal(read.values[parameter], np.float32(value))
    assert np.abs(read.innovation - usual.innovation).max() > 0.01
    others = {"detection": 0.02}  # no reading: what the surveys added to the posterior stays
    kept = posterior.sample(draws, 1, others, as_surveyed=True)
    np.testing.assert_array_equal(kept.innovation, usual.innovation)
    assert posterior.identity(fixed=values) != posterior.identity(fixed=others)
    assert posterior.identity(fixed=others) == posterior.identity()


@pytest.mark.parametrize("name", NAMES)
def test_a_history_read_otherwise_ends_where_the_surveys_found_it(name):
    until = f"{2000 + surveyed.shipped(reading=name)['columns'].shape[0]}-12"
    ends = []
    for fixed in ({}, readings.table()[name]):
        simulator = Simulator(fixed=tuple(fixed.items()))
        found = simulator.run(np.arange(8), simulator.months((), until))
        ends.append(found["coca_ha"][:, -1].sum(-1))
    # both were brought to one survey, each within its error
    assert np.median(ends[1]) == pytest.approx(np.median(ends[0]), rel=0.03)
