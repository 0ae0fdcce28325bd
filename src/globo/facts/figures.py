"""Figures: every number of the package as one long table, a row a figure.

Reads the tables of a `Facts`; writes nothing. Behind `globo facts list` and
`evidence_for`; the wide tables stay the ones to compute with.
"""

from __future__ import annotations

import pandas as pd

from globo.facts.package import Facts

COLUMNS = (
    *("table", "id", "quantity", "place", "to", "mode", "year", "year_to", "value", "low", "high"),
    *("bound", "unit", "basis", "dispute", "source", "confidence", "known_at", "note"),
)
TEXT = ("id", "to", "mode", "bound", "basis", "dispute", "note")
PEOPLE_AND_LAND = (
    *("population", "forest_ha", "forest_loss_ha", "agriculture_ha", "mining_ha"),
    *("infrastructure_ha", "gdp_usd", "hdi", "poverty_pct", "municipal_spending_efficiency_pct"),
)


def figures(facts: Facts, covariates: bool = False) -> pd.DataFrame:
    """Return the figures of a package in one shape.

    Args:
        facts: tables as known on a day.
        covariates: add population, land cover, income and government by district
            (some 60,000 rows).

    Returns:
        A row a figure with the columns `COLUMNS`: where it stands, what it measures
        (quantity, unit, basis), where and when, its value with the printed range, how it
        bounds the truth, its disagreement, source, confidence and day. Districts are named
        by their code. Rows of `effects` have their question as quantity.
    """
    parts = [
        facts.national.rename(columns={"country": "place"}).assign(table="national"),
        _coca(facts.coca_zone.rename(columns={"zone": "place"}), "coca_zone"),
        _coca(facts.coca_district.rename(columns={"ubigeo": "place"}), "coca_district"),
        _residual(facts),
        _yields(facts),
        _register(facts),
        facts.chain.assign(table="chain"),
        facts.prices.assign(table="prices"),
        facts.demand.assign(table="demand"),
        _effects(facts),
    ]
    if covariates:
        parts += [_covariate(facts, name) for name in PEOPLE_AND_LAND]
    filled = [_shaped(part) for part in parts if len(part)]
    if not filled:
        return pd.DataFrame(columns=list(COLUMNS))
    whole = pd.concat(filled, ignore_index=True)
    return whole.sort_values(["quantity", "place", "year", "table"], ignore_index=True)


def readable(rows: pd.DataFrame) -> pd.DataFrame:
    """Add text for people: `when` ("2001" or "2007-2012") and `figure` ("300 to 350 kg").

    Args:
        rows: rows in the shape of `figures`.
    """
    first, last = rows.year.map(_whole), rows.year_to.map(_whole)
    ends = rows.low.map(_number) + " to " + rows.high.map(_number)
    text = rows.value.map(_number).where(rows.low.isna() | rows.high.isna(), ends)
    unit = " " + rows.unit.replace({"count": "", "event": ""})
    partly = rows.bound == "part of the year"
    figure = (
        rows.bound.where(~partly, "") + " " + text + unit + partly.map({True: " so far", False: ""})
    )
    when = first.where(first == last, first + "-" + last)
    return rows.assign(when=when, figure=figure.str.split().str.join(" "))


def _whole(year: float) -> str:
    return "" if pd.isna(year) else str(int(year))


def _number(value: float) -> str:
    """Return a number without needless digits."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _coca(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Shape a table of surveyed areas."""
    area = frame.rename(columns={"coca_ha": "value"})
    return area.assign(table=table, quantity="coca_ha", unit="ha", basis="UNODC survey")


def _residual(facts: Facts) -> pd.DataFrame:
    """Shape the part of the national survey that no district of the frame holds."""
    rest = facts.residual().reset_index()
    known = facts.coca_district.groupby("year").known_at.max()
    return pd.DataFrame(
        {
            "table": "residual",
            "quantity": "outside_ha",
            "place": facts.country.nation,
            "year": rest.year,
            "value": rest.residual_ha,
            "unit": "ha",
            "basis": "UNODC survey",
            "source": [f"unodc_devida_{year}" for year in rest.year],
            "confidence": "high",
            "known_at": rest.year.map(known),
            "note": "national survey less the surveyed districts",
        }
    )


def _yields(facts: Facts) -> pd.DataFrame:
    """Shape the leaf yields."""
    named = facts.yields.rename(columns={"zone": "place", "yield_kg_ha": "value"})
    return named.assign(table="yields", quantity="leaf_yield_kg_ha", unit="kg/ha")


def _register(facts: Facts) -> pd.DataFrame:
    """Shape the shares of growers in the legal register."""
    named = facts.traditional.rename(columns={"zone": "place", "registered_share": "value"})
    return named.assign(table="traditional", quantity="registered_share", unit="share")


def _effects(facts: Facts) -> pd.DataFrame:
    """Shape the effect estimates: the question is the quantity, what is estimated the note."""
    named = facts.effects.rename(columns={"country": "place", "estimate": "value"})
    note = facts.effects.quantity.where(
        named.note == "", facts.effects.quantity + "; " + named.note
    )
    return named.assign(table="effects", quantity=named.question, basis=named.method, note=note)


def _covariate(facts: Facts, name: str) -> pd.DataFrame:
    """Shape one column of the district years."""
    unit = facts.vocabulary.set_index("name").unit[name]
    kept = facts.district_year[["ubigeo", "year", name, "source", "confidence", "known_at"]]
    named = kept.dropna().rename(columns={"ubigeo": "place", name: "value"})
    return named.assign(table="district_year", quantity=name, unit=unit)


def _shaped(part: pd.DataFrame) -> pd.DataFrame:
    """Give a part the common columns, with empty text where it has none."""
    whole = part.reindex(columns=list(COLUMNS))
    whole["year_to"] = whole.year_to.fillna(whole.year)
    return whole.astype({"year": "float64", "year_to": "float64"}).fillna(dict.fromkeys(TEXT, ""))
