"""Indices against analytic ones: Ishigami, Sobol's g, an additive model."""

import numpy as np
import pytest

from globo.decisions.inputs import Input, as_run, inputs
from globo.decisions.ranking import hinges
from globo.decisions.sensitivity import sensitivity
from globo.errors import UserError

PI = np.pi


def matrix(runs, names):
    return np.array([[run["levers"][name] for name in names] for run in runs])


def ishigami(runs):
    x = matrix(runs, ["x1", "x2", "x3"])
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


A = np.array([0.0, 1.0, 4.5, 99.0])
G = [Input(f"g{i}", "lever", 0.0, 1.0) for i in range(4)]


def sobol_g(runs):
    x = matrix(runs, [one.name for one in G])
    return np.prod((np.abs(4 * x - 2) + A) / (1 + A), axis=1)


def additive(runs):
    return matrix(runs, ["a", "b", "c", "idle"]) @ [3.0, 2.0, 1.0, 0.0]


ADDITIVE = [Input(name, "lever", -2.0, 5.0) for name in ("a", "b", "c", "idle")]


def test_indices_of_ishigami_match_the_analytic_ones_within_their_intervals():
    named = [Input(f"x{i}", "lever", -PI, PI) for i in (1, 2, 3)]
    found = {i.name: i for i in sensitivity(ishigami, named, "f", seed=3, n=1024).indices}
    variance = 49 / 8 + 0.1 * PI**4 / 5 + 0.01 * PI**8 / 18 + 0.5
    first = {"x1": 0.5 * (1 + 0.1 * PI**4 / 5) ** 2 / variance, "x2": 49 / 8 / variance, "x3": 0}
    both = 0.01 * PI**8 * (1 / 18 - 1 / 50) / variance
    for name in first:
        assert found[name].first == pytest.approx(first[name], abs=found[name].first_conf)
    total = {"x1": first["x1"] + both, "x2": first["x2"], "x3": both}
    for name in total:
        assert found[name].total == pytest.approx(total[name], abs=found[name].total_conf)
    assert max(one.first_conf for one in found.values()) < 0.12  # the intervals say something


def test_indices_of_sobols_g_match_the_analytic_ones():
    found = {i.name: i for i in sensitivity(sobol_g, G, "g", seed=5, n=1024).indices}
    parts = 1 / (3 * (1 + A) ** 2)
    variance = np.prod(1 + parts) - 1
    assert "g3" not in found  # screened out: it decides 0.003 %
    for i in range(3):
        one = found[f"g{i}"]
        total = parts[i] * np.prod(1 + np.delete(parts, i)) / variance
        assert one.first == pytest.approx(parts[i] / variance, abs=one.first_conf + 0.01)
        assert one.total == pytest.approx(total, abs=one.total_conf + 0.01)


def test_first_orders_of_an_additive_model_add_up_to_one():
    found = sensitivity(additive, ADDITIVE, "sum", seed=1, n=512)
    assert found.alone == pytest.approx(1.0, abs=0.02)
    assert [one.name for one in found.indices] == ["a", "b", "c"]
    assert found.indices[0].first == pytest.approx(9 / 14, abs=0.02)
    assert found.to_json()["interactions"] == pytest.approx(0.0, abs=0.02)


def test_screening_gives_the_effect_from_end_to_end_and_drops_what_is_idle():
    found = sensitivity(additive, ADDITIVE, "sum", n=2).screening
    assert {one.name: round(one.mu_star, 6) for one in found} == {
        "a": 21.0,
        "b": 14.0,
        "c": 7.0,
        "idle": 0.0,
    }
    assert [one.kept for one in found] == [True, True, True, False]
    assert all(one.sigma == pytest.approx(0, abs=1e-9) for one in found)


def test_screening_goes_first_and_keeps_as_many_as_asked():
    found = sensitivity(additive, ADDITIVE, "sum", n=64, keep=2, trajectories=5)
    assert [one.name for one in found.indices] == ["a", "b"]
    assert found.n_runs == 5 * 5 + 64 * 4


def test_an_outcome_that_nothing_moves_hangs_on_nothing():
    found = sensitivity(lambda runs: np.ones(len(runs)), ADDITIVE, "flat", n=8)
    assert found.indices == []
    assert not any(one.kept for one in found.screening)


def test_failed_runs_are_left_out_with_their_block_and_counted():
    def sometimes(runs):
        values = additive(runs)
        values[5::97] = np.nan
        return values

    found = sensitivity(sometimes, ADDITIVE, "sum", seed=1, n=512)
    assert found.n_failed > 0
    assert found.alone == pytest.approx(1.0, abs=0.05)
    with pytest.raises(UserError, match="of the runs failed"):
        sensitivity(lambda runs: np.full(len(runs), np.nan), ADDITIVE, "sum", n=8)


def test_one_seed_gives_one_answer_and_another_a_different_design():
    one, same, other = (sensitivity(sobol_g, G, "g", seed=s, n=64) for s in (1, 1, 2))
    assert one.to_json() == same.to_json()
    assert one.to_json() != other.to_json()


def test_parameters_follow_their_prior_and_levers_their_range():
    from globo.model.parameters import table

    named = inputs(["memory_fade", "eradication_where@VRAEM", "demand"], {"demand": (0.5, 2.0)})
    run = as_run(named, np.array([0.5, 0.25, 1.0]))
    assert run["parameters"] == {"memory_fade": pytest.approx(table()["memory_fade"].default)}
    assert run["levers"] == {"eradication_where@VRAEM": 0.25, "demand": 2.0}
    low, high = named[0].values(np.array([0.0, 1.0]))
    assert table()["memory_fade"].low <= low < high <= table()["memory_fade"].high


@pytest.mark.parametrize(
    ("names", "said"),
    [(["memory_fad"], "memory_fade"), (["mature_months"], "a prior"), (["demand"] * 2, "twice")],
)
def test_inputs_that_cannot_be_varied_are_refused_with_the_nearest_name(names, said):
    with pytest.raises(UserError, match=said):
        inputs(names)


def test_bounds_outside_the_range_are_refused():
    with pytest.raises(UserError, match="0 to 5"):
        inputs(["demand"], {"demand": (0.5, 9.0)})
    with pytest.raises(UserError, match="a power of two"):
        sensitivity(additive, ADDITIVE, "sum", n=100)


def test_an_unknown_that_moves_the_answer_is_found_and_chance_is_not():
    random = np.random.default_rng(1)
    known = {f"p{i}": random.normal(size=64) for i in range(60)}
    outcome = 3 * known["p7"] + random.normal(size=64)
    outcome[5] = np.nan
    assert [row["name"] for row in hinges(known, outcome)] == ["p7"]
    assert hinges(known, np.ones(64)) == []
    assert hinges({"p0": random.normal(size=64)}, random.normal(size=64)) == []
