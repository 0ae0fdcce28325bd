"""Laws of the parameter table and its priors."""

import re
from pathlib import Path

import jax
import numpy as np
import pytest
from scipy.stats import norm

from globo import countries
from globo.cli.model import parameters_page
from globo.model import parameters

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "src" / "globo" / "model"
MODEL = [*sorted((FOLDER / "mechanisms").glob("*.py")), FOLDER / "start.py", FOLDER / "record.py"]
ROWS = parameters.table()
Z = np.linspace(-6, 6, 41)
# no history has an agreement, so that no forecast of a past day rests on these
NOT_IN_HISTORY = {name for name in ROWS if name.startswith("agreement_")}
MECHANISMS = {path.stem for path in MODEL if path.parent.name == "mechanisms"}


def test_each_row_says_what_it_is_and_where_it_comes_from():
    for row in ROWS.values():
        assert row.low <= row.default <= row.high, row.name
        assert row.unit, row.name
        assert row.meaning, row.name
        assert row.source, row.name
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", row.known_at), row.name
        if row.name not in NOT_IN_HISTORY:
            assert row.known_at <= "2017-12-31", row.name
        assert (row.spread == 0) == (row.prior in ("fixed", "uniform")), row.name


def test_each_parameter_belongs_to_a_file_of_the_model():
    assert {row.mechanism for row in ROWS.values()} <= MECHANISMS | {"record", "start"}


def test_each_parameter_is_used_and_each_one_used_is_in_the_table():
    used = set()
    for path in MODEL:
        used |= set(re.findall(r"\bp\.([a-z_]+)\b", path.read_text(encoding="utf-8")))
    for country in map(countries.load, countries.names()):
        used |= {row["growth"] for row in country.rows("markets")}
        used |= {row["yield"] for row in country.rows("neighbours")}
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
    return parameters.ParameterRow(
        "x", "1", default, prior, spread, low, high, "assumed", "", "", "growing"
    )


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


def test_parameters_go_through_jax_unchanged():
    p = parameters.defaults()
    leaves, tree = jax.tree.flatten(p)
    lucks = (parameters.TRAIT, parameters.LUCK, parameters.CHANCE, *parameters.INNOVATIONS)
    assert set(p.values) == {*ROWS, *lucks}
    assert len(leaves) == len(p.values)
    again = jax.tree.unflatten(tree, leaves)
    assert all(again.values[n] == p.values[n] for n in ROWS)
    doubled = jax.jit(lambda p: p.replace(plot_ha=2 * p.plot_ha))(p)
    assert doubled.plot_ha == 2 * p.plot_ha


def test_the_page_of_parameters_is_the_table_of_today():
    page = (ROOT / "docs" / "parameters.md").read_text(encoding="utf-8")
    assert page == parameters_page(), "run `globo model --parameters > docs/parameters.md`"
    for name in ROWS:
        assert f"| `{name}` |" in page
