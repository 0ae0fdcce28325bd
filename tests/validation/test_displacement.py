"""Displacement: gains by place are put to what was cleared elsewhere, whatever their sign."""

import numpy as np
import pytest
from flat_past import world

from claims_world import DISTRICT
from globo import facts
from globo.validation import displacement
from globo.validation.displacement import displaced
from globo.validation.experiments import FIRST

NATIVE = facts.load().districts.distance_native_community_m


def at(zone):
    return {"district": DISTRICT[zone]}


def rows_of(runs, run="stick"):
    return {(r["distance"], r["place"]): r for r in displaced(runs) if r["run"] == run}


def pushed():
    """Return flat runs in which brigades clear 400 ha more of the VRAEM in five years."""
    runs = world()
    last = {"year": FIRST + 4}
    runs["stick"]["eradicated_ha"].loc[{**last, **at("VRAEM")}] = 500.0  # 100 in the baseline
    runs["stick"]["coca_ha"].loc[{**last, **at("VRAEM")}] = 600.0
    return runs, last


def test_near_and_far_have_signs_of_their_own():
    runs, last = pushed()
    runs["stick"]["coca_ha"].loc[{**last, **at("Huallaga")}] = 980.0  # 44 km away
    runs["stick"]["coca_ha"].loc[{**last, **at("Putumayo")}] = 1100.0
    found = rows_of(runs)
    assert found["near", "grown"]["p50"] == pytest.approx(-5.0)  # for each 100 ha, -20 for 400
    assert found["far", "grown"]["p50"] == pytest.approx(25.0)
    assert (found["near", "grown"]["gains"], found["far", "grown"]["gains"]) == (0.0, 1.0)
    assert found["far", "grown"]["districts"] == len(DISTRICT) - 2


def test_a_frontier_is_told_apart_by_its_native_communities():
    runs, last = pushed()
    codes = runs["base"]["district"].values
    for ds in runs.values():
        ds["coca_ha"].loc[{"year": FIRST - 1, "district": codes[2:]}] = 0.0
    runs["stick"]["coca_ha"].loc[{**last, "district": codes[2:]}] = 1040.0
    near = NATIVE.reindex(codes[2:]).to_numpy() <= displacement.NATIVE_M
    found = rows_of(runs)
    gains = {name: found["far", f"frontier-{name}"]["p50"] for name in ("native", "other")}
    assert gains["native"] == pytest.approx(10.0 * near.sum())
    assert gains["other"] == pytest.approx(10.0 * (~near).sum())
    assert gains["native"] + gains["other"] > 0


def test_what_was_cleared_more_gains_nothing_and_a_failed_draw_says_nothing():
    runs, last = pushed()
    runs["stick"]["eradicated_ha"].loc[{**last, **at("Putumayo")}] = 200.0
    runs["stick"]["coca_ha"].loc[{**last, **at("Putumayo")}] = 1000.0
    runs["stick"]["status"][0] = 1
    runs["stick"]["coca_ha"][0] = np.nan
    found = rows_of(runs)
    assert {row["p50"] for row in found.values()} == {0.0}
    assert found["far", "grown"]["districts"] == len(DISTRICT) - 3
