"""`python -m bench [PART ...]`: measure, print and write bench/latest.json.

All parts but the ensemble's run where none is named; `make bench` runs this.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from importlib import import_module
from pathlib import Path

from globo.environment import keep_compiled
from globo.errors import UserError

PARTS = ("kernel", "households", "network", "scaling", "hindcast", "gradient")
LONG = ("ensemble", "memory")  # minutes to hours; only where named
LATEST = Path(__file__).with_name("latest.json")


def main() -> int:
    """Run the parts asked for and return 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join((*PARTS, *LONG)))
    asked = parser.parse_args().parts or PARTS
    for part in asked:
        if part not in (*PARTS, *LONG):
            parser.error(f"unknown part {part}; there are {', '.join((*PARTS, *LONG))}")
    keep_compiled()
    found: list[dict] = []
    for part in asked:
        for row in import_module(f"bench.{part}").rows():
            told = row if isinstance(row, dict) else row.as_dict()
            found.append(told)
            print(line(told), flush=True)
    kept = [r for r in latest() if r["command"] not in {row["command"] for row in found}]
    LATEST.write_text(json.dumps(kept + found, indent=1) + "\n")
    missed = [row for row in found if row["holds"] is False]
    print(f"measured on {machine()}")
    print(f"{len(found)} figures, {len(missed)} miss their goal; written to {LATEST}")
    return 1 if missed else 0


def line(row: dict) -> str:
    """Return a figure as a line for people."""
    mark = {True: "yes", False: "NO", None: ""}[row["holds"]]
    return f"{row['name']:<78} {row['value']:>10.4g} {row['unit']:<9} {row['goal']:<18} {mark}"


def latest() -> list[dict]:
    """Return the rows of earlier runs."""
    return json.loads(LATEST.read_text()) if LATEST.is_file() else []


def machine() -> dict[str, str | int | float]:
    """Return what the figures were measured on."""
    import jax

    return {
        "cores": len(os.sched_getaffinity(0)),
        "load": round(os.getloadavg()[0], 1),
        "python": sys.version.split()[0],
        "jax": jax.__version__,
    }


if __name__ == "__main__":
    try:
        sys.exit(main())
    except UserError as error:
        sys.exit(f"bench: {error}")
