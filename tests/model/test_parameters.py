"""Laws of the parameter table, its priors and the draws made from it."""

import re
from pathlib import Path

import jax
import numpy as np
import pytest
from scipy.stats import norm

from globo.cli.model import parameters_page
from globo.errors import UserError
from globo.model import parameters

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "src" / "globo" / "model"
MODEL = [*sorted((FOLDER / "mechanisms").glob("*.py")), FOLDER / "start.py", FOLDER / "record.py"]
ROWS = parameters.table()
Z = np.linspace(-6, 6, 41)
MECHANISMS = {path.stem for path in MODEL if path.parent.name == "mechanisms"}


def test_each_row_says_what_it_is_and_where_it_comes_from():
    for row in ROWS.values():
        assert row.low <= row.default <= row.high, row.name
        assert row.unit, row.name
        assert row.meaning, row.name
        assert row.source, row.name
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", row.known_at), row.name
        assert row.known_at <= "2017-12-31", row.name
        assert (row.spread == 0) == (row.prior in ("fixed", "uniform")), row.name


def test_each_parameter_belongs_to_a_file_of_the_model():
    assert {row.mechanism for row in ROWS.values()} <= MECHANISMS | {"record", "start"}


def test_each_parameter_is_used_and_each_one_used_is_in_the_table():
    used = set()
    for path in MODEL:
        used |= set(re.findall(r"\bp\.([a-z_]+)\b", path.read_text(encoding="utf-8")))
    assert used == {*ROWS, parameters.TRAIT, parameters.LUCK}


@pytest.mark.parametrize("name", list(ROWS))
def test_a_prior_keeps_its_range_rises_with_its_quantile_and_has_its_median(name):
    row = ROWS[name]
    values = parameters.from_normal(row, Z)
    assert values.min() >= row.low
    assert values.max() <= row.high
    if row.prior == "fixed":
        np.testing.assert_array_equal(values, row.default)
        return
    assert (np.diff(values) >= 0).all()
    assert values[-1] > values[0]
    if row.prior != "uniform":
        median = parameters.from_normal(row, np.zeros(1))[0]
        np.testing.assert_allclose(median, row.default, rtol=1e-9, atol=1e-12)


def example(prior, default, spread, low, high):
    return parameters.Row("x", "1", default, prior, spread, low, high, "assumed", "", "", "growing")


def test_a_lognormal_has_its_spread_in_logs_and_a_normal_in_its_unit():
    z = np.array([-2.0, 1.0, 2.0])
    made = parameters.from_normal(example("lognormal", 3.0, 0.4, 0, 1e9), z)
    np.testing.assert_allclose(np.log(made / 3.0), 0.4 * z)
    made = parameters.from_normal(example("normal", 3.0, 0.4, -99, 99), z)
    np.testing.assert_allclose(made, 3.0 + 0.4 * z)


def test_a_logitnormal_has_its_spread_in_logits_of_its_range():
    z = np.array([-2.0, 0.0, 1.5])
    made = parameters.from_normal(example("logitnormal", 3.0, 0.7, 2.0, 6.0), z)
    share = (made - 2.0) / 4.0
    np.testing.assert_allclose(np.log(share / (1 - share)), np.log(0.25 / 0.75) + 0.7 * z)


def test_a_uniform_fills_its_range_evenly():
    quantiles = np.array([0.001, 0.25, 0.5, 0.999])
    made = parameters.from_normal(example("uniform", 3.0, 0.0, 2.0, 6.0), norm.ppf(quantiles))
    np.testing.assert_allclose(made, 2.0 + 4.0 * quantiles)


def test_a_range_cuts_the_tails():
    made = parameters.from_normal(example("lognormal", 3.0, 1.0, 1.0, 5.0), np.array([-9.0, 9.0]))
    np.testing.assert_array_equal(made, [1.0, 5.0])


# draws


def values(p):
    n = len(p.plot_ha)
    return np.concatenate([np.asarray(p.values[k]).reshape(n, -1).T for k in sorted(p.values)])


@pytest.mark.parametrize("prior", [True, False])
def test_a_draw_is_the_same_whether_few_or_many_are_asked_for(prior):
    few = values(parameters.sample(np.array([7]), seed=3, prior=prior))
    many = values(parameters.sample(np.arange(200), seed=3, prior=prior))
    np.testing.assert_array_equal(few[:, 0], many[:, 7])


def test_another_seed_gives_other_draws_and_fixed_parameters_never_move():
    one, other = (parameters.sample(np.arange(50), seed, prior=True) for seed in (1, 2))
    for name, row in ROWS.items():
        a, b = np.asarray(one.values[name]), np.asarray(other.values[name])
        if row.prior == "fixed":
            np.testing.assert_array_equal(a, np.float32(row.default))
        else:
            assert not np.array_equal(a, b)
            assert np.unique(a).size > 10


