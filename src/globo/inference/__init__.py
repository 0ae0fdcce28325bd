"""Inference: what the figures teach about the parameters, seeing only what was known.

`targets` says how each kind of figure errs, `calibrate` runs the whole and can be
resumed, `proof` runs it on data that the model made itself, `tree` hands it to ArviZ.
"""

from globo.inference.calibrate import Calibration, Runner, assimilate, calibrate
from globo.inference.proof import Proof, Trial, prove, prove_near
from globo.inference.targets import Target, targets
from globo.inference.tree import to_datatree, write_netcdf

__all__ = [
    "Calibration",
    "Proof",
    "Runner",
    "Target",
    "Trial",
    "assimilate",
    "calibrate",
    "prove",
    "prove_near",
    "targets",
    "to_datatree",
    "write_netcdf",
]
