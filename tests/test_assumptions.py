"""The assumptions shown beside a number are those that the model takes, found by tracing it."""

from importlib import resources

import pytest

from globo import assumptions
from globo.model import parameters
from globo.results import variables


@pytest.fixture(scope="module")
def traced():
    return assumptions.traced()


def test_the_table_is_what_tracing_the_model_finds(traced):
    shipped = resources.files("globo").joinpath(assumptions.TABLE).read_text(encoding="utf-8")
    assert shipped == assumptions.as_csv(traced[0]), "run python -m globo.assumptions"


def test_each_parameter_names_a_mechanism_that_takes_it(traced):
    taken = traced[1]
    for row in parameters.table().values():
        takers = [name for name, names in taken.items() if row.name in names] or ["start"]
        assert row.mechanism in takers, f"{row.name}: {row.mechanism}, taken by {takers}"


@pytest.mark.parametrize(
    ("variable", "shown", "hidden"),
    [
        ("leaf_price_usd_kg", "price_inertia", "brazil_growth"),  # set by firms, not by markets
        ("cocaine_price_usd_kg", "route_choice", "substitution_rate"),
        ("coca_ha", "clear_rate", "price_inertia"),
        ("spending_usd", "patrol_cost", "route_choice"),
        ("market_price_usd_kg", "market_inertia", "clear_rate"),
    ],
)
def test_a_number_rests_on_what_sets_it(variable, shown, hidden):
    names = [parameter for _, parameter in assumptions.table()[variable]]
    assert shown in names
    assert hidden not in names


def test_every_number_but_balances_and_monthly_series_rests_on_something():
    yearly = {name for name, one in variables().items() if "year" in one.dims}
    bare = {name for name in yearly - set(assumptions.table()) if not name.startswith("balance_")}
    assert bare == set()