def test_the_prior_is_drawn_with_its_median_and_spread():
    logs = np.log(np.asarray(parameters.sample(np.arange(3000), 5, prior=True).plot_ha))
    row = ROWS["plot_ha"]
    assert abs(np.median(logs) - np.log(row.default)) < 4 * 1.25 * row.spread / 3000**0.5
    assert abs(logs.std() / row.spread - 1) < 0.06


def test_what_a_user_fixes_holds_in_every_draw_and_moves_no_other():
    free = parameters.sample(np.arange(9), 4)
    held = parameters.sample(np.arange(9), 4, {"plot_ha": 1.25})
    np.testing.assert_array_equal(held.plot_ha, np.float32(1.25))
    for name in set(ROWS) - {"plot_ha"}:
        np.testing.assert_array_equal(held.values[name], free.values[name])


def test_an_unknown_parameter_is_refused_with_the_nearest_name():
    with pytest.raises(UserError, match="plot_ha"):
        parameters.sample(np.arange(2), 1, {"plot_hectares": 1.0})
    with pytest.raises(AttributeError):
        _ = parameters.defaults().plot_hectares


def test_members_of_a_posterior_come_once_each_before_any_comes_again():
    members = np.arange(15.0).reshape(5, 3)
    taken = parameters.posterior_matrix(members, np.arange(10), seed=8)[:, 0]
    np.testing.assert_array_equal(np.sort(taken[:5]), members[:, 0])
    np.testing.assert_array_equal(np.sort(taken[5:]), members[:, 0])
    assert not np.array_equal(taken[:5], taken[5:])  # each round in an order of its own
    alone = parameters.posterior_matrix(members, np.array([7]), seed=8)
    np.testing.assert_array_equal(alone[0, 0], taken[7])


def test_a_posterior_that_ships_fits_the_table():
    members = parameters.posterior()
    if members is None:
        assert parameters.identity() == "priors"
    else:
        assert members.shape[1] == len([*parameters.columns(), *parameters.chances()])
        assert np.isfinite(members).all()
        assert parameters.identity().startswith("posterior ")


def test_parameters_go_through_jax_unchanged():
    p = parameters.defaults()
    leaves, tree = jax.tree.flatten(p)
    assert len(leaves) == len(ROWS) + 3  # traits and luck by zone, and the luck chosen
    again = jax.tree.unflatten(tree, leaves)
    assert all(again.values[n] == p.values[n] for n in ROWS)
    doubled = jax.jit(lambda p: p.replace(plot_ha=2 * p.plot_ha))(p)
    assert doubled.plot_ha == 2 * p.plot_ha


def test_the_page_of_parameters_is_the_table_of_today():
    page = (ROOT / "docs" / "parameters.md").read_text(encoding="utf-8")
    assert page == parameters_page(), "run `globo model --parameters > docs/parameters.md`"
    for name in ROWS:
        assert f"| `{name}` |" in page


@pytest.fixture
def fresh():
    """Read the posterior again, before and after."""
    parameters.posterior.cache_clear()
    yield
    parameters.posterior.cache_clear()


def test_a_parameter_that_the_posterior_does_not_know_is_refused_by_name(fresh, monkeypatch):
    new = parameters.Row("zeal", "1", 1.0, "normal", 0.1, 0.0, 2.0, "assumed", "", "", "growing")
    monkeypatch.setattr(parameters, "table", lambda: {**ROWS, "zeal": new})
    for draw in (parameters.identity, lambda: parameters.sample(np.arange(2), 1)):
        with pytest.raises(UserError, match=r"posterior\.csv.*'zeal' unknown to it.*fixed"):
            draw()
    assert parameters.sample(np.arange(2), 1, prior=True).zeal.shape == (2,)


def test_a_new_parameter_that_is_fixed_needs_no_new_calibration(fresh, monkeypatch):
    new = parameters.Row("zeal", "1", 1.0, "fixed", 0.0, 0.0, 2.0, "assumed", "", "", "growing")
    before = parameters.identity()
    parameters.posterior.cache_clear()
    monkeypatch.setattr(parameters, "table", lambda: {**ROWS, "zeal": new})
    assert parameters.identity() == before


def test_a_parameter_that_is_gone_is_named_too(fresh, monkeypatch):
    gone = {name: row for name, row in ROWS.items() if name != "income_weight"}
    monkeypatch.setattr(parameters, "table", lambda: gone)
    with pytest.raises(UserError, match="'income_weight' no longer a parameter"):
        parameters.posterior()
