import ast
import json
import re
from importlib import resources
from pathlib import Path

import pytest

from globo.errors import UserError
from globo.report.texts import NARROW, texts
from globo.texts import LANGUAGES

REPORT = Path(str(resources.files("globo.report")))
TEXTS = REPORT.parent / "texts" / "report"
CODE = (*sorted(REPORT.rglob("*.py")), REPORT.parent / "facts" / "sources.py")
WORDS = {lang: json.loads((TEXTS / f"{lang}.json").read_text("utf-8")) for lang in LANGUAGES}
# Words for names of the data, looked up by `label`.
LABELS = ("zone", "stage", "mode", "exit", "market", "group", "item", "confidence", "quantity")
LABELS += ("basis", "bound", "unit", "place")


def placeholders(text):
    return sorted(re.findall(r"{(\w+)}", text))


@pytest.mark.parametrize("lang", WORDS)
def test_every_language_holds_the_same_keys_in_the_same_order(lang):
    assert list(WORDS[lang]) == list(WORDS["en"])


@pytest.mark.parametrize("key", WORDS["en"])
def test_every_language_fills_the_same_placeholders(key):
    assert len({tuple(placeholders(texts[key])) for texts in WORDS.values()}) == 1


def nodes(kind):
    """Yield the nodes of a kind in the code that says these words."""
    for path in CODE:
        tree = ast.parse(path.read_text("utf-8"))
        yield from (node for node in ast.walk(tree) if isinstance(node, kind))


def asked_for():
    """List the keys that the code hands to `t` or `text` as they stand."""
    keys = set()
    for call in nodes(ast.Call):
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        first = call.args[0] if call.args else None
        given = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
        plain = {node.value for node in given if isinstance(node, ast.Constant)}
        keys |= plain if name == "t" else set()
        if name == "text":
            keys |= {f"{key}.{kind}" for key in plain for kind in ("alone", "versus") if "." in key}
    return keys


def put_together():
    """List patterns of the keys that the code puts together from a group and a name."""
    for joined in nodes(ast.JoinedStr):
        head = joined.values[0]
        if isinstance(head, ast.Constant) and re.match(r"[a-z_]+\.", head.value):
            yield "".join(
                re.escape(v.value) if isinstance(v, ast.Constant) else r".+" for v in joined.values
            )


def test_every_text_that_the_code_asks_for_is_there():
    assert asked_for() - set(WORDS["en"]) == set()
    for pattern in put_together():
        assert any(re.fullmatch(pattern, key) for key in WORDS["en"]), pattern


def test_no_text_is_left_over():
    named = {node.value for node in nodes(ast.Constant) if isinstance(node.value, str)}
    named |= asked_for()
    patterns = list(put_together())
    left = [
        key
        for key in WORDS["en"]
        if key not in named
        and key.split(".")[0] not in LABELS
        and not any(re.fullmatch(pattern, key) for pattern in patterns)
    ]
    assert left == []


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (92784.6, "92,800"),
        (1234.5, "1,230"),
        (0.04567, "0.0457"),
        (-15.04, "−15"),
        (0.0, "0"),
        (12_200_000, "12.2 M"),
        (float("nan"), "–"),
    ],
)
@pytest.mark.parametrize("lang", ["es", "en"])
def test_numbers_have_comma_and_point_in_both_languages(lang, value, told):
    assert texts(lang).number(value) == told


def test_a_count_keeps_every_digit():
    assert texts("es").whole(1234) == "1,234"


def test_the_percent_sign_stands_apart_in_spanish_alone():
    assert texts("es").percent(0.45) == f"45{NARROW}%"
    assert texts("en").percent(0.45) == "45%"
    assert "90 %" not in texts("es")("legend.ninety")


def test_a_probability_is_never_surer_than_the_draws_allow():
    t = texts("en")
    assert t.chance(1.0, 16) == f">{NARROW}94%"
    assert t.chance(0.0, 64) == f"<{NARROW}1.6%"
    assert t.chance(0.5, 64) == "50%"


def test_a_difference_has_its_three_numbers_to_the_same_place():
    t = texts("en")
    assert t.change_with_range(51.7, -114.2, 1093.0, "ha") == "+50\u00a0ha (−110 to +1,090)"
    assert t.change_with_range(0.0871, -0.0308, 0.244) == "+0.087 (−0.031 to +0.244)"
    assert texts("es").change_with_range(3.9e6, -1.2e5, 8.4e6) == "+3.9 M (de −0.12 M a +8.4 M)"


def test_spanish_says_e_before_the_sound_of_an_i():
    assert texts("es").listed(["VRAEM", "Inambari-Tambopata"]) == "VRAEM e Inambari-Tambopata"
    assert texts("es").listed(["A", "B", "Huallaga"]) == "A, B y Huallaga"
    assert texts("en").listed(["A", "B"]) == "A and B"


def test_a_language_that_the_report_does_not_speak_is_refused():
    with pytest.raises(UserError, match="lang: 'fr'; allowed: en, es"):
        texts("fr")


def test_a_missing_text_names_the_nearest():
    with pytest.raises(KeyError, match="did you mean 'page.contents'"):
        texts("en")("page.content")
