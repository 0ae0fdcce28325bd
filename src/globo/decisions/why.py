"""Why: a difference of two runs split by the channels that it came through.

Every channel is moved from the baseline's path to the policy's, the others held, in an order
and in its reverse; a channel's part is the mean of the two steps. So parts add up to the
difference, and each two channels meet in both orders: where no three of them interact, the
parts are those of all orders averaged (Shapley 1953), at 2 k + 1 runs in place of 2^k + 1 for k
channels. What the policy does with every channel on the baseline's path is what is left. A
channel whose path is the same in both runs has a part of nought, to the bit.

Runs the years from the one in which the two policies part; writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import permutations
from typing import Any

import numpy as np
import xarray as xr
from ruamel.yaml import YAML

from globo import scenario, simulation
from globo.bounds import cores
from globo.decisions.reasons import COUNTRY, LEFT
from globo.ensemble import CHUNK_DRAWS
from globo.errors import UserError
from globo.model.channels import NAMES
from globo.results import QUANTILES, quantiles
from globo.simulation.held import Side, Trade, trade

HERE = "why"
BOTH_WAYS, ALL_ORDERS = "both ways", "all orders"
Value = Callable[[frozenset[str]], np.ndarray]


@dataclass(frozen=True)
class Why:
    """Parts of a difference in coca area, draw by draw.

    Attributes:
        parts: ha (channel, draw, year, place); the channels, then what is left; zones, then
            the country. Years up to the one in which the policies part are nought.
        rule: over which orders the parts are averaged.
        runs: held runs of the years after the policies part, for each draw.
        first: first year that was run.
    """

    parts: xr.DataArray
    rule: str
    runs: int
    first: int

    @property
    def total(self) -> xr.DataArray:
        """Return the difference, ha (draw, year, place)."""
        return self.parts.sum("channel")

    def at(self, year: int) -> dict[str, dict[str, Any]]:
        """Return the parts of a year by place.

        Returns:
            By place `total_ha` {p05, p50, p95} and by channel {ha, p05, p50, p95}: `ha` is what
            the channel gives where the total is its median, and adds up to that over channels.
        """
        parts = self.parts.sel(year=year)
        return {
            str(place): _place(parts.sel(place=place).values) for place in parts["place"].values
        }

    def to_json(self, year: int) -> dict[str, Any]:
        """Return what `globo compare --why --json` adds.

        Args:
            year: year compared.
        """
        return {
            "rule": self.rule,
            "runs": self.runs,
            "first_year": self.first,
            "channels": [*NAMES, LEFT],
            "places": self.at(year),
        }


def why(a: xr.Dataset, b: xr.Dataset, all_orders: bool = False) -> Why:
    """Split the difference of two runs by channel.

    Args:
        a: the baseline, as `globo.compare` takes it.
        b: the run of the other policy: same seed, draws and years.
        all_orders: average over all orders, not over one and its reverse; far more runs.

    Raises:
        UserError: runs that do not say what they ran.
    """
    last = int(min(a["year"].values[-1], b["year"].values[-1]))
    before, after = _side(a, last), _side(b, last)
    draws = np.intersect1d(a["draw"].values, b["draw"].values)
    chunks = np.unique(draws // CHUNK_DRAWS)
    one = lambda chunk: trade(before, after, _numbers(chunk), last)  # noqa: E731
    found = split_all([partial(one, chunk) for chunk in chunks], all_orders)
    numbers = np.concatenate([_numbers(chunk) for chunk in chunks])
    zones = after.simulator.world.zones
    return why_of_parts(found, numbers, draws, zones, a["year"].values, last, all_orders)


def split_all(
    trades: Sequence[Callable[[], Trade]], all_orders: bool
) -> list[tuple[np.ndarray, int]]:
    """Return the parts and the runs of several groups of draws, as many at once as there are cores.

    Args:
        trades: what makes a group ready.
        all_orders: whether all orders are averaged.
    """

    def one(make: Callable[[], Trade]) -> tuple[np.ndarray, int]:
        ready = make()
        return parts_of(ready, all_orders), ready.runs

    with ThreadPoolExecutor(cores()) as pool:
        return list(pool.map(one, trades))


def why_of_parts(
    found: Sequence[tuple[np.ndarray, int]],
    numbers: np.ndarray,
    draws: np.ndarray,
    zones: Sequence[str],
    years: np.ndarray,
    last: int,
    all_orders: bool = False,
) -> Why:
    """Join groups of draws; draws that failed in any run, and those not asked for, are left out.

    Args:
        found: parts [channel, draw, year, place] and runs by group.
        numbers: of the draws of all groups.
        draws: numbers of those to keep.
        zones: names of the places, the country left out.
        years: of the result; those before the parts are nought.
        last: last year of the parts.
        all_orders: which rule made them.
    """
    parts = np.concatenate([one for one, _ in found], axis=1)
    good = np.isfinite(parts).all(axis=(0, 2, 3)) & np.isin(numbers, draws)
    if not good.any():
        raise UserError(HERE, "no draw that ended well in every run", "at least one draw")
    first = last - parts.shape[2] + 1
    kept = [int(year) for year in years if year <= last]
    whole = np.zeros((parts.shape[0], int(good.sum()), len(kept), parts.shape[3]))
    after = np.array(kept) >= first
    whole[:, :, after] = parts[:, good][:, :, -int(after.sum()) :]
    names = [*zones, COUNTRY]
    at = {"channel": [*NAMES, LEFT], "draw": numbers[good], "year": kept, "place": names}
    rule = ALL_ORDERS if all_orders else BOTH_WAYS
    array = xr.DataArray(whole, at, dims=("channel", "draw", "year", "place"))
    return Why(array, rule, max(runs for _, runs in found), first)


def parts_of(ready: Trade, all_orders: bool = False) -> np.ndarray:
    """Return the parts of every channel and what is left, ha [channel, draw, year, place]."""
    work = steps(ready, all_orders)
    while True:
        try:
            next(work)
        except StopIteration as done:
            return done.value


def steps(ready: Trade, all_orders: bool = False) -> Generator[float, None, np.ndarray]:
    """Return the parts as `parts_of` does, pausing after each run for who has others to serve.

    Yields:
        The share of the runs that is done.
    """
    start, whole = ready.areas()
    live = ready.live()
    orders = [*permutations(live)] if all_orders else [live, live[::-1]]
    sets = {frozenset(order[:i]): None for order in orders for i in range(len(live))}
    value = {frozenset(live): whole}
    yield 2 / (2 + len(sets))
    for done, moved in enumerate(sets, start=3):
        value[moved] = ready.area(moved)
        yield done / (2 + len(sets))
    shares, nothing = split(value.__getitem__, orders), np.zeros_like(whole)
    parts = [shares.get(name, nothing) for name in NAMES]
    return np.stack([*parts, value[frozenset()] - start])


def split(value: Value, orders: Sequence[Sequence[str]]) -> dict[str, np.ndarray]:
    """Share a value out among players: the mean of what each adds in some orders.

    Args:
        value: of a set of players.
        orders: in which they come, each of all players.

    Returns:
        By player a part; the parts add up to the value of all less that of none.
    """
    found: dict[str, np.ndarray] = {}
    for order in orders:
        for i, name in enumerate(order):
            step = value(frozenset(order[: i + 1])) - value(frozenset(order[:i]))
            found[name] = found.get(name, 0.0) + step / len(orders)
    return found


def at_middle(parts: np.ndarray) -> np.ndarray:
    """Return each part where the total is its median: a line of the part over the total.

    Lines fitted by least squares to parts add up to the total's own, so these do too.

    Args:
        parts: [channel, draw].
    """
    total = parts.sum(axis=0)
    spread = total - total.mean()
    size = float(spread @ spread)
    slope = parts @ spread / size if size > 0 else np.zeros(len(parts))
    return parts.mean(axis=1) + slope * (np.median(total) - total.mean())


def _place(parts: np.ndarray) -> dict[str, Any]:
    middle = at_middle(parts)
    channels = {
        name: {"ha": _short(middle[i]), **_interval(parts[i])}
        for i, name in enumerate([*NAMES, LEFT])
    }
    return {"total_ha": _interval(parts.sum(axis=0)), "channels": channels}


def _interval(values: np.ndarray) -> dict[str, float]:
    table = quantiles(values, list(QUANTILES.values()))
    return {name: _short(value) for name, value in zip(QUANTILES, table, strict=True)}


def _short(value: float) -> float:
    return float(f"{value:.6g}") + 0.0


def _numbers(chunk: int) -> np.ndarray:
    """Return the draws of a chunk, as an ensemble computes it."""
    return np.arange(chunk * CHUNK_DRAWS, (chunk + 1) * CHUNK_DRAWS, dtype="int32")


def _side(ds: xr.Dataset, last: int) -> Side:
    text = ds.attrs.get("scenario_yaml")
    if not text:
        allowed, mend = "runs that hold their scenario", "make both with `globo run`"
        raise UserError(HERE, "a run without its scenario", allowed, mend)
    told = scenario.load(YAML(typ="safe").load(str(text)), until=f"{last}-12")
    simulator = simulation.simulator_of(told, int(ds.attrs["seed"]))
    return Side(simulator, simulator.months(told.changes, f"{last}-12"))
