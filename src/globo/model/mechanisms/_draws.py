"""Random numbers that the mechanisms share: counts of exchangeable things, heavy tails.

A cohort of n exchangeable households draws a binomial count, so that sums over
districts have the same distribution whatever the cohort size.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax.scipy.special import ndtri
from jaxtyping import Array, Float

EXACT_TERMS = 12  # below a mean of 4 the twelfth term is under 0.1 %
FEW = 4.0  # mean count below which the distribution is inverted exactly


def binomial(u: Float[Array, ...], n: Float[Array, ...], p: Float[Array, ...]) -> Float[Array, ...]:
    """Turn uniforms into binomial counts by inverting the distribution.

    Exact by recurrence where the mean is small, rounded normal elsewhere.

    Args:
        u: uniforms in (0, 1).
        n: trials, >= 0 (whole numbers).
        p: chance of each, 0 to 1.

    Returns:
        Counts, 0 to n, same shape.
    """
    # the rarer of hit and miss is counted, so that the odds of the recurrence stay below one
    rare = jnp.minimum(p, 1.0 - p)
    common = p > 0.5
    u = jnp.where(common, 1.0 - u, u)
    mean = n * rare
    small = jnp.where(mean < FEW, rare, 0.0)
    odds = small / (1.0 - small)
    term = jnp.exp(n * jnp.log1p(-small))
    below, exact = term, jnp.zeros_like(term)
    for k in range(EXACT_TERMS):
        exact = exact + (u > below)
        term = term * odds * jnp.maximum(n - k, 0.0) / (k + 1.0)
        below = below + term
    normal = jnp.round(mean + jnp.sqrt(jnp.maximum(mean * (1.0 - rare), 0.0)) * ndtri(u))
    count = jnp.clip(jnp.where(mean < FEW, exact, normal), 0.0, n)
    return jnp.where(common, n - count, count)


def heavy(key: Array, shape: tuple[int, ...], tail: Float[Array, ""]) -> Float[Array, ...]:
    """Draw heavy-tailed shocks with unit variance: a normal with a lognormal scale."""
    z = jax.random.normal(key, (2, *shape))
    return z[0] * jnp.exp(tail * z[1] - tail**2)


def uniform(key: Array, shape: tuple[int, ...]) -> Float[Array, ...]:
    """Draw uniforms strictly inside (0, 1), so that quantiles stay finite."""
    return jax.random.uniform(key, shape, minval=1e-6, maxval=1.0 - 1e-6)
