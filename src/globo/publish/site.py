"""Files of a site: the built page, and every answer as a script that hands it over.

A page opened from a disk may read neither JSON nor modules, but any script beside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import orjson

from globo import files
from globo.errors import UserError
from globo.publish import design
from globo.publish.answers import Block
from globo.publish.check import Error
from globo.publish.preview import preview
from globo.publish.response import Response
from globo.results.outcomes import outcomes
from globo.server import beside, budget, knowledge
from globo.server.coming import coming
from globo.server.districts import NONE, ahead, district
from globo.server.evidence import PUBLISHED_BY, NoPlace, evidence
from globo.server.pages import page_folder
from globo.server.session import Session
from globo.server.words import texts, words
from globo.texts import LANGUAGES

DATA, PREVIEW = "data", "preview.png"
BEGIN = "globalThis.globo={files:{}};"
OWN = ("score",)  # of evidence, what differs from place to place


@dataclass(frozen=True)
class Site:
    """A site to be written.

    Attributes:
        folder: where.
        session: whose baseline is made.
        url: address where it will stand; "" where unknown.
        whys: by stored answer what its change comes from, JSON by year.
    """

    folder: Path
    session: Session
    url: str = ""
    whys: Mapping[str, bytes] = field(default_factory=dict)


def page_there() -> None:
    """Look whether the page is built.

    Raises:
        UserError: it is not.
    """
    if not (page_folder() / "index.html").exists():
        raise UserError(
            where="publish", found="no built page", allowed="a wheel", mend="run make setup"
        )


def write(
    site: Site,
    response: Response | None,
    error: Error | None,
    blocks: list[Block],
    forecasts: bool,
    tell: Callable[[str], None],
) -> list[Path]:
    """Write the site and return its files.

    Args:
        site: what and where.
        response: the fit; None for baseline and stories alone.
        error: of the fit.
        blocks: where the parts of its rows stand.
        forecasts: whether the cards of districts tell the forecast.
        tell: takes what is under way.
    """
    tell("files: stories")
    made = {name: _script(name, body) for name, body in _answers(site, response, blocks).items()}
    tell("files: evidence")
    for name, content in _by_place(site, forecasts).items():
        made[name] = _script(name, orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY))
    made["site"] = BEGIN.encode() + b"globo.site=" + orjson.dumps(_about(site, response, error))
    paths = [_put(site.folder / DATA / f"{name}.js", body) for name, body in made.items()]
    page = page_folder()
    for path in sorted(p for p in page.rglob("*") if p.is_file() and p.name != "index.html"):
        paths.append(_put(site.folder / path.relative_to(page), path.read_bytes()))
    paths.append(_put(site.folder / PREVIEW, preview(site.session)))
    for lang in LANGUAGES:
        about = beside.document(lang, "./index.html").encode()
        paths.append(_put(site.folder / f"about.{lang}.html", about))
    text = (page / "index.html").read_text(encoding="utf-8")
    return [*paths, _put(site.folder / "index.html", _index(text, site.url).encode())]


def _answers(site: Site, response: Response | None, blocks: list[Block]) -> dict[str, bytes]:
    """Return what does not depend on a place, as JSON by the name of its file."""
    session = site.session
    table = session.controls
    shown = design.covered(table, design.axes(table)) if response else {}
    for moved in _stored(session).values():
        shown |= {key: table[key] for key in moved if key not in shown}
    levers = [asdict(shown[key]) for key in table if key in shown]
    made = {
        "texts": texts(),
        "geography": knowledge.geography(),
        "levers": orjson.dumps({"levers": levers}),
        "stories": orjson.dumps({"stories": session.stories}),
        "baseline": session.baseline_json,
        "budget": orjson.dumps(budget.budget(table)),
    }
    for name, moved in _stored(session).items():
        made[name] = session.whole(session.question(moved, None, None))
    made |= {f"why.{name}": body for name, body in site.whys.items()}
    if response:
        units = {name: outcome.unit for name, outcome in outcomes().items()}
        years, draws = session.years, session.engine.draws
        about = {"units": units, "years": years, "draws": draws, "blocks": [*map(asdict, blocks)]}
        made["response"] = orjson.dumps({**response.to_json(), **about})
    return made


def _by_place(site: Site, forecasts: bool) -> dict[str, Any]:
    """Return cards and evidence of every place, by the name of their file."""
    places = site.session.frame["places"]
    codes = places["district"]
    made: dict[str, Any] = {"districts": {}}
    for code in codes:
        with suppress(NoPlace):  # an engine's own district has no card
            made["districts"][code] = district(code, codes)
    told = site.session.engine.forecasts() if forecasts else NONE
    made["forecasts"] = {code: ahead(code, codes, told) for code in codes}
    made["coming"] = coming()
    for name in outcomes():
        dim = name.split("|")[1]
        found = {
            p: evidence(name, p, site.session.baseline, places) for p in _places_apart(site, dim)
        }
        other = next(reversed(found.values()))  # of a dimension that no publication knows by place
        whole = {place: found.get(place, other) for place in ("", *places[dim])}
        made[f"evidence.{name.replace('|', '.')}"] = _shared(whole)
    return made


def _places_apart(site: Site, dim: str) -> list[str]:
    """Return the places of a dimension of which different things are published."""
    places = site.session.frame["places"][dim]
    return ["", *(places if dim in PUBLISHED_BY else places[:1])]


def _shared(by_place: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return evidence with what places have in common told once."""
    shared: dict[str, int] = {}
    told, found = [], {}
    for place, one in by_place.items():
        rest = {k: v for k, v in one.items() if k not in (*OWN, "place", "outcome")}
        text = json.dumps(rest, sort_keys=True, ensure_ascii=False)
        if text not in shared:
            shared[text] = len(told)
            told.append(rest)
        found[place] = {"at": shared[text], **{k: one[k] for k in OWN}}
    return {"shared": told, "places": found}


