"""What the surveys added to the members that ship, and the luck of Decembers to come.

`innovations.npz` holds by member of the posterior what each December's survey added to it
(`globo.assimilation.today` makes it), small enough to ship: figures by surveyed area, and which
area a district lay in. Later Decembers draw the luck of zones as wide as the surveys taught.
"""

from __future__ import annotations

import hashlib
from functools import cache

import jax.numpy as jnp
import numpy as np

from globo import countries
from globo.countries import USUAL
from globo.luck import Stream, normals
from globo.model.parameters import ADDED, CHANCE, FIRST_YEAR, INNOVATION, WORKED, Parameters

FILE = "innovations.npz"
LAST_LUCK = 2060  # last December that draws luck; a run may go on without
OWN = 1_000_000  # from here on number the runs of other luck of years that no calibration chose

Arrays = dict[str, np.ndarray]


@cache
def shipped(country: str = USUAL) -> Arrays | None:
    """Return the arrays that ship with a country, None where there are none.

    `columns` [year, district] is the place of a district's area in `log` and `added`
    [member, place], -1 where none looked; `share` [year, district] of what is added to its area;
    `worked` [year, district] 1, 0, or -1 where nothing tells; `chance` [member, year]; `wide`
    [zone] is the standard deviation of a year's luck, log; `zone` [district] is its place there.
    """
    path = countries.load(country).folder / FILE
    if not path.is_file():
        return None
    with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
        return {name: kept[name] for name in kept.files}


def identity(country: str = USUAL) -> str:
    """Return what tells apart the innovations that ship with a country."""
    found = shipped(country)
    if found is None:
        return "none"
    told = hashlib.sha256()
    for name in sorted(found):
        told.update(found[name].tobytes())
    return told.hexdigest()[:12]


def dressed(
    p: Parameters, found: Arrays, members: np.ndarray, draws: np.ndarray, seed: int
) -> Parameters:
    """Return parameters with the innovations of their members and the luck of years to come.

    Args:
        p: parameters of draws.
        found: as `shipped`.
        members: which member of the posterior each draw is.
        draws: numbers of the draws, whose luck to come is their own.
        seed: of all luck.

    Returns:
        The parameters, `innovation`, `innovation_added` and `worked` [draw, year, district].
    """
    columns = found["columns"]
    past, districts = columns.shape
    ahead = range(FIRST_YEAR + past, LAST_LUCK + 1)
    shape = (len(draws), past + len(ahead), districts)
    log, added = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    worked = np.full(shape, np.nan, np.float32)
    looked = columns >= 0
    at = np.where(looked, columns, 0)
    log[:, :past] = np.where(looked, found["log"][members][:, at], 0.0)
    added[:, :past] = np.where(looked, found["added"][members][:, at] * found["share"], 0.0)
    worked[:, :past] = np.where(found["worked"] < 0, np.nan, found["worked"])
    wide, zone = found["wide"], found["zone"]
    for i, year in enumerate(ahead, start=past):
        log[:, i] = (normals(seed, Stream.FORECAST, draws, year, len(wide)) * wide)[:, zone]
    arrays = {INNOVATION: log, ADDED: added, WORKED: worked}
    chance = jnp.asarray(found["chance"][members], jnp.int32)
    return Parameters(
        {**p.values, **{k: jnp.asarray(x) for k, x in arrays.items()}, CHANCE: chance}
    )
