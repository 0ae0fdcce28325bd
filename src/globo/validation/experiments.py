"""The small experiments behind the responses: each a scenario of its own, all of one luck.

Every change starts in 2006, five years after the start, in January unless a month is said, and
holds to the end unless a last month is said; all else is history. Sizes are those of the published
cases where these say one (Colombia loses 38 % of its area), else large enough to stand above luck.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from globo import countries

FROM, UNTIL = "2006-01", "2017-12"
FIRST = 2006
COLOMBIA_LEFT = 0.62
HOME, ROLES = countries.load().nation, countries.load().roles
PUSHED, FACTION, RIVAL = ROLES["stronghold"], ROLES["faction"], ROLES["rival"]
FAR_MARKET = ROLES["far_market"]
MORE_DEMAND = 1.5
COFFEE_LEFT = 0.57  # of its price: 1.784 to 1.016 USD a pound (effects E109)


def _from(
    value: float | Mapping[str, float], last: str = "", first: str = FROM
) -> list[dict[str, Any]]:
    """Return a lever's value from the first month of the experiments on, or another."""
    return [{"from": first, "value": value} | ({"until": last} if last else {})]


LEVERS: Mapping[str, Mapping[str, Any]] = {
    "base": {},
    # one year of brigades at three times their usual size
    "burst": {"eradication_budget": _from(36000, "2006-12")},
    # the one large zone that had no brigades is opened by escort
    "stick": {"eradication_where": _from({PUSHED: 1.0}), "eradication_budget": _from(25000)},
    "carrot": {
        "technical_help": _from({PUSHED: 4e7}),
        "price_support": _from({PUSHED: 4e7}),
    },
    "both": {
        "eradication_where": _from({PUSHED: 1.0}),
        "eradication_budget": _from(25000),
        "technical_help": _from({PUSHED: 4e7}),
        "price_support": _from({PUSHED: 4e7}),
    },
    "announced": {"agreements_announced": _from({PUSHED: 1.0}, "2008-12")},
    "titles": {"titles": _from(2e7)},
    "roads": {"roads": _from(2e7)},
    "coffee": {"coffee_rust": _from(0.8, "2008-12")},
    "coffee-price": {"coffee_price": _from(COFFEE_LEFT, "2011-12")},
    "colombia": {ROLES["rival_lever"]: _from(COLOMBIA_LEFT)},
    "demand": {"demand": _from(MORE_DEMAND)},
    "air": {"air_interdiction": _from(1), "air_control": _from(10)},
    # months and size of the lockdown of 2020 in the country's history
    "routes": {"lockdown": _from(0.5, "2006-06", "2006-03")},
    "patrols": {
        "road_control": _from(4),
        "river_control": _from(4),
        "lake_control": _from(4),
        "air_control": _from(4),
        "vessel_control": _from(4),
    },
    "inputs": {"precursor_control": _from(4.2)},
    "firms": {"firm_enforcement": _from(6)},
}
WHAT: Mapping[str, str] = {
    "base": "history as it was",
    "burst": "brigades for 36,000 ha in 2006 alone",
    "stick": f"brigades enter the {PUSHED} under escort from 2006, 25,000 ha a year in all",
    "carrot": f"technical help and price support in the {PUSHED}, 40 million USD a year each",
    "both": f"brigades, help and price support in the {PUSHED} together",
    "announced": f"payment for lifting coca is announced in the {PUSHED} for 2006-2008, and none "
    "signs",
    "titles": "20 million USD a year for land titles in every zone",
    "roads": "20 million USD a year for roads in every zone",
    "coffee": "rust takes 80 % of the coffee harvest in 2006-2008",
    "coffee-price": "coffee at 57 % of its price in 2006-2011, as from 2014 to 2019",
    "colombia": f"{RIVAL} has 38 % less coca from 2006",
    "demand": "half as much demand again in every market from 2006",
    "air": "air interdiction law and tenfold watch of the air from 2006",
    "routes": "half of all movement stops from March to June 2006, as in those months of 2020",
    "patrols": "control of roads, rivers, lake, air and vessels at four times that of 2001",
    "inputs": "control of chemical inputs at three times that of the day",
    "firms": "enforcement against firms at two to five times that of the day",
}


def scenario(name: str) -> dict[str, Any] | None:
    """Return an experiment as a scenario; None for the baseline."""
    if not LEVERS[name]:
        return None
    return {"name": f"validate.{name}", "until": UNTIL, "levers": dict(LEVERS[name])}
