"""Build: run the simulator where the site needs it, fit, check, and write the folder."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from globo.errors import UserError
from globo.publish import design
from globo.publish.answers import Answers
from globo.publish.check import Error, error
from globo.publish.response import Response, fit
from globo.publish.site import Site, page_there, write
from globo.publish.whys import whys
from globo.server.session import Session

Tell = Callable[[str], None]
STEP = 10


@dataclass(frozen=True)
class Published:
    """What was written.

    Attributes:
        folder: of the site.
        files: how many.
        size: of all files, bytes.
        seconds: that it took.
        error: of the response; None where nothing was fitted or checked.
    """

    folder: Path
    files: int
    size: int
    seconds: float
    error: Error | None


def publish(
    folder: Path,
    session: Session,
    learn: int,
    checks: int,
    keep: Path | None = None,
    url: str = "",
    forecasts: bool = True,
    why: bool = True,
    tell: Tell = lambda text: None,
) -> Published:
    """Write a site that answers without a server.

    Args:
        folder: where it goes; files of an earlier site there are replaced.
        session: of a server, whose engine and levers the site shows.
        learn: settings of several levers that the response learns from, beside every lever
            alone; 0 publishes baseline and stories only.
        checks: random settings to hold the response against.
        keep: folder where answers wait for the next build, so that one that was stopped goes on.
        url: address where the site will stand, for previews of links; may be unknown.
        forecasts: whether the cards of districts tell the forecast, which takes long to make.
        why: whether stories tell what their change comes from, which takes long to make.
        tell: takes what is under way.

    Raises:
        UserError: the page is not built, or a size that is none.
    """
    began = time.monotonic()
    page_there()
    for name, n in (("--learn", learn), ("--check", checks)):
        if n < 0:
            raise UserError(name, str(n), "0 or more", "use 0")
    tell("baseline")
    session.prepare()
    response, found, blocks = None, None, []
    if learn:
        response, found, blocks = _fitted(session, learn, checks, keep, tell)
    stories = {f"story.{story['id']}": story["levers"] for story in session.stories}
    site = Site(folder, session, url, whys(session, stories, keep, tell) if why else {})
    files = write(site, response, found, blocks, forecasts, tell)
    size = sum(path.stat().st_size for path in files)
    return Published(folder, len(files), size, time.monotonic() - began, found)


def _fitted(
    session: Session, learn: int, checks: int, keep: Path | None, tell: Tell
) -> tuple[Response, Error | None, list]:
    axes = design.axes(session.controls)
    answers = Answers(session, keep)

    def said(what: str) -> Callable[[int, int], None]:
        return lambda i, n: tell(f"{what} {i}/{n}") if i % STEP == 0 or i == n else None

    settings = design.learnt(axes, learn)
    rows = answers.rows(settings, said("learn"))
    tell("fit")
    response = fit(axes, settings, rows, answers.today)
    asked = design.checks(axes, checks)
    found = error(response, answers.blocks, asked, answers.rows(asked, said("check")))
    return response, found, answers.blocks
