"""A copy of the data package that a test may spoil."""

import shutil

import pytest

from globo.facts.tables import FOLDER


@pytest.fixture
def copy(tmp_path):
    """Return a folder with a copy of the package."""
    return shutil.copytree(FOLDER, tmp_path / "package")
