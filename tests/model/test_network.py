"""Laws of the network: distances, costs, one way to the markets, what is refused."""

import numpy as np
import pytest
from chain_world import corridors
from paper import WORLD

from globo.errors import UserError
from globo.model import network

ROADS = WORLD.roads
DEGREE_KM = 2 * np.pi * network.EARTH_KM / 360
ENDS = np.array([[e[0], e[1]] for e in ROADS.edges])


@pytest.mark.parametrize(
    ("a", "b", "degrees"),
    [((0, 0), (0, 1), 1), ((10, 20), (10, 20), 0), ((90, 0), (0, 55), 90), ((0, 0), (0, 180), 180)],
)
def test_a_distance_is_that_of_the_great_circle_both_ways(a, b, degrees):
    there, back = network.haversine(*map(np.float64, (*a, *b))), network.haversine(*b, *a)
    np.testing.assert_allclose(there, degrees * DEGREE_KM, atol=1e-6)
    np.testing.assert_allclose(there, back)


def test_a_road_costs_its_length_with_detours_and_a_sum_for_loading():
    one = corridors(("Lowland", "Upland", "road", "Paper roads", 0.0, 1.0))
    km = network.haversine(-12.6, -73.8, -9.2, -76.0)
    np.testing.assert_allclose(one.cost, [10.0 + 60.0 * 1.6 * km / 1000], rtol=1e-6)


def test_each_edge_leaves_its_origin_and_enters_its_destination_once():
    for table, ends in ((ROADS.out_edges, ROADS.origin), (ROADS.in_edges, ROADS.destination)):
        rows = [[e for e in row if e < ROADS.n_edges] for row in np.asarray(table).tolist()]
        assert sorted(e for row in rows for e in row) == list(range(ROADS.n_edges))
        assert all(int(ends[e]) == node for node, row in enumerate(rows) for e in row)


def test_ways_go_from_the_zones_to_the_markets_and_end_there():
    left = {name for name, _ in ENDS}
    markets = {ROADS.nodes[i] for i in np.asarray(ROADS.market)}
    assert left.isdisjoint(markets)
    for zone in WORLD.zones:
        reached, edge = {zone}, True
        while edge:
            more = {b for a, b in ENDS if a in reached} - reached
            reached, edge = reached | more, bool(more)
        assert reached & markets
        assert all(name in left or name in markets for name in reached)


def test_the_depth_is_the_longest_way_in_legs():
    one = corridors(
        ("Lowland", "Market town", "road", "Paper roads", 0.0, 1.0),
        ("Market town", "Harbour", "road", "Paper roads", 0.0, 1.0),
        ("Harbour", "Overseas", "container", "Harbour", 0.0, 1.0),
        ("Lowland", "Overseas", "air", "Paper air", 0.0, 1.0),
    )
    assert one.depth == 3


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (("Lowland", "Harbor", "road", "Paper roads", 0.0, 1.0), "Harbor"),
        (("Harbor", "Harbour", "road", "Paper roads", 0.0, 1.0), "Harbor"),
        (("Lowland", "Harbour", "rood", "Paper roads", 0.0, 1.0), "rood"),
    ],
)
def test_an_edge_that_names_an_unknown_place_or_mode_is_refused(row, found):
    with pytest.raises(UserError, match=found):
        corridors(row)


def test_corridors_that_form_a_circle_are_refused():
    with pytest.raises(UserError, match="circle"):
        corridors(
            ("Harbour", "Market town", "road", "Paper roads", 0.0, 1.0),
            ("Market town", "Harbour", "road", "Paper roads", 0.0, 1.0),
        )
