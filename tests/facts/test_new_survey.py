"""A new survey is a data drop: it joins the package with its source, or one line says why not.

The survey of 2025 is made from that of 2024, a few per cent larger, so that its sums hold.
"""

import re

import pytest
from typer.testing import CliRunner

from globo import facts
from globo.cli.facts_app import app
from globo.facts import tables

SOURCE = ("--source", "devida_2026", "--published", "2026-06-26")
NAMED = ("--title", "Perú: Monitoreo de cultivos de coca 2025", "--publisher", "DEVIDA")
COPIES = 3  # a survey of 2025, per cent above that of 2024


@pytest.fixture
def survey(tmp_path):
    """Return the three tables of a survey of 2025, as files."""
    known = facts.load()
    zones = known.coca_zone.query("year == 2024")[["zone", "coca_ha"]].assign(year=2025)
    zones["coca_ha"] = (zones.coca_ha * (1 + COPIES / 100)).round().astype(int)
    departments = known.coca_department.query("year == 2024")[["department", "coca_ha"]]
    departments = departments.assign(year=2025)
    departments["coca_ha"] = (departments.coca_ha * (1 + COPIES / 100)).round().astype(int)
    most = departments.coca_ha.idxmax()
    departments.loc[most, "coca_ha"] += zones.coca_ha.sum() - departments.coca_ha.sum()
    zones.to_csv(tmp_path / "coca_zone.csv", index=False)
    departments.to_csv(tmp_path / "coca_department.csv", index=False)
    nation = f"Peru,coca_ha,2025,{zones.coca_ha.sum()},ha,UNODC survey"
    head = "country,quantity,year,value,unit,basis"
    (tmp_path / "national.csv").write_text(f"{head}\n{nation}\n", encoding="utf-8")
    return tmp_path


def add(*arguments):
    return CliRunner().invoke(app, ["add", *map(str, arguments)])


def three(folder):
    return [folder / f"{name}.csv" for name in ("coca_zone", "coca_department", "national")]


def test_a_survey_joins_the_package_with_its_source_and_is_known_from_its_day(survey):
    out = survey / "package"
    answer = add(*three(survey), *SOURCE, *NAMED, "--out", out)
    assert answer.exit_code == 0, answer.stderr
    assert facts.check(out) == []
    after, before = facts.load(folder=out), facts.load("2026-06-25", folder=out)
    assert len(after.coca("zone").loc[2025].dropna()) == 24
    assert after.sources.set_index("id").publisher["devida_2026"] == "DEVIDA"
    assert 2025 not in before.coca("zone").index
    old, new = facts.load(), after
    for name in set(tables.schemas()) - {"sources"}:  # what was there stays as it was
        assert new.table(name).iloc[: len(old.table(name))].equals(old.table(name)) or name in (
            "districts",
        )


def test_a_check_alone_writes_nothing(survey):
    before = sorted(path.name for path in survey.iterdir())
    answer = add(*three(survey), *SOURCE, *NAMED)
    assert answer.exit_code == 0
    assert "nothing written" in answer.stdout
    assert sorted(path.name for path in survey.iterdir()) == before


DISTRICTS = "ubigeo,year,coca_ha\n250101,2021,800\n"
ZONES = "zone,year,coca_ha\nVRAEM,2025,37000\nHuallaga,2025,4500\n"
LATER = "zone,year,coca_ha,known_at\nVRAEM,2025,37000,2062-06-01\n"
CLEARED = "place,level,year,quantity,value,unit\nPeru,national,2026,eradicated_ha,9000,ha\n"


