"""Whys: what each story's change comes from, year by year, so that a folder tells it as well."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import orjson

from globo import files
from globo.ensemble import code_hash
from globo.server.session import Session
from globo.server.why import Whys

MADE_BY = ("publish/whys.py", "server/why.py", "decisions/why.py", "decisions/reasons.py")


def whys(
    session: Session,
    stories: Mapping[str, Mapping[str, float]],
    keep: Path | None,
    tell: Callable[[str], None],
) -> dict[str, bytes]:
    """Return by story what is told of every year of the future, as JSON by year.

    Args:
        session: with its baseline made.
        stories: levers by the story's name.
        keep: folder where answers wait for the next build; None keeps nothing.
        tell: takes what is under way.
    """
    made, kept = {}, Whys(session)
    by = (session.engine.name, session.engine.draws, code_hash(*MADE_BY))
    for i, (name, levers) in enumerate(stories.items(), 1):
        tell(f"why {i}/{len(stories)}")
        asked = hashlib.sha256(repr((*by, sorted(levers.items()))).encode()).hexdigest()[:32]
        path = keep / f"{asked}.json" if keep else None
        if path is not None and path.exists():
            made[name] = path.read_bytes()
            continue
        told = kept.whole(session.question(levers, None, None))
        made[name] = orjson.dumps({str(year): one for year, one in told.items()})
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            files.put_bytes(path, made[name])
    return made
