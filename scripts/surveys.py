"""Write innovations*.npz of the usual country again: what surveys add to each member that ships.

To be run after a new posterior, a new survey or a change of a mechanism; about a minute a reading.
"""

from __future__ import annotations

import io
import sys
from functools import partial
from pathlib import Path

import numpy as np

from globo import countries, files
from globo.assimilation.today import today
from globo.model import readings, surveyed


def main() -> int:
    """Bring the members to the surveys, by reading, and write what it took."""
    for reading in ("", *readings.table()):
        found = today(told=lambda text: print(text, file=sys.stderr), reading=reading)
        files.write_whole(countries.load().folder / surveyed.file(reading), partial(_write, found))
    return 0


def _write(found: dict[str, np.ndarray], draft: Path) -> None:
    made = io.BytesIO()
    np.savez_compressed(made, **found)  # type: ignore[arg-type]
    draft.write_bytes(made.getvalue())


if __name__ == "__main__":
    raise SystemExit(main())
