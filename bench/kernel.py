"""Growing, relocation and routes at district scale against a compiled loop and against NumPy.

The same draws, the same months and the same shocks; the loop (loops.c) is compiled here. The
loop and NumPy are handed their shocks, globo draws them within the time that is measured.
"""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from bench import plain
from bench.measure import Row, least, row
from globo import ensemble, simulation
from globo.errors import UserError
from globo.model import world as worlds
from globo.model.mechanisms import growing, relocation, routes
from globo.model.parameters import Parameters
from globo.model.state import change
from globo.simulation import Members

DRAWS, MONTHS, ROUNDS = 64, 24, 7
STEPS = (growing, relocation, routes)
COMPILER = ("cc", "-O3", "-march=native", "-ffast-math", "-shared", "-fPIC")
SIZES = ("districts", "zones", "kinds", "nodes", "edges", "width", "hubs", "markets")
OF_ROADS = ("origin", "destination", "out_edges", "market", "fee_share", "cost", "weight")
WORLD = (
    "zone", "origin", "destination", "out_edges", "market", "beside", "near", "far", "volatility",
    "land", "forest_share", "haul", "leaf_yield", "licit_income", "coffee_share", "state_presence",
    "frontier", "plot", "risk_aversion", "type_share", "fee_share", "cost", "weight",
    "registered", "first_price", "coffee", "cacao",
)  # fmt: skip
ANCHOR = ("practice", "buyers", "income", "memory", "legitimacy", "plot")
READ = ("memory", "legitimacy", "leaf_price", "built", "cleared", "risk", "market_price", "month")
WRITTEN = (
    "households", "growers", "inclined", "young", "prime", "old", "opened", "shock_year",
    "shock_zone", "shock_district", "value", "share",
)  # fmt: skip
DRAWN = (
    *("practice", "buyers", "income", "anchor_memory", "anchor_legitimacy", "plot"),
    *READ, "shocks", "trait", *WRITTEN,
)  # fmt: skip
PARAMETERS = (
    "abandon_rate", "attraction_kin", "attraction_state", "attraction_suitability", "buyer_ha",
    "buyer_weight", "development_income", "district_shock", "far_weight", "income_weight",
    "leave_share", "legal_taken", "legitimacy_weight", "mature_months", "near_weight",
    "neighbour_share", "old_months",
    "practice_weight", "prime_months", "reconsider_share", "replant_rate", "risk_aversion",
    "risk_weight", "road_haul", "road_state", "route_choice", "shock_memory", "wage_days_cost",
    "year_shock", "zone_shock",
)  # fmt: skip
SAME = ("growers", "households", "inclined", "young", "prime", "old", "value", "share")


def rows() -> list[Row]:
    """Return the ratios, and how far the results lie apart."""
    given = Given()
    loop, numpy = given.arrays(), given.arrays()
    run = compiled()
    mine = given.globo()
    given.loop(run, loop)
    given.numpy(numpy)
    part = "kernel"
    found = [
        row(
            part, f"globo and the {name}: largest difference", apart(mine, d), "relative", high=1e-4
        )
        for name, d in (("compiled loop", loop), ("NumPy program", numpy))
    ]
    seconds = least(
        {
            "globo": given.globo,
            "loop": lambda: given.loop(run, loop),
            "numpy": lambda: given.numpy(numpy),
        },
        ROUNDS,
    )
    what = f"growing, relocation and routes, {DRAWS} draws"
    against_loop = seconds["globo"] / seconds["loop"]
    each = 1000.0 * seconds["globo"] / MONTHS
    return [
        *found,
        row(part, f"{what}: a month", each, "ms"),
        row(part, f"{what}: globo / compiled loop", against_loop, "ratio", high=1.5),
        row(part, f"{what}: NumPy / globo", seconds["numpy"] / seconds["globo"], "ratio", low=1.0),
    ]  # fmt: skip


