"""A small engine: three zones, six districts, levers whose effect can be worked out by hand.

Every draw has its own size; `eradication_budget` takes hectares from the first
zone and gives half of them to the third, so that the answer is known.
"""

import time

import numpy as np

from globo.results import dataset, variables
from globo.server.districts import Forecasts
from globo.server.engine import to_none

ZONES = ["VRAEM", "Huallaga", "Elsewhere"]
DISTRICTS = {"050501": 0, "050502": 0, "100601": 1, "100602": 1, "160301": 2, "160302": 2}
COORDS = {
    "stage": ["collection", "processing"],
    "market": ["Europe", "Asia-Oceania"],
    "group": ["VRAEM faction"],
    "item": ["eradication", "development"],
    "exit": ["Callao", "Bolivia air"],
}
EDGES = [
    ("VRAEM", "Lima", "road", ""),
    ("Lima", "Callao", "road", ""),
    ("Callao", "Europe", "container", "Callao"),
    ("VRAEM", "Bolivia", "air", "Bolivia air"),
]
TODAY = 1000.0
HEAD = (
    "name,group,kind,unit,default,low,high,by,price,cost,source,"
    "label_en,label_es,meaning_en,meaning_es,cost_es,source_es"
)
TABLE = f"""{HEAD}
eradication_budget,eradication,amount,ha,1000,0,5000,national,nothing,900,assumed,Clear,Erradicar,ha,ha,,supuesto
eradication_where,eradication,share,share,1,0,1,zone,left out,,assumed,Where,Dónde,at,en,,supuesto
air_interdiction,routes,switch,0 or 1,1,0,1,national,nothing,,Law 30339,Law,Ley,on,sí,,Ley 30339
"""
STORIES = """[{"id": "more", "levers": {"eradication_budget": 2000}, "view": "map",
  "show": "difference", "focus": "VRAEM"}]"""


class SmallTrade:
    """What is cleared goes by brigades; half of it comes back elsewhere by growers."""

    zones = ZONES

    def __init__(self, moved, draws):
        self.runs, self._size = 2, moved * (1.0 + draws / 100.0)

    def areas(self):
        return self._coca(()), self._coca(self.live())

    def live(self):
        return ("brigades", "growers")

    def area(self, moved):
        self.runs += 1
        return self._coca(moved)

    def _coca(self, moved):
        area = np.full((len(self._size), 3, len(ZONES) + 1), 2000.0)
        if "brigades" in moved:
            area[..., [0, -1]] -= self._size[:, None, None]
        if "growers" in moved:
            area[..., [2, -1]] += self._size[:, None, None] / 2
        return area


class SmallEngine:
    """Three zones over two years of history and three of future."""

    name, present, until, draws, seed = "small", 2017, 2020, 40, 1
    first_draws, step = 8, 20
    reading = ""

    def __init__(self, seconds=0.0):
        self.places = {"zone": ZONES, "port": ["Callao"], "market": COORDS["market"]}
        self.seconds, self.calls = seconds, []

    def baseline(self):
        return self._made(range(2016, 2021), range(self.draws), {}, 2018)

    def run(self, levers, start, draws, give_way=to_none):
        self.calls.append((dict(levers), draws))
        time.sleep(self.seconds)
        give_way()
        return self._made(range(2018, 2021), draws, levers, start)

    def first(self, levers, start):
        return self.run(levers, start, range(self.first_draws))

    def trades(self, levers, start, against):
        self.calls.append((dict(levers), "trades"))
        moved = levers.get("eradication_budget", TODAY) - against.get("eradication_budget", TODAY)
        half = self.draws // 2
        return [lambda i=i: SmallTrade(moved, np.arange(i, i + half)) for i in (0, half)]

    def unknowns(self):
        random = np.random.default_rng(3)
        return {
            "income_weight": np.arange(self.draws, dtype="float64"),
            "memory_fade": random.normal(size=self.draws),
        }

    def forecasts(self):
        time.sleep(self.seconds)
        years = [{"year": 2018, "low": 1.0, "mid": 2.0, "high": 4.0}]
        return Forecasts("2018-06-30", {code: years for code in list(DISTRICTS)[:5]})

    def _made(self, years, draws, levers, start):
        years, numbers = np.array(years), np.arange(draws.start, draws.stop)
        labels = {
            **COORDS,
            "year": years,
            "month": [f"{y}-{m:02d}" for y in years for m in range(1, 13)],
            "zone": ZONES,
            "district": list(DISTRICTS),
            "edge": [f"{a} > {b} [{m}]" for a, b, m, _ in EDGES],
        }
        sizes = {"draw": len(numbers), **{k: len(v) for k, v in labels.items()}}
        size = 1.0 + numbers / 100.0
        arrays = {}
        for name, var in variables().items():
            shape = [sizes[d] for d in var.dims]
            values = np.ones(shape) * size.reshape(-1, *[1] * (len(shape) - 1))
            arrays[name] = np.minimum(values, 1.0) if var.unit in ("0 to 1", "share") else values
        arrays["coca_ha"] = arrays["coca_ha"] * 2000.0
        removed = np.where(years >= start, levers.get("eradication_budget", TODAY) - TODAY, 0.0)
        moved = removed[None, :] * size[:, None]
        arrays["coca_ha"][:, :, 0] -= moved
        arrays["coca_ha"][:, :, 4] += moved / 2
        coords = {
            **labels,
            "district_name": ("district", [f"D{i}" for i in range(6)]),
            "district_zone": ("district", [ZONES[z] for z in DISTRICTS.values()]),
            "lat": ("district", np.linspace(-12, -9, 6)),
            "lon": ("district", np.linspace(-76, -73, 6)),
        }
        for i, part in enumerate(("from", "to", "mode", "exit")):
            coords[f"edge_{part}"] = ("edge", [e[i] for e in EDGES])
        attrs = {"scenario": "baseline", "seed": 1, "version": "0", "facts_hash": "0" * 64}
        attrs |= {"from": f"{years[0]}-01", "until": f"{years[-1]}-12"}
        return dataset(arrays, coords, attrs).assign_coords(draw=numbers)
