"""Evolution: generations of genes, the best of which no other beats.

NSGA-II (Deb et al. 2002, IEEE Transactions on Evolutionary Computation 6): parents win a tournament
by front, then by room; of parents and children those of the first fronts live on, and of the last
one those with most room. Beside it an archive keeps all that nothing beats by a step that matters
(Kollat and Reed 2006), and every child starts from it: differential evolution (Storn and Price
1997), polynomial mutation (Deb and Goyal 1996), and now and then one gene goes to an end.
Genes are 0 to 1; of a loss less is better in every column.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from globo.decisions.portfolio.fronts import boxed, unbeaten

Judge = Callable[
    [np.ndarray], np.ndarray
]  # genes (portfolio, gene) to losses (portfolio, objective)

CROSS, STRETCH = 0.9, 0.5  # of differential evolution
NARROW = 20.0  # of polynomial mutation: the larger, the smaller its steps
SNAP, ZERO = (
    0.5,
    2 / 3,
)  # chance that a child has one gene at an end, and that this is the lower one


def evolve_genes(
    judge: Judge, first: np.ndarray, steps: np.ndarray, runs: int, rng: np.random.Generator
) -> None:
    """Let a population evolve; what is found is for `judge` to keep.

    Args:
        judge: the losses of genes, a generation at a time.
        first: the first generation (portfolio, gene), as many as live at a time, 4 or more.
        steps: smallest difference that matters, by objective.
        runs: portfolios to judge; the last generation is cut to it.
        rng: all luck.
    """
    genes, loss = first, judge(first)
    living = np.arange(len(first))
    while len(genes) < runs:
        archive = genes[boxed(loss, steps)]
        born = children(genes[living], loss[living], archive, rng)[: runs - len(genes)]
        living = np.concatenate([living, len(genes) + np.arange(len(born))])
        genes, loss = np.vstack([genes, born]), np.vstack([loss, judge(born)])
        living = living[order(loss[living])[: len(first)]]


def children(
    genes: np.ndarray, loss: np.ndarray, archive: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Return as many children as there are parents (portfolio, gene).

    Args:
        genes: of the parents (portfolio, gene).
        loss: their losses (portfolio, objective).
        archive: genes that children start from; the parents' where it is empty.
        rng: all luck.
    """
    n, n_genes = genes.shape
    place = np.empty(n, dtype=int)
    place[order(loss)] = np.arange(n)
    left, right = rng.integers(n, size=(2, 3, n))
    one, other, kept = np.where(place[left] < place[right], left, right)
    starts = archive if len(archive) else genes
    start = starts[rng.integers(len(starts), size=n)]
    crossed = rng.random((n, n_genes)) < CROSS
    crossed[np.arange(n), rng.integers(n_genes, size=n)] = True
    born = np.where(crossed, start + STRETCH * (genes[one] - genes[other]), genes[kept])
    born = _mutated(np.clip(born, 0.0, 1.0), rng)
    snapped = np.flatnonzero(rng.random(n) < SNAP)
    ends = np.where(rng.random(len(snapped)) < ZERO, 0.0, 1.0)
    born[snapped, rng.integers(n_genes, size=len(snapped))] = ends
    return born


def order(loss: np.ndarray) -> np.ndarray:
    """Return the rows from the best to the worst: by front, then by room."""
    front, room = np.empty(len(loss), dtype=int), np.empty(len(loss))
    left, number = np.arange(len(loss)), 0
    while len(left):
        there = unbeaten(loss[left])
        front[left[there]], room[left[there]] = number, _room(loss[left[there]])
        left, number = left[~there], number + 1
    return np.lexsort((-room, front))


def _room(loss: np.ndarray) -> np.ndarray:
    """Return the crowding distance: how far apart a row's neighbours are, over all columns."""
    room = np.zeros(len(loss))
    for column in loss.T:
        at = np.argsort(column, kind="stable")
        span = column[at[-1]] - column[at[0]]
        room[at[[0, -1]]] = np.inf
        if span > 0:
            room[at[1:-1]] += (column[at[2:]] - column[at[:-2]]) / span
    return room


def _mutated(genes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return genes after polynomial mutation, one gene in each on average."""
    u, power = rng.random(genes.shape), 1.0 / (NARROW + 1.0)
    low = (2 * u + (1 - 2 * u) * (1 - genes) ** (NARROW + 1.0)) ** power - 1.0
    high = 1.0 - (2 * (1 - u) + (2 * u - 1) * genes ** (NARROW + 1.0)) ** power
    moved = genes + np.where(u < 0.5, low, high)
    return np.where(rng.random(genes.shape) < 1.0 / genes.shape[1], moved, genes).clip(0.0, 1.0)
