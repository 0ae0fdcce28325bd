"""Targets: only trusted figures that were known on the day are fitted."""

import numpy as np
import pandas as pd
import pytest

from globo import facts
from globo.inference.targets import targets
from globo.model import world

DAY = "2016-05-15"


@pytest.fixture(scope="module")
def known():
    return facts.load(as_of=DAY)


@pytest.fixture(scope="module")
def here(known):
    return world.build(known)


@pytest.fixture(scope="module")
def fitted(known, here):
    return {t.name: t for t in targets(known, here, 2014)}


def arrays(here, draws=2, years=14):
    """Return a run in which every district holds as many hectares as its number."""
    n, zones = len(here.districts), len(here.zones)
    area = np.broadcast_to(np.arange(n, dtype=float), (draws, years, n)).copy()
    area[1] *= 2.0
    return {
        "coca_ha": area,
        "outside_ha": np.full((draws, years), 100.0),
        "eradicated_ha": np.ones((draws, years, n)),
        "leaf_t": np.ones((draws, years, zones)),
        "leaf_price_usd_kg": np.ones((draws, years, zones)) * np.arange(1, zones + 1),
        "cocaine_t": np.ones((draws, years, zones)),
        "cocaine_price_usd_kg": np.ones((draws, years, zones)) * 900.0,
        "armed_acts": np.ones((draws, years, 3)),
        "armed_strength": np.ones((draws, years, 3)),
        "seized_inside_t": np.full((draws, years), 20.0),
        "flow_t": np.ones((draws, years, here.roads.n_edges)),
    }


def test_national_areas_are_read_with_what_lies_outside_the_districts(fitted, here):
    target = fitted["coca_ha Peru 2010"]
    n = len(here.districts)
    assert target.value == pytest.approx(np.log(61_200))
    late = [here.zones.index(zone) for zone in ("Callería", "Contamana")]  # covered from 2012
    total = sum(i for i in range(n) if here.zone[i] not in late)
    np.testing.assert_allclose(target.read(arrays(here)), np.log([total + 100, 2 * total + 100]))


def test_a_national_area_is_that_of_the_zones_which_the_survey_covered_by_then(fitted, here):
    a = arrays(here)
    before = {year: fitted[f"coca_ha Peru {year}"].read(a)[0] for year in (2005, 2006)}
    member = np.asarray(here.in_zone)[here.zones.index("Putumayo")]
    a["coca_ha"] += 7.0 * member
    a["outside_ha"] += 50.0
    assert fitted["coca_ha Peru 2005"].read(a)[0] == before[2005]
    assert np.exp(fitted["coca_ha Peru 2006"].read(a)[0]) == pytest.approx(
        np.exp(before[2006]) + 7.0 * member.sum()
    )


def test_prices_are_weighted_by_leaf_and_in_dollars_of_2015(fitted, here, known):
    target = fitted["leaf_price_usd_kg Peru 2012"]
    assert target.value == pytest.approx(np.log(4.0 * known.deflator()[2012]))
    zones = len(here.zones)
    np.testing.assert_allclose(target.read(arrays(here)), np.log((zones + 1) / 2))


def test_nothing_after_the_day_is_fitted(fitted):
    assert max(int(name.split()[-1]) for name in fitted) == 2014


def test_figures_of_low_confidence_are_never_fitted(known, fitted):
    low = known.coca_zone[known.coca_zone.confidence == "low"]
    assert len(low) > 20
    for row in low.itertuples():
        assert f"coca_ha {row.zone} {row.year}" not in fitted


def test_disputed_shares_are_wide_ranges(known, fitted):
    shares = [t for name, t in fitted.items() if name.startswith("share")]
    assert len(shares) == 3
    assert {t.error for t in shares} == {
        float(row["error"]) for row in known.country.rows("disputed")
    }
    # half a standard deviation and a half either side spans 22 % to 60 % around 40 %
    assert 1 / (1 + np.exp(-(np.log(0.4 / 0.6) - 0.9))) < 0.3


def test_a_poisoned_row_of_the_future_changes_no_target(here, known, fitted):
    poison = known.national.iloc[[0]].assign(
        country="Peru", quantity="coca_ha", year=2015, value=999_999.0,
        known_at=pd.Timestamp("2016-07-14"),
    )  # fmt: skip
    whole = pd.concat([known.national, poison], ignore_index=True)
    from dataclasses import replace

    cut = replace(known, national=whole[whole.known_at <= known.as_of].reset_index(drop=True))
    again = {t.name: (t.value, t.error) for t in targets(cut, here, 2014)}
    assert again == {name: (t.value, t.error) for name, t in fitted.items()}
    seen = replace(known, national=whole)
    assert "coca_ha Peru 2015" in {t.name for t in targets(seen, here, 2015)}
