"""Write again what commands wrote into README.md and docs/.

A region between `<!-- made by: COMMAND -->` and `<!-- end -->` holds what COMMAND prints.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REGION = re.compile(r"(<!-- made by: (?P<command>.+?) -->\n).*?(<!-- end -->)", re.DOTALL)


def main() -> int:
    """Refresh every region, file by file; return the number of commands that failed."""
    failed = 0
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        text = path.read_text(encoding="utf-8")
        for region in reversed(list(REGION.finditer(text))):
            made = _printed_by(region["command"])
            failed += made is None
            if made is not None:
                text = f"{text[: region.start()]}{region[1]}{made}{region[3]}{text[region.end() :]}"
        if text != path.read_text(encoding="utf-8"):
            path.write_text(text, encoding="utf-8")
            print(f"docs: wrote {path.relative_to(ROOT)}", file=sys.stderr)
    return failed


def _printed_by(command: str) -> str | None:
    """Run one command with the tools of .venv in reach; None when it fails."""
    print(f"docs: {command}", file=sys.stderr)
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command, shell=True, cwd=ROOT, env={**os.environ, "PATH": path}, stdout=subprocess.PIPE
    )
    if done.returncode:
        print(f"docs: {command}: failed with code {done.returncode}", file=sys.stderr)
        return None
    return done.stdout.decode("utf-8").rstrip("\n") + "\n"


if __name__ == "__main__":
    sys.exit(main())
