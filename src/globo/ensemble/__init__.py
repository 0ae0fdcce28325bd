"""Ensembles: plan, execute, store; resumable, on this machine or on a cluster."""

from globo.ensemble.code import code_hash, code_version
from globo.ensemble.estimate import Estimate, estimate
from globo.ensemble.folder import is_finished
from globo.ensemble.plan import CHUNK_DRAWS, Chunk, Plan
from globo.ensemble.run import EnsembleError, open_run, run_ensemble
from globo.ensemble.work import Execute

__all__ = [
    "CHUNK_DRAWS",
    "Chunk",
    "EnsembleError",
    "Estimate",
    "Execute",
    "Plan",
    "code_hash",
    "code_version",
    "estimate",
    "is_finished",
    "open_run",
    "run_ensemble",
]
