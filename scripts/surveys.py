"""Write src/globo/model/innovations.npz again: what the surveys add to every member that ships.

To be run after a new posterior, a new survey or a change of a mechanism; about a minute.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np

from globo import files
from globo.assimilation.today import today
from globo.model import surveyed

TO = Path(__file__).resolve().parent.parent / "src" / "globo" / "model" / surveyed.FILE


def main() -> int:
    """Bring the members to the surveys and write what it took."""
    made = io.BytesIO()
    np.savez_compressed(made, **today(told=lambda text: print(text, file=sys.stderr)))
    files.write_whole(TO, lambda draft: draft.write_bytes(made.getvalue()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
