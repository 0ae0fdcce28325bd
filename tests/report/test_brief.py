"""The brief: one page that says policy, finding, map, why, costs, what is not known, sources."""

import io
import re

import pypdfium2
import pytest

from globo import report
from globo.errors import UserError
from globo.report.brief import paper
from globo.report.brief.sheet import pdf
from globo.report.texts import texts

from . import world
from .printing import flat, ink_outside, opened

PARTS = ("policy", "finding", "why", "costs", "unknown", "sources")
LEVERS = "  eradication_budget: 30000\n  eradication_where: {VRAEM: 0.5}\n"


def made(lang, levers=LEVERS, **growth):
    return pdf(world.run("push", growth=growth or {"VRAEM": 0.5}, levers=levers), world.run(), lang)


@pytest.fixture(scope="module", params=["es", "en"])
def brief(request):
    return request.param, *opened(made(request.param))


def test_it_is_one_page_of_a4_with_nothing_cut(brief):
    _, pages, document = brief
    assert len(pages) == 1
    assert document[0].get_size() == pytest.approx((595, 842), abs=1)
    assert ink_outside(document[0], edge=30) == 0


def test_every_part_stands_on_it_in_its_order(brief):
    lang, (page,), _ = brief
    t, text = texts(lang), flat(page)
    at = [text.index(t(f"brief.{part}")) for part in PARTS]
    assert at == sorted(at)
    assert t("page.not_a_forecast") in text
    assert "globo run push --seed 3" in text


def test_the_policy_the_finding_and_what_has_no_price_are_the_run_s(brief):
    lang, (page,), _ = brief
    text = flat(page)
    assert {"es": "La push", "en": "The push"}[lang] in text
    assert "30,000" in text
    assert re.search({"es": r"hoy 19,000", "en": r"today 19,000"}[lang], text)
    assert "VRAEM" in text
    left = {"es": "Erradicar con escolta", "en": "Eradicate under escort"}[lang]
    assert text.count(left) == 2  # among the levers, and among what no sum counts
    assert "UNODC" in text


def test_the_map_is_drawn_as_large_as_told(brief):
    _, _, document = brief
    image = document[0].render(scale=1.0).to_numpy()
    beside = image[60:420, 350:560, :3].astype(int)
    falls = (beside[..., 2] - beside[..., 1] > 40).sum()  # violet, where coca falls
    assert falls > 50


def test_its_letters_come_along(brief):
    _, _, document = brief
    fonts = {
        piece.get_font().get_base_name()
        for piece in document[0].get_objects(filter=[1])
        if hasattr(piece, "get_font")
    }
    assert fonts, "no text on it"
    assert all("Globo" in name for name in fonts), fonts


@pytest.mark.parametrize("lang", ["es", "en"])
def test_a_long_policy_still_fits_on_one_page(lang):
    names = ("road_control", "river_control", "air_control", "precursor_control", "coffee_rust")
    levers = LEVERS + "".join(f"  {name}: 0.5\n" for name in names)
    (page,), _ = opened(made(lang, levers, VRAEM=0.2, Huallaga=3.0, Putumayo=2.0))
    assert {"es": "Y 2 cambios más", "en": "And 2 more changes"}[lang] in flat(page)


def test_the_same_runs_give_the_same_bytes():
    assert made("es") == made("es")


def test_it_is_written_whole_into_a_new_folder(tmp_path):
    path = report.write_brief(world.run("push", levers=LEVERS), tmp_path / "new/a.pdf", world.run())
    assert len(pypdfium2.PdfDocument(io.BytesIO(path.read_bytes()))) == 1


def test_runs_of_other_luck_are_refused(tmp_path):
    with pytest.raises(UserError):
        report.write_brief(world.run("push"), tmp_path / "a.pdf", world.run(seed=4))
    assert not list(tmp_path.iterdir())


def test_a_text_is_wrapped_whole_and_within_its_room():
    words = "Es una respuesta del modelo a un «qué pasaría si», no un pronóstico: ñ, ü, –, ≥ 1 %."
    lines = paper.wrapped(words, paper.PLAIN, 10, 120)
    assert " ".join(lines) == paper.settable(words, paper.PLAIN)
    assert len(lines) > 2
    assert max(paper.width_of(line, paper.PLAIN, 10) for line in lines) <= 120


def test_what_a_font_lacks_is_written_plainly():
    assert paper.settable("Łódź: 中", paper.PLAIN) == "?ódz: ?"
    assert "?" not in paper.settable("áéíóúñü¿¡«»–…°×", paper.PLAIN)
