"""Planted errors: a seeded battery of 450, of which the check finds at least 95 %.

The rules were written with the misses of seeds 1, 3, 4 and 5 in sight (the last two for the units
of effects alone); seed 6 was drawn afterwards, and no rule was changed for what it misses.
`make planted SEED=4` prints what a seed misses, and the figure.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from planting import KINDS, Package, Planted, battery, is_found, plant

from globo import facts
from globo.facts import tables

FOUND = 0.95


def missed(errors: list[Planted], package: Package, folder: Path) -> list[Planted]:
    """Plant errors into a copy of the package; return those that the check does not find."""
    copy = shutil.copytree(tables.FOLDER, folder / "package")
    plant(errors, copy)
    problems = facts.check(copy)
    shutil.rmtree(copy)
    return [error for error in errors if not is_found(error, problems, package)]


def test_a_battery_is_the_same_for_a_seed_and_holds_450_errors_of_every_kind():
    drawn = [error for errors in battery(2) for error in errors]
    assert drawn == [error for errors in battery(2) for error in errors]
    assert Counter(error.kind for error in drawn) == {k: n for k, (n, _) in KINDS.items()}
    assert len(set(drawn)) == len(drawn) == 450


def test_a_rule_that_finds_nothing_misses_every_error():
    package = Package()
    assert not any(is_found(error, [], package) for errors in battery(2) for error in errors)


def test_one_package_of_the_battery_is_found(tmp_path):
    errors = max(battery(2), key=len)
    left = missed(errors, Package(), tmp_path)
    assert len(left) <= 0.1 * len(errors), "\n".join(map(str, left))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 3, 4, 5, 6])
def test_planted_errors_are_found(seed, tmp_path):
    found, total = told(seed, tmp_path)
    assert found >= FOUND * total, f"{found} of {total} found"


def told(seed: int, folder: Path) -> tuple[int, int]:
    """Print the errors of a seed that the check does not find, as it goes; return found and all."""
    package, packages = Package(), battery(seed)
    total = sum(map(len, packages))
    left = 0
    for errors in packages:
        for error in missed(errors, package, folder):
            left += 1
            print(f"not found: {error}", flush=True)
    print(f"{total - left} of {total} planted errors found ({1 - left / total:.1%}), seed {seed}")
    return total - left, total


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as room:
        found, total = told(int(sys.argv[1]), Path(room))
    sys.exit(found < FOUND * total)
