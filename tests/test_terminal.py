"""The terminal in Spanish and English: by the option, by the locale, the same figures."""

import re

import pytest

import globo
from globo.cli import main
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
    ],
)  # fmt: skip
def test_the_option_wins_over_the_locale(words, env, lang, monkeypatch):
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert terminal.asked_for(words) == lang


def test_compare_says_the_same_figures_in_both_languages(folders, capsys):
    words = ["compare", str(folders / "a"), str(folders / "b")]
    assert main(words) == 0
    english = capsys.readouterr().out
    assert main([*words, "--lang", "es"]) == 0
    spanish = capsys.readouterr().out
    assert "push against baseline: coca at the end of 2002 (2 draws)" in english
    assert "push frente a baseline: coca a fines de 2002 (2 sorteos)" in spanish
    assert "intervalo del 90 %" in spanish
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
