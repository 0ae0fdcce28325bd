"""What is coming: zones by the registry's forecast, the largest gain first; districts never."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from globo import facts
from globo.forecast import hub
from globo.server.coming import AHEAD, coming, ranked

ROOT = Path(__file__).resolve().parents[2]
DRAWN = {
    "Large": [900.0, 1000.0, 1050.0, 1100.0],  # the largest area, which shrinks
    "Growing": [80.0, 150.0, 250.0, 400.0],
    "Unseen": [1.0, 2.0, 3.0, 4.0],
    "Still": [10.0, 10.0, 10.0, 10.0],
}
LAST = pd.Series({"Large": 1200.0, "Growing": 100.0, "Still": 10.0})


@pytest.fixture
def rows():
    return {row["zone"]: row for row in ranked(pd.DataFrame(DRAWN).T, LAST, 2024, 2027)}


def test_zones_stand_by_what_they_gain_and_not_by_what_they_have(rows):
    assert list(rows) == ["Growing", "Still", "Large", "Unseen"]
    assert [row["change"]["mid"] for row in rows.values() if row["change"]] == [100.0, 0.0, -175.0]


def test_the_forecast_is_told_beside_the_survey(rows):
    row = rows["Growing"]
    assert (row["year"], row["since"], row["surveyed"]) == (2027, 2024, 100.0)
    assert row["area"]["mid"] == 200.0
    assert row["area"]["low"] < 100.0 < 300.0 < row["area"]["high"]


def test_the_chance_that_a_zone_grows_is_the_share_of_draws(rows):
    shares = [rows[zone]["up"] for zone in ("Growing", "Still", "Large")]
    assert shares == [0.75, 0.5, 0.0]  # where nothing moves, neither sign


def test_what_the_last_survey_did_not_look_at_has_no_change(rows):
    unseen = rows["Unseen"]
    assert [unseen[key] for key in ("surveyed", "since", "change", "up")] == [None] * 4
    assert unseen["area"]["mid"] == 2.5


def test_zones_are_those_of_the_newest_entry_and_no_district_is_among_them(client):
    registry = hub.Hub(hub.default())
    entry = hub.sealed(registry)[-1]
    told = client.get("/api/coming").json()
    assert told["as_of"] == str(entry.origin_date)
    assert told["draws"] >= 16  # fewer would bear no word of likelihood
    names = {unit.location for unit in registry.units() if unit.level == "zone"}
    assert {row["zone"] for row in told["zones"]} == names
    assert not set(facts.load().districts.index) & names
    table = hub.read(registry.folder / entry.file)
    middle = table[(table["output_type_id"] == "0.5") & (table["horizon"] == str(AHEAD))]
    said = middle.set_index("location")["value"]
    for row in told["zones"]:
        assert row["year"] == entry.last_survey + AHEAD
        assert row["area"]["mid"] == pytest.approx(said[row["zone"]], rel=0.15, abs=50)
        assert np.isfinite(row["surveyed"])


def test_how_such_forecasts_did_is_the_scoreboard_s():
    board = (ROOT / "docs" / "scoreboard.md").read_text(encoding="utf-8").splitlines()
    row = next(line for line in board if line.startswith(f"| zone | {AHEAD} | drawn |"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    told = coming()["score"]
    assert [f"{told[key]:.3f}" for key in ("skill", "low", "high")] == cells[7:10]
    assert told["rival"] == cells[5]


def test_a_registry_without_an_entry_says_nothing(tmp_path):
    assert coming(tmp_path) == {"as_of": "", "draws": 0, "zones": [], "score": None}
