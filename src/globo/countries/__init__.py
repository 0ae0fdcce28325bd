"""Countries: a folder of tables for each. No code of the package names a place of one."""

from globo.countries.country import (
    FOLDER,
    USUAL,
    Country,
    Cycle,
    Group,
    Row,
    declared,
    load,
    local_levers,
    names,
)

__all__ = [
    "FOLDER",
    "USUAL",
    "Country",
    "Cycle",
    "Group",
    "Row",
    "declared",
    "load",
    "local_levers",
    "names",
]
