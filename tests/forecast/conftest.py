import shutil
from importlib import import_module

import pandas as pd
import pytest

from globo import countries
from globo.facts import tables
from globo.simulation import simulator
from globo.simulation.chunks import _months_of


@pytest.fixture
def poison(tmp_path, monkeypatch):
    """Serve the facts with every area that became public after a day made absurd."""

    def plant(day):
        folder = tmp_path / day
        shutil.copytree(tables.FOLDER, folder)
        for name, column in (
            ("coca_district", "coca_ha"),
            ("coca_zone", "coca_ha"),
            ("national", "value"),
        ):
            path = folder / f"{name}.csv"
            table = pd.read_csv(path, dtype=str, keep_default_na=False)
            late = table["known_at"] > day
            assert late.any()
            table.loc[late, column] = "999999"
            table.to_csv(path, index=False)
        monkeypatch.setattr(countries.Country, "facts", folder)
        forget()

    yield plant
    forget()


def forget():
    """Let nothing that was read before answer in place of the facts."""
    present = import_module("globo.assimilation.forecast")
    for kept in (
        simulator._known, simulator._world, simulator._past, _months_of,
        present._present, present._run,
    ):  # fmt: skip
        kept.cache_clear()
