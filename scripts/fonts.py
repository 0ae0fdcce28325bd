"""Write src/globo/report/fonts again, the page's letters as TrueType; needs `pip install brotli`.

The OFL reserves the name "Source" to unchanged fonts, so a cut at one weight has a name of its own.
"""

from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).parents[1]
MODULES, OUT = ROOT / "web" / "node_modules", ROOT / "src" / "globo" / "report" / "fonts"
SANS = "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2"
SERIF = "@fontsource/source-serif-4/files/source-serif-4-latin-600-normal.woff2"
CUTS = {"sans-400": (SANS, 400), "sans-600": (SANS, 600), "serif-600": (SERIF, None)}
NAMES = (1, 3, 4, 6, 16, 21, 25)


def main() -> None:
    """Cut each font at its weight and name it."""
    OUT.mkdir(exist_ok=True)
    for name, (source, weight) in CUTS.items():
        font = TTFont(MODULES / source)
        if weight:
            font = instantiateVariableFont(font, {"wght": weight})
        font.flavor = None
        for row in font["name"].names:
            if row.nameID in NAMES:
                row.string = f"Globo-{name}" if row.nameID == 6 else f"Globo {name}"
        font.save(OUT / f"{name}.ttf")
    licence = (MODULES / SANS).parents[1] / "LICENSE"
    (OUT / "OFL.txt").write_text(licence.read_text("utf-8"), "utf-8")


if __name__ == "__main__":
    main()
