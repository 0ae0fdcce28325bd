"""Everything that is taken home is opened, by another library than the one that wrote it."""

import csv
import io
import json

import numpy as np
import openpyxl
import pandas as pd
import pytest
from ruamel.yaml import YAML

from globo import scenario
from globo.server.tidy import COLUMNS, figures, proper
from globo.texts import words

QUERY = {"eradication_budget": "1500", "eradication_where@VRAEM": "0.5", "start": "2019"}
NAMED = {**QUERY, "name": "Mano dura: ñandú", "lang": "es"}


def rows(client, **query):
    text = client.get("/api/run.csv", params=query or QUERY).text
    return list(csv.DictReader(io.StringIO(text)))


def one(found, **wanted):
    (row,) = [r for r in found if all(r[k] == v for k, v in wanted.items())]
    return row


def test_csv_has_a_row_a_figure_with_code_interval_and_baseline(client):
    found = rows(client)
    assert tuple(found[0]) == COLUMNS
    keys = [tuple(r[k] for k in COLUMNS[:6]) for r in found]
    assert len(set(keys)) == len(keys)
    full = client.get("/api/run.json", params=QUERY).json()["arrays"]["coca_ha|country"]
    at = {"place_kind": "country", "place": "Peru", "year": "2019", "quantity": "coca_ha"}
    level, change = (one(found, **at, scenario=s) for s in ("page", "difference"))
    assert level["place_code"] == ""
    assert float(level["p50"]) == pytest.approx(full["level"][2 * 3 + 1], rel=1e-4)
    for i, p in enumerate(("p05", "p50", "p95")):
        assert float(change[p]) == pytest.approx(full["delta"][i * 3 + 1], rel=1e-4, abs=0.06)
    base = client.get("/api/baseline").json()
    middle = base["arrays"]["coca_ha|country"]["level"][2 * 5 + base["years"].index(2019)]
    assert float(level["baseline"]) == pytest.approx(middle, rel=1e-2)  # the page sends 3 digits


def test_a_district_has_its_code_its_name_and_an_interval(client):
    at = {"quantity": "coca_ha", "year": "2020", "scenario": "page", "place_kind": "district"}
    row = one(rows(client), **at, place_code="050501")
    assert row["place"] == "D0"
    assert float(row["p05"]) < float(row["p50"]) < float(row["p95"])
    assert all(len(r["p50"].partition(".")[2]) <= 1 for r in rows(client) if r["unit"] == "ha")


@pytest.mark.parametrize(
    ("capitals", "written"),
    [("SAN MARTIN DE PANGOA", "San Martin de Pangoa"), ("LA MAR", "La Mar"), ("VRAEM", "Vraem")],
)
def test_names_in_capitals_are_written_as_people_do(capitals, written):
    assert proper(capitals) == written
    assert proper("La Convención-Lares") == "La Convención-Lares"


def test_the_baseline_alone_has_no_differences(client):
    whole = client.get("/api/run.csv").text
    assert "nan" not in whole.lower()
    assert whole.count("\nbaseline,") == len(whole.splitlines()) - 1  # no lever, no difference


def test_a_draw_that_failed_takes_no_part(monkeypatch):
    from globo.results.outcomes import Outcome

    unit = Outcome("coca_ha|country", "ha", lambda ds: ds)
    monkeypatch.setattr("globo.server.tidy.outcomes", lambda: {"coca_ha|country": unit})
    base = np.array([100.0, 200, 300, np.nan]).reshape(4, 1, 1)
    arrays = {"coca_ha|country": base, "coca_ha|whole": base}
    lower = {name: values - 100 for name, values in arrays.items()}
    frame = {"places": {"country": ["Peru"]}, "districts": {"name": []}}
    found = figures(frame, [2018], arrays, lower, "x")
    assert found["p50"].tolist() == [100.0, -100.0]
    assert found["baseline"].tolist() == [200.0, 200.0]