class Given:
    """The draws after some years of history, and what all three programs are given of them."""

    def __init__(self) -> None:
        """Run the history with the shipped world, then put means in place of counts."""
        simulator = simulation.Simulator()
        months = simulator.months((), "2006-12")
        self.now = jax.tree.map(lambda x: x[-1], months)
        first = jax.tree.map(lambda x: x[0], months)
        size = ensemble.CHUNK_DRAWS
        self.chunks: list[Members] = []
        for at in range(0, DRAWS, size):
            members = simulator.begin(np.arange(at, at + size), first)
            self.chunks.append(simulator.advance(members, months)[0])
        self.world = worlds.build(simulation.known(None), smooth=True)
        join = lambda *x: np.concatenate([np.asarray(part) for part in x])  # noqa: E731
        self.s = jax.tree.map(join, *(m.s for m in self.chunks))
        self.p = jax.tree.map(join, *(m.p for m in self.chunks))
        self.shocks = np.concatenate(
            [np.asarray(self._shocks(m.p, m.keys, m.s.month)) for m in self.chunks]
        )
        roads = self.world.roads
        both = {n: getattr(roads if n in OF_ROADS else self.world, n) for n in WORLD[:-3]}
        both |= {"first_price": self.world.leaf_price}
        both |= {"coffee": self.now.coffee, "cacao": self.now.cacao}
        self.w = SimpleNamespace(**{k: _plain(v) for k, v in both.items()})
        n = len(self.world.districts), len(self.world.zones)
        width = roads.out_edges.shape[1]
        self.sizes = (
            *n, self.world.households.shape[0] // n[0], len(roads.nodes), roads.n_edges, width,
            len(roads.hub), len(roads.market),
        )  # fmt: skip

    def arrays(self) -> SimpleNamespace:
        """Return the draws' arrays, a copy to be changed in place."""
        anchor = self.s.anchor
        d = {a: getattr(anchor, b) for a, b in zip(DRAWN[: len(ANCHOR)], ANCHOR, strict=True)}
        d |= {n: getattr(self.s, n) for n in (*READ, *WRITTEN)} | {"shocks": self.shocks}
        d |= {n: d[n][:, None] for n in ("shock_year", "month")}
        trait = self.p.trait_spread[:, None] * self.p.zone_trait[:, self.world.trait]
        d["trait"] = plain.to_cohorts(trait[:, self.world.zone], d["growers"])
        return SimpleNamespace(**{k: np.array(v, np.float32) for k, v in d.items()})

    def globo(self) -> SimpleNamespace:
        """Run globo's own steps; return what they write."""
        ends = [_steps(m.p, self.world, m.s, self.now, m.keys) for m in self.chunks]
        jax.block_until_ready(ends)
        return SimpleNamespace(
            **{n: np.concatenate([np.asarray(getattr(s, n)) for s in ends]) for n in SAME}
        )

    def loop(self, run: Any, d: SimpleNamespace) -> None:
        """Run the compiled loop on some arrays."""
        p = np.stack([self.p.values[n] for n in PARAMETERS], 1).astype(np.float32)
        sizes = (ctypes.c_long * len(SIZES))(*self.sizes)
        # the loop reads a district's neighbours along a row
        of_loop = {**vars(self.w), "beside": np.ascontiguousarray(self.w.beside.T)}
        w = _pointers(of_loop[n] for n in WORLD)
        run(sizes, w, _pointers(getattr(d, n) for n in DRAWN), p.ctypes, DRAWS, MONTHS)

    def numpy(self, d: SimpleNamespace) -> None:
        """Run the NumPy program on some arrays."""
        p = SimpleNamespace(**{n: self.p.values[n][:, None] for n in PARAMETERS})
        plain.run(self.w, d, p, MONTHS)

    @partial(jax.jit, static_argnums=0)
    def _shocks(self, p: Parameters, keys: jax.Array, first: jax.Array) -> jax.Array:
        """Draw the shocks as `growing.step` does, by draw and month."""

        def one(p: Parameters, key: jax.Array, first: jax.Array, month: jax.Array) -> jax.Array:
            mine = jax.random.fold_in(jax.random.fold_in(key, month), 0)
            return growing.innovations(p, self.world, first + month, jax.random.split(mine, 4)[0])

        by_month = jax.vmap(one, in_axes=(None, None, None, 0))
        return jax.vmap(lambda p, k, m: by_month(p, k, m, jnp.arange(MONTHS)))(p, keys, first)


@jax.jit
def _steps(p: Any, world: Any, s: Any, now: Any, keys: jax.Array) -> Any:
    """Run the three steps for some months, draws side by side."""

    def one(p: Any, s: Any, key: jax.Array) -> Any:
        def month(s: Any, number: jax.Array) -> tuple[Any, None]:
            mine = jax.random.fold_in(key, number)
            for i, step in enumerate(STEPS):
                s, _ = step.step(p, world, s, now, jax.random.fold_in(mine, i))
            return change(s, month=s.month + 1), None

        return jax.lax.scan(month, s, jnp.arange(MONTHS))[0]

    return jax.vmap(one)(p, s, keys)


def compiled() -> Any:
    """Compile loops.c and return its `run`.

    Raises:
        UserError: there is no C compiler.
    """
    source = Path(__file__).with_name("loops.c")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, "loops.so")
        try:
            subprocess.run([*COMPILER, str(source), "-o", str(made), "-lm"], check=True)
        except FileNotFoundError:
            where, mend = "bench/loops.c", "apt-get install gcc libc6-dev"
            raise UserError(where, "no C compiler", "cc on the path", mend) from None
        return ctypes.CDLL(str(made)).run


def apart(a: SimpleNamespace, b: SimpleNamespace) -> float:
    """Return the largest difference of the results, relative to each variable's own scale.

    A value far below its variable's mean is measured against a thousandth of that mean.
    """
    found = []
    for name in SAME:
        x, y = getattr(a, name), getattr(b, name)
        found.append(np.max(np.abs(x - y) / (np.abs(x) + 1e-3 * np.abs(x).mean())))
    return float(max(found))


def _plain(x: Any) -> np.ndarray:
    x = np.asarray(x)
    return np.ascontiguousarray(x, np.int32 if x.dtype.kind == "i" else np.float32)


def _pointers(arrays: Iterable[np.ndarray]) -> Any:
    each = [x.ctypes.data for x in arrays]
    return (ctypes.c_void_p * len(each))(*each)
