"""The tree: what ArviZ opens says what the calibration found, in the parameters' units."""

import arviz as az
import numpy as np
import pytest
import xarray as xr

from globo.inference import Calibration, Target, to_datatree, write_netcdf
from globo.model import parameters, posterior

AS_OF, MEMBERS = "2016-05-15", 24


@pytest.fixture(scope="module")
def found():
    """A calibration of three targets; one member failed."""
    prior = posterior.prior_matrix(np.arange(MEMBERS), 3)
    fitted = [
        Target("coca_ha Peru 2004", 10.6, 0.05, len),
        Target("seized_t Peru 2009", 3.1, 0.4, len, "chain"),
        Target("share by sea 2014", -0.6, 0.6, len),
    ]
    predicted = np.random.default_rng(1).normal(size=(3, MEMBERS)) + [[10.6], [3.0], [-0.5]]
    predicted[:, 5] = np.nan
    z = 0.5 * prior + 0.3
    chosen = np.ones((MEMBERS, parameters.WEIGHED_YEARS), int)
    names = posterior.columns()
    return Calibration(AS_OF, "", 3, prior, z, [4.0, 2.0], names, fitted, predicted, chosen)


def test_groups_and_dims_are_those_that_arviz_expects(found):
    tree = to_datatree(found)
    assert set(tree.children) == {
        "posterior", "prior", "posterior_predictive", "observed_data", "constant_data",
    }  # fmt: skip
    for group in ("posterior", "prior"):
        sizes = dict(tree[group].sizes)
        zones = len(parameters.zone_names())
        years = {"year": parameters.WEIGHED_YEARS, "place": 1 + zones}
        assert sizes == {"chain": 1, "draw": MEMBERS, "zone": zones} | years
        whole = {parameters.TRAIT, parameters.LUCK}
        assert set(tree[group].data_vars) == {*parameters.free_names(), *whole}
        for name in parameters.free_names():
            assert tree[group][name].dims == ("chain", "draw")
        assert tree[group][parameters.TRAIT].dims == ("chain", "draw", "zone")
        assert tree[group][parameters.LUCK].dims == ("chain", "draw", "year", "place")
    assert tree["posterior_predictive/figure"].dims == ("chain", "draw", "target")
    assert tree["observed_data/figure"].dims == ("target",)
    assert (tree["observed_data"].target == tree["posterior_predictive"].target).all()
    assert tree["posterior_predictive/figure"].shape == (1, MEMBERS, 3)
    np.testing.assert_array_equal(tree["posterior_predictive/figure"][0, 2], found.predicted[:, 2])


def test_parameters_are_in_the_units_that_the_model_runs_with(found):
    tree = to_datatree(found)
    for group, z in (("posterior", found.z), ("prior", found.prior)):
        used = posterior.from_matrix(z)
        for name in (*parameters.free_names(), parameters.TRAIT, parameters.LUCK):
            told = tree[group][name].values[0]
            np.testing.assert_allclose(told, np.asarray(getattr(used, name)), rtol=2e-6, atol=1e-6)
    assert tree["posterior/buyer_ha"].attrs["units"] == "ha"


def test_arviz_opens_the_file_and_reads_it_alike(found, tmp_path):
    write_netcdf(found, tmp_path / "posterior.nc")
    data = az.from_netcdf(tmp_path / "posterior.nc")
    assert set(data.groups()) == set(to_datatree(found).children)
    assert data.attrs["as_of"] == AS_OF
    summary = az.summary(data, var_names=["buyer_ha"], kind="stats", round_to="none")
    values = to_datatree(found)["posterior/buyer_ha"].values
    assert summary["mean"].item() == pytest.approx(values.mean())
    np.testing.assert_array_equal(data.observed_data.figure, [10.6, 3.1, -0.6])
    np.testing.assert_array_equal(data.constant_data.error, [0.05, 0.4, 0.6])
    assert data.constant_data.source.values.tolist() == ["facts", "chain", "facts"]
    tree = xr.open_datatree(tmp_path / "posterior.nc", engine="h5netcdf")
    assert az.InferenceData.from_datatree(tree).groups() == data.groups()


def test_the_same_calibration_makes_the_same_bytes(found, tmp_path):
    for name in ("a.nc", "b.nc"):
        write_netcdf(found, tmp_path / name)
    assert (tmp_path / "a.nc").read_bytes() == (tmp_path / "b.nc").read_bytes()
