"""Write tests/baseline.json again: the model's figures as they stand, to hold changes to.

Run by `make baseline` alone, and committed by itself with the size of the move.
"""

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Run the shared history of the tests and write its figures: a row a name, a number a draw."""
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    sys.path.insert(0, str(ROOT / "tests"))
    from whole_run import figures, history  # pyright: ignore[reportMissingImports]

    path = ROOT / "tests" / "baseline.json"
    rows = {
        name: json.dumps([float(f"{value:.6g}") for value in values])
        for name, values in figures(history()[1]).items()
    }
    told = ",\n".join(f'  "{name}": {row}' for name, row in rows.items())
    path.write_text(f"{{\n{told}\n}}\n", encoding="utf-8")
    print(f"baseline: wrote {path.relative_to(ROOT)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
