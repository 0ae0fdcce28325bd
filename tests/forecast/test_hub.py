"""The registry of forecasts: whole, in the hub's form, never edited, scored when truth comes."""

import csv
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from globo import facts
from globo.cli import main
from globo.errors import UserError
from globo.facts.tables import FOLDER
from globo.forecast import hub
from globo.forecast.frames import to_frame
from globo.forecast.hub import Hub, metadata
from globo.forecast.hub.config import written
from globo.forecast.hub.entry import quantiles, read, samples
from globo.forecast.known import history, known
from globo.report import outlook
from globo.scoring import registry, scores

ROOT = Path(__file__).resolve().parents[2]
DAY, LATER, LAST, YEARS, KEPT = "2025-12-01", "2025-12-24", 2024, 3, 7
COMMIT = "0" * 39 + "1"
FORMS = {"national": "Peru", "zone": "VRAEM", "district": "120606"}


def steady(day, horizon, level, draws, seed):
    """Says the last survey, times a luck that all units of a draw share; no zone but two."""
    past = history(known(day), level)
    if level == "zone":
        past = past[["VRAEM", "Callería"]]
    luck = np.exp(np.random.default_rng(seed).normal(0.0, 0.2, (draws, horizon, 1)))
    units = [str(unit) for unit in past.columns]
    return to_frame(luck * past.iloc[-1].to_numpy(), units, known(day).last_year + 1)


def entered(folder, day=DAY, **more):
    asked = {"horizon": YEARS, "draws": 200, "kept": KEPT, "forecaster": steady, **more}
    return registry.write(Hub(folder), day, COMMIT, **asked)


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hub") / "forecasts"
    entered(folder)
    return folder


@pytest.fixture
def place(first, tmp_path):
    """A copy to spoil."""
    return Path(shutil.copytree(first, tmp_path / "forecasts"))


def problems(folder, told_by=None):
    return [problem.line("allowed") for problem in hub.check(Hub(folder), facts.load(told_by))]


def entry_file(folder, day=DAY):
    return folder / "model-output" / metadata.MODEL / f"{day}-{metadata.MODEL}.csv"


def spoilt(folder, change):
    """Change the rows of an entry, and its record's hash with them."""
    file = entry_file(folder)
    rows = list(csv.reader(file.read_text(encoding="utf-8").splitlines()))
    text = "".join(",".join(row) + "\n" for row in change(rows))
    file.write_text(text, encoding="utf-8")
    said = Hub(folder).metadata()
    record = said.entries[0].model_copy(update={"sha256": metadata.digest(text.encode())})
    told = metadata.text(said.model_copy(update={"entries": [record]}))
    Hub(folder).metadata_file.write_text(told, encoding="utf-8")


def planted(folder, *rows):
    """A package of facts in which the surveys of some years have come."""
    package = Path(shutil.copytree(FOLDER, folder / "facts"))
    with (package / "national.csv").open("a", encoding="utf-8") as file:
        for year, ha in rows:
            file.write(f"Peru,coca_ha,{year},{ha},,,ha,UNODC survey,,x,high,{year + 1}-06-30,\n")
    return package


def test_an_entry_is_whole_and_sound(first):
    assert problems(first) == []
    table = read(entry_file(first))
    n = 1 + 2 + len(history(known(DAY), "district").columns)
    assert len(table) == n * YEARS * (len(hub.QUANTILE_LEVELS) + KEPT)
    assert set(table["target_end_date"]) == {f"{LAST + i}-12-31" for i in range(1, YEARS + 1)}


def test_quantiles_are_those_of_all_draws_and_samples_the_first_of_them(first):
    table = read(entry_file(first))
    draws = steady(DAY, YEARS, "zone", 200, 1)
    mine = draws[(draws["unit"] == "VRAEM") & (draws["year"] == 2026)]["coca_ha"].to_numpy()
    said = quantiles(table).xs("VRAEM", level="location").iloc[1]
    np.testing.assert_allclose(said, np.quantile(mine, hub.QUANTILE_LEVELS), atol=0.06)
    kept = samples(table).xs("VRAEM", level="location").iloc[1]
    np.testing.assert_allclose(kept, mine[:KEPT], atol=0.06)


