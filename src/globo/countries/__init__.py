"""Countries: a folder of data for each; no code of the package names a place."""

from pathlib import Path

USUAL = "peru"
FOLDER = Path(__file__).parent / USUAL
