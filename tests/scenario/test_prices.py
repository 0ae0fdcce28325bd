"""What prices a lever, and which sums leave one out."""

import pytest
import xarray as xr

from globo.errors import UserError
from globo.model import parameters
from globo.model.levers import levers
from globo.scenario.controls import controls, places
from globo.scenario.prices import LEFT_OUT, left_out, left_out_between, price

KINDS = {kind: places(kind) for kind in ("zone", "group", "port", "market")}


def run(levers_yaml):
    return xr.Dataset(attrs={"scenario_yaml": f"name: x\nlevers: {levers_yaml}\n"})


@pytest.mark.parametrize("name", levers())
def test_a_lever_is_priced_by_a_row_or_said_to_be_left_out(name):
    told = next(c for c in controls(KINDS).values() if c.lever == name)
    row = parameters.table().get(told.price)
    if row:
        assert row.source
        assert row.unit.startswith("USD")
        assert f"{row.default:,.0f} USD" in told.cost["en"]
        assert f"{row.default:,.0f} USD" in told.cost["es"]
        assert "assumed" in told.cost["en"] or "facts:" in told.cost["en"]
    says = ("left out" in told.cost["en"], "queda fuera" in told.cost["es"])
    assert says == ((told.price == LEFT_OUT),) * 2
    if told.price == "itself":
        assert told.unit.startswith("USD")


def test_escort_is_left_out_and_scanners_and_roads_are_priced():
    priced = {name: price(levers()[name]) for name in levers()}
    assert priced["eradication_where"] == LEFT_OUT
    assert priced["container_scan_share"] == priced["road_control"] == "patrol_cost"
    assert left_out(["road_control", "trust", "eradication_where"]) == [
        "eradication_where",
        "trust",
    ]


def test_what_two_runs_differ_in_is_left_out_and_what_they_share_is_not():
    both = run("{trust: 0.5, eradication_where: {VRAEM: 1.0}}")
    assert left_out_between(both) == ["eradication_where", "trust"]
    assert left_out_between(both, run("{trust: 0.5}")) == ["eradication_where"]
    assert left_out_between(run("{trust: 0.5}"), both) == ["eradication_where"]
    assert left_out_between(run("{trust: 0.0}")) == []  # today's value
    assert left_out_between(xr.Dataset()) == []


def test_a_price_that_is_no_parameter_is_refused_with_the_nearest():
    with pytest.raises(UserError, match="did you mean 'patrol_cost'"):
        price({"name": "road_control", "price": "patrol_costs"})