def test_samples_are_joint_over_places_and_years_of_a_target(first):
    table = read(entry_file(first))
    ids = table[table["output_type"] == "sample"].groupby(["target", "location"])["output_type_id"]
    by_target = ids.unique().groupby("target").agg(lambda sets: {*map(frozenset, sets)})
    (zones,), (districts,) = by_target["coca_ha"], by_target["coca_ha_district"]
    assert len(zones) == len(districts) == KEPT
    assert not zones & districts
    wide = samples(table)
    nation, zone = (wide.xs(name, level="location").to_numpy() for name in ("Peru", "VRAEM"))
    np.testing.assert_allclose(nation / nation[:, :1], zone / zone[:, :1], rtol=1e-4)


def test_a_district_that_was_split_is_one_unit(first):
    units = {unit.location: unit for unit in Hub(first).units()}
    assert units["120606"].districts == ("120606", "120609")
    assert [unit.level for unit in units.values()][:4] == ["national", "zone", "zone", "district"]
    assert "120609" not in units


def test_every_row_is_a_task_that_the_settings_name(first):
    told = json.loads((first / "hub-config" / "tasks.json").read_text(encoding="utf-8"))
    (a_round,) = told["rounds"]
    assert a_round["round_id"] == "origin_date"
    table = read(entry_file(first))
    for group in a_round["model_tasks"]:
        (target,) = group["target_metadata"]
        assert len(target["target_id"]) <= 30
        assert len(target["target_name"]) <= 100
        rows = table[table["target"] == target["target_keys"]["target"]]
        for name, allowed in group["task_ids"].items():
            assert set(rows[name]) == set(map(str, allowed["optional"])), name
        types = group["output_type"]
        levels = rows[rows["output_type"] == "quantile"]["output_type_id"].astype(float)
        assert set(levels) == set(types["quantile"]["output_type_id"]["required"])
        params = types["sample"]["output_type_id_params"]
        counts = rows[rows["output_type"] == "sample"].groupby(["location", "horizon"]).size()
        assert set(counts) == {params["min_samples_per_task"]} == {params["max_samples_per_task"]}
        assert params["compound_taskid_set"] == ["origin_date", "target"]
    versions = [
        json.loads(path.read_text(encoding="utf-8")).get("schema_version", "/v6.0.0/")
        for path in (first / "hub-config").glob("*.json")
    ]
    assert len(versions) == 4
    assert all("/v6.0.0/" in version for version in versions)


def test_an_entry_names_the_code_the_facts_and_the_policy_it_took(first):
    (record,) = Hub(first).metadata().entries
    assert record.commit == COMMIT
    assert record.facts == facts.load(as_of=DAY).hash != facts.load().hash
    assert record.sha256 == metadata.digest(entry_file(first).read_bytes())
    assert sorted(record.cleared) == [2025, 2026, 2027]
    assert record.cleared[2025] == pytest.approx(34182.1)


def test_an_edited_entry_is_refused_by_name(place, capsys):
    file = entry_file(place)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("8", "9", 1), encoding="utf-8")
    name = file.relative_to(place).as_posix()
    assert [line.split(": ")[:2] for line in problems(place)] == [[name, "edited"]]
    for asked in (["score"], ["page"], ["truth"]):
        assert main(["hub", *asked, "--hub", str(place)]) == 2
        assert name in capsys.readouterr().err
    with pytest.raises(UserError, match="edited"):
        entered(place, LATER)
    assert main(["hub", "check", "--hub", str(place)]) == 1
    assert name in capsys.readouterr().out
    file.unlink()
    assert [line.split(":")[0] for line in problems(place)] == [name]


def test_a_file_without_a_record_is_found(place):
    stray = entry_file(place, LATER)
    shutil.copy(entry_file(place), stray)
    assert [line.split(": ")[1] for line in problems(place)] == ["no record of it; allowed"]


def at(rows, kind, location="VRAEM"):
    return next(i for i, row in enumerate(rows) if row[3] == location and row[5] == kind)


def put(rows, i, column, value):
    return [*rows[:i], [*rows[i][:column], value, *rows[i][column + 1 :]], *rows[i + 1 :]]


