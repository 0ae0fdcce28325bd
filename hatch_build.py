"""Build hook: a wheel or sdist carries the built web page; an editable install never runs npm."""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageHook(BuildHookInterface):
    """Build the page before a wheel or sdist is packed, when it is missing or stale."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Run scripts/page.py; `version` is "editable" for `pip install -e` and "standard" else."""
        if version == "editable":
            return
        root = Path(self.root)
        runpy.run_path(str(root / "scripts" / "page.py"))["build"](root)
