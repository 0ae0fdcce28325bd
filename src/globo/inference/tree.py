"""Tree: a calibration as groups that ArviZ reads, one dataset each.

Parameters are in their own units, in the groups `prior` and `posterior`; what the model says
of each figure is in `posterior_predictive`, the figures are in `observed_data` and how they
err in `constant_data`. A member of the ensemble is a draw of one chain.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from globo import countries
from globo.ensemble import code_version
from globo.inference.calibrate import Calibration
from globo.model import parameters, posterior
from globo.simulation import known

FIGURE = "figure"
ENGINE = "h5netcdf"


def to_datatree(found: Calibration) -> xr.DataTree:
    """Return a calibration as a tree of datasets.

    `arviz.InferenceData.from_datatree` takes it; both call the groups by the same names.

    Args:
        found: as `calibrate` gave it.

    Returns:
        The groups, with dims chain (one), draw, and zone or target.
    """
    target = {"target": [t.name for t in found.targets]}
    value = np.array([t.value for t in found.targets])
    scale = {"units": "scale of the target's error (most are logs)"}
    predicted = (("chain", "draw", "target"), found.predicted.T[None], scale)
    chain = {"chain": [0], "draw": np.arange(len(found.z))}
    return xr.DataTree.from_dict(
        {
            "/": xr.Dataset(attrs=_attrs(found)),
            "/posterior": _parameters(found.z),
            "/prior": _parameters(found.prior),
            "/posterior_predictive": xr.Dataset({FIGURE: predicted}, coords=chain | target),
            "/observed_data": xr.Dataset({FIGURE: ("target", value, scale)}, coords=target),
            "/constant_data": xr.Dataset(
                {
                    "error": ("target", np.array([t.error for t in found.targets]), scale),
                    "source": ("target", [t.source for t in found.targets]),
                },
                coords=target,
            ),
        }
    )


def write_netcdf(found: Calibration, path: Path) -> None:
    """Write a calibration as the NetCDF file that `arviz.from_netcdf` opens."""
    to_datatree(found).to_netcdf(path, engine=ENGINE)


def _parameters(z: np.ndarray) -> xr.Dataset:
    """Return standard normals [member, column] as parameters in their own units."""
    free, traits, luck = posterior.parts(z)
    table = parameters.table()
    data: dict[str, Any] = {
        name: (
            ("chain", "draw"),
            parameters.from_normal(table[name], free[:, i])[None],
            {"units": table[name].unit, "long_name": table[name].meaning},
        )
        for i, name in enumerate(parameters.free_names())
    }
    trait = {"units": "prior standard deviations", "long_name": "lasting pull of a zone to coca"}
    data[parameters.TRAIT] = (("chain", "draw", "zone"), traits[None], trait)
    said = {"units": "prior standard deviations", "long_name": "luck of a place in a year"}
    data[parameters.LUCK] = (("chain", "draw", "year", "place"), luck[None], said)
    zones = parameters.zone_names()
    coords = {
        "chain": [0],
        "draw": np.arange(len(z)),
        "zone": list(zones),
        "year": parameters.FIRST_YEAR + np.arange(parameters.WEIGHED_YEARS),
        "place": [countries.load().nation, *zones],
    }
    return xr.Dataset(data, coords=coords)


def _attrs(found: Calibration) -> dict[str, str | int]:
    return {
        "inference_library": "globo.inference.esmda",
        "modeling_interface": "globo",
        "modeling_interface_version": code_version("inference"),
        "as_of": found.as_of,
        "reading": found.reading or "surveys",
        "seed": found.seed,
        "facts_hash": known(found.as_of).hash,
    }
