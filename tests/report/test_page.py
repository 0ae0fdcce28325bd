import pytest

from globo.report import Section, render
from globo.report.page import Link, Table, ink_on, legend, nested, picture, table
from globo.report.texts import texts

from .reading import Reader

T = texts("en")


def test_a_page_of_any_sections_stands_alone():
    sections = [Section("Ready & able", "<p>one</p>"), Section("Año", "<p>two</p>", "year")]
    page = Reader(render("Title <b>", sections, "en", facts=["seed 1"]))
    assert page.lang == "en"
    assert [name for _, name in page.headings if name in ("Ready & able", "Año")]
    assert page.headings[0] == (1, "Title <b>")
    assert set(page.anchors) <= set(page.ids)
    assert {"ready-able", "year"} <= set(page.ids)
    assert page.outside == []


def test_texts_are_escaped_and_markup_is_not():
    html = table(Table("a < b", ["x"], [["<script>"]]), T)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "<li>A &amp; B<ul><li>c</li></ul>" in nested([("A & B", ["c"])])


def test_a_link_leads_to_the_web_or_nowhere():
    rows = [["a", Link("good", "https://x.pe/?a=1&b")], ["b", Link("bad", "javascript:alert(1)")]]
    html = table(Table("t", ["x", "y"], rows), T)
    assert '<a href="https://x.pe/?a=1&amp;b">good</a>' in html
    assert "javascript" not in html


def test_a_table_has_headings_for_rows_and_columns_and_scrolls_by_keyboard():
    page = Reader(table(Table("t", ["name", "ha"], [["a", "1"], ["b", "2"]]), T))
    assert page.count["th scope=col"] == 2
    assert page.count["th scope=row"] == 2
    assert 'role="region" tabindex="0" aria-label="t (scrolls sideways)"' in page.text


def test_a_figure_keeps_its_tables_closed():
    html = picture(T, "title", "<svg></svg>", "how", [Table("t", ["x"], [["1"]])])
    assert html.index("<svg>") < html.index("<details") < html.index("<table>")
    assert "<details open" not in html


def test_a_legend_uses_shapes_that_the_page_holds():
    page = render("t", [Section("s", legend([("cross", "#123456", "other")]))], "en")
    assert 'id="key-cross"' in page
    assert 'style="color:#123456"' in page


@pytest.mark.parametrize(("colour", "ink"), [("#ffffff", "#000000"), ("#00204c", "#ffffff")])
def test_ink_stands_out_from_its_ground(colour, ink):
    assert ink_on(colour) == ink
