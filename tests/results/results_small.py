"""A run of two years and few places, no two numbers alike where they must not be mixed up."""

import numpy as np

from globo.results import dataset

AUTHORITY = ["Peru roads", "Bolivia", "Chile", "Callao", "Peru air"]
COORDS = {
    "year": np.array([2001, 2002]),
    "district": np.array(["050101", "090305", "050102"]),
    "zone": np.array(["Huallaga", "Putumayo", "VRAEM"]),
    "stage": np.array(["collection", "export"]),
    "group": np.array(["VRAEM faction", "Family clans"]),
    "exit": np.array(["Bolivia air", "Callao"]),
    "edge": np.array(["a", "b", "c", "d", "e"]),
    "district_zone": ("district", np.array(["VRAEM", "Huallaga", "VRAEM"])),
    "edge_mode": ("edge", np.array(["road", "airdrop", "road", "container", "air"])),
    "edge_exit": ("edge", np.array(["", "Bolivia air", "", "Callao", "Bolivia air"])),
    "edge_authority": ("edge", np.array(AUTHORITY)),
}
ATTRS = {"scenario": "small", "seed": 3, "from": "2001-01", "until": "2002-12"}
ONE = {  # the first draw; year first
    "coca_ha": [[1, 2, 4], [10, 20, 40]],
    "eradicated_ha": [[0, 0, 0], [5, 0, 7]],
    "leaf_t": [[30, 0, 10], [0, 0, 0]],
    "leaf_price_usd_kg": [[2.0, 99.0, 5.0], [1.0, 1.0, 1.0]],
    "cocaine_t": [[1, 2, 3], [4, 5, 6]],
    "flow_t": [[100, 1, 50, 6, 1], [100, 9, 50, 2, 1]],
    "seized_t": [[1, 2, 4, 8, 16], [10, 20, 0, 0, 0]],
    "armed_acts": [[1, 6], [2, 0]],
    "firm_count": [[[1, 2, 3], [4, 0, 0]], [[5, 0, 1], [0, 2, 0]]],
    "firm_hhi": [[0.5, 1.0], [0.25, 0.125]],
    "balance_leaf": [1e-9, -3e-9],
    "balance_product": [0.0, 2e-8],
}


def small(draws=2, status=None):
    """Draw d is the first one times 1, 3, 5, ...; prices, shares and balances do not change."""
    fixed = {"leaf_price_usd_kg", "firm_hhi", "balance_leaf", "balance_product"}
    arrays = {
        name: np.stack(
            [np.asarray(v, float) * (1 if name in fixed else 2 * d + 1) for d in range(draws)]
        )
        for name, v in ONE.items()
    }
    arrays["outside_ha"] = np.tile([0.5, 0.25], (draws, 1))
    if status is not None:
        arrays["status"] = np.array(status)
    return dataset(arrays, COORDS, ATTRS)
