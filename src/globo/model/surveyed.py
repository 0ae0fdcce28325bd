"""What the surveys added to the members that ship, and the luck of Decembers to come.

`innovations.npz` holds by member of the posterior what each December's survey added to it
(`globo.assimilation.today` makes it), small enough to ship: figures by surveyed area, and which
area a district lay in. Another reading of the unknowns (`readings`) has a file of its own. Later
Decembers draw the luck of zones as wide, and as lasting, as the surveys taught.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from globo import countries
from globo.countries import USUAL
from globo.luck import Stream, normals
from globo.model.parameters import ADDED, CHANCE, FIRST_YEAR, INNOVATION, WORKED, Parameters

FILE = "innovations{}.npz"
LAST_LUCK = 2060  # last December that draws luck; a run may go on without
LUCK = ("last", "lasts", "wide", "mean")  # of years to come, by zone
OWN = 1_000_000  # from here on number the runs of other luck of years that no calibration chose

Arrays = dict[str, np.ndarray]
Zones = Float[np.ndarray, " zone"]


@dataclass(frozen=True)
class Coming:
    """The luck of years to come by zone: what lasts of the last surprise, and what is drawn.

    Attributes:
        last: what the last survey added, log.
        lasts: share of a year's luck that the next year has too, 0 to 1.
        wide: standard deviation of what a year draws anew, log.
        mean: what surveys add in a mean year, since the mechanisms lack it, log.
    """

    last: Zones
    lasts: Zones
    wide: Zones
    mean: Zones

    def years(
        self, seed: int, draws: np.ndarray, years: range
    ) -> Iterator[Float[np.ndarray, "draw zone"]]:
        """Yield the luck of years that follow one another, each draw its own, log."""
        about = np.broadcast_to(self.last - self.mean, (len(draws), len(self.last)))
        for year in years:
            drawn = normals(seed, Stream.FORECAST, draws, year, len(self.wide))
            about = self.lasts * about + self.wide * drawn
            yield self.mean + about


def coming(found: Arrays) -> Coming:
    """Return the luck to come that ships."""
    return Coming(*(found[name].astype(float) for name in LUCK))


def file(reading: str = "") -> str:
    """Return the name of the file of a reading; "" is that of the surveys themselves."""
    return FILE.format(f"-{reading}" if reading else "")


@cache
def shipped(country: str = USUAL, reading: str = "") -> Arrays | None:
    """Return the arrays that ship with a country, None where there are none.

    `columns` [year, district] is the place of a district's area in `log` and `added`
    [member, place], -1 where none looked; `share` [year, district] of what is added to its area;
    `worked` [year, district] 1, 0, or -1 where nothing tells; `chance` [member, year]; `last`,
    `lasts`, `wide` and `mean` [zone] as `Coming` has them; `zone` [district] is its place there.
    """
    path = countries.load(country).folder / file(reading)
    if not path.is_file():
        return None
    with path.open("rb") as opened, np.load(opened, allow_pickle=False) as kept:
        return {name: kept[name] for name in kept.files}


def identity(country: str = USUAL, reading: str = "") -> str:
    """Return what tells apart the innovations that ship with a country."""
    found = shipped(country, reading)
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
    zone = found["zone"]
    for i, luck in enumerate(coming(found).years(seed, draws, ahead), start=past):
        log[:, i] = luck[:, zone]
    arrays = {INNOVATION: log, ADDED: added, WORKED: worked}
    chance = jnp.asarray(found["chance"][members], jnp.int32)
    return Parameters(
        {**p.values, **{k: jnp.asarray(x) for k, x in arrays.items()}, CHANCE: chance}
    )
