import json

import numpy as np
import pytest

from globo.forecast.forecaster import as_forecaster
from globo.forecast.frames import to_frame
from globo.forecast.known import history, known
from globo.scoring.rivals import persistence
from globo.scoring.scoreboard import LOOKED_AT, in_zones, origins, score_cells
from globo.scoring.tables import Board
from globo.scoring.variants import log_markdown, variants

LEVELS = ("district", "zone", "national")


def oracle(as_of, horizon, level, samples, seed):
    """Knows what came."""
    truth = history(known("2021-12-31"), level)
    last = known(as_of).last_year
    rows = truth.loc[last + 1 : last + horizon].fillna(0.0).to_numpy()
    return to_frame(np.repeat(rows[None], samples, axis=0), list(truth.columns), last + 1)


@pytest.fixture(scope="module")
def cells():
    field = {"oracle": oracle, "persistence": as_forecaster(persistence)}
    return score_cells(field, samples=4)


def test_who_knows_what_came_scores_zero(cells):
    best = cells[cells["forecaster"] == "oracle"]
    np.testing.assert_allclose(best[["crps", "crps_ha"]], 0.0, atol=1e-9)
    assert best[["in50", "in80", "in95"]].all(axis=None)
    assert (best["p_appears"] == best["appears"]).all()


def test_persistence_misses_by_the_change_on_the_scale(cells):
    rows = cells[(cells["forecaster"] == "persistence") & (cells["level"] == "zone")]
    gap = np.abs(np.arcsinh(rows["observed"] / 100) - np.arcsinh(rows["last"] / 100))
    np.testing.assert_allclose(rows["crps"], gap, atol=1e-9)


def test_origins_are_days_of_publication_and_targets_come_later(cells):
    assert origins("district")[:4] == ["2014-06-11", "2015-07-15", "2016-07-14", "2017-12-21"]
    assert (cells["year"] > cells["known_year"]).all()
    assert cells["year"].max() == LOOKED_AT
    counts = cells[cells["forecaster"] == "oracle"].groupby(["level", "horizon"]).size()
    for level, units in (("district", 118), ("national", 1)):
        lasts = [known(day).last_year for day in origins(level)]
        assert len(set(lasts)) == len(lasts)  # no forecast counts twice
        ahead = [sum(last + h <= LOOKED_AT for last in lasts) for h in range(1, 8)]
        assert counts[level].tolist() == [units * n for n in ahead if n]


def test_districts_count_with_the_unit_they_were_surveyed_in(cells):
    def by_ubigeo(as_of, horizon, level, samples, seed):
        state = known(as_of)
        last = state.by_district.iloc[-1]
        draws = np.broadcast_to(last.to_numpy(), (samples, horizon, len(last)))
        return to_frame(draws, list(last.index), state.last_year + 1)

    found = score_cells({"by ubigeo": by_ubigeo}, levels=["district"], samples=3)
    units = cells[(cells["forecaster"] == "persistence") & (cells["level"] == "district")]
    np.testing.assert_allclose(found["crps"].to_numpy(), units["crps"].to_numpy(), atol=1e-9)


def test_a_rival_walks_on_from_the_last_survey_of_its_own_level():
    def steps(history, horizon, samples, seed, scale, covariates):
        ahead = np.arange(1.0, horizon + 1)[None, :, None]
        return np.broadcast_to(ahead, (samples, horizon, history.shape[1]))

    table = as_forecaster(steps)("2025-12-31", 2, "district", 3, 1)
    state = known("2025-12-31")
    assert (state.last_year, state.by_unit.index[-1]) == (2024, 2020)
    assert table.groupby("year")["coca_ha"].unique().to_dict() == {2025: [5.0], 2026: [6.0]}
    zones = as_forecaster(steps)("2025-12-31", 1, "zone", 3, 1)
    assert set(zones["coca_ha"]) == {1.0}


def test_targets_kept_for_the_end_are_not_looked_at():
    field = {"persistence": as_forecaster(persistence)}
    cells = score_cells(field, levels=["zone"], samples=2, until=2014)
    assert cells["year"].max() == 2014
    assert cells["known_year"].max() == 2013


def test_forecasters_are_scored_on_the_same_cells():
    def some(as_of, horizon, level, samples, seed):
        table = as_forecaster(persistence)(as_of, horizon, level, samples, seed)
        return table[table["unit"] != "VRAEM"]

    field = {"some": some, "persistence": as_forecaster(persistence)}
    cells = score_cells(field, levels=["zone"], samples=2, until=2014)
    units = cells.groupby("forecaster")["unit"].agg(set)
    assert units["some"] == units["persistence"]
    assert "VRAEM" not in units["some"]
    assert "Huallaga" in units["some"]


def test_units_outside_every_zone_can_be_left_out(cells):
    rows = cells[(cells["level"] == "district") & (cells["forecaster"] == "oracle")]
    assert rows["unit"].nunique() - in_zones(rows)["unit"].nunique() == 16


def test_the_board_says_how_it_was_made_and_keeps_losing_rows(cells):
    board = Board(cells, "persistence", ["oracle"], samples=4, seed=1, variants_tried=7)
    skills = board.skills()
    assert (skills["skill"].fillna(-np.inf) < 0.0).all()
    text = board.markdown()
    for words in ("asinh(ha / s)", "known_at", "2014-06-11", "variants tried", "seed 1", ": 7"):
        assert words in text
    content = json.loads(board.to_json())
    assert content["made"]["variants tried in sight of these scores"] == "7"
    assert {row["level"] for row in content["skill"]} == set(LEVELS)
    assert len(content["appearance"]) == 14


def test_every_variant_tried_is_in_the_log():
    log = variants()
    assert len(log) > 90
    assert log[["h1", "h2", "h3"]].notna().all(axis=None)
    assert log_markdown().count("\n") == len(log) + 1
