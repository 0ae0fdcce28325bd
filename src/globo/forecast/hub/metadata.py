"""Who made the entries, how, and from what: the model's metadata, with a record for each entry.

A record is added when its entry is; it holds the hash of the file, the commit of the code and the
hash of the facts, so that an entry that was edited is found and one can be made again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from globo.errors import UserError

TEAM, ABBREVIATION = "globo", "simulator"
MODEL = f"{TEAM}-{ABBREVIATION}"
HEX = r"^[0-9a-f]+$"
DATA = (
    "Public figures with source, confidence and day of publication, as known on the entry's day: "
    "surveys of coca by district, zone and country, eradication done and planned, prices."
)
SHORT = (
    "Agent-based simulator of coca and cocaine, brought to every survey and run on with luck drawn "
    "anew; of districts a pool with a random walk."
)
LONG = (
    "Each member of the posterior is run month by month from 2001, brought each December to what "
    "the survey found, and run on from the last survey known. Policy is what was known or planned "
    "on the day, then drawn about it. Later Decembers draw luck by zone, as wide as the surveys "
    "taught; what is forecast is what a survey would find, its error included. Samples of the "
    "country and its zones are joint over places and years; districts have samples of their own."
)


class Strict(BaseModel):
    """What is written here, and nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Entry(Strict):
    """The record of one entry."""

    origin_date: dt.date = Field(description="The day it was said; nothing later was known.")
    file: str = Field(description="Its place in the hub.")
    sha256: str = Field(pattern=HEX, min_length=64, max_length=64, description="Of that file.")
    last_survey: int = Field(description="Year of the last survey known; horizons count from it.")
    horizon: int = Field(ge=1, description="Years after it.")
    draws: int = Field(ge=1, description="Draws that the quantiles are of.")
    samples: int = Field(ge=1, description="Joint draws kept of each target.")
    seed: int = Field(ge=0, description="Of all luck.")
    policy: str = Field(description="What the state does in the years forecast.")
    cleared: dict[int, float] = Field(description="Ha a year that brigades can clear, as taken.")
    weights: dict[str, dict[str, float]] = Field(description="Forecasters pooled, by level.")
    version: str = Field(description="Of the package, with the hash of the code that decides.")
    commit: str = Field(pattern=HEX, min_length=40, max_length=40, description="Of the code.")
    facts: str = Field(pattern=HEX, min_length=64, max_length=64, description="Hash of the facts.")
    parameters: str = Field(description="Posterior and surveys that the members come from.")


class Contributor(Strict):
    """Who made the model."""

    name: str
    affiliation: str


class Metadata(Strict):
    """Metadata of the model that makes the entries."""

    team_name: str = TEAM
    team_abbr: str = Field(TEAM, pattern=r"^[a-zA-Z0-9_+]+$", max_length=16)
    model_name: str = "globo"
    model_abbr: str = Field(ABBREVIATION, pattern=r"^[a-zA-Z0-9_+]+$", max_length=16)
    model_contributors: list[Contributor] = [
        Contributor(name="The globo authors", affiliation="globo")
    ]
    license: str = "CC0-1.0"
    designated_model: bool = True
    data_inputs: str = DATA
    methods: str = Field(SHORT, max_length=200)
    methods_long: str = LONG
    ensemble_of_models: bool = True
    ensemble_of_hub_models: bool = False
    entries: list[Entry] = Field([], description="A record for each entry, oldest first.")


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the metadata, as the hub gives it."""
    told = Metadata.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **told}


def load(text: str, where: str) -> Metadata:
    """Read metadata.

    Raises:
        UserError: no YAML, or something else than the schema has; the first fault is named.
    """
    mend = "restore it from git: entries are never edited"
    try:
        return Metadata.model_validate(YAML(typ="safe", pure=True).load(text) or {})
    except YAMLError as error:
        found = str(error).splitlines()[0]
        raise UserError(where, found, "YAML", mend) from error
    except ValidationError as error:
        first = error.errors()[0]
        field = f"{where} {'.'.join(map(str, first['loc']))}"
        raise UserError(field, str(first["input"]), first["msg"], mend) from error


def text(metadata: Metadata) -> str:
    """Return metadata as YAML."""
    yaml, out = YAML(), io.StringIO()
    yaml.width, yaml.default_flow_style = 100, False
    yaml.dump(metadata.model_dump(mode="json"), out)
    return out.getvalue()


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(content).hexdigest()
