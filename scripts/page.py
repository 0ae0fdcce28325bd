"""Build the web page into src/globo/page when its sources changed; quick when they did not.

A hash of the sources lies beside the built page, so a stale page is never shipped or served.
Standard library only: the build hook runs this file before anything is installed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

SKIPPED = {"node_modules", "dist", "coverage", "test-results", "playwright-report"}
HASH_FILE = ".sources.sha256"


def build(root: Path) -> bool:
    """Build the page if web/ differs from what the page in the package was made of.

    Args:
        root: top folder of the repository or of an unpacked sdist.

    Returns:
        True when npm ran.
    """
    web, page = root / "web", root / "src" / "globo" / "page"
    if not (web / "package.json").exists() or is_fresh(root, page):
        return False
    npm = shutil.which("npm", path=f"{root / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}")
    if npm is None:
        sys.exit("page: npm not found; the web page needs Node 20.19 or newer; run: make setup")
    env = {**os.environ, "PATH": f"{Path(npm).parent}{os.pathsep}{os.environ['PATH']}"}
    shutil.rmtree(page, ignore_errors=True)
    for step in (["ci"], ["run", "build"]):
        done = subprocess.run([npm, *step], cwd=web, env=env, stdout=sys.stderr)
        if done.returncode:
            sys.exit(f"page: `npm {' '.join(step)}` failed in web/ with code {done.returncode}")
    if not (page / "index.html").exists():
        sys.exit("page: the build left no src/globo/page/index.html; check outDir in web/")
    (page / HASH_FILE).write_text(sources_hash(root) + "\n")
    return True


def is_fresh(root: Path, page: Path) -> bool:
    """Say whether the page in the package was built from the sources as they are now."""
    stamp = page / HASH_FILE
    built = (page / "index.html").exists() and stamp.exists()
    return built and stamp.read_text().strip() == sources_hash(root)


def sources_hash(root: Path) -> str:
    """Hash names and contents of the page's sources, in a fixed order."""
    digest = hashlib.sha256()
    for path in sorted(_sources(root / "web")):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def _sources(web: Path) -> list[Path]:
    """List every file of web/ that no tool made."""
    found: list[Path] = []
    for folder, names, files in os.walk(web):
        names[:] = [name for name in names if name not in SKIPPED and not name.startswith(".")]
        found += [Path(folder) / name for name in files]
    return found


if __name__ == "__main__":
    build(Path(__file__).resolve().parent.parent)
