"""Virtual studies: how far a published effect speaks of Peru now, and which ones may inform.

`studies.csv` has one row for each response: its design, and one of three grades with the
reason. A Colombian coefficient of spraying is not Peru's clearing by hand. The grades were
written with the results of an earlier model in sight, and no change of the model may touch
them. Of the responses that apply, in whole or in part, those of odd topics may inform the
posterior; the others are never fitted and are the test.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

GRADES = ("applies", "in part", "not")


@dataclass(frozen=True)
class Study:
    """What a response is measured by, and how far its source speaks of Peru.

    Attributes:
        id: short name, for programs.
        response: name of the response.
        design: contrast, horizon and unit.
        applies: one of `GRADES`.
        why: reason for the grade.
    """

    id: str
    response: str
    design: str
    applies: str
    why: str

    def may_inform(self, topic: int) -> bool:
        """Say whether a fit may see this response: it applies, and its topic is odd."""
        return self.applies != "not" and topic % 2 == 1


@cache
def studies() -> dict[str, Study]:
    """Return the studies by name of the response."""
    text = resources.files("globo.validation").joinpath("studies.csv").read_text("utf-8")
    return {row["response"]: Study(**row) for row in csv.DictReader(text.splitlines())}
