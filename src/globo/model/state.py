"""State: everything that changes within a run, as one frozen record with banners by room.

Each mechanism takes it and returns a new one; what a month's later steps need from its
earlier ones stands under "passed on within the month". What is reported is another record
and is never read back.
"""

from __future__ import annotations

from typing import TypeVar

import equinox as eqx
from jaxtyping import Array, Float, Int


class Anchor(eqx.Module):
    """The rest point of the first month: constants that make the start its own balance.

    They stand for what is not modelled (taste, custom, other costs) and are worked out once
    a draw from its own parameters.
    """

    practice: Float[Array, " district"]  # share of growers, own and beside, at the potential
    buyers: Float[Array, " district"]  # presence of buyers at the potential, 0 to 1
    income: Float[Array, " district"]  # log of coca income over licit income
    earned: Float[Array, " district"]  # log of coca income
    memory: Float[Array, " district"]  # yearly share cleared
    legitimacy: Float[Array, " district"]  # 0 to 1
    hold: Float[Array, " district"]  # 0 to 1
    plot: Float[Array, " district"]  # ha a unit plot, so that growers and area fit
    leaf_margin: Float[Array, " zone"]  # leaf price over what the formula pays
    price: Float[Array, " market"]  # USD/kg
    demand: Float[Array, " market"]  # t a month


class State(eqx.Module):
    """The carry of the month."""

    month: Int[Array, ""]  # since January 2001
    status: Int[Array, ""]  # 0 while all is well, else the first trouble (record.TROUBLE)
    anchor: Anchor

    # land and people
    households: Float[Array, " cohort"]  # count
    growers: Float[Array, " cohort"]  # count, those of the households that grow coca
    signed: Float[Array, " cohort"]  # count, those under an agreement, who grow none
    inclined: Float[Array, " cohort"]  # count, those who would grow it as things stood in 2001
    outlook: Float[Array, " district"]  # log of coca income, as expected
    tended: Float[Array, " district"]  # plot of a grower against that of the start
    young: Float[Array, " district"]  # ha of bushes that do not yet bear fully
    prime: Float[Array, " district"]  # ha
    old: Float[Array, " district"]  # ha
    opened: Float[Array, " district"]  # ha, the most that ever stood
    memory: Float[Array, " district"]  # yearly share cleared, as remembered
    shock_year: Float[Array, ""]  # log
    shock_zone: Float[Array, " zone"]  # log
    shock_district: Float[Array, " district"]  # log

    # eradication
    is_open: Float[Array, " district"]  # 0 or 1: brigades work there (a chance where smooth)
    budget_shock: Float[Array, ""]  # log, of budgets not seen yet

    # leaf and firms
    leaf_stock: Float[Array, " zone"]  # t
    leaf_price: Float[Array, " zone"]  # USD/kg
    firm_size: Float[Array, "stage zone firm"]  # t of cocaine a month it can handle
    precursor_price: Float[Array, ""]  # ratio to 2001
    substitutes: Float[Array, ""]  # log, what substitutes undo of a price rise

    # network and markets
    product: Float[Array, " node"]  # t of cocaine stored at hubs and on the way
    value: Float[Array, " node"]  # USD/kg, netback price
    share: Float[Array, " edge"]  # of what leaves a node
    risk: Float[Array, " edge"]  # learned chance of a hit
    force: Float[Array, " edge"]  # of an authority's capacity, mean 1
    market_price: Float[Array, " market"]  # USD/kg
    told_price: Float[Array, "neighbour market"]  # USD/kg, when a neighbour's area was last told
    abroad: Float[Array, " neighbour"]  # log, what neighbours plant beyond what is told

    # armed groups and the state
    strength: Float[Array, " group"]  # fighters
    leaders: Float[Array, " group"]  # share of the leaders of 2001 that is left
    hold: Float[Array, " district"]  # 0 to 1
    legitimacy: Float[Array, " district"]  # 0 to 1
    planned: Float[Array, "kind zone"]  # units paid for and not yet there
    built: Float[Array, "kind zone"]  # units

    # passed on within the month
    cleared: Float[Array, " district"]  # ha
    leaf_offered: Float[Array, " zone"]  # t
    cocaine: Float[Array, " zone"]  # t made
    delivered: Float[Array, " market"]  # t

    @property
    def coca(self) -> Float[Array, " district"]:
        """Coca standing, ha."""
        return self.young + self.prime + self.old


Record = TypeVar("Record", State, Anchor)


def change(state: Record, **fields: object) -> Record:
    """Return a copy of a state, or of its anchor, with some fields changed."""
    names = tuple(fields)
    return eqx.tree_at(lambda s: tuple(getattr(s, n) for n in names), state, tuple(fields.values()))
