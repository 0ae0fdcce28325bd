"""Virtual studies: how far a published effect speaks of the country now, and which ones may inform.

A country's `benches/studies.csv` has one row for each response: its design, and one of three
grades with the reason. A Colombian coefficient of spraying is not another country's clearing
by hand. The grades were written with the results of an earlier model in sight, and no change of
the model may touch them. Of the responses that apply, in whole or in part, those of odd topics
may inform the posterior; the others are never fitted and are the test.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from globo import countries

GRADES = ("applies", "in part", "not")


@dataclass(frozen=True)
class Study:
    """What a response is measured by, and how far its source speaks of the country.

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
    return {row["response"]: Study(**row) for row in countries.load().rows("benches/studies")}
