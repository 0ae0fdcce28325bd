"""Colours: Okabe-Ito for zones and chains, PuOr for differences, Cividis for amounts.

All three stay apart for every common kind of colour vision; nothing is said by
colour alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import matplotlib as mpl
from matplotlib.colors import to_hex

from globo import countries

BLACK, ORANGE, SKY, GREEN = "#000000", "#e69f00", "#56b4e9", "#009e73"
YELLOW, BLUE, VERMILION, PURPLE = "#f0e442", "#0072b2", "#d55e00", "#cc79a7"
GREY = "#8a9199"

NAMED: Mapping[str, str] = MappingProxyType(
    {
        "black": BLACK,
        "orange": ORANGE,
        "sky": SKY,
        "green": GREEN,
        "yellow": YELLOW,
        "blue": BLUE,
        "vermilion": VERMILION,
        "purple": PURPLE,
    }
)
MODES: Mapping[str, str] = MappingProxyType(
    {
        "foot": YELLOW,
        "road": VERMILION,
        "river": BLUE,
        "lake": GREEN,
        "air": ORANGE,
        "container": PURPLE,
        "vessel": SKY,
        "airdrop": BLACK,
    }
)
SCENARIO, BASELINE = BLUE, GREY


@cache
def zones() -> Mapping[str, str]:
    """Return the colour of each zone, as the country's `look/zones.csv` names it."""
    return {row["name"]: NAMED[row["colour"]] for row in countries.load().rows("look/zones")}


def zone(name: str) -> str:
    """Return the colour of a zone; grey for districts outside the survey zones."""
    return zones().get(name, GREY)


def mode(name: str) -> str:
    """Return the colour of a mode of transport."""
    return MODES.get(name, GREY)


def difference(p_up: float) -> str:
    """Return PuOr by the probability of growth: 0 purple, 0.5 pale, 1 orange."""
    return to_hex(mpl.colormaps["PuOr_r"](0.06 + 0.88 * min(1.0, max(0.0, p_up))))


def amount(share: float) -> str:
    """Return Cividis by the share of the largest amount, pale for little and dark for much."""
    return to_hex(mpl.colormaps["cividis_r"](0.9 * min(1.0, max(0.0, share))))
