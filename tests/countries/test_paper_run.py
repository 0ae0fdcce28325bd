"""The paper country runs: no posterior, names of its own, and the same bits again."""

import numpy as np

import globo
from globo.results import country_of, national, summary


def test_the_paper_country_runs_from_its_priors_under_its_own_names():
    ds = globo.run(country="paper", draws=8, seed=1, until="2006-12", jobs=1)
    assert ds.attrs["parameters"] == "priors"
    assert country_of(ds).nation == "Paper"
    assert ds["zone"].values.tolist() == ["Upland", "Lowland"]
    assert not ds["status"].values.any()
    area = national(ds)["coca_ha"]
    assert (area > 0).all()
    assert float(ds["balance_product"].max()) < 1e-3
    frame = summary(ds).set_index(["variable", "place", "year"])
    assert ("coca_ha", "Paper", 2006) in frame.index
    own = [country_of(ds).owns(str(a)) for a in ds["edge_authority"].values]
    seized = ds["seized_t"].values[..., own].sum(-1)
    np.testing.assert_allclose(national(ds)["seized_t"], seized, rtol=1e-6)
    again = globo.run({"country": "paper"}, draws=8, seed=1, until="2006-12", jobs=1)
    np.testing.assert_array_equal(again["coca_ha"], ds["coca_ha"])
