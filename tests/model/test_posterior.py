"""Laws of the draws, from the priors and from the posterior that ships."""

import numpy as np
import pytest

from globo.errors import UserError
from globo.inference.calibrate import AS_OF
from globo.model import parameters, posterior

ROWS = parameters.table()


def values(p):
    n = len(p.plot_ha)
    return np.concatenate([np.asarray(p.values[k]).reshape(n, -1).T for k in sorted(p.values)])


@pytest.mark.parametrize("prior", [True, False])
def test_a_draw_is_the_same_whether_few_or_many_are_asked_for(prior):
    few = values(posterior.sample(np.array([7]), seed=3, prior=prior))
    many = values(posterior.sample(np.arange(200), seed=3, prior=prior))
    np.testing.assert_array_equal(few[:, 0], many[:, 7])


def test_another_seed_gives_other_draws_and_fixed_parameters_never_move():
    one, other = (posterior.sample(np.arange(50), seed, prior=True) for seed in (1, 2))
    for name, row in ROWS.items():
        a, b = np.asarray(one.values[name]), np.asarray(other.values[name])
        if row.prior == "fixed":
            np.testing.assert_array_equal(a, np.float32(row.default))
        else:
            assert not np.array_equal(a, b)
            assert np.unique(a).size > 10


def test_the_prior_is_drawn_with_its_median_and_spread():
    logs = np.log(np.asarray(posterior.sample(np.arange(3000), 5, prior=True).plot_ha))
    row = ROWS["plot_ha"]
    assert abs(np.median(logs) - np.log(row.default)) < 4 * 1.25 * row.spread / 3000**0.5
    assert abs(logs.std() / row.spread - 1) < 0.06


def test_what_a_user_fixes_holds_in_every_draw_and_moves_no_other():
    free = posterior.sample(np.arange(9), 4)
    held = posterior.sample(np.arange(9), 4, {"plot_ha": 1.25})
    np.testing.assert_array_equal(held.plot_ha, np.float32(1.25))
    for name in set(ROWS) - {"plot_ha"}:
        np.testing.assert_array_equal(held.values[name], free.values[name])


def test_an_unknown_parameter_is_refused_with_the_nearest_name():
    with pytest.raises(UserError, match="plot_ha"):
        posterior.sample(np.arange(2), 1, {"plot_hectares": 1.0})
    with pytest.raises(AttributeError):
        _ = parameters.defaults().plot_hectares


def test_members_of_a_posterior_come_once_each_before_any_comes_again():
    members = np.arange(15.0).reshape(5, 3)
    taken = posterior.posterior_matrix(members, np.arange(10), seed=8)[:, 0]
    np.testing.assert_array_equal(np.sort(taken[:5]), members[:, 0])
    np.testing.assert_array_equal(np.sort(taken[5:]), members[:, 0])
    assert not np.array_equal(taken[:5], taken[5:])  # each round in an order of its own
    alone = posterior.posterior_matrix(members, np.array([7]), seed=8)
    np.testing.assert_array_equal(alone[0, 0], taken[7])


def test_a_posterior_that_ships_fits_the_table():
    members = posterior.shipped()
    if members is None:
        assert posterior.identity() == "priors"
    else:
        assert members.shape[1] == len([*posterior.columns(), *posterior.chances()])
        assert np.isfinite(members).all()
        assert posterior.identity().startswith("posterior ")


@pytest.fixture
def fresh():
    """Read the posterior again, before and after."""
    posterior.shipped.cache_clear()
    yield
    posterior.shipped.cache_clear()


def test_a_parameter_that_the_posterior_does_not_know_is_refused_by_name(fresh, monkeypatch):
    new = parameters.ParameterRow(
        "zeal", "1", 1.0, "normal", 0.1, 0.0, 2.0, "assumed", "", "", "growing"
    )
    monkeypatch.setattr(parameters, "table", lambda: {**ROWS, "zeal": new})
    for draw in (posterior.identity, lambda: posterior.sample(np.arange(2), 1)):
        with pytest.raises(UserError, match=r"posterior\.csv.*'zeal' unknown to it.*fixed"):
            draw()
    assert posterior.sample(np.arange(2), 1, prior=True).zeal.shape == (2,)


def test_a_new_parameter_that_is_fixed_needs_no_new_calibration(fresh, monkeypatch):
    new = parameters.ParameterRow(
        "zeal", "1", 1.0, "fixed", 0.0, 0.0, 2.0, "assumed", "", "", "growing"
    )
    before = posterior.identity()
    posterior.shipped.cache_clear()
    monkeypatch.setattr(parameters, "table", lambda: {**ROWS, "zeal": new})
    assert posterior.identity() == before


def test_a_parameter_that_is_gone_is_named_too(fresh, monkeypatch):
    gone = {name: row for name, row in ROWS.items() if name != "income_weight"}
    monkeypatch.setattr(parameters, "table", lambda: gone)
    with pytest.raises(UserError, match="'income_weight' no longer a parameter"):
        posterior.shipped()


@pytest.mark.parametrize(
    ("as_of", "name"),
    [
        (None, "posterior.csv"),
        ("2030-01-01", "posterior.csv"),
        ("2026-10-31", "posterior.csv"),
        ("2026-10-30", "posterior-2016-05-15.csv"),
        ("2016-05-15", "posterior-2016-05-15.csv"),
        ("2012-09-26", "posterior-2016-05-15.csv"),  # with hindsight, and said so
    ],
)
def test_a_day_sees_no_posterior_of_later_facts_but_the_earliest(as_of, name):
    assert posterior.known("peru", as_of) == name


def test_a_posterior_says_of_what_day_it_is():
    assert posterior.days() == {
        "posterior.csv": AS_OF,
        "posterior-2016-05-15.csv": "2016-05-15",
    }
    assert posterior.days("paper") == {}
    assert posterior.known("paper", None) is None


def test_draws_of_a_day_are_members_of_its_posterior():
    draws = np.arange(6)
    early = posterior.sample(draws, 1, as_of="2016-07-14")
    assert not np.array_equal(values(posterior.sample(draws, 1)), values(early))
    z = posterior.posterior_matrix(posterior.shipped("peru", "2016-07-14"), draws, 1)
    np.testing.assert_array_equal(values(early), values(posterior.from_matrix(z)))
