"""A small real engine: independent AR(1) paths, each draw from its own stream of luck."""

import time
from dataclasses import dataclass, field, replace

import numpy as np

from globo.ensemble import Plan
from globo.results import STATUS, variables

YEARS = np.arange(2001, 2004)
EDGES = [
    # from, to, mode, exit, authority: no two shares alike
    ("Huallaga", "Lima", "road", "", "Peru roads"),
    ("VRAEM", "Bolivia", "airdrop", "Bolivia air", "Bolivia"),
    ("Elsewhere", "Brazil", "river", "Brazil river", "Peru rivers"),
    ("Lima", "Europe", "container", "Callao", "Callao"),
    ("Lima", "Asia-Oceania", "vessel", "Callao", "Callao"),
]
COORDS = {
    "year": YEARS,
    "month": np.array([f"{y}-{m:02d}" for y in YEARS for m in range(1, 13)]),
    "district": np.array(["050101", "050102", "090305", "120401", "250302"]),
    "zone": np.array(["Huallaga", "VRAEM", "Elsewhere"]),
    "stage": np.array(["precursors", "collection", "processing", "transport", "export"]),
    "market": np.array(["Europe", "Asia-Oceania"]),
    "group": np.array(["VRAEM faction", "Family clans"]),
    "item": np.array(["eradication", "development"]),
    "exit": np.array(["Bolivia air", "Brazil river", "Callao"]),
    "edge": np.array([f"{a} > {b} [{m}]" for a, b, m, _, _ in EDGES]),
    "district_name": ("district", np.array(["Ayna", "Sivia", "Tocache", "Satipo", "Ñahuimpuquio"])),
    "district_zone": (
        "district",
        np.array(["VRAEM", "VRAEM", "Huallaga", "Elsewhere", "Huallaga"]),
    ),
    "lat": ("district", np.array([-12.6, -12.5, -8.2, -11.2, -12.3])),
    "lon": ("district", np.array([-73.8, -73.9, -76.5, -74.6, -74.9])),
    "edge_from": ("edge", np.array([e[0] for e in EDGES])),
    "edge_to": ("edge", np.array([e[1] for e in EDGES])),
    "edge_mode": ("edge", np.array([e[2] for e in EDGES])),
    "edge_exit": ("edge", np.array([e[3] for e in EDGES])),
    "edge_authority": ("edge", np.array([e[4] for e in EDGES])),
}


@dataclass(frozen=True)
class Toy:
    """The engine of a plan.

    `failing` draws end with status 3, chunks that hold a `raising` draw raise, `rounds`
    is computing without effect, `pause` is waiting, in seconds a chunk.
    """

    seed: int
    coords: dict = field(default_factory=lambda: COORDS)
    failing: frozenset = frozenset()
    raising: frozenset = frozenset()
    rounds: int = 0
    pause: float = 0.0

    def __call__(self, chunk):
        time.sleep(self.pause)
        if self.raising & set(chunk.draws.tolist()):
            message = "no such leaf"
            raise ArithmeticError(message)
        waste = np.linspace(0.0, 1.0, 100_000)
        for _ in range(self.rounds):
            np.tanh(waste, out=waste)
        draws = [self.one(draw) for draw in chunk.draws.tolist()]
        return {name: np.stack([one[name] for one in draws]) for name in draws[0]}

    def one(self, draw):
        luck = np.random.default_rng([self.seed, draw])
        arrays = {STATUS.name: np.int32(3 if draw in self.failing else 0)}
        for name, var in variables().items():
            shape = [len(self.coords[d]) for d in var.dims[1:]]
            path = luck.normal(size=shape)
            for t in range(1, shape[0]):
                path[t] += 0.8 * path[t - 1]
            arrays[name] = 1e-9 * path if name.startswith("balance") else np.exp(path)
        return arrays


def toy_plan(draws=5, seed=7, **changes):
    """A plan of small chunks, so that a few draws make several."""
    plan = Plan(
        scenario="toy",
        scenario_yaml="name: toy\ntítulo: ñandú\n",
        parameters="prior",
        seed=seed,
        draws=draws,
        start="2001-01",
        until="2003-12",
        facts_hash="0" * 12,
        version="0.1.0+test",
        coords=COORDS,
        command="globo run toy",
        chunk_draws=2,
    )
    return replace(plan, **changes)
