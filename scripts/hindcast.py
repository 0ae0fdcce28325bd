"""Print docs/hindcast.md: what the posteriors that ship make of the surveys, 2001 to 2024.

With the luck of past years as the calibration chose it, with that of country and zones alone, and
with all of it drawn anew. A folder that `globo calibrate --seed N --out FOLDER` wrote is compared
with what ships.
"""

import csv
import sys
from pathlib import Path

import numpy as np

from globo.inference.targets import area, scope
from globo.model import posterior, readings
from globo.model.parameters import Parameters
from globo.simulation import FIRST_YEAR, Simulator, known

DRAWS, SEED, LAST = 128, 1, 2024
DISTRICTS = range(2012, 2021)  # surveys that were told by district
COLUMNS = (
    "luck of past years",
    "spread of the nation",
    "national areas inside",
    "as surveyed",
    *map(str, DISTRICTS),
)
FALLS = ("Huallaga, 2010 to 2015", "80 % or more", "VRAEM, 2010 to 2015")
HEAD = f"""<!-- Made by `python scripts/hindcast.py > docs/hindcast.md` -->

# Hindcast: the posteriors that ship beside the surveys

{DRAWS} draws, seed 1, from 2001, free: nothing but the mechanisms and the luck of past years. The
spread is that of the log of the national area over draws, mean of 2002 to 2014. Inside is inside
the 90 % interval of the draws: national areas of the surveys (of the whole country, and of the
zones that the survey of a year covered), and the share of the surveyed districts in each year.
Districts' areas never were fitted, but for how many grow coca and how unevenly.
"""


def main() -> int:
    """Print the page; compare with the posterior of a folder where one is given."""
    print(HEAD)
    for reading in ("", *readings.table()):
        for day in posterior.days(reading=reading).values():
            read = f", read as {reading} have it" if reading else ""
            print(f"## Fitted to what was known on {day}{read}\n")
            _table(day, reading)
            print()
    for folder in sys.argv[1:]:
        print(_agreement(Path(folder)))
    return 0


def _table(as_of: str, reading: str) -> None:
    """Print what draws of a day's posterior make of the surveys, in a reading of the unknowns."""
    print("| " + " | ".join((*COLUMNS, *FALLS)) + " |")
    print("|---" * (len(COLUMNS) + len(FALLS)) + "|")
    chosen = posterior.sample(np.arange(DRAWS), SEED, readings.values(reading), as_of=as_of)
    free = chosen.replace(chance=0 * chosen.chance)
    kinds = {
        "all of it as chosen": chosen,
        "of country and zones as weighed": free,
        "all drawn anew": free.replace(luck=np.nan * free.luck),
    }
    for name, p in kinds.items():
        print("| " + " | ".join((name, *_row(p))) + " |")


def _row(p: Parameters) -> list[str]:
    simulator = Simulator(seed=SEED)
    found = simulator.run(np.arange(DRAWS), simulator.months((), f"{LAST}-12"), p)
    facts, world = known(None), simulator.world
    nation = facts.own("coca_ha").loc[FIRST_YEAR:LAST].to_numpy(float)
    whole = found["coca_ha"].sum(-1) + found["outside_ha"]
    covers = [scope(facts, world, year) for year in range(FIRST_YEAR, LAST + 1)]
    seen = np.stack([area(found, *c)[:, i] for i, c in enumerate(covers)], axis=1)
    inside = [int(_inside(x, nation).sum()) for x in (whole, seen)]
    spread = np.log(whole[:, 1 : 2015 - FIRST_YEAR]).std(0).mean()
    surveys, cover = facts.coca("district"), []
    for year in DISTRICTS:
        row = surveys.loc[year].dropna()
        at = [world.districts.index(code) for code in row.index]
        held = found["coca_ha"][:, year - FIRST_YEAR][:, at]
        cover.append(f"{_inside(held, row.to_numpy(float), 1.0).mean():.0%}")
    left = {}
    for zone in ("Huallaga", "VRAEM"):
        member = np.asarray(world.in_zone)[world.zones.index(zone)]
        zones = found["coca_ha"] @ member
        left[zone] = zones[:, 2015 - FIRST_YEAR] / zones[:, 2010 - FIRST_YEAR]
    fall, rise = (f"{np.median(left[zone]) - 1:+.0%}" for zone in ("Huallaga", "VRAEM"))
    emptied = f"{(left['Huallaga'] <= 0.2).mean():.0%} of draws"
    counts = [f"{n} of {len(nation)}" for n in inside]
    return [f"{spread:.1%}", *counts, *cover, fall, emptied, rise]


def _inside(draws: np.ndarray, seen: np.ndarray, slack: float = 0.0) -> np.ndarray:
    """Say which figures lie in the 90 % interval of the draws, ha of rounding allowed."""
    low, high = np.quantile(draws, [0.05, 0.95], axis=0)
    return (seen >= low - slack) & (seen <= high + slack)


def _agreement(folder: Path) -> str:
    """Return how far another seed's posterior lies from the one that ships."""
    with (folder / "posterior.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(line for line in file if not line.startswith("#")))
    mine, other = posterior.shipped(), np.array(rows[1:], float)
    if mine is None or rows[0] != [*posterior.columns(), *posterior.chances()]:
        return f"{folder} holds other parameters than those that ship."
    normals = len(posterior.columns())
    mine, other = mine[:, :normals], other[:, :normals]
    n, within = len(mine), (mine.var(0, ddof=1) + other.var(0, ddof=1)) / 2
    between = n * (mine.mean(0) - other.mean(0)) ** 2 / 2
    rhat = np.sqrt(((n - 1) / n * within + between / n) / within)
    shift = np.abs(mine.mean(0) - other.mean(0)) / np.sqrt(within)
    return (
        f"Beside another seed: means shifted by {np.median(shift):.2f} of a posterior standard "
        f"deviation (median), {shift.max():.2f} at most; R-hat of the two ensembles below "
        f"{np.quantile(rhat, 0.95):.3f} for 95 % of columns, {rhat.max():.3f} at most."
    )


if __name__ == "__main__":
    sys.exit(main())
