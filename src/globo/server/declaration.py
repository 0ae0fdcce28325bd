"""Declaration: a scenario of the page as its files tell it, and as `globo run` takes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from globo import __version__
from globo.scenario import prices
from globo.scenario.controls import Control, by_lever
from globo.texts import LANGUAGES, words

STEM = "globo_scenario"  # not "globo": a script of that name would import itself
MOST = 3  # levers that a title names
NAME = re.compile(r"[^\w .-]+")
LONGEST = 80


@dataclass(frozen=True)
class Declaration:
    """A scenario as its files tell it.

    Attributes:
        table: the controls.
        moved: what differs from today.
        start: first year of it.
        until: last year of the run.
        draws: size of the ensemble.
        seed: of it.
        name: what the reader calls it; "" for the levers in words.
        attrs: of the run: version and facts.
        reading: of the unknowns; "" is that of the surveys.
    """

    table: Mapping[str, Control]
    moved: Mapping[str, float]
    start: int
    until: int
    draws: int
    seed: int
    name: str = ""
    attrs: Mapping[str, Any] | None = None
    reading: str = ""

    @property
    def scenario(self) -> dict[str, Any]:
        """The scenario that `globo run` takes: its differences alone, from the start on."""
        levers = {
            name: [{"from": f"{self.start}-01", "value": value}]
            for name, value in by_lever(self.table, self.moved).items()
        }
        title = {lang: self.title(lang) for lang in LANGUAGES}
        until = f"{self.until}-12"
        read = {"reading": self.reading} if self.reading else {}
        return {"name": self.short, "title": title, "until": until, "levers": levers, **read}

    @property
    def short(self) -> str:
        """The name that a scenario file takes."""
        plain = " ".join(NAME.sub(" ", self.name).split()).strip(" .-")[:LONGEST]
        return plain or ("page" if self.moved else "baseline")

    @property
    def command(self) -> str:
        """What makes the run on a command line, beside the scenario's file."""
        return f"globo run {STEM}.yaml --draws {self.draws} --seed {self.seed}"

    def title(self, lang: str) -> str:
        """Return the reader's own name, or the levers moved and to what."""
        if self.name or not self.moved:
            return self.name or words(lang)["page.baseline.title"]
        told = [f"{self._label(k, lang)}: {self._value(k, v, lang)}" for k, v in self.moved.items()]
        more = f" (+{len(told) - MOST})" if len(told) > MOST else ""
        return f"{'; '.join(told[:MOST])}{more}"

    def changes(self, lang: str) -> list[str]:
        """Return every lever moved in words: label, place, value, today's."""
        today = words(lang)["page.file.today"]
        return [
            f"{self._label(key, lang)}: {self._value(key, value, lang)} "
            f"({today} {self._amount(key, self.table[key].default, lang)})"
            for key, value in self.moved.items()
        ]

    def metadata(self, lang: str) -> list[tuple[str, str]]:
        """Return what a reader of the figures must know, line by line: name and text."""
        t, attrs = words(lang), self.attrs or {}
        left = prices.left_out(self.table[key].lever for key in self.moved)
        labels = [next(c.label[lang] for c in self.table.values() if c.lever == n) for n in left]
        lines = {
            "scenario": self.title(lang),
            "start": str(self.start) if self.moved else "–",
            **{f"change.{i}": text for i, text in enumerate(self.changes(lang), start=1)},
            "left_out": ", ".join(labels) or "–",
            "draws": str(self.draws),
            "seed": str(self.seed),
            "version": str(attrs.get("version", __version__)),
            "facts": str(attrs.get("facts_hash", "")),
            "command": self.command,
            "caution": t["page.summary.forecast"],
            "interval": t["page.file.interval.about"],
        }
        return [(t[f"page.file.{k.split('.')[0]}"], text) for k, text in lines.items()]

    def _value(self, key: str, value: float, lang: str) -> str:
        unit, amount = self.table[key].unit, self._amount(key, value, lang)
        if self.table[key].kind in ("share", "switch"):
            return amount
        return f"{amount} {words(lang).get(f'page.unit.{unit}', unit)}"

    def _amount(self, key: str, value: float, lang: str) -> str:
        """Return a lever's value as the page writes it: a share in per cent, a switch in a word."""
        kind = self.table[key].kind
        if kind == "switch":
            return words(lang)[f"page.lever.{'on' if value else 'off'}"]
        if kind == "share":
            return words(lang)["page.number.percent"].format(number=_number(100 * value))
        return _number(value)

    def _label(self, key: str, lang: str) -> str:
        control = self.table[key]
        return f"{control.label[lang]}, {control.place}" if control.place else control.label[lang]


def _number(value: float) -> str:
    return f"{value:,.10g}"
