"""What an ensemble is to compute: its inputs, its members, its chunks.

A member is one draw; it is known by the hash of everything that decides its
numbers. Members are computed in chunks of consecutive draws whose size does not
depend on the number of workers or of draws asked for: a last chunk is computed
whole and what lies beyond the plan is dropped, so a draw has the same bits in
every ensemble and one compiled program serves all chunks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from globo import bounds
from globo.countries import USUAL
from globo.ensemble.code import libraries
from globo.errors import UserError, did_you_mean
from globo.results import STATUS, Variable, fitted, variable, variables

CHUNK_DRAWS = 8


@dataclass(frozen=True)
class Chunk:
    """A fixed number of consecutive draws, computed and stored together.

    Attributes:
        index: number of the chunk, from 0.
        first: its first draw.
        size: draws to compute, the same for every chunk.
        kept: how many of them the plan asks for, from the first on.
    """

    index: int
    first: int
    size: int
    kept: int

    @property
    def draws(self) -> np.ndarray:
        """Return the draws to compute, int32."""
        return np.arange(self.first, self.first + self.size, dtype="int32")


@dataclass(frozen=True)
class Plan:
    """The inputs of an ensemble.

    Attributes:
        scenario: name of the scenario.
        scenario_yaml: the scenario as resolved.
        country: whose world, as `--country` names it.
        parameters: identity of the priors or of the posterior that is drawn from.
        seed: seed of all draws.
        draws: number of draws, 1 to 1,000,000.
        start: first month, "YYYY-MM".
        until: last month, "YYYY-MM".
        facts_hash: hash of the facts used.
        version: version of the code.
        coords: labels by dimension (without `draw`), and by name of a further
            coordinate a pair (dimension, values).
        command: how the run was asked for; no input of its numbers.
        made_by: what decides bits beside the inputs: generator, width, JAX, processor.
        fixed: parameters that the scenario sets, told where every draw fails; no input either.
        reported: variables to keep.
        reasons: sentence by status of a draw.
        chunk_draws: draws a chunk.
    """

    scenario: str
    scenario_yaml: str
    parameters: str
    seed: int
    draws: int
    start: str
    until: str
    facts_hash: str
    version: str
    coords: Mapping[str, Any]
    command: str = ""
    made_by: Mapping[str, str] = field(default_factory=dict)
    country: str = USUAL
    fixed: str = ""
    reported: tuple[str, ...] = field(default_factory=lambda: tuple(variables()))
    reasons: Mapping[int, str] = field(default_factory=dict)
    chunk_draws: int = CHUNK_DRAWS

    def __post_init__(self) -> None:
        """Refuse a number of draws that cannot be run, and unknown variables."""
        bounds.draws(self.draws)
        bounds.seed(self.seed)
        for name in self.reported:
            if name not in variables():
                allowed, mend = "names in variables.csv", did_you_mean(name, variables())
                raise UserError(where="reported", found=name, allowed=allowed, mend=mend)

    def inputs(self) -> dict[str, Any]:
        """Return everything that decides a draw's numbers, but for its number."""
        return {
            "scenario": self.scenario_yaml,
            "country": self.country,
            "parameters": self.parameters,
            "seed": self.seed,
            "from": self.start,
            "until": self.until,
            "facts": self.facts_hash,
            "version": self.version,
            "chunk_draws": self.chunk_draws,
            "made_by": dict(self.made_by),
        }

    def member(self, draw: int) -> str:
        """Return the identity of one draw: 32 hexadecimal digits."""
        return _digest({**self.inputs(), "draw": int(draw)})[:32]

    @property
    def key(self) -> str:
        """Return the identity of the whole ensemble: 12 hexadecimal digits."""
        whole = {**self.inputs(), "draws": self.draws, "reported": list(self.reported)}
        return _digest(whole)[:12]

    def chunks(self) -> list[Chunk]:
        """Return all chunks, in order."""
        size = self.chunk_draws
        firsts = range(0, self.draws, size)
        return [Chunk(i, at, size, min(size, self.draws - at)) for i, at in enumerate(firsts)]

    def stored(self) -> list[Variable]:
        """Return the variables that are kept, `status` last."""
        return [*(variable(name) for name in self.reported), STATUS]

    def sizes(self) -> dict[str, int]:
        """Return the length of every dimension."""
        labels = {d: len(v) for d, v in self.coords.items() if not isinstance(v, tuple)}
        return {"draw": self.draws, **labels}

    @property
    def draw_bytes(self) -> int:
        """Return the bytes that the results of one draw take in memory."""
        sizes = {**self.sizes(), "draw": 1}
        shapes = ((v, [sizes[d] for d in v.dims]) for v in self.stored())
        return sum(int(np.prod(shape)) * np.dtype(v.dtype).itemsize for v, shape in shapes)

    def attrs(self) -> dict[str, Any]:
        """Return the attributes of the results."""
        return {
            "scenario": self.scenario,
            "country": self.country,
            "scenario_yaml": self.scenario_yaml,
            "seed": self.seed,
            "from": self.start,
            "until": self.until,
            "command": self.command,
            "version": self.version,
            "facts_hash": self.facts_hash,
            "made_by": ", ".join(self.made_by.values()),
            "parameters": self.parameters,
            "libraries": ", ".join(libraries()),
        }

    def trimmed(self, chunk: Chunk, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Return what the plan keeps of a chunk's arrays, in the stored types.

        Raises:
            ValueError: a variable is missing or has a shape that does not fit.
        """
        sizes = {**self.sizes(), "draw": chunk.kept}
        kept = {}
        for var in self.stored():
            if var is STATUS and var.name not in arrays:
                kept[var.name] = np.zeros(chunk.kept, dtype=var.dtype)
                continue
            if var.name not in arrays:
                message = f"{var.name}: the engine did not return it"
                raise ValueError(message)
            kept[var.name] = fitted(var, np.asarray(arrays[var.name])[: chunk.kept], sizes)
        return kept

    def blank(self, chunk: Chunk, status: int) -> dict[str, np.ndarray]:
        """Return the arrays of a chunk that came to nothing: NaN, and its status."""
        sizes = {**self.sizes(), "draw": chunk.kept}
        shape = {v.name: tuple(sizes[d] for d in v.dims) for v in self.stored()}
        nothing = {v.name: np.full(shape[v.name], np.nan, v.dtype) for v in self.stored()[:-1]}
        return {**nothing, STATUS.name: np.full(chunk.kept, status, STATUS.dtype)}


def _digest(inputs: Mapping[str, Any]) -> str:
    text = json.dumps(inputs, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
