import re
import time

import numpy as np
import pytest

from globo import report
from globo.decisions import compare
from globo.errors import UserError
from globo.model.levers import levers
from globo.report.case import case
from globo.report.sections.headline import zone_changes
from globo.report.texts import texts

from . import world
from .reading import Reader

BIGGEST, SLOWEST = 2.5e6, 20.0  # bytes, seconds of one core
GROWTH = {"VRAEM": 0.5, "Huallaga": 1.3, "Putumayo": 1.001}
LEVERS = "  eradication_ha: 30000\n"


@pytest.fixture(scope="module")
def runs():
    base, push = world.run(), world.run("push", growth=GROWTH, levers=LEVERS)
    shake = np.where(np.arange(push.sizes["draw"]) % 5 < 3, 0.25, -0.2)
    there = push["district_zone"].values == "Putumayo"
    push["coca_ha"][:, -1, there] = push["coca_ha"].values[:, -1, there] * (1 + shake[:, None])
    return base, push


@pytest.fixture(scope="module", params=[("es", False), ("en", False), ("es", True), ("en", True)])
def told(request, runs, tmp_path_factory):
    lang, versus = request.param
    base, push = runs
    path = tmp_path_factory.mktemp("report") / "report.html"
    start = time.process_time()
    given = {"ds": push, "baseline": base} if versus else {"ds": base}
    assert report.write(path=path, lang=lang, **given) == path
    assert time.process_time() - start < SLOWEST
    return lang, versus, path.read_text("utf-8")


def test_one_file_opens_without_asking_for_anything(told):
    lang, _, text = told
    page = Reader(text)
    assert page.outside == []
    assert page.count["script"] == page.count["img"] == page.count["iframe"] == 0
    assert len(text.encode()) < BIGGEST
    assert page.lang == texts(lang)("page.lang")


def test_ids_are_unique_and_every_reference_resolves(told):
    page = Reader(told[2])
    assert len(page.ids) == len(set(page.ids))
    assert set(page.anchors) <= set(page.ids)


def test_headings_step_down_one_level_at_a_time(told):
    levels = [level for level, _ in Reader(told[2]).headings]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


def test_every_picture_says_what_it_shows_and_has_its_table(told):
    page = Reader(told[2])
    assert len(page.pictures) > 30
    assert all(len(label) > 20 for label in page.pictures)
    assert page.count["figure"] == page.count["figcaption"] > 15
    assert page.text.count('<details class="data">') == page.count["figure"]


def test_words_are_those_of_the_language(told):
    lang, _, text = told
    ours = re.sub(r'<table class="evidence">.*?</table>', "", text, flags=re.DOTALL)
    words = set(re.findall(r"\w+", " ".join(Reader(ours).words)))
    foreign = {
        "es": {"draws", "Elsewhere", "processing", "survey", "median", "the", "nan"},
        "en": {"sorteos", "Otros", "monitoreo", "mediana", "que", "nan"},
    }
    assert words & foreign[lang] == set()


def test_no_placeholder_is_left_open(told):
    assert not re.search(r"{\w*}", " ".join(Reader(told[2]).words))


@pytest.fixture(scope="module")
def versus(runs, tmp_path_factory):
    base, push = runs
    path = tmp_path_factory.mktemp("versus") / "report.html"
    return report.write(push, path, "en", base).read_text("utf-8")


def test_same_runs_same_bytes(runs, versus, tmp_path):
    base, push = runs
    assert report.write(push, tmp_path / "a.html", "en", base).read_text("utf-8") == versus


def test_the_report_tells_the_share_and_the_chances_that_the_terminal_tells(runs, versus):
    t, told = texts("en"), compare(*runs).to_json()
    share = {level: 100 * value for level, value in told["reappears"].items()}
    ha = t.with_range(share["p50"], share["p05"], share["p95"], digits=2)
    assert f"For every 100 ha that go where coca falls, {ha} ha reappear elsewhere." in versus
    changes = zone_changes(case(runs[1], runs[0], None, t))
    expected = {zone: one["probability_up"] for zone, one in told["zones"].items()}
    assert {zone: one.p_up for zone, one in changes.items()} == expected


