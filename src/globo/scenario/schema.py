"""Schema: JSON Schema of a scenario, with every lever and parameter and its range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from globo.model import parameters, readings
from globo.model.policy import levers
from globo.scenario import differences
from globo.scenario.controls import places
from globo.scenario.document import CAN_BE_OFF, LANGUAGES, Document

READING = "another reading of what surveys and studies disagree on (readings.csv)"


def schema() -> dict[str, Any]:
    """Return the JSON Schema; `load` checks the same and says more."""
    made = Document.model_json_schema()
    fields = made["properties"]
    text = {"type": "string"}
    words = {"type": "object", "properties": dict.fromkeys(LANGUAGES, text)}
    words["additionalProperties"] = False
    for name in ("title", "description"):
        fields[name] = {"anyOf": [text, words]}
    fields["until"] = _month_schema()
    fields["levers"] = _closed({n: _lever_schema(row) for n, row in levers().items()})
    fields["off"]["items"] = {"enum": list(CAN_BE_OFF)}
    rows = parameters.table().values()
    fields["parameters"] = _closed(
        {r.name: _number(r.low, r.high, f"{r.meaning} ({r.unit})") for r in rows}
    )
    fields["reading"] = {"enum": list(readings.table()), "description": READING}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


def _lever_schema(row: Mapping[str, str]) -> dict[str, Any]:
    told = f"{row['meaning_en']} ({row['unit']}; today {row['default']})"
    amount = _number(float(row["low"]), float(row["high"]), told)
    known = places(row["by"])
    one = [amount, _closed(dict.fromkeys(known, amount))] if known else [amount]
    span = _closed({"from": _month_schema(), "until": _month_schema(), "value": {"anyOf": one}})
    span["required"] = ["from", "value"]
    several = {"type": "array", "items": span, "minItems": 1}
    return {"description": told, "anyOf": [*one, several]}


def _number(low: float, high: float, told: str) -> dict[str, Any]:
    return {"type": "number", "minimum": low, "maximum": high, "description": told}


def _month_schema() -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{differences.MONTH.pattern}$"}


def _closed(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": dict(fields), "additionalProperties": False}
