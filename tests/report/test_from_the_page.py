"""The report that the page hands out is of the scenario that was on the screen."""

import pytest

from globo.report.book import html
from globo.scenario.controls import controls, places
from globo.server.declaration import Declaration
from globo.server.reports import named

from . import world

MOVED = {"eradication_budget": 31500.0, "eradication_where@VRAEM": 1.0}


def written(lang, name=""):
    table = controls({kind: list(places(kind)) for kind in ("zone", "group", "port", "market")})
    told = Declaration(table, MOVED, 2014, 2017, 20, 3, name)
    base = named(world.run(), Declaration(table, {}, 2014, 2017, 20, 3))
    return html(named(world.run("push", growth={"VRAEM": 0.5}), told), lang, base)


@pytest.mark.parametrize(
    ("lang", "title", "today"),
    [
        ("es", "Coca erradicada", "La política de hoy"),
        ("en", "Coca cleared", "Today&#x27;s policy"),
    ],
)
def test_title_levers_and_command_are_the_scenario_s(lang, title, today):
    text = written(lang)
    head = text[text.index("<header>") : text.index("</header>")]
    assert title in head
    assert "31,500" in head
    assert "VRAEM" in head
    assert today in head
    part = text[text.index('id="scenario"') : text.index('id="places"')]
    assert part.count("<tr>") == 3
    assert "31,500" in part
    assert "2014-01" in part
    assert "globo run globo_scenario.yaml --draws 20 --seed 3" in text


def test_the_reader_s_own_name_is_the_title():
    text = written("es", "Mano dura: ñandú")
    assert "Mano dura: ñandú" in text[text.index("<h1>") : text.index("</h1>")]
