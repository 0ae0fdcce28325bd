"""The documentation site: its links, and that it loads nothing from another machine."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
spec = importlib.util.spec_from_file_location("site_script", ROOT / "scripts" / "site.py")
site = importlib.util.module_from_spec(spec)
spec.loader.exec_module(site)


def test_links_lead_to_pages_of_the_site_and_others_become_their_words():
    pages = {ROOT / "README.md": "readme.md", ROOT / "docs" / "odd.md": "odd.md"}
    text = (
        "[start](../README.md), [month](odd.md#the-month), [code](../src/x.py), [web](https://a.pe)"
    )
    found = site.relinked(text, ROOT / "docs" / "index.md", pages)
    assert found == "[start](readme.md), [month](odd.md#the-month), code, [web](https://a.pe)"


@pytest.mark.parametrize(
    ("html", "n"),
    [
        ('<script src="https://cdn.example/a.js"></script>', 1),
        ("<link href=//fonts.example/css rel=stylesheet>", 1),
        ('<img alt="" src="http://a.example/x.png">', 1),
        ('<a href="https://example.org">a link that a reader may follow</a>', 0),
        ('<script src="assets/a.js"></script>', 0),
    ],
)
def test_a_page_that_loads_from_elsewhere_is_found(tmp_path, html, n):
    (tmp_path / "page.html").write_text(html)
    assert len(site.outside(tmp_path)) == n


@pytest.mark.slow
def test_the_site_is_built_with_every_page_and_every_mechanism():
    assert site.main() == 0
    pages = {path.stem for path in (ROOT / "docs").glob("*.md")}
    assert pages | {"api", "readme", "changelog"} <= {
        path.stem for path in site.SITE.glob("*.html")
    }
    api = (site.SITE / "api.html").read_text(encoding="utf-8")
    for path in (ROOT / "src" / "globo" / "model" / "mechanisms").glob("[a-z]*.py"):
        assert f'id="globo.model.mechanisms.{path.stem}"' in api
    assert "Share the month" in api or "eradicate" in api
