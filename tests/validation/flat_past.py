"""Every experiment of the validation as one flat past, for figures computed by hand."""

import numpy as np

from claims_world import ZONES, past
from globo.validation.experiments import LEVERS

FLAT = {
    "coca_ha": 1000.0, "outside_ha": 0.0, "eradicated_ha": 100.0, "spending_usd": 5.0,
    "monthly_leaf_price_usd_kg": 2.0, "leaf_price_usd_kg": 1.0, "leaf_t": 100.0,
    "legal_leaf_t": 10.0, "legitimacy": 0.5, "forest_cleared_ha": 10.0, "cocaine_t": 20.0,
    "cocaine_price_usd_kg": 900.0, "flow_t": 4.0, "seized_t": 0.5, "delivered_t": 50.0,
    "seized_at_sea_t": 0.0, "market_price_usd_kg": 10.0, "precursor_price": 1.0,
    "firm_hhi": 0.2, "firm_count": 10.0, "armed_acts": 10.0, "armed_revenue_usd": 1e6,
}  # fmt: skip


def world():
    """Return every experiment as one flat past of three draws; only the VRAEM lies near."""
    flat = past(3)
    for name, value in FLAT.items():
        flat[name][:] = value
    lat = np.linspace(-16.0, 2.0, len(ZONES))
    lat[1] = lat[0] + 0.4  # the VRAEM, 44 km from the Huallaga
    flat = flat.assign_coords(lat=("district", lat), lon=("district", np.full(len(ZONES), -74.0)))
    return {name: flat.copy(deep=True) for name in LEVERS}
