import json
import unicodedata

import pytest
from matplotlib.path import Path

from globo import countries, facts


@pytest.fixture(scope="module")
def layers():
    text = (countries.load().folder / "geo.json").read_text("utf-8")
    found = {}
    for shape in json.loads(text)["features"]:
        named = found.setdefault(shape["properties"]["layer"], {})
        named.setdefault(plain(shape["properties"]["name"]), []).append(shape["geometry"])
    return found


def plain(name):
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return letters.upper()


def holds(geometries, lon, lat):
    return any(
        Path(polygon[0]).contains_point((lon, lat))
        for geometry in geometries
        for polygon in geometry["coordinates"]
    )


def test_the_file_is_small(layers):
    size = (countries.load().folder / "geo.json").stat().st_size
    assert size < 100_000
    assert {"country", "department", "river", "lake"} == set(layers)


def test_districts_lie_in_their_department(layers):
    districts = facts.load().districts
    inside = [
        holds(layers["department"][plain(row.department)], row.lon, row.lat)
        for row in districts.itertuples()
    ]
    assert len(inside) == 394
    assert sum(inside) / len(inside) > 0.96


def test_puno_bears_its_name_and_callao_is_the_port(layers):
    assert holds(layers["department"]["PUNO"], -70.0, -15.5)
    assert not holds(layers["department"]["CALLAO"], -70.0, -15.5)


def test_neighbours_surround_peru(layers):
    wanted = {"PERU", "ECUADOR", "COLOMBIA", "BRAZIL", "BOLIVIA", "CHILE"}
    assert wanted <= set(layers["country"])


def test_every_ring_is_closed(layers):
    for shapes in (layers["department"], layers["country"], layers["lake"]):
        for geometries in shapes.values():
            for polygon in (p for g in geometries for p in g["coordinates"]):
                assert all(ring[0] == ring[-1] for ring in polygon)
