"""Provenance: what made a run folder, from what, as an RO-Crate.

Lists the files of the folder and one action: the command, the version, the seed,
the months, the hash of the facts and the identity of the parameters.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from globo import files
from globo.ensemble import folder, ledger, store
from globo.ensemble.code import libraries
from globo.ensemble.plan import Plan

MEANINGS = {
    folder.SCENARIO: ("Scenario as resolved", "application/yaml"),
    store.NAME: ("Results by draw", "application/vnd+zarr"),
    folder.SUMMARY: ("Intervals by variable, place and year", "text/csv"),
    ledger.NAME: ("Members, failures and checksums", "application/vnd.sqlite3"),
    folder.REPORT: ("Report", "text/html"),
}
LICENCE = "globo claims no rights in the results of a run; its code is under Apache-2.0."


def describe(
    work: Path,
    plan: Plan,
    failures: dict[str, int],
    began: float,
    ended: float,
    names: Iterable[str] | None = None,
) -> None:
    """Write `ro-crate-metadata.json` for what stands in a folder.

    Args:
        work: the folder.
        plan: what was computed.
        failures: failed draws by reason.
        began: when it began, seconds since 1970.
        ended: when it ended, seconds since 1970.
        names: the files and folders to list; None takes all but hidden ones.
    """
    from rocrate.model.contextentity import ContextEntity
    from rocrate.rocrate import ROCrate

    crate: Any = ROCrate()
    crate.name = f"globo run: {plan.scenario}"
    failed = sum(failures.values())
    crate.description = f"{plan.draws} draws from {plan.start} to {plan.until}, {failed} failed."
    crate.datePublished = _moment(ended)
    crate.license = LICENCE
    names = sorted(names or (p.name for p in work.iterdir() if not p.name.startswith(".")))
    made = [_listed(crate, work / name) for name in names if name != folder.MARKER]
    machine = platform.machine()
    software = {
        "@type": "SoftwareApplication",
        "name": "globo",
        "softwareVersion": plan.version,
        "softwareRequirements": libraries()[1:],
        "runtimePlatform": f"Python {platform.python_version()}, {platform.system()}, {machine}",
    }
    instrument = crate.add(ContextEntity(crate, "#globo", properties=software))
    given = [
        crate.add(ContextEntity(crate, f"#{name}", properties=_value(name, value)))
        for name, value in _settings(plan, failures).items()
    ]
    action = {
        "@type": "CreateAction",
        "name": plan.command or "globo run",
        "startTime": _moment(began),
        "endTime": _moment(max(began, ended)),
        "actionStatus": {"@id": "http://schema.org/CompletedActionStatus"},
    }
    run = crate.add(ContextEntity(crate, "#run", properties=action))
    run["instrument"] = instrument
    run["object"] = [e for e in made if e.id == folder.SCENARIO] + given
    run["result"] = [e for e in made if e.id != folder.SCENARIO]
    crate.root_dataset["mentions"] = run
    text = json.dumps(crate.metadata.generate(), indent=1, ensure_ascii=False, sort_keys=True)
    files.put_text(work / folder.MARKER, text + "\n")


def _listed(crate: Any, path: Path) -> Any:
    meaning, kind = MEANINGS.get(path.name, (path.stem, "application/octet-stream"))
    properties = {"name": meaning, "encodingFormat": kind}
    if path.is_dir():
        return crate.add_dataset(path, f"{path.name}/", properties=properties)
    size = {"contentSize": str(path.stat().st_size)}
    return crate.add_file(path, path.name, properties={**properties, **size})


def _settings(plan: Plan, failures: dict[str, int]) -> dict[str, str]:
    return {
        "seed": str(plan.seed),
        "draws": str(plan.draws),
        "from": plan.start,
        "until": plan.until,
        "facts": plan.facts_hash,
        "parameters": plan.parameters,
        "key": plan.key,
        **plan.made_by,
        "failed-draws": json.dumps(failures, ensure_ascii=False, sort_keys=True),
    }


def _value(name: str, value: str) -> dict[str, str]:
    return {"@type": "PropertyValue", "name": name, "value": value}


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
