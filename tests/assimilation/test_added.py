"""What the surveys added, by zone: planted innovations are found again, and nothing else."""

import numpy as np

from globo.assimilation import added
from globo.model import surveyed
from globo.simulation import known, world_of


def test_a_planted_innovation_is_found_in_its_zone_and_year_alone(monkeypatch):
    world = world_of(None)
    zone = np.asarray(world.zone)
    columns = np.full((2, len(zone)), -1)
    columns[1] = zone  # one area a zone in the second year
    log = np.zeros((5, len(world.zones)))
    log[:, 1] = [0.1, 0.2, 0.3, 0.4, 0.5]
    monkeypatch.setattr(surveyed, "shipped", lambda: {"columns": columns, "log": log})
    found = added.by_zone(known(None), world)
    assert set(found.year) == {2002}
    medians = found.set_index("zone").p50
    np.testing.assert_allclose(medians[world.zones[1]], 0.3, rtol=1e-6)
    np.testing.assert_array_equal(medians.drop(world.zones[1]), 0.0)
    assert found.set_index("zone").p95[world.zones[1]] > 0.4


def test_a_zone_that_surveys_raise_every_year_comes_first():
    import pandas as pd

    rows = [
        {"year": y, "zone": z, "p50": v}
        for y in range(2010, 2014)
        for z, v in (("a", 0.05), ("b", -0.4))
    ]
    told = added.bias(pd.DataFrame(rows), 2011)
    assert list(told.index) == ["b", "a"]
    np.testing.assert_allclose(told["mean"], [-0.4, 0.05])
    assert (told["years"] == 3).all()
