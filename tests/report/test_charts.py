import re

import numpy as np
import pytest

from globo.report.charts import colours
from globo.report.charts.canvas import axes, canvas, inline
from globo.report.charts.dots import Dot, DotRow, Mark, difference, dots
from globo.report.charts.fan import Points, Series, fan
from globo.report.charts.flows import Ribbon, flows
from globo.report.charts.maps import Circles, circle_map
from globo.report.texts import texts
from globo.results.spread import band, change

from .reading import Reader

T = texts("en")
YEARS = [2010, 2011, 2012]
BAND = band(np.random.default_rng(0).uniform(10, 20, (9, 3)))


def some_fan(salt="a", points=()):
    return fan(T, salt, 'coca "here"', YEARS, [Series(BAND, colours.BLUE)], points)


def test_the_same_figures_give_the_same_bytes():
    assert some_fan() == some_fan()


def test_pictures_of_one_page_share_no_id():
    page = Reader(some_fan("a") + some_fan("b"))
    assert len(page.ids) == len(set(page.ids))
    assert set(page.anchors) <= set(page.ids)
    assert page.pictures == ['coca "here"'] * 2


def test_text_stays_text_and_coordinates_are_short():
    svg = some_fan()
    assert ">2010</text>" in svg or ">2011</text>" in svg
    assert not re.search(r' d="[^"]*\d\.\d\d', svg)
    assert "DejaVu" not in svg
    assert len(svg) < 9000


def test_points_outside_the_years_are_not_drawn():
    inside = Points([2011], [15.0], ["high"])
    both = Points([1990, 2011], [900.0, 15.0], ["high", "high"])
    assert some_fan(points=[both]) == some_fan(points=[inside])


def test_a_point_looks_as_far_as_it_is_trusted():
    looks = {level: some_fan(points=[Points([2011], [15.0], [level])]) for level in ("high", "low")}
    assert looks["high"] != looks["low"]


def test_a_difference_is_coloured_by_its_probability_of_growth():
    less, even, more = (
        difference("x", change(np.array(v))).dots[0].colour
        for v in ([-1.0, -2.0], [-1.0, 1.0], [1.0, 2.0])
    )
    red = [int(c[1:3], 16) - int(c[5:7], 16) for c in (less, even, more)]
    assert red[0] < red[1] < red[2]  # purple, pale, orange


def test_rows_hold_medians_and_published_ranges():
    rows = [
        DotRow("a", [Dot(0.4, 0.2, 0.6, colours.BLUE)], [Mark(0.3, 0.5, "high")]),
        DotRow("b", []),
    ]
    svg = dots(T, "d", "shares", rows, percent=True)
    assert ">a</text>" in svg
    assert "%" in svg


def test_ribbons_of_one_node_fill_it():
    ribbons = [
        [Ribbon("A", "x", 3.0, "#111111"), Ribbon("B", "x", 1.0, "#222222")],
        [Ribbon("x", "M", 4.0, "#333333")],
    ]
    labels = [{"A": "A 75%", "B": "B 25%"}, {"x": "x 100%"}, {"M": "M 100%"}]
    svg = flows("f", "flows", [["A", "B"], ["x"], ["M"]], ribbons, labels)
    for label in ("A 75%", "x 100%", "M 100%"):
        assert label in svg
    assert svg.count("#111111") == svg.count("#333333") == 1


def test_small_amounts_are_left_off_the_map_and_large_ones_are_not():
    where = {"lon": np.array([-75.0, -70.0]), "lat": np.array([-9.0, -14.0])}
    circles = Circles(**where, size=np.array([1000.0, 0.01]), colours=["#aa0000", "#00aa00"])
    svg = circle_map(T, "m", "map", circles, 1000.0, [("VRAEM", -74.0, -12.0)])
    assert "#aa0000" in svg
    assert "#00aa00" not in svg
    assert 'class="halo"' in svg
    assert ">1,000 ha<" in svg


@pytest.mark.parametrize(("zone", "other"), [("VRAEM", "Huallaga"), ("San Gabán", "Kosñipata")])
def test_neighbouring_zones_differ_in_colour(zone, other):
    assert colours.zone(zone) != colours.zone(other)


def test_a_description_is_escaped():
    with canvas(50, 50) as figure:
        axes(figure, 5, 5, 5, 5)
        assert 'aria-label="a &quot;b&quot; &lt;c"' in inline(figure, "s", 'a "b" <c')
