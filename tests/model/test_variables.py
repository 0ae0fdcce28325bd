"""Laws of the table of what a run reports."""

import pytest

from globo.model.variables import variables

KINDS = {"stock": ("year",), "flow": ("year", "month"), "mean": ("year", "month")}


@pytest.mark.parametrize("name", variables())
def test_a_variable_has_a_draw_a_time_and_a_kind(name):
    one = variables()[name]
    assert one.dims[0] == "draw"
    assert one.dims[1] in KINDS[one.kind]
    assert len(set(one.dims)) == len(one.dims)


@pytest.mark.parametrize("name", variables())
def test_a_variable_says_what_it_is_in_every_language(name):
    one = variables()[name]
    assert one.unit
    assert all(one.meaning.values())
    assert len(set(one.meaning.values())) == len(one.meaning)
