"""What is coming: zones by the forecast, the largest gain first; districts are never ranked."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_forecast_waits_for_nobody import until

from globo import facts
from globo.scoring import forecast_pool
from globo.server.coming import HORIZON, NONE, coming, forecasts, ranked

ROOT = Path(__file__).resolve().parents[2]
DRAWN = {
    "Large": [900.0, 1000.0, 1050.0, 1100.0],  # the largest area, which shrinks
    "Growing": [80.0, 150.0, 250.0, 400.0],
    "Unseen": [1.0, 2.0, 3.0, 4.0],
    "Still": [10.0, 10.0, 10.0, 10.0],
}
LAST = pd.Series({"Large": 1200.0, "Growing": 100.0, "Still": 10.0, "Unseen": np.nan}, name=2024)


@pytest.fixture
def rows():
    parts = [
        {"unit": zone, "year": year, "draw": draw, "coca_ha": ha if year == 2027 else 1e6}
        for zone, area in DRAWN.items()
        for year in (2026, 2027)
        for draw, ha in enumerate(area)
    ]
    return {row["zone"]: row for row in ranked(pd.DataFrame(parts), LAST)}


def test_zones_stand_by_what_they_gain_and_not_by_what_they_have(rows):
    assert list(rows) == ["Growing", "Still", "Large", "Unseen"]
    assert [row["change"]["mid"] for row in rows.values() if row["change"]] == [100.0, 0.0, -175.0]


def test_the_last_year_is_told_beside_the_survey(rows):
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


def test_it_is_asked_for_until_it_is_made(client):
    until(lambda: not client.get("/api/coming").json()["computing"])
    told = client.get("/api/coming").json()
    assert [row["zone"] for row in told["zones"]] == ["VRAEM"]
    assert told["as_of"] == "2018-06-30"
    assert coming(None) == {"computing": True, "as_of": None, "zones": [], "score": None}


def test_how_such_forecasts_did_is_the_scoreboard_s():
    board = (ROOT / "docs" / "scoreboard.md").read_text(encoding="utf-8").splitlines()
    row = next(line for line in board if line.startswith(f"| zone | {HORIZON} | drawn |"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    told = coming(NONE)["score"]
    assert [f"{told[key]:.3f}" for key in ("skill", "low", "high")] == cells[7:10]
    assert told["rival"] == cells[5]


def test_zones_are_those_of_globo_forecast():
    made = forecasts(20)
    drawn = forecast_pool.forecast(made.day, HORIZON, "zone", 20, 1)
    last = drawn[drawn["year"] == drawn["year"].max()].groupby("unit").coca_ha.median()
    assert {row["zone"]: row["area"]["mid"] for row in made.zones} == pytest.approx(
        last.to_dict(), rel=0.01
    )
    assert not set(facts.load().districts.index) & {row["zone"] for row in made.zones}
