import numpy as np
import pytest

from globo.results.routes import routes

from . import world


@pytest.fixture(scope="module")
def found():
    return routes(world.run(n_draws=3), 2017)


def at(found, zone, exit_name, mode):
    edges = [i for i, e in enumerate(found.exit_names) if (e, found.modes[i]) == (exit_name, mode)]
    return found.exits[:, found.zones.index(zone)][:, edges].sum(axis=1)


def test_what_leaves_is_what_was_sent(found):
    ds = world.run(n_draws=3)
    out = ds["flow_t"].sel(year=2017).values[:, ds["edge_exit"].values != ""].sum(axis=1)
    np.testing.assert_allclose(found.exits.sum(axis=(1, 2)), out, rtol=1e-6)


def test_a_town_mixes_what_it_gets(found):
    # Of 80 t in Cusco 60 come from the VRAEM; 30 of 80 go on to Bolivia by road.
    np.testing.assert_allclose(at(found, "VRAEM", "Bolivia road", "road"), 60 * 30 / 80, rtol=1e-6)
    np.testing.assert_allclose(
        at(found, "Huallaga", "Callao", "container"), 20 * 40 / 80, rtol=1e-6
    )
    np.testing.assert_allclose(at(found, "VRAEM", "Bolivia air", "air"), 140, rtol=1e-6)
    np.testing.assert_allclose(at(found, "Putumayo", "Callao", "vessel"), 0, atol=1e-6)


def test_markets_get_what_leaves_less_what_is_seized():
    ds = world.run(n_draws=3)
    ds["seized_t"][:, :, 1] = 14.0  # a tenth of the flight from the VRAEM
    found = routes(ds, 2017)
    brazil = found.markets[:, :, found.market_names.index("Brazil and Southern Cone")].sum(axis=1)
    np.testing.assert_allclose(brazil, 140 - 14 + 30, rtol=1e-6)


def test_what_is_seized_on_the_way_leaves_by_no_exit():
    ds = world.run(n_draws=3)
    ds["seized_t"][:, :, 0] = 12.0  # a fifth of what the VRAEM sends to Cusco
    left = at(routes(ds, 2017), "VRAEM", "Bolivia road", "road")
    np.testing.assert_allclose(left, (60 - 12) * 30 / 80, rtol=1e-6)


def test_a_zone_that_sends_nothing_takes_no_part(found):
    np.testing.assert_array_equal(found.exits[:, found.zones.index("Elsewhere")], 0)
