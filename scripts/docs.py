"""Write again every page of docs/ that a command made, or those alone that are named.

    python scripts/docs.py [docs/PAGE.md ...]

Such a page says so near its top: <!-- Made by `COMMAND > docs/PAGE.md` ... -->.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MADE_BY = re.compile(r"^<!-- Made by `(?P<command>[^`]+?) > (?P<page>docs/[^`\s]+)`", re.MULTILINE)


def main(names: list[str]) -> int:
    """Run the command of every made page, or of those named; return how many failed."""
    failed = 0
    pages = [ROOT / name for name in names] or sorted((ROOT / "docs").rglob("*.md"))
    for path in pages:
        text = path.read_text(encoding="utf-8")
        made_by = MADE_BY.search(text)
        if made_by and ROOT / made_by["page"] == path:
            made = _printed_by(made_by["command"])
            failed += not made
            if made and made != text:
                path.write_text(made, encoding="utf-8")
                print(f"docs: wrote {made_by['page']}", file=sys.stderr)
    return failed


def _printed_by(command: str) -> str:
    """Run one command with the tools of .venv in reach; return what it prints, "" if it fails."""
    print(f"docs: {command}", file=sys.stderr)
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path}
    done = subprocess.run(command, shell=True, cwd=ROOT, env=env, stdout=subprocess.PIPE)
    if done.returncode:
        print(f"docs: {command}: failed with code {done.returncode}", file=sys.stderr)
    return "" if done.returncode else done.stdout.decode("utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