SPOILS = {
    "quantiles cross": lambda rows: put(rows, at(rows, "quantile"), 7, "99999999"),
    "sample 1": lambda rows: [r for i, r in enumerate(rows) if i != at(rows, "sample")],
    "quantile 0.025": lambda rows: [r for i, r in enumerate(rows) if i != at(rows, "quantile")],
    "2 years of VRAEM": lambda rows: [
        r for r in rows if r[3:5] != ["VRAEM", "2026-12-31"]
    ],
    "a row twice": lambda rows: [*rows, rows[-1]],
    "'-5.0'": lambda rows: put(rows, 3, 7, "-5.0"),
    "'many'": lambda rows: put(rows, 3, 7, "many"),
    "'VREAM'": lambda rows: [[*r[:3], r[3].replace("VRAEM", "VREAM"), *r[4:]] for r in rows],
    "'12606'": lambda rows: [[*r[:3], r[3].replace("120606", "12606"), *r[4:]] for r in rows],
    "horizon: '2'": lambda rows: put(rows, 3, 2, "2"),
    "'2025-12-24'": lambda rows: put(rows, 3, 0, LATER),
    "columns": lambda rows: [rows[0][::-1], *rows[1:]],
}  # fmt: skip


@pytest.mark.parametrize("said", SPOILS)
def test_what_is_wrong_in_an_entry_is_found_whatever_its_hash_says(said, place):
    spoilt(place, SPOILS[said])
    found = problems(place)
    assert found
    assert said in found[0]


def test_settings_that_were_edited_are_found(place):
    file = place / "hub-config" / "tasks.json"
    file.write_text(file.read_text(encoding="utf-8").replace("0.025,", "0.03,"), encoding="utf-8")
    assert [line.split(":")[0] for line in problems(place)] == ["hub-config/tasks.json"]
    assert main(["hub", "truth", "--hub", str(place)]) == 0
    assert problems(place) == []


def test_metadata_with_an_unknown_field_is_refused_by_name(place):
    file = Hub(place).metadata_file
    file.write_text(file.read_text(encoding="utf-8") + "colour: red\n", encoding="utf-8")
    (line,) = problems(place)
    assert f"{metadata.MODEL}.yml colour" in line


def test_a_day_has_one_entry_and_a_later_one_joins_it(place):
    with pytest.raises(UserError, match="never edited"):
        entered(place)
    before = entry_file(place).read_bytes()
    entered(place, LATER, seed=2)
    assert [str(e.origin_date) for e in Hub(place).metadata().entries] == [DAY, LATER]
    assert entry_file(place).read_bytes() == before
    assert problems(place) == []
    with pytest.raises(UserError, match="a day after the last entry"):
        entered(place, "2025-12-10")


def test_the_last_entry_is_made_again_only_before_its_survey(place, tmp_path, monkeypatch):
    entered(place, LATER, seed=2, again=True)
    assert [str(e.origin_date) for e in Hub(place).metadata().entries] == [LATER]
    assert not entry_file(place).exists()
    assert problems(place) == []
    came = facts.load(folder=planted(tmp_path, (2025, 90000)))
    with pytest.raises(UserError, match="its survey has come"):
        hub.check_free(Hub(place), "2026-07-01", True, came)


def test_where_no_survey_has_come_there_is_nothing_to_score_and_it_says_so(first, capsys):
    assert main(["hub", "score", "--hub", str(first), "--lang", "en"][:-2]) == 0
    shown = capsys.readouterr().out
    assert "2025-12-01: to come: the surveys of 2025, 2026, 2027" in shown
    assert "Nothing to score" in shown
    told = registry.performance(Hub(first), facts.load())
    assert told == {"rows": [], "to_come": {DAY: [2025, 2026, 2027]}}
    assert "nothing to score yet" in registry.markdown(told)


