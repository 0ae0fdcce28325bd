"""The hub's folder: where its parts stand, and how they are read."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from globo.errors import UserError
from globo.forecast.hub import metadata
from globo.forecast.hub.entry import Unit
from globo.forecast.hub.metadata import MODEL, Metadata

COLUMNS = ["location", "level", "name", "zone", "districts"]


def default() -> Path:
    """Return the folder of the registry: inside the package, or beside its sources."""
    package = Path(__file__).resolve().parents[2]
    packed = package / "forecasts"
    return packed if packed.is_dir() else package.parent.parent / "forecasts"


@dataclass(frozen=True)
class Hub:
    """A registry in a folder; one that is not there yet has no entry.

    Attributes:
        folder: where it stands.
    """

    folder: Path

    @property
    def metadata_file(self) -> Path:
        """The model's metadata, records of entries included."""
        return self.folder / "model-metadata" / f"{MODEL}.yml"

    @property
    def locations_file(self) -> Path:
        """What the codes of places mean."""
        return self.folder / "auxiliary-data" / "locations.csv"

    def metadata(self) -> Metadata:
        """Read the metadata; an empty one where there is none."""
        if not self.metadata_file.is_file():
            return Metadata()
        text = self.metadata_file.read_text(encoding="utf-8")
        return metadata.load(text, f"{self.folder.name}/model-metadata/{MODEL}.yml")

    def units(self) -> list[Unit]:
        """Read the places; none where there is no such file.

        Raises:
            UserError: other columns.
        """
        if not self.locations_file.is_file():
            return []
        rows = csv.DictReader(self.locations_file.read_text(encoding="utf-8").splitlines())
        if rows.fieldnames != COLUMNS:
            found, allowed = ", ".join(rows.fieldnames or []), ", ".join(COLUMNS)
            mend = "restore it from git"
            raise UserError(str(self.locations_file), f"columns {found}", allowed, mend)
        return [
            Unit(r["location"], r["level"], r["name"], r["zone"], tuple(r["districts"].split()))
            for r in rows
        ]

    def outputs(self) -> list[str]:
        """List what stands in `model-output/`, by its place in the hub."""
        found = (self.folder / "model-output").rglob("*")
        return sorted(p.relative_to(self.folder).as_posix() for p in found if p.is_file())


def locations(units: list[Unit]) -> str:
    """Return places as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for unit in units:
        writer.writerow([unit.location, unit.level, unit.name, unit.zone, " ".join(unit.districts)])
    return out.getvalue()
