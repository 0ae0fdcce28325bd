"""Reasons: why two runs differ and what decides it, in words and as a table, in two languages.

Reads what `Why.to_json` and `deciding` return; the words are those of `texts/terminal.csv`, for
terminal, report and page alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from globo import countries
from globo.results.difference import LEAST_HA
from globo.texts.terminal import parameter, place, say, words

COUNTRY = countries.load().nation
LEFT = "left"  # of the difference, where every channel is held
SMALL = "small"  # channels too small to be told alone
LEAST_SHARE = 0.05  # of a place's largest part; smaller ones are told together
LEAST_REST = 0.01  # of the total; what channels told together give less of is not told
MOST_PLACES = 4
Places = Mapping[str, Mapping[str, Any]]


def sentences(places: Places, lang: str, named: Sequence[str] | None = None) -> list[str]:
    """Say for each place what its difference is made of, the largest difference first.

    Args:
        places: as `Why.at` returns them.
        lang: `en` or `es`.
        named: places to tell of; where None the zones that move most, then the country.
    """
    named = largest(places) if named is None else named
    return [sentence(name, places[name], lang) for name in named]


def largest(places: Places) -> list[str]:
    """Return the zones that move most, and the country, where they move enough to be named."""
    size = {name: abs(one["total_ha"]["p50"]) for name, one in places.items()}
    zones = sorted((n for n in size if n != COUNTRY), key=lambda n: -size[n])[:MOST_PLACES]
    return [name for name in [*zones, COUNTRY] if size[name] >= LEAST_HA]


def sentence(name: str, one: Mapping[str, Any], lang: str) -> str:
    """Say what the difference of a place is made of."""
    total = one["total_ha"]["p50"]
    parts = {key: row["ha"] for key, row in one["channels"].items()}
    least = max(0.5, LEAST_SHARE * max(abs(ha) for ha in parts.values()))
    told = {k: ha for k, ha in parts.items() if abs(ha) >= least}
    rest = total - sum(told.values())
    if abs(rest) >= LEAST_REST * abs(total):
        told[SMALL] = rest
    along, against = (
        [because(k, ha, lang, name) for k, ha in _falling(told) if ha * total * side > 0]
        for side in (1, -1)
    )
    direction = "more" if total > 0 else "less"
    where, ha = place(name, lang, within=True), f"{abs(round(total)):,}"
    text = say(f"why.{direction}", lang, ha=ha, place=where, parts=listed(along, lang))
    if against:
        text += say("why.against", lang, parts=listed(against, lang))
    return text + "."


def _falling(told: Mapping[str, float]) -> list[tuple[str, float]]:
    """Return parts, the largest first, those told together last."""
    return sorted(told.items(), key=lambda row: (row[0] == SMALL, -abs(row[1])))


def because(channel: str, ha: float, lang: str, name: str = "") -> str:
    """Say what a channel gives and how: "3,700 because brigades clear less there".

    Args:
        channel: as a result names it, or `SMALL`.
        ha: what it gives.
        lang: `en` or `es`.
        name: of the place; within the country growers move, but none moves to it.
    """
    how = "" if channel in (LEFT, SMALL) else ".up" if ha > 0 else ".down"
    key = f"why.{channel}{how}"
    whole = f"{key}.country"
    key = whole if name == COUNTRY and whole in words() else key
    return say(key, lang, ha=f"{abs(round(ha)):,}")


def listed(parts: Sequence[str], lang: str) -> str:
    """Join parts by commas, the last by "and"."""
    if len(parts) < 2:
        return "".join(parts)
    return ", ".join(parts[:-1]) + say("why.and", lang) + parts[-1]


def label(channel: str, lang: str) -> str:
    """Return a channel's name as a table says it."""
    return say(f"why.label.{channel}", lang)


def title(whole: Mapping[str, Any], lang: str) -> str:
    """Return what stands above the table."""
    rule = say(f"why.{whole['rule']}", lang)
    return say("why.title", lang, rule=rule, runs=whole["runs"], first=whole["first_year"])


def rows(places: Places, lang: str) -> list[tuple[str, ...]]:
    """Return the cells of the table, its head first; channels that are nought everywhere left out.

    A line a place: its change, then what each channel gives of it, ha.
    """
    moving = moved(places)
    head = (say("compare.zone", lang), say("compare.change", lang))
    told = sorted(
        places.items(), key=lambda item: (item[0] == COUNTRY, -item[1]["total_ha"]["p50"])
    )
    cells = [
        (
            place(name, lang),
            signed(one["total_ha"]["p50"]),
            *(signed(one["channels"][channel]["ha"]) for channel in moving),
        )
        for name, one in told
    ]
    return [(*head, *(label(channel, lang) for channel in moving)), *cells]


def moved(places: Places) -> list[str]:
    """Return the channels that give anything anywhere, in order."""
    channels = next(iter(places.values()))["channels"]
    parts = {name: [one["channels"][name]["ha"] for one in places.values()] for name in channels}
    return [name for name, here in parts.items() if max(map(abs, here)) >= 0.5]


def hinges(decides: Mapping[str, Any] | None, lang: str) -> list[str]:
    """Say what the country's answer hangs on, and which of it is assumed and nothing else.

    Args:
        decides: by place what `deciding` returns; None where it is not known.
        lang: `en` or `es`.
    """
    told = (decides or {}).get(COUNTRY)
    if told is None or not told["parameters"]:
        return []
    parts = [
        say("decides.part", lang, name=parameter(row["name"], lang), share=_percent(row["share"]))
        for row in told["parameters"]
    ]
    said = [say("decides.on", lang, parts=listed(parts, lang), untold=_percent(told["untold"]))]
    names = [parameter(r["name"], lang) for r in told["parameters"] if r["kind"] == "assumed"]
    if names:
        said.append(say("decides.assumed", lang, names=listed(names, lang)))
    return [*said, *(_ends(one, lang) for one in told["ends"])]


def _ends(one: Mapping[str, Any], lang: str) -> str:
    answers = {
        f"{end}_{level}": signed(one[end]["answer"][level])
        for end in ("low", "high")
        for level in ("p05", "p50", "p95")
    }
    values = {"low": f"{one['low']['value']:g}", "high": f"{one['high']['value']:g}"}
    return say("decides.ends", lang, name=parameter(one["name"], lang), **values, **answers)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def signed(value: float) -> str:
    """Write whole hectares with their sign."""
    whole = round(value)
    return f"{whole:+,}" if whole else "0"
