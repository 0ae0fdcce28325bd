"""Write tests/baseline.json again: medians of the model as it stands, to hold later changes to.

Run by `make baseline` alone, and committed by itself with the size of the move.
"""

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Run the shared history of the tests and write its medians."""
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    sys.path.insert(0, str(ROOT / "tests"))
    from whole_run import history, medians  # pyright: ignore[reportMissingImports]

    path = ROOT / "tests" / "baseline.json"
    found = {name: float(f"{value:.6g}") for name, value in medians(history()[1]).items()}
    path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(f"baseline: wrote {path.relative_to(ROOT)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
