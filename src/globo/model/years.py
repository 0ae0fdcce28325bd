"""Years: months into years, and the keys of luck that each month draws with.

A month's key is folded from the draw's, or from the luck that a calibration chose for its year.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array

from globo import luck
from globo.model import channels, record
from globo.model import month as model
from globo.model.channels import Held
from globo.model.innovation import december
from globo.model.parameters import Parameters
from globo.model.policy import Policy
from globo.model.start import start
from globo.model.state import State
from globo.model.world import World


def month_key(p: Parameters, draw: Array, month: Array) -> Array:
    """Return the key of a month: of the luck that a calibration chose for its year, or the draw's.

    Args:
        p: one draw's parameters, `chance` among them.
        draw: key of the draw.
        month: since January 2001.
    """
    return jax.random.fold_in(_year_key(p, draw, month // 12), month)


def begun(p: Parameters, world: World, first: Policy, draw: Array) -> State:
    """Return one draw's state before January 2001; its luck is that of the first year."""
    return start(p, world, first, luck.folded(_year_key(p, draw, 0), luck.Stream.START))


def _year_key(p: Parameters, draw: Array, year: Array | int) -> Array:
    years = p.chance.shape[0]
    chosen = jnp.where(year < years, p.chance[jnp.minimum(year, years - 1)], 0)
    return jnp.where(chosen > 0, jax.random.fold_in(luck.key(0), chosen), draw)


def years_from(
    p: Parameters,
    world: World,
    s: State,
    months: Policy,
    draw: Array,
    off: frozenset[str],
    held: Held | None = None,
) -> tuple[State, dict[str, Array], dict[str, Array]]:
    """Run whole years from a state.

    Args:
        p: one draw's parameters.
        world: what does not change.
        s: state on 31 December before the first year.
        months: policy of the years, a multiple of twelve on the first axis.
        draw: key of the draw; a month's key is folded from it and the month's number.
        off: mechanisms switched off.
        held: channels taken from other runs, over the same months; the monthly series then
            tell the path that each channel went (`channels.path_of`).

    Returns:
        Last state; yearly report (year first); monthly series (month first).
    """
    path = None if held is None else held.path
    years = jax.tree.map(lambda x: x.reshape(-1, 12, *x.shape[1:]), (months, path))

    def one_month(carry: tuple[State, dict], now: tuple) -> tuple[tuple[State, dict], dict]:
        (before, sums), (policy, path) = carry, now
        own = month_key(p, draw, before.month)
        taken = None if held is None else held.at(path)
        s, said = model.month(p, world, before, policy, own, off, taken)
        went = {} if held is None else channels.path_entries(said)
        said = record.complete(world, before, s, said)
        after = record.watched(s), jax.tree.map(jnp.add, sums, said)
        return after, record.monthly(world, said) | went

    def one_year(s: State, now: tuple) -> tuple[State, tuple[dict, dict]]:
        (s, sums), by_month = jax.lax.scan(one_month, (s, record.zeros(world)), now)
        s, last = december(p, world, s), jax.tree.map(lambda x: x[-1], now[0])
        return s, (record.yearly(p, world, s, last, sums), by_month)

    s, (yearly, by_month) = jax.lax.scan(one_year, s, years)
    return s, yearly, {k: x.reshape(-1, *x.shape[2:]) for k, x in by_month.items()}
