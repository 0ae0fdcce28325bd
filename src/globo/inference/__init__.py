"""Inference: what the figures teach about the parameters, seeing only what was known.

`targets` says how each kind of figure errs, `smoother` moves an ensemble of parameters
towards them, `calibrate` runs the whole and can be resumed.
"""

from globo.inference.calibrate import Calibration, calibrate
from globo.inference.targets import Target, targets

__all__ = ["Calibration", "Target", "calibrate", "targets"]
