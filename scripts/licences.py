"""Refuse a library whose licence nobody agreed to, among all that `pip install globo` brings.

Reads what is installed: from globo on, every library that it requires on this machine, extras of
globo left out. A permissive licence passes; a weak copyleft one is named here with its reason.
"""

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PERMISSIVE = (
    r"\bMIT\b|\bBSD\b|Apache|\bISC\b|\bPSF\b|Python Software Foundation|\bUnlicense\b"
    r"|\bZlib\b|\b0BSD\b|\bHPND\b|CC0|Public Domain"
)
COPYLEFT = r"GPL|GNU|MPL|Mozilla|EPL|Eclipse|EUPL|CDDL|Affero|SSPL|BUSL|Commons Clause|Proprietary"
AGREED = {
    "certifi": "MPL-2.0, file by file: a list of certificates, read as data by requests",
    "orjson": "its own code is Apache-2.0 or MIT; MPL-2.0, file by file, for what it builds upon",
    "text-unidecode": "Artistic License or GPL, as one chooses; taken under the first",
}


def required(root: str, extras: tuple[str, ...] = ()) -> dict[str, Distribution]:
    """Return what a package requires on this machine, itself included, by name."""
    found: dict[str, Distribution] = {}
    pending = [(root, extras)]
    while pending:
        name, wanted = pending.pop()
        one = distribution(name)
        if canonicalize_name(name) in found and not wanted:
            continue
        found[canonicalize_name(name)] = one
        for text in one.requires or []:
            need = Requirement(text)
            holds = (need.marker is None) or any(
                need.marker.evaluate({"extra": extra}) for extra in ("", *wanted)
            )
            if holds and (canonicalize_name(need.name) not in found or need.extras):
                pending.append((need.name, tuple(sorted(need.extras))))
    return found


def licence(one: Distribution) -> str:
    """Return what a library says of its licence: expression, classifiers, first lines or file."""
    told = dict(one.metadata.json)
    said = str(told.get("license_expression") or "")
    classes = one.metadata.get_all("Classifier") or []
    said = said or " ".join(
        c.rpartition("::")[2].strip() for c in classes if c.startswith("License")
    )
    said = said if said not in ("", "OSI Approved") else str(told.get("license") or "")
    if said.strip() in ("", "UNKNOWN"):
        files = [f for f in one.files or [] if re.search(r"LICEN[CS]E|COPYING", f.name)]
        said = " ".join(Path(str(f.locate())).read_text("utf-8", "replace") for f in files[:1])
    return " ".join(said.split())[:300]


def refused(name: str, said: str) -> bool:
    """Say whether a licence is one that nobody agreed to."""
    if name in AGREED:
        return False
    return bool(re.search(COPYLEFT, said)) or not re.search(PERMISSIVE, said)


def main() -> int:
    """Print the licences; return 1 where one is refused."""
    try:
        rows = {name: licence(one) for name, one in sorted(required("globo").items())}
    except PackageNotFoundError as error:
        print(f"licences: {error.name} is not installed; run: make setup", file=sys.stderr)
        return 1
    wrong = [name for name, said in rows.items() if refused(name, said)]
    for name, said in rows.items():
        print(f"{name:24} {said[:60]}{'   REFUSED' if name in wrong else ''}")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
