"""The document of a scenario: its fields, and the scenario that comes of them."""

from __future__ import annotations

import io
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML

from globo import countries
from globo.bounds import LAST_SEED, MOST_DRAWS
from globo.countries import USUAL
from globo.errors import UserError, did_you_mean
from globo.model import month, parameters, readings
from globo.model.policy import START, levers
from globo.scenario import differences
from globo.scenario.differences import LAST, Setting
from globo.scenario.source import Source, read, shown
from globo.texts import LANGUAGES, Lang

log = logging.getLogger("globo.scenario")
MECHANISMS = month.NAMES
SURVEYS = "surveys"  # what the surveys added to a history: off, it is free
CAN_BE_OFF = (*MECHANISMS, SURVEYS)
UNTIL = "2035-12"


def _words(value: Any) -> Any:
    return dict.fromkeys(LANGUAGES, value) if isinstance(value, str) else value


def _one_line(text: str) -> str:
    return " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())


Month = Annotated[str, AfterValidator(differences.month)]
Line = Annotated[str, AfterValidator(_one_line)]
Words = Annotated[dict[Lang, Line], BeforeValidator(_words)]


class Document(BaseModel):
    """Fields of a scenario; all may be left out, unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(pattern=r"^\w[\w .-]{0,79}$")] | None = None
    title: Words = {}
    description: Words = {}
    country: str = USUAL
    until: Month = UNTIL
    levers: dict[str, Any] = {}
    off: list[str] = []
    parameters: dict[str, Any] = {}
    reading: str | None = None
    draws: Annotated[int, Field(ge=1, le=MOST_DRAWS)] | None = None
    seed: Annotated[int, Field(ge=0, le=LAST_SEED)] | None = None


ALLOWED = {
    "name": "a text of letters, digits, spaces and _ . -, 1 to 80 long",
    "title": "a text, or {en: text, es: text}",
    "description": "a text, or {en: text, es: text}",
    "country": "a country: " + ", ".join(countries.names()),
    "until": f'the last month, "YYYY-MM" from {START} to {LAST}',
    "levers": "{lever: value}",
    "off": "a list of mechanisms: " + ", ".join(CAN_BE_OFF),
    "parameters": "{name of parameters.csv: number}",
    "reading": "a reading of readings.csv: " + ", ".join(readings.table()),
    "draws": f"a whole number, 1 to {MOST_DRAWS}",
    "seed": f"a whole number, 0 to {LAST_SEED}",
}


@dataclass(frozen=True)
class Scenario:
    """A scenario, checked.

    Attributes:
        name: short name.
        country: whose world.
        until: last month of the run, "YYYY-MM".
        changes: what it sets, in order; later ones win.
        off: mechanisms switched off, or `surveys` for a history that they did not touch.
        parameters: parameters fixed in every draw, in their units; those of a reading among them.
        draws: number of draws, where it asks for one.
        seed: seed, where it asks for one.
        title: by language; empty where it has none.
        description: likewise.
        levers: as declared.
    """

    name: str = "baseline"
    until: str = UNTIL
    changes: tuple[Setting, ...] = ()
    off: tuple[str, ...] = ()
    parameters: Mapping[str, float] = field(default_factory=dict)
    draws: int | None = None
    seed: int | None = None
    title: Mapping[str, str] = field(default_factory=dict)
    description: Mapping[str, str] = field(default_factory=dict)
    levers: Mapping[str, Any] = field(default_factory=dict)
    country: str = USUAL

    @property
    def reading(self) -> str:
        """The reading of the unknowns that its parameters are, "" where they are none."""
        return readings.of(self.parameters)

    def to_yaml(self) -> str:
        """Return the scenario as resolved; loading it gives the same scenario."""
        keys = ("name", "title", "description", "country", "until", "levers", "off", "parameters")
        told = {key: getattr(self, key) for key in (*keys, "draws", "seed")}
        told["off"] = list(self.off)
        told["country"] = None if self.country == USUAL else self.country
        out, yaml = io.StringIO(), YAML()
        yaml.default_flow_style, yaml.allow_unicode, yaml.width = False, True, 1000
        kept = {k: v for k, v in told.items() if v is not None and v not in ({}, [])}
        yaml.dump(kept, out)
        return out.getvalue()


def free(scenario: Scenario) -> Scenario:
    """Return a scenario whose history the surveys did not touch."""
    return replace(scenario, off=tuple(dict.fromkeys((*scenario.off, SURVEYS))))


def load(
    source: str | Path | Mapping[str, Any] | Scenario | None = None,
    *,
    until: str | None = None,
    country: str | None = None,
    reading: str | None = None,
) -> Scenario:
    """Load a scenario and check all of it.

    Args:
        source: None for the baseline, a path, the name of a shipped example, or a mapping.
        until: another last month than the scenario's own, "YYYY-MM"; what the scenario
            changes later is then left out of the run.
        country: whose world, where the scenario names none.
        reading: of the unknowns, where the scenario names none (`globo.model.readings`).

    Returns:
        The scenario.

    Raises:
        UserError: whatever cannot be used, with its file, line and field.
    """
    scenario = (
        source
        if isinstance(source, Scenario)
        else _scenario(read({} if source is None else source), country)
    )
    if country not in (None, scenario.country):
        allowed, mend = f"'{scenario.country}', which {scenario.name} names", "leave it out"
        raise UserError(where="country", found=f"'{country}'", allowed=allowed, mend=mend)
    if reading is not None:
        asked = Source({"reading": reading})
        fixed = _read_as(asked, reading, scenario.parameters)
        scenario = replace(scenario, parameters=fixed)
    if until is None:
        return scenario
    where = "until"
    try:
        return _cut(scenario, differences.month(until))
    except ValueError:
        raise _refused(where, "until", until) from None


def _scenario(source: Source, country: str | None) -> Scenario:
    usual = {} if country is None else {"country": countries.load(country).name}
    tree = {**usual, **source.tree}
    try:
        found = Document.model_validate(tree)
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise _first(source, details) from None
    for i, name in enumerate(found.off):
        if name not in CAN_BE_OFF:
            mend = did_you_mean(name, CAN_BE_OFF)
            where = source.where(("off", i))
            raise UserError(where, f"unknown mechanism {shown(name)}", ALLOWED["off"], mend)
    if found.country not in countries.names():
        raise _refused(source.where(("country",)), "country", found.country)
    changed = differences.changes(source, found.until, found.country)
    fixed = _fixed(source)
    plain = not (changed or fixed or found.off)
    if found.reading is not None:
        fixed = _read_as(source, found.reading, fixed)
    return Scenario(
        name=found.name or source.stem or ("baseline" if plain else "scenario"),
        country=found.country,
        until=found.until,
        changes=tuple(changed),
        off=tuple(dict.fromkeys(found.off)),
        parameters=fixed,
        draws=found.draws,
        seed=found.seed,
        title={str(k): v for k, v in found.title.items()},
        description={str(k): v for k, v in found.description.items()},
        levers=found.levers,
    )


def _cut(scenario: Scenario, until: str) -> Scenario:
    """Return the scenario up to another month, without what it changes later."""
    late = sorted({c.lever for c in scenario.changes if c.first > until})
    if late:
        log.warning(
            "%s: left out, since it begins after %s: %s", scenario.name, until, ", ".join(late)
        )
    levers = {}
    for name, value in scenario.levers.items():
        kept = [s for s in value if s["from"] <= until] if isinstance(value, list) else value
        if kept != []:
            levers[name] = kept
    changed = tuple(c for c in scenario.changes if c.first <= until)
    return replace(scenario, until=until, levers=levers, changes=changed)


def _fixed(source: Source) -> dict[str, float]:
    """Return the parameters that a scenario fixes, inside their ranges."""
    table, fixed = parameters.table(), {}
    for name, value in source.tree.get("parameters", {}).items():
        path = ("parameters", name)
        if name not in table:
            mend = did_you_mean(name, table)
            allowed = "a name of parameters.csv"
            raise UserError(source.where(path), "unknown parameter", allowed, mend)
        row = table[name]
        fixed[name] = differences.number(source, path, value, row.low, row.high, row.unit)
    return fixed


def _read_as(source: Source, reading: str, fixed: Mapping[str, float]) -> dict[str, float]:
    """Return the parameters that a scenario fixes, with those of a reading.

    Raises:
        UserError: no such reading, or the scenario fixes one of its parameters at another value.
    """
    where = source.where(("reading",))
    if reading not in readings.table():
        raise _refused(where, "reading", reading)
    values = readings.values(reading)
    for name, value in values.items():
        if fixed.get(name, value) != value:
            found = f"{name}: {fixed[name]:g}"
            allowed = f"{value:g}, as the reading '{reading}' has it"
            mend = "leave out the parameter, or the reading"
            raise UserError(source.where(("parameters", name)), found, allowed, mend)
    return {**fixed, **values}


def _first(source: Source, details: list[ErrorDetails]) -> UserError:
    """Return the message for the first error of a document, by line."""

    def place(detail: ErrorDetails) -> int:
        return source.line(detail["loc"][:1]) or 0

    detail = min(details, key=place)
    top = str(detail["loc"][0])
    if detail["type"] == "extra_forbidden" and len(detail["loc"]) == 1:
        known = list(Document.model_fields)
        mend = f"put it under levers: {top}" if top in levers() else did_you_mean(top, known)
        return UserError(source.where((top,)), "unknown field", ", ".join(known), mend)
    if top not in ALLOWED:
        return UserError(source.where(()), f"key {shown(top)}", ", ".join(ALLOWED), "use a text")
    path: tuple[str | int, ...] = (top,)
    if top in ("off", "levers", "parameters") and len(detail["loc"]) > 1:
        path = (top, detail["loc"][1])
    return _refused(source.where(path), top, detail["input"])


def _refused(where: str, name: str, value: Any) -> UserError:
    mends = {
        "until": 'write it with its month, such as "2017-12"',
        "draws": "64 is a good start",
        "off": "write a list, such as [relocation]",
    }
    found = "nothing" if value is None else shown(value)
    return UserError(where, found, ALLOWED[name], mends.get(name, "see the examples"))
