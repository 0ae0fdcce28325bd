"""The runs that the claims are looked at in: a change on top of a ground scenario.

Each is run once, whatever it is called; a run that no later claim needs is let go.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import xarray as xr
from ruamel.yaml import YAML

from globo.model.policy import START
from globo.scenario import load

Source = str | Mapping[str, Any] | None
Runner = Callable[[Source], xr.Dataset]
WORDS = ("levers", "off", "parameters")


def differences(source: Source) -> dict[str, Any]:
    """Return what a scenario changes, lever values as lists of spans.

    Args:
        source: None for the baseline, name or path of a scenario, or a mapping.
    """
    told = YAML(typ="safe").load(load(source).to_yaml())
    return {
        "levers": {name: _spans(value) for name, value in told.get("levers", {}).items()},
        "off": list(told.get("off", [])),
        "parameters": dict(told.get("parameters", {})),
    }


def on_top(ground: Source, change: Source) -> dict[str, Any]:
    """Return a scenario with a change made in it; what it has already is not said twice.

    Args:
        ground: scenario that holds first.
        change: scenario whose levers and parameters win.
    """
    below, above = differences(ground), differences(change)
    levers = dict(below["levers"])
    for name, spans in above["levers"].items():
        own = levers.get(name, [])
        levers[name] = own if own[len(own) - len(spans) :] == spans else own + spans
    off = below["off"] + [name for name in above["off"] if name not in below["off"]]
    return {"levers": levers, "off": off, "parameters": below["parameters"] | above["parameters"]}


class ScenarioRuns:
    """Runs scenarios, each once, and keeps a result for as long as it is needed."""

    def __init__(self, run: Runner, needed: Iterable[tuple[Source, Source]]) -> None:
        """Note what will be asked for.

        Args:
            run: runs a scenario, or the baseline for None.
            needed: pairs of a ground and the change made in it (None for none), one for
                every time that `get` will be called.
        """
        self._run = run
        self._kept: dict[str, xr.Dataset] = {}
        self._names: dict[str, Source] = {_key(differences(None)): None}
        pairs = list(needed)
        for source in [s for pair in pairs for s in pair if isinstance(s, str)]:
            self._names.setdefault(_key(differences(source)), source)
        self._left = Counter(_key(on_top(*pair)) for pair in pairs)

    @property
    def held(self) -> int:
        """Number of results kept for later."""
        return len(self._kept)

    def get(self, ground: Source, change: Source = None, name: str = "") -> xr.Dataset:
        """Return the results of a ground with a change made in it.

        Args:
            ground: scenario.
            change: scenario put on top of it.
            name: for what is no shipped scenario.
        """
        made = on_top(ground, change)
        key = _key(made)
        if key not in self._kept:
            source = self._names[key] if key in self._names else {"name": name, **made}
            self._kept[key] = self._run(source)
        self._left[key] -= 1
        return self._kept[key] if self._left[key] > 0 else self._kept.pop(key)


def _spans(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [{"from": START, "value": value}]


def _key(made: Mapping[str, Any]) -> str:
    return json.dumps({word: made[word] for word in WORDS}, sort_keys=True)
