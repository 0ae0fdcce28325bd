"""Build the documentation site into build/site from docs/, the top files and the docstrings.

A link to a file that is no page of the site becomes its bare name. Fetches nothing.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE, SITE = ROOT / "build" / "site-src", ROOT / "build" / "site"
TOP = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
API = (
    "globo",
    "globo.facts",
    "globo.scenario",
    "globo.results",
    "globo.decisions",
    "globo.inference",
)
TITLES = {"index.md": "Contents", "readme.md": "README"}  # of pages whose first line is "globo"
LINK = re.compile(r"\[([^\]]+)\]\((?!https?://|#)([^)#\s]+)(#[^)\s]*)?\)")
HOSTS = re.compile(r"""<(?:link|script|img|iframe)[^>]+(?:href|src)=["']?(?:https?:)?//[^"'> ]+""")


def main() -> int:
    """Gather the pages, build the site, and refuse one that would load something from elsewhere."""
    shutil.rmtree(SOURCE, ignore_errors=True)
    SOURCE.mkdir(parents=True)
    pages = {path.resolve(): path.name for path in sorted((ROOT / "docs").glob("*.md"))}
    pages |= {(ROOT / name).resolve(): name.lower() for name in TOP}
    for path, name in pages.items():
        text = path.read_text(encoding="utf-8")
        body = titled(relinked(text, path, pages), TITLES.get(name, ""))
        (SOURCE / name).write_text(body, encoding="utf-8")
    mechanisms = sorted((ROOT / "src" / "globo" / "model" / "mechanisms").glob("[a-z]*.py"))
    modules = [*API, *(f"globo.model.mechanisms.{path.stem}" for path in mechanisms)]
    api = "\n\n".join(f"::: {name}" for name in modules)
    (SOURCE / "api.md").write_text(f"# From Python, by module\n\n{api}\n", encoding="utf-8")
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "JAX_PLATFORMS": "cpu"}
    done = subprocess.run([sys.executable, "-m", "mkdocs", "build", "--quiet"], cwd=ROOT, env=env)
    if done.returncode:
        return done.returncode
    wrong = outside(SITE)
    for line in wrong:
        print(f"site: loads from elsewhere: {line}", file=sys.stderr)
    print(f"site: {SITE.relative_to(ROOT) / 'index.html'}", file=sys.stderr)
    return bool(wrong)


def relinked(text: str, path: Path, pages: dict[Path, str]) -> str:
    """Return a page's text with its links as they are on the site."""

    def link(found: re.Match[str]) -> str:
        words, target, anchor = found[1], found[2], found[3] or ""
        name = pages.get((path.parent / target).resolve())
        return f"[{words}]({name}{anchor})" if name else words

    return LINK.sub(link, text)


def titled(text: str, title: str) -> str:
    """Return a page that the list of pages names by a title, else by its first heading."""
    heading = re.search(r"^# (.+)$", text, re.MULTILINE)
    title = title or (heading[1] if heading else "")
    return f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\n---\n\n{text}" if title else text


def outside(site: Path) -> list[str]:
    """Return what pages of a built site would load from another machine."""
    pages = sorted(site.rglob("*.html"))
    found = {
        f"{page.relative_to(site)}: {one}"
        for page in pages
        for one in HOSTS.findall(page.read_text(encoding="utf-8"))
        if 'rel="canonical"' not in one
    }
    return sorted(found)


if __name__ == "__main__":
    sys.exit(main())