@pytest.mark.parametrize(
    ("name", "text", "row", "field", "mend"),
    [
        ("coca_district", DISTRICTS + "10401,2021,1600\n", 3, "ubigeo", "did you mean '010401'"),
        ("coca_district", DISTRICTS + "250199,2021,1600\n", 3, "ubigeo", "did you mean '25"),
        ("coca_district", DISTRICTS + "250101,2021,801\n", 3, "year", "take one of them out"),
        ("coca_zone", ZONES.replace("Huallaga", "Huallga"), 3, "zone", "mean 'Huallaga'"),
        ("coca_zone", ZONES.replace("37000", '"37.000,5"'), 2, "coca_ha", "without a mark"),
        ("coca_zone", ZONES.replace("37000", "37000,5"), 2, "", "decimals with a point"),
        ("coca_zone", ZONES.replace("37000", "-37000"), 2, "coca_ha", "printed table"),
        ("coca_zone", ZONES.replace("37000", "NaN"), 2, "coca_ha", "a number"),
        ("coca_zone", ZONES.replace("37000", ""), 2, "coca_ha", "fill it in"),
        ("coca_zone", ZONES.replace("2025", "2024"), 2, "year", "correct the row there"),
        ("eradication", CLEARED.replace(",ha\n", ",km2\n"), 2, "unit", "allowed: ha"),
        ("eradication", CLEARED.replace("eradicated_ha", "erased_ha"), 2, "quantity", "eradicated"),
        ("coca_zone", ZONES.replace("coca_ha", "hectares"), 1, "", "column 'hectares'"),
        ("coca_zone", ZONES.replace(",", ";"), 1, "", "save it as CSV with commas"),
        ("coca_department", "department,year\nUcayali,2025\n", 1, "", "coca_ha"),
        ("coca_zone", LATER, 2, "known_at", "a day up to today"),
    ],
)  # fmt: skip
def test_a_fault_is_one_line_with_file_row_field_what_is_allowed_and_the_mend(
    tmp_path, name, text, row, field, mend
):
    path = tmp_path / f"{name}.csv"
    path.write_text(text, encoding="utf-8")
    answer = add(path, *SOURCE, *NAMED, "--out", tmp_path / "package")
    assert answer.exit_code == 2
    assert len(answer.stderr.splitlines()) == 1
    assert f"{path}:{row} {field}".rstrip() + ":" in answer.stderr
    assert re.search(r"; allowed: .", answer.stderr)
    assert mend in answer.stderr
    assert not (tmp_path / "package").exists()


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("coca_zone", r"VRAEM,(\d+)", r"VRAEM,3744", "coca_zone.csv:24 coca_ha: 3744"),  # a slip
        ("national", r"2025,(\d+)", r"2025,60000", "2025"),  # zones beyond the nation
    ],
)
def test_what_does_not_fit_what_is_known_is_refused(survey, name, old, new, said):
    path = survey / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    spoilt = re.sub(old, new, text)
    assert spoilt != text
    path.write_text(spoilt, encoding="utf-8")
    answer = add(*three(survey), *SOURCE, *NAMED, "--out", survey / "package")
    assert answer.exit_code == 2
    assert len(answer.stderr.splitlines()) == 1
    assert said in answer.stderr
    assert "compare with the printed table" in answer.stderr
    assert not (survey / "package").exists()


@pytest.mark.parametrize(
    ("options", "mend"),
    [
        (("--source", "unodc_devida_2042", "--published", "2026-06-26"), "--title and --publisher"),
        (("--source", "DEVIDA 2025", "--published", "2026-06-26", *NAMED), "as unodc_devida_2025"),
        (("--source", "devida_2026", "--published", "2096-06-26", *NAMED), "a day up to today"),
        (("--source", "devida_2026", "--published", "26/06/2026", *NAMED), "YYYY-MM-DD"),
    ],
)
def test_a_source_needs_a_name_a_day_and_a_publisher(survey, options, mend):
    answer = add(*three(survey), *options)
    assert answer.exit_code == 2
    assert len(answer.stderr.splitlines()) == 1
    assert mend in answer.stderr


@pytest.mark.slow
def test_a_second_drop_joins_the_first_in_place(survey):
    out = survey / "package"
    assert add(*three(survey), *SOURCE, *NAMED, "--out", out).exit_code == 0
    plan = survey / "eradication.csv"
    plan.write_text(
        "place,level,year,quantity,value,unit\nPeru,national,2026,eradicated_ha,100,ha\n"
    )
    answer = add(plan, *SOURCE, "--folder", out, "--out", out)
    assert answer.exit_code == 0, answer.stderr
    rows = facts.load(folder=out).eradication
    assert rows.id.is_unique
    assert (rows.source == "devida_2026").sum() == 1
    assert facts.check(out) == []
