"""The card of a district: its surveys with their sources."""

import subprocess
import sys
from dataclasses import asdict

import orjson
import pytest

from globo import facts
from globo.forecast import pool
from globo.model.policy import LAST
from globo.server import aside
from globo.server.districts import HORIZON, Forecasts, district, forecast, forecasts
from globo.server.evidence import NoPlace


def test_a_card_holds_every_survey_of_the_district_with_its_source_in_full():
    known = facts.load().coca_district
    code = known.ubigeo.value_counts().index[0]
    rows = known[known.ubigeo == code].sort_values("year")
    card = district(code, list(known.ubigeo.unique()))
    assert [row["value"] for row in card["surveys"]] == list(rows.coca_ha)
    named = ("title_es", "title_en", "publisher_es", "publisher_en", "access", "known_at")
    assert all(row[part] for row in card["surveys"] for part in named)
    assert card["department"]
    assert card["province"]


def test_a_code_that_the_model_lacks_is_refused_with_the_nearest_one():
    with pytest.raises(NoPlace, match="10101") as caught:
        district("10101", ["010101", "250105"])
    assert "010101" in caught.value.mend


@pytest.mark.slow
def test_the_forecast_of_a_card_begins_after_the_last_survey_and_is_the_one_of_globo_forecast():
    known = facts.load().through(LAST).coca_district
    codes = list(known.ubigeo.unique())
    told = forecast(codes[0], codes, samples=20)
    last = int(known.year.max())
    assert [row["year"] for row in told["years"]] == [last + 1 + i for i in range(HORIZON)]
    day = str(known.known_at.max())[:10]
    assert told["as_of"] == day
    drawn = pool.forecast(day, HORIZON, "district", 20, 1)
    mine = drawn[(drawn.unit == codes[0]) & (drawn.year == last + 1)].coca_ha
    assert told["years"][0]["mid"] == pytest.approx(mine.median(), rel=0.01)
    assert all(row["low"] <= row["mid"] <= row["high"] for row in told["years"])
    assert aside.forecasts(samples=20) == forecasts(20)


def test_why_a_forecast_failed_beside_the_server_is_told():
    with pytest.raises(ChildProcessError, match="0 draws"):
        aside.forecasts(samples=0)


def test_a_forecast_waits_for_the_next_start_and_a_broken_one_is_made_anew(tmp_path, monkeypatch):
    made = Forecasts(
        "2025-06-30", {"050501": [{"year": 2025, "low": 1.0, "mid": 2.5, "high": 4.0}]}
    )
    asked = []

    def said(samples):
        asked.append(samples)
        return orjson.dumps(asdict(made))

    monkeypatch.setattr(aside, "_said", said)
    old, new, history = (tmp_path / "kept" / n for n in ("old.json", "new.json", "history.npz"))
    assert [aside.forecasts(file, 5) for file in (old, old)] == [made] * 2
    assert len(asked) == 1
    history.write_bytes(b"")
    assert aside.forecasts(new, 5) == made
    assert (old.exists(), new.exists(), history.exists()) == (False, True, True)
    for broken in (b"", new.read_bytes()[:20], b"[]", b"{}"):
        new.write_bytes(broken)
        assert aside.forecasts(new, 5) == made
    assert len(asked) == 2 + 4
    (tmp_path / "taken").write_text("a file where the folder should be")
    assert aside.forecasts(tmp_path / "taken" / "new.json", 5) == made


def test_a_forecast_ends_with_the_server_that_began_it():
    command = [sys.executable, "-m", "globo.server.aside", "500"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        said, _ = other.communicate(timeout=120)  # which closes its input
    assert (other.returncode, said) == (1, b"")
