"""`globo forecast --policy`: followed, told, kept apart from other forecasts, refused in a line."""

import json
from pathlib import Path

import pandas as pd
import pytest

from globo.cli import main

ASKED = ["forecast", "--as-of", "2016-05-15", "--horizon", "3", "--samples", "8"]
PAUSE = """\
name: no brigades
levers:
  eradication_budget: [{from: 2017-01, value: 0}]
  trust: [{from: 2010-01, until: 2012-12, value: {VRAEM: 0.5}}]
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("pause.yaml").write_text(PAUSE, encoding="utf-8")
    Path("off.yaml").write_text("off: [relocation]\nlevers: {trust: 1}\n", encoding="utf-8")
    Path("typo.yaml").write_text("levers:\n  eradication_budjet: 1\n", encoding="utf-8")
    return tmp_path


def test_a_forecast_follows_a_policy_and_says_what_it_followed(place, capsys):
    assert main([*ASKED, "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert plain["policy"] is None
    assert main([*ASKED, "--policy", "pause.yaml", "--json"]) == 0
    shown = capsys.readouterr()
    told = json.loads(shown.out)
    assert told["policy"] == {
        "name": "no brigades",
        "follows": [
            {"lever": "eradication_budget", "place": None, "from": "2017-01", "until": None,
             "value": 0.0},
        ],
        "left_out": [
            {"lever": "trust", "place": "VRAEM", "from": "2010-01", "until": "2012-12",
             "value": 0.5},
        ],
    }  # fmt: skip
    assert shown.err == "globo: left out, since it had ended by 2016-05-15: trust\n"
    assert told["files"] == ["runs/forecast-2016-05-15-zone-no-brigades.csv"]
    with_it, without = (pd.read_csv(answer["files"][0]) for answer in (told, plain))
    more = with_it["coca_ha"] - without["coca_ha"]
    by_year = more.groupby(with_it["year"]).sum()
    assert by_year[2015] == by_year[2016] == 0
    assert by_year[2017] > 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--policy", "off.yaml"], "off: relocation"),
        (["--policy", "typo.yaml"], "typo.yaml:2"),
        (["--policy", "no/such.yaml"], "such.yaml"),
        (["--policy", "baseline"], "no setting from 2016-05 on"),
        (["--policy", "pause.yaml", "--horizon", "1"], "no setting from 2015 to 2015"),
        (["--policy", "pause.yaml", "--score"], "--policy"),
        (["--policy", "pause.yaml", "--as-of", "may"], "YYYY-MM-DD"),
    ],
)
def test_a_policy_that_cannot_be_followed_is_one_line_and_writes_nothing(
    words, said, place, capsys
):
    assert main([*ASKED, *words]) == 2
    shown = capsys.readouterr()
    last = shown.err.splitlines()[-1]
    assert last.startswith("globo: ")
    assert said in last
    assert shown.out == ""
    assert not (place / "runs").exists()
