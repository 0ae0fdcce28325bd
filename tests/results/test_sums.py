"""Sums over districts, edges and groups, on a world of a few cells counted by hand."""

import numpy as np
import pytest
from results_small import AUTHORITY, small

from globo.results import exit_shares, mode_shares, national, sums, zone_ha, zone_sum


def test_a_zone_is_the_sum_of_its_districts():
    area = zone_ha(small())
    assert area.dims == ("draw", "year", "zone")
    assert area.attrs["unit"] == "ha"
    np.testing.assert_array_equal(area.sel(zone="VRAEM", draw=0), [1 + 4, 10 + 40])
    np.testing.assert_array_equal(area.sel(zone="Huallaga", draw=0), [2, 20])
    np.testing.assert_array_equal(area.sel(zone="Putumayo", draw=0), [0, 0])  # no district
    np.testing.assert_array_equal(area.sel(zone="VRAEM", draw=1), [3 * 5, 3 * 50])


def test_the_country_is_its_districts_and_what_lies_outside():
    area = national(small())["coca_ha"]
    np.testing.assert_array_equal(area, [[7 + 0.5, 70 + 0.25], [21 + 0.5, 210 + 0.25]])


def test_the_leaf_price_is_weighted_by_leaf_harvested():
    price = national(small())["leaf_price_usd_kg"]
    assert float(price[0, 0]) == pytest.approx((2.0 * 30 + 5.0 * 10) / 40)  # no leaf, no weight
    assert np.isnan(price[0, 1])  # no leaf at all, no price


def test_a_district_counts_in_the_country_from_its_first_survey_on():
    ds = small()
    whole, area = national(ds)["coca_ha"], ds["coca_ha"].astype("float64")
    first, second = ds["year"].values[:2]
    years = [first] * ds.sizes["district"]
    years[0] = second
    late = ds.assign_coords(district_surveyed=("district", years))
    expected = whole - area.isel(district=0).where(ds["year"] < second, 0.0)
    np.testing.assert_allclose(national(late)["coca_ha"], expected)
    never = ds.assign_coords(district_surveyed=("district", [9999] * ds.sizes["district"]))
    np.testing.assert_allclose(national(never)["coca_ha"], ds["outside_ha"])  # none is Elsewhere


def test_seizures_are_those_on_edges_that_peru_watches():
    seized = national(small())["seized_t"]
    np.testing.assert_array_equal(seized, [[1 + 8 + 16, 10], [3 * 25, 30]])
    assert AUTHORITY == ["Peru roads", "Bolivia", "Chile", "Callao", "Peru air"]


def test_seizures_on_all_edges_count_where_no_authority_is_named():
    seized = national(small().drop_vars("edge_authority"))["seized_t"]
    np.testing.assert_array_equal(seized, [[31, 30], [93, 90]])


def test_a_port_of_another_country_is_not_perus():
    ds = small()
    names = ["Peru roads", "Arica", "Ilo-Matarani", "Brazil", "Paita"]
    ds = ds.assign_coords(edge_authority=("edge", names))
    np.testing.assert_array_equal(national(ds)["seized_t"][0], [1 + 4 + 16, 10])


def test_exits_share_what_leaves():
    share = exit_shares(small())
    assert share.sel(draw=0).to_series().to_dict() == pytest.approx(
        {"Bolivia air": 12 / 20, "Callao": 8 / 20}
    )
    yearly = exit_shares(small(), yearly=True).sel(draw=0, exit="Callao")
    assert yearly.values.tolist() == pytest.approx([6 / 8, 2 / 12])
    np.testing.assert_allclose(share.sum("exit"), 1.0)


def test_modes_share_what_leaves_by_the_edge_it_leaves_on():
    share = mode_shares(small()).sel(draw=0).to_series()
    assert share[share > 0].to_dict() == pytest.approx(
        {"airdrop": 10 / 20, "air": 2 / 20, "container": 8 / 20}
    )


def test_where_nothing_leaves_there_is_no_share():
    ds = small()
    ds["flow_t"] = ds["flow_t"] * 0.0
    assert np.isnan(exit_shares(ds)).all()


def test_blocks_of_draws_add_up_to_the_same(monkeypatch):
    ds = small(draws=70)
    whole = national(ds), zone_sum(ds, "coca_ha"), exit_shares(ds)
    monkeypatch.setattr(sums, "BLOCK_BYTES", 1)
    for a, b in zip(whole, (national(ds), zone_sum(ds, "coca_ha"), exit_shares(ds)), strict=True):
        assert a.identical(b)


def test_figures_that_a_run_lacks_are_left_out():
    assert set(national(small()[["armed_acts", "coca_ha"]])) == {"armed_acts"}
    np.testing.assert_array_equal(national(small())["armed_acts"][0], [1 + 6, 2 + 0])
