"""Inference: what the figures teach about the parameters, seeing only what was known.

`targets` says how each kind of figure errs, `calibrate` runs the whole and can be
resumed, `proof` runs it on data that the model made itself.
"""

from globo.inference.calibrate import Calibration, calibrate
from globo.inference.proof import Proof, prove
from globo.inference.targets import Target, targets

__all__ = ["Calibration", "Proof", "Target", "calibrate", "prove", "targets"]
