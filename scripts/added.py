"""Print docs/surveys.md: what each December's survey added to the model, by zone and year."""

import sys

from globo.assimilation.added import bias, by_zone
from globo.simulation import known, world_of

FIRST = 2012  # from here on every zone is surveyed by district
HEAD = """<!-- Made by `python scripts/added.py > docs/surveys.md` -->

# What the surveys added

Each December every member of the posterior is brought to what the survey found
([assimilation](assimilation.md)). What that took is what the mechanisms did not do by themselves: 0
is a year in which they did what was found; 0.69 a year in which the survey found twice what they
had, -0.69 half of it. Median over members of the log factor, districts weighed by the coca found in
them; where no figure is printed nobody looked.
"""
LASTING = """
## What lasts

Mean over the years from {first} on, largest first, and the spread of the years about it. A mean
far from 0 against its spread is no luck: something that moves this zone every year is not in the
model, or has the wrong size.

| zone | mean a year | spread | years |
|---|---|---|---|
"""


def main() -> int:
    """Print the page."""
    table = by_zone(known(None), world_of(None))
    wide = table.pivot_table(index="year", columns="zone", values="p50")
    zones = list(bias(table, FIRST).index)
    print(HEAD)
    print("| year | " + " | ".join(zones) + " |\n" + "|---" * (len(zones) + 1) + "|")
    for year, row in wide[zones].iterrows():
        print(f"| {year} | " + " | ".join("" if v != v else f"{v:+.2f}" for v in row) + " |")
    print(LASTING.format(first=FIRST), end="")
    for zone, row in bias(table, FIRST).iterrows():
        print(f"| {zone} | {row['mean']:+.2f} | {row['spread']:.2f} | {row['years']:.0f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