def test_an_entry_is_scored_when_its_truth_comes(first, tmp_path, capsys):
    package = planted(tmp_path, (2025, 90000), (2026, 400000))
    shutil.copytree(first, tmp_path / "forecasts")
    asked = ["--hub", str(tmp_path / "forecasts"), "--facts", str(package)]
    assert main(["hub", "score", *asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["to_come"] == {DAY: [2027]}
    near, far = told["rows"]
    assert (near["level"], near["year"], near["n"]) == ("national", 2025, 1)
    kept = samples(read(entry_file(first))).xs("Peru", level="location").iloc[0].to_numpy()
    assert near["crps"] == pytest.approx(float(scores.crps(90000.0, kept, 1000.0)))
    assert near["rival"] == "symmetric walk"
    assert near["skill"] == pytest.approx(1 - near["crps"] / near["rival_crps"])
    assert [near[name] for name in ("in50", "in80", "in95")] == [1.0, 1.0, 1.0]
    assert [far[name] for name in ("in50", "in80", "in95")] == [0.0, 0.0, 0.0]
    assert "| 2025-12-01 | national | 2025 |" in registry.markdown(told)
    assert main(["hub", "check", *asked]) == 1  # what surveys found is not written yet
    assert "globo hub truth" in capsys.readouterr().out
    assert main(["hub", "truth", *asked]) == 0
    assert main(["hub", "check", *asked]) == 0
    oracle = pd.read_csv(tmp_path / "forecasts" / "target-data" / "oracle-output.csv")
    assert oracle["oracle_value"].tolist() == [90000, 400000]
    assert list(oracle) == ["target_end_date", "target", "location", "oracle_value"]


def test_what_surveys_found_is_what_the_scoreboard_takes_for_true(first):
    units = Hub(first).units()
    found = hub.series(facts.load(), units)
    found = found.assign(year=found["target_end_date"].str[:4].astype(int))
    state = known(DAY)
    tables = {"zone": state.by_zone, "district": state.by_unit}
    for unit in units:
        mine = found[found["location"] == unit.location].set_index("year")["observation"]
        table = state.national if unit.level == "national" else tables[unit.level][unit.location]
        there = table.dropna()
        np.testing.assert_allclose(mine.loc[there.index], there)


def test_scoring_history_tells_of_the_registry_too(monkeypatch, capsys):
    from globo.scoring import tables

    class Board:
        def markdown(self):
            return "# Scoreboard\n"

        def to_json(self):
            return '{"rows": []}'

    monkeypatch.setattr(tables, "score", lambda **_: Board())
    assert main(["forecast", "--score"]) == 0
    assert "## Forecasts made before the survey" in capsys.readouterr().out
    assert main(["forecast", "--score", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)["registry"]) == {"rows", "to_come"}


def git(folder, *words):
    who = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def test_an_entry_is_made_from_committed_sources_alone(tmp_path):
    with pytest.raises(UserError, match="no git checkout"):
        hub.commit(tmp_path)
    git(tmp_path, "init")
    (tmp_path / "a.py").write_text("a = 1\n", encoding="utf-8")
    git(tmp_path, "add", "a.py")
    git(tmp_path, "commit", "-m", "a")
    assert len(hub.commit(tmp_path)) == 40
    (tmp_path / "a.py").write_text("a = 2\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"changed: M a\.py"):
        hub.commit(tmp_path)


def test_an_option_before_the_command_is_not_passed_over(first, capsys):
    assert main(["hub", "--hub", str(first), "check"]) == 2
    assert "globo hub check OPTIONS" in capsys.readouterr().err
    assert main(["hub", "--hub", str(first), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["entries"][0]["commit"] == COMMIT


def test_the_page_tells_the_same_figures_in_both_languages(first):
    def figures(lang):
        rows = [line for line in outlook.page(Hub(first), lang).splitlines() if line[:2] == "| "]
        return [[cell for cell in row.split("|") if any(c.isdigit() for c in cell)] for row in rows]

    english, spanish = figures("en"), figures("es")
    assert [row[1:] for row in english] == [row[1:] for row in spanish]
    assert len(english) > YEARS + 2 + outlook.DISTRICTS
    text = outlook.page(Hub(first), "en")
    said = quantiles(read(entry_file(first))).xs("Peru", level="location").iloc[0]
    assert f"about {said[0.5]:,.0f}"[:8] in text
    assert "89,755 ha" in text


def test_a_page_of_an_empty_registry_is_refused(tmp_path, capsys):
    assert main(["hub", "page", "--hub", str(tmp_path / "none")]) == 2
    assert "globo hub write" in capsys.readouterr().err


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_pages_of_the_docs_are_what_the_command_prints(lang):
    page = ROOT / outlook.FILES[lang]
    assert page.read_text(encoding="utf-8") == outlook.page(Hub(hub.default()), lang)


def test_the_registry_that_ships_is_sound():
    shipped = Hub(hub.default())
    assert shipped.metadata().entries
    assert problems(shipped.folder) == []
    assert written(shipped.metadata().entries, shipped.units())
