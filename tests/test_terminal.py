"""The terminal in Spanish and English: by the option, by the locale, the same figures."""

import re
from pathlib import Path

import pytest
import typer

import globo
from globo.cli import costs, forecast, main, optimise, publish
from globo.cli.app import app
from globo.publish import Error, Published
from globo.texts import terminal

PUSH = {"name": "push", "levers": {"eradication_budget": [{"from": "2002-01", "value": 90000}]}}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    place = tmp_path_factory.mktemp("runs")
    for name, scenario in {"a": None, "b": PUSH}.items():
        globo.run(scenario, draws=2, seed=1, until="2002-12", out=place / name)
    return place


@pytest.fixture(autouse=True)
def no_locale(monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


def test_both_languages_hold_every_text_with_the_same_places():
    for key, row in terminal.words().items():
        places = [sorted(re.findall(r"\{(\w+)\}", row[lang])) for lang in terminal.LANGUAGES]
        assert places[0] == places[1], key
        assert all(row.values()), key


@pytest.mark.parametrize(
    ("words", "env", "lang"),
    [
        (["run"], {}, "en"), (["run", "--lang", "es"], {}, "es"), (["run", "--lang=es"], {}, "es"),
        (["run"], {"LANG": "es_PE.UTF-8"}, "es"), (["run", "--lang", "en"], {"LANG": "es"}, "en"),
        (["run"], {"LC_ALL": "en_US.UTF-8", "LANG": "es_PE"}, "en"), (["run", "es"], {}, "en"),
        (["run"], {"LC_MESSAGES": "es_BO", "LANG": "C"}, "es"), (["run", "--lang"], {}, "en"),
        (["run", "--lang", "fr"], {"LANG": "es"}, "es"), (["run"], {"LANG": "et_EE"}, "en"),
        ([], {}, "en"), ([], {"LANG": "es_PE"}, "es"),
    ],
)  # fmt: skip
def test_the_option_wins_over_the_locale(words, env, lang, monkeypatch):
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert terminal.language_of(words) == lang


def test_compare_says_the_same_figures_in_both_languages(folders, capsys):
    words = ["compare", str(folders / "a"), str(folders / "b")]
    assert main(words) == 0
    english = capsys.readouterr().out
    assert main([*words, "--lang", "es"]) == 0
    spanish = capsys.readouterr().out
    assert "push against baseline: coca at the end of 2002 (2 draws)" in english
    assert "push frente a baseline: coca a fines de 2002 (2 sorteos)" in spanish
    assert "intervalo de 90 %" in spanish
    assert "Probablemente se hincha en: " in spanish
    assert "likely" not in spanish
    figures = [re.findall(r"[+-][\d,]+", text) for text in (english, spanish)]
    assert figures[0] == figures[1]


def test_a_refusal_and_a_run_speak_the_language_of_the_locale(folders, capsys, monkeypatch):
    monkeypatch.setenv("LANG", "es_PE.UTF-8")
    assert main(["run", "--seed", "-1"]) == 2
    assert "se admite: un número entero, de 0 a 4,294,967,295; véase" in capsys.readouterr().err
    assert main(["facts", "list", "--place", "nowhere"]) == 2
    assert "; se admite: " in capsys.readouterr().err
    monkeypatch.chdir(folders)
    assert main(["run", "--draws", "1", "--until", "2001-12", "--no-report", "--out", "c"]) == 0
    shown = capsys.readouterr()
    assert "mediana" in shown.out
    assert "1 sorteos, " in shown.out
    assert "hasta 2001-12, en c" in shown.err


def test_a_run_folder_opens_as_it_was_and_a_comparison_is_a_table_in_a_notebook(folders, tmp_path):
    a, b = globo.open(folders / "a"), globo.open(str(folders / "b"))
    assert a.attrs["scenario"] == "baseline"
    assert a.sizes["draw"] == 2
    page = globo.compare(a, b)._repr_html_()
    assert page.startswith("<table>")
    assert page.count("<tr>") == len(a["zone"]) + 2
    assert "Marañón" in page
    assert "90 % interval" in page
    assert len(page) < 8000
    for wrong in ("", tmp_path, "nowhere", 3, None):
        with pytest.raises(globo.UserError):
            globo.open(wrong)
    odd = globo.compare(a, b.assign_attrs(scenario="<script>x</script>"))
    assert "<script>" not in odd._repr_html_()


PUBLISHED = Published(
    Path("site"),
    60,
    12e6,
    31.0,
    Error(100, 5000, 0.993, 0.97, 0.4, "coca_ha", {"demand": 2.0}, 257),
)  # fmt: skip
ONE = {
    "id": "P01", "objectives": {"coca_ha": 51_000.0}, "levers": {"road_control": 2.5},
    "regret": 0.12, "robust": True,
}  # fmt: skip
FOUND = {
    "front": [ONE], "today": {**ONE, "id": "today", "robust": False}, "robust_measures": [],
    "dominated": [
        {"measure": "titles", "why": "beaten", "by": "roads"},
        {"measure": "roads", "why": "unused", "by": None},
        {"measure": "security", "why": "buys_nothing", "by": None},
    ],
    "hypervolume_ratio_to_random": 1.42, "runs": 1200, "seconds": 77.0,
}  # fmt: skip
FORECAST = {
    "as_of": "2018-12-31", "level": "zone",
    "coca_ha": {"VRAEM": {"2018": {"p05": 20_000.0, "p50": 24_000.0, "p95": 29_000.0}}},
}  # fmt: skip
COSTS = {
    "left_out": [],
    "measure": "push", "spent_usd": {"p05": 1.0, "p50": 2.0, "p95": 3.0},
    "usd_per_kg": {"p05": 10.0, "p50": 20.0, "p95": 30.0},
}  # fmt: skip


@pytest.mark.parametrize(
    ("shown", "english", "spanish"),
    [
        (lambda: optimise._show(FOUND, Path("out")),
         "Portfolios that no other beats", "Carteras que ninguna otra supera"),
        (lambda: publish._show(PUBLISHED), "it never saw", "no había visto"),
        (lambda: costs._show([COSTS], 4), "spent, USD a year", "gasto, USD al año"),
        (lambda: forecast._show(FORECAST), "as known", "según lo conocido"),
    ],
)  # fmt: skip
def test_what_takes_long_to_make_is_told_in_both_languages_with_one_set_of_figures(
    shown, english, spanish, capsys
):
    said = {}
    for lang in terminal.LANGUAGES:
        with terminal.speaking(lang):
            shown()
        said[lang] = capsys.readouterr().out
    assert english in said["en"]
    assert spanish in said["es"]
    assert english not in said["es"]
    figures = [sorted(re.findall(r"\d[\d,.]*\d", text)) for text in said.values()]
    assert figures[0] == figures[1]


def test_every_command_can_be_told_its_language():
    group = typer.main.get_command(app)
    commands = {**group.commands, **group.commands["hub"].commands}
    for name in ("hub", "facts", "truth"):  # facts reads its own words, truth prints a CSV
        del commands[name]
    assert len(commands) > 15
    assert [n for n, c in commands.items() if "lang" not in {p.name for p in c.params}] == []


def test_the_command_alone_says_what_there_is(capsys):
    assert main([]) == 0
    shown = capsys.readouterr()
    assert "Usage: globo" in shown.out
    assert shown.err == ""


@pytest.mark.parametrize(
    ("words", "spanish", "english"),
    [
        ([], "Siguiente: ", "Next: "), (["list", "--rows", "1"], " cifras, ", " figures, "),
        (["sources"], "editor", "publisher"), (["check"], "sin problemas", "no problems"),
    ],
)  # fmt: skip
def test_facts_are_told_in_the_language_that_is_asked_for(words, spanish, english, capsys):
    assert main(["facts", *words, "--lang=es"]) == 0
    shown = capsys.readouterr().out
    assert spanish in shown
    assert english not in shown


def test_a_language_of_facts_stands_anywhere_and_another_is_refused(capsys):
    assert main(["facts", "--lang", "es", "list", "--rows", "1"]) == 0
    assert " cifras, " in capsys.readouterr().out
    assert main(["facts", "--lang", "fr"]) == 2
