"""Laws of the random numbers that mechanisms share."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from globo.model.mechanisms import _draws
from globo.model.mechanisms._draws import heavy, uniform

binomial = jax.jit(_draws.binomial)
KEY = jax.random.key(3)
DRAWS = 40_000
SMALL_AND_LARGE = [(1, 0.3), (7, 0.4), (60, 0.05), (60, 0.5), (900, 0.02), (900, 0.7)]


@pytest.mark.parametrize(("n", "p"), [(1, 0.3), (3, 0.9), (40, 0.09), (900, 0.001), (4, 0.5)])
def test_small_counts_are_the_quantiles_of_the_binomial(n, p):
    u = np.linspace(0.0005, 0.9993, 701, dtype=np.float32)
    edges = stats.binom.cdf(np.arange(n + 1), n, p)
    clear = np.abs(u[:, None] - edges[None]).min(1) > 1e-5  # float32 may fall either side there
    counts = binomial(jnp.asarray(u), jnp.full(u.shape, float(n)), jnp.full(u.shape, p))
    np.testing.assert_array_equal(np.asarray(counts)[clear], stats.binom.ppf(u, n, p)[clear])


@pytest.mark.parametrize(("n", "p"), SMALL_AND_LARGE)
def test_counts_have_the_mean_and_variance_of_the_binomial(n, p):
    u = uniform(KEY, (DRAWS,))
    counts = np.asarray(binomial(u, jnp.full(DRAWS, float(n)), jnp.full(DRAWS, p)))
    sd = (n * p * (1 - p)) ** 0.5
    assert abs(counts.mean() - n * p) < 4 * sd / DRAWS**0.5
    # rounding a normal adds a twelfth
    assert abs(counts.var() - sd**2 - (n * p >= 4) / 12) < 0.04 * sd**2


@pytest.mark.parametrize("n", [0.0, 1.0, 5.0, 2000.0])
@pytest.mark.parametrize("p", [0.0, 0.2, 0.97, 1.0])
def test_counts_are_whole_and_within_the_trials(n, p):
    u = jnp.linspace(2e-6, 1 - 2e-6, 999)
    counts = np.asarray(binomial(u, jnp.full(999, n), jnp.full(999, p)))
    assert counts.min() >= 0
    assert counts.max() <= n
    np.testing.assert_array_equal(counts, np.round(counts))
    if p in (0.0, 1.0):
        np.testing.assert_array_equal(counts, n * p)


def test_counts_of_halves_add_up_to_the_whole_in_distribution():
    u = uniform(KEY, (2, DRAWS))
    halves = binomial(u, jnp.full(u.shape, 30.0), jnp.full(u.shape, 0.2)).sum(0)
    whole = stats.binom(60, 0.2)
    shares = np.bincount(np.asarray(halves, int), minlength=61)[:61] / DRAWS
    assert np.abs(np.cumsum(shares) - whole.cdf(np.arange(61))).max() < 0.02


@pytest.mark.parametrize("tail", [0.0, 0.3, 0.6])
def test_shocks_have_unit_variance_whatever_their_tail(tail):
    z = np.asarray(heavy(KEY, (400_000,), jnp.float32(tail)))
    assert abs(z.mean()) < 0.01
    assert abs(z.var() - 1) < 0.05


def test_a_tail_makes_large_shocks_more_frequent():
    far = [
        np.mean(np.abs(np.asarray(heavy(KEY, (400_000,), jnp.float32(tail)))) > 3)
        for tail in (0.0, 0.5)
    ]
    assert abs(far[0] - 2 * stats.norm.sf(3)) < 5e-4  # a normal without a tail
    assert far[1] > 2 * far[0]


def test_uniforms_keep_off_their_ends():
    u = np.asarray(uniform(KEY, (300_000,)))
    assert u.min() > 0
    assert u.max() < 1
    assert abs(u.mean() - 0.5) < 0.003
