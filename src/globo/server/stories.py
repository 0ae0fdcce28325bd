"""Ready-made stories: a few levers moved, what is asked, and the view that shows what follows.

Titles and tellings are texts of the page (`page.story.ID.title`, `.tell`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from globo import countries
from globo.scenario.controls import Control, checked


def stories(table: Mapping[str, Control], path: Path | None = None) -> list[dict[str, Any]]:
    """Return every story with its levers checked against the table.

    Args:
        table: the controls.
        path: other stories than those shipped.

    Raises:
        UserError: a story moves a lever that is not there, or too far.
    """
    source = path or countries.load().folder / "look" / "stories.json"
    told = json.loads(source.read_text(encoding="utf-8"))
    return [{**story, "levers": checked(table, story["levers"])} for story in told]