@pytest.mark.parametrize("lang", ["es", "en"])
def test_the_workbook_says_what_it_holds(client, lang):
    answer = client.get("/api/run.xlsx", params={**NAMED, "lang": lang})
    assert 'filename="globo_scenario.xlsx"' in answer.headers["content-disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    t = words(lang)
    sheets = ("about", "figures", "quantities")
    assert book.sheetnames == [t[f"page.file.sheet.{n}"] for n in sheets]
    about = [(row[0].value, row[1].value) for row in book.worksheets[0].iter_rows()]
    told = dict(about)
    assert told[t["page.file.scenario"]] == "Mano dura: ñandú"
    assert told[t["page.file.seed"]] == "1"
    assert told[t["page.file.draws"]] == "40"
    assert told[t["page.file.facts"]] == "0" * 64
    assert "globo run globo_scenario.yaml" in told[t["page.file.command"]]
    assert told[t["page.file.caution"]] == t["page.summary.forecast"]
    assert [text for name, text in about if name == t["page.file.change"]][1].startswith(
        {
            "es": "Dónde, VRAEM: 50\u202f% (hoy 100\u202f%)",
            "en": "Where, VRAEM: 50% (today 100%)",
        }[lang]
    )
    assert told[t["page.file.left_out"]] == {"es": "Dónde", "en": "Where"}[lang]
    sheet = book.worksheets[1]
    assert tuple(cell.value for cell in sheet[1]) == COLUMNS
    same = rows(client, **NAMED)
    assert sheet.max_row == len(same) + 1
    assert [sheet.cell(2, 3).value, sheet.cell(2, 9).value] == [
        same[0]["place_code"],
        float(same[0]["p50"]),
    ]
    kinds = {row[0].value: row[2].value for row in book.worksheets[2].iter_rows(min_row=2)}
    assert set(kinds) == {r["quantity"] for r in same}
    assert all(kinds.values())


def test_parquet_holds_the_rows_of_the_csv_and_what_they_are(client):
    content = client.get("/api/run.parquet", params=NAMED).content
    found = pd.read_parquet(io.BytesIO(content), engine="fastparquet")
    table = pd.read_csv(io.StringIO(client.get("/api/run.csv", params=NAMED).text))
    assert list(found.columns) == list(COLUMNS)
    assert len(found) == len(table)
    np.testing.assert_allclose(found["p50"], table["p50"])
    assert set(found["scenario"]) == {"Mano dura ñandú", "difference"}
    import fastparquet

    about = fastparquet.ParquetFile(io.BytesIO(content)).key_value_metadata["globo"]
    assert json.loads(about)["Scenario"] == "Mano dura: ñandú"


def test_geojson_has_a_point_a_district_with_the_figures_of_the_csv(client):
    told = client.get("/api/run.geojson", params=QUERY).json()
    assert told["type"] == "FeatureCollection"
    assert [f["id"] for f in told["features"]][:2] == ["050501", "050502"]
    first = told["features"][0]
    lon, lat = first["geometry"]["coordinates"]
    assert -82 < lon < -68
    assert -19 < lat < 1
    at = {"quantity": "coca_ha", "year": "2020", "place_code": "050501"}
    level, change = (one(rows(client), **at, scenario=s) for s in ("page", "difference"))
    assert first["properties"]["coca_ha_2020_p50"] == float(level["p50"])
    assert first["properties"]["coca_ha_2020_baseline"] == float(level["baseline"])
    assert first["properties"]["change_2020_p95"] == float(change["p95"])
    assert told["metadata"]["Semilla"] == "1"


def test_the_scenario_file_is_one_that_globo_takes(client):
    query = {"eradication_where@VRAEM": "0.5", "start": "2019", "name": "A & B"}
    text = client.get("/api/run.yaml", params=query).text
    loaded = scenario.load(YAML(typ="safe").load(text))
    assert (loaded.name, loaded.title["es"]) == ("A B", "A & B")
    assert [(c.lever, c.place, c.first, c.value) for c in loaded.changes] == [
        ("eradication_where", "VRAEM", "2019-01", 0.5)
    ]


def test_no_download_is_named_as_the_package_is(client):
    for kind in ("csv", "xlsx", "parquet", "geojson", "json", "yaml", "py"):
        answer = client.get(f"/api/run.{kind}", params=QUERY)
        assert answer.status_code == 200, kind
        assert f'filename="globo_scenario.{kind}"' in answer.headers["content-disposition"]


def test_the_report_is_told_of_its_scenario_and_of_the_baseline(client, monkeypatch):
    asked = []

    def written(base, whole, lang):
        asked.append((base.attrs, whole and whole.attrs, lang))
        return "<p>a report</p>"

    monkeypatch.setattr("globo.server.session.report", written)
    answer = client.get("/api/report.html", params=NAMED)
    assert 'filename="globo_report.html"' in answer.headers["content-disposition"]
    client.get("/api/report.html", params={"lang": "en", "name": "not for the baseline"})
    (base, whole, lang), (alone, none, other) = asked
    assert (lang, other, none) == ("es", "en", None)
    assert base == alone
    assert base["scenario"] == "baseline"
    assert base["command"] == "globo run --draws 40 --seed 1"
    assert base["from"] == whole["from"] == "2016-01"  # with the history that both share
    assert whole["scenario"] == "Mano dura ñandú"
    assert whole["command"] == "globo run globo_scenario.yaml --draws 40 --seed 1"
    stated = YAML(typ="safe").load(whole["scenario_yaml"])
    assert stated["title"]["es"] == "Mano dura: ñandú"
    assert list(stated["levers"]) == ["eradication_budget", "eradication_where"]
    assert YAML(typ="safe").load(base["scenario_yaml"])["levers"] == {}