def _about(site: Site, response: Response | None, error: Error | None) -> dict[str, Any]:
    """Return what the site says of itself."""
    stored = _stored(site.session).items()
    return {
        "stored": [
            {"levers": levers, "file": name, "why": f"why.{name}" if name in site.whys else None}
            for name, levers in stored
        ],
        "covered": [axis.key for axis in response.axes] if response else [],
        "response": "response" if response else None,
        "error": asdict(error) if error else None,
    }


def _stored(session: Session) -> dict[str, Mapping[str, float]]:
    """Return the settings whose answers are stored whole, by the name of their file."""
    stories: dict[str, Mapping[str, float]] = {
        f"story.{story['id']}": story["levers"] for story in session.stories
    }
    bought = enumerate(budget.answers(session.controls), 1)
    return stories | {f"portfolio.{i}": levers for i, levers in bought}


def _script(name: str, body: bytes) -> bytes:
    return b"globo.files[" + orjson.dumps(name) + b"]=" + body + b";\n"


def _put(path: Path, body: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    files.put_bytes(path, body)
    return path


def _index(text: str, url: str) -> str:
    """Return the page's frame with what previews of a link show and the script of the site."""
    there = url.rstrip("/") + "/" if url else "./"
    es = words("es")
    told = {
        "og:type": "website",
        "og:title": es["page.title"],
        "og:description": es["page.footer.use"],
        "og:image": f"{there}{PREVIEW}",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:locale": "es_PE",
        "og:locale:alternate": "en_US",
        **({"og:url": there} if url else {}),
    }
    metas = [f'<meta property="{k}" content="{escape(v)}" />' for k, v in told.items()]
    metas.append('<meta name="twitter:card" content="summary_large_image" />')
    head = "\n    ".join([*metas, f'<script src="./{DATA}/site.js"></script>'])
    return re.sub(r"(?=<script)", f"{head}\n    ", text, count=1)
