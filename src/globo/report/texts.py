"""Texts of the report: words of `texts/report/`, numbers as the country writes them.

All languages hold the same keys with the same {placeholders}; a test says so.
Spanish is es-PE: 92,784.6 with a comma for thousands and a point for decimals,
as in English; the percent sign stands apart in Spanish (45 %) and not in
English (45%).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from globo.errors import UserError, did_you_mean
from globo.texts import LANGUAGES, words

MISSING = "–"
NARROW, NO_BREAK = "\u202f", "\u00a0"
DIGITS = 3
BIG = ((1e9, "number.billions"), (1e6, "number.millions"))


@dataclass(frozen=True)
class Texts:
    """Words and numbers in one language.

    Attributes:
        lang: the language.
        words: the dictionary of that language.
    """

    lang: str
    words: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its placeholders filled.

        Raises:
            KeyError: no such key; the message names the nearest one.
        """
        if key not in self.words:
            message = f"no text '{key}' in {self.lang}.json; {did_you_mean(key, self.words)}"
            raise KeyError(message)
        return self.words[key].format(**values)

    def label(self, kind: str, name: str) -> str:
        """Return the word shown for a name of the data (`zone`, `mode`, ...), or the name."""
        return self.words.get(f"{kind}.{name}", name)

    def number(self, value: float, digits: int = DIGITS) -> str:
        """Return a number rounded to significant digits, thousands by comma, millions in words.

        Args:
            value: any number; what is not finite is shown as a dash.
            digits: significant digits, at least 1.
        """
        if not math.isfinite(value):
            return MISSING
        for size, key in BIG:
            if abs(value) >= size:
                return self(key, number=self.number(value / size, digits))
        return self._to_places(value, _places(value, digits))

    def whole(self, value: float) -> str:
        """Return a count: every digit, thousands by comma."""
        return self._signed(f"{value:,.0f}") if math.isfinite(value) else MISSING

    def change(self, value: float, digits: int = DIGITS) -> str:
        """Return a difference: as `number`, with its sign."""
        text = self.number(value, digits)
        return f"+{text}" if math.isfinite(value) and value > 0 else text

    def percent(self, share: float, digits: int = 2) -> str:
        """Return a share of 0 to 1 in per cent; all but none and all but all are said so."""
        if not math.isfinite(share):
            return MISSING
        if 0 < share < 0.01:
            return f"<{NARROW}1{self._percent_sign()}"
        if 0.99 < share < 1:
            return f">{NARROW}99{self._percent_sign()}"
        return f"{self.number(100 * share, digits)}{self._percent_sign()}"

    def chance(self, p: float, n_draws: int) -> str:
        """Return a probability that is a share of draws, never surer than the draws allow.

        Args:
            p: share of draws, 0 to 1.
            n_draws: how many draws; none or all of them read "<" or ">" one draw's share.
        """
        least = 1 / max(n_draws, 1)
        if p < least:
            return f"<{NARROW}{self.percent(least)}"
        return f">{NARROW}{self.percent(1 - least)}" if p > 1 - least else self.percent(p)

    def change_percent(self, share: float) -> str:
        """Return a relative difference in per cent, with its sign."""
        if not math.isfinite(share):
            return MISSING
        return f"{self.change(100 * share, 2)}{self._percent_sign()}"

    def range(self, low: float, high: float, digits: int = DIGITS) -> str:
        """Return an interval; "to" between signed ends, a dash between plain ones."""
        ends = self.number(low, digits), self.number(high, digits)
        return self("range.to", low=ends[0], high=ends[1]) if low < 0 else f"{ends[0]}–{ends[1]}"

    def with_range(
        self, mid: float, low: float, high: float, digits: int = DIGITS, apart: str = " "
    ) -> str:
        """Return a median with its interval behind it; never the one without the other.

        Args:
            mid: median.
            low: lower end.
            high: upper end.
            digits: significant digits.
            apart: what stands between the two; a line break in tables.
        """
        if not math.isfinite(mid):
            return MISSING
        return f"{self.number(mid, digits)}{apart}({self.range(low, high, digits)})"

    def share_with_range(self, mid: float, low: float, high: float, apart: str = " ") -> str:
        """Return a share in per cent with its interval behind it."""
        if not math.isfinite(mid):
            return MISSING
        ends = f"{self.number(100 * low, 2)}–{self.number(100 * high, 2)}"
        return f"{self.percent(mid)}{apart}({ends})"

    def change_with_range(
        self, mid: float, low: float, high: float, unit: str = "", apart: str = " "
    ) -> str:
        """Return a difference with its interval, signed, all three to the same place.

        Args:
            mid: median.
            low: lower end.
            high: upper end.
            unit: written behind the median.
            apart: what stands between the two; a line break in tables.
        """
        if not math.isfinite(mid):
            return MISSING
        most = max(abs(low), abs(mid), abs(high))
        size, key = next(((size, key) for size, key in BIG if most >= size), (1.0, ""))
        places = _places(most / size, DIGITS)
        ends = [self._change_to(value / size, places) for value in (mid, low, high)]
        ends = [self(key, number=end) if key and end != "0" else end for end in ends]
        head = f"{ends[0]}{NO_BREAK}{unit}" if unit else ends[0]
        return f"{head}{apart}({self('range.to', low=ends[1], high=ends[2])})"

    def listed(self, names: list[str]) -> str:
        """Join names as the language does: "A, B and C"."""
        if len(names) < 2:
            return "".join(names)
        head = ", ".join(names[:-1])
        # Spanish "y" becomes "e" before the sound of an i.
        sounds_i = self.lang == "es" and names[-1].lower().startswith(("i", "hi", "í"))
        joint = self("list.and_i") if sounds_i else self("list.and")
        return f"{head} {joint} {names[-1]}"

    def _to_places(self, value: float, places: int) -> str:
        text = f"{round(value, places) + 0.0:,.{max(0, places)}f}"
        return self._signed(text.rstrip("0").rstrip(".") if "." in text else text)

    def _change_to(self, value: float, places: int) -> str:
        text = self._to_places(value, places)
        return f"+{text}" if text != "0" and value > 0 else text

    def _signed(self, text: str) -> str:
        return text.replace("-", "\u2212")

    def _percent_sign(self) -> str:
        return f"{NARROW}%" if self.lang == "es" else "%"


@cache
def texts(lang: str) -> Texts:
    """Return the texts of a language.

    Raises:
        UserError: a language that the report does not speak.
    """
    if lang not in LANGUAGES:
        mend = did_you_mean(str(lang), LANGUAGES)
        raise UserError(where="lang", found=f"'{lang}'", allowed=", ".join(LANGUAGES), mend=mend)
    told = words(lang, "report")
    # The files hold plain spaces; a sign that stands apart must not end up alone.
    return Texts(lang, {key: word.replace(" %", f"{NARROW}%") for key, word in told.items()})


def _places(value: float, digits: int) -> int:
    """Return the decimal place that leaves so many significant digits."""
    return digits - 1 - math.floor(math.log10(abs(value))) if value else 0