def test_the_country_changes_by_all_its_coca_whether_surveyed_by_then_or_not(runs):
    late = {"district_surveyed": ("district", [2018] * runs[0].sizes["district"])}
    unseen = case(*(ds.assign_coords(late) for ds in runs[::-1]), None, texts("en"))
    seen = case(*runs[::-1], None, texts("en"))
    assert unseen.moved(unseen.whole_area()) == seen.moved(seen.whole_area())
    assert unseen.moved(unseen.total("coca_ha")) != seen.moved(seen.total("coca_ha"))


def test_the_headline_names_what_grows_what_shrinks_and_what_is_open(versus):
    words = versus[versus.index('id="headline"') :]
    assert "More coca in Huallaga (very likely)." in words
    assert "Less coca in VRAEM (very likely)." in words
    assert "About as likely more as less:<ul><li>Putumayo:" in words
    assert "In one further zone the median change is under 50 ha." in words


def test_the_scenario_lists_what_differs_alone(runs, versus, tmp_path):
    base, _ = runs
    part = versus[versus.index('id="scenario"') : versus.index('id="places"')]
    assert "30,000" in part
    assert part.count("<tr>") == 2
    same = report.write(base, tmp_path / "b.html", "en", base).read_text("utf-8")
    assert "The two runs set the same levers." in same
    assert "No zone moves in a direction that the model could name." in same


def test_failed_draws_are_left_out_and_counted(runs, tmp_path):
    base, push = (ds.copy(deep=True) for ds in runs)
    push["status"][2] = 1
    push["coca_ha"][2] = np.nan
    base["status"][5] = 3
    text = report.write(push, tmp_path / "a.html", "en", base).read_text("utf-8")
    assert "18 draws (2 left out)" in text


def test_runs_of_different_seeds_are_not_compared(tmp_path):
    with pytest.raises(UserError, match="seeds 4 and 3; allowed: runs of one seed"):
        report.write(world.run(seed=4), tmp_path / "a.html", "en", world.run(seed=3))
    assert list(tmp_path.iterdir()) == []


def test_a_run_without_a_good_draw_has_no_report(tmp_path):
    ds = world.run(n_draws=3)
    ds["status"][:] = 1
    with pytest.raises(UserError, match="no draw that ended well"):
        report.write(ds, tmp_path / "a.html")


def test_a_file_that_cannot_be_written_is_said_and_leaves_nothing(runs, tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(UserError, match="cannot be written below it"):
        report.write(runs[0], tmp_path / "taken" / "a.html")
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(UserError, match=r"folder\.html"):
        report.write(runs[0], tmp_path / "folder.html")
    assert {path.name for path in tmp_path.iterdir()} == {"taken", "folder.html"}


def test_a_language_that_the_report_does_not_speak_is_refused(runs, tmp_path):
    with pytest.raises(UserError, match="allowed: en, es"):
        report.write(runs[0], tmp_path / "a.html", "qu")


@pytest.mark.parametrize(("lang", "said"), [("en", "for want of a known price"), ("es", "no se")])
def test_what_no_sum_counts_is_named_beside_the_sums(runs, tmp_path, lang, said):
    push = world.run("escorted", levers="  eradication_where: {VRAEM: 1.0}\n")
    text = report.write(push, tmp_path / "a.html", lang, runs[0]).read_text("utf-8")
    label = levers()["eradication_where"][f"label_{lang}"]
    for section in ("headline", "spending"):
        part = text[text.index(f'id="{section}"') :]
        assert texts(lang)("spending.left_out", levers=label) in part[: part.index("</section>")]
    assert said in text
    priced = world.run("roads", levers="  road_control: 5.0\n")
    text = report.write(priced, tmp_path / "b.html", lang, runs[0]).read_text("utf-8")
    assert texts(lang)("spending.left_out", levers="").rstrip(". ") not in text
