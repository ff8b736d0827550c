"""Kernel-weighted polynomials on one side of a cutoff, evaluated at the cutoff.

Long sums run through ``einsum`` on contiguous rows rather than through a threaded linear-algebra
library: matrices a few columns wide gain nothing from threads and lose much on a busy machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

Kernel = Literal["triangular", "epanechnikov", "uniform"]


class DegenerateFit(ValueError):
    """Too few distinct scores on a side to fit the polynomial."""


@dataclass(frozen=True, slots=True)
class Polynomial:
    """A weighted polynomial in distance / ``reach``, ready for any outcome.

    Attributes
    ----------
    reach : float
    weighted : ndarray, shape (order + 1, n)
        Powers of the distance times the kernel.
    inverse : ndarray, shape (order + 1, order + 1)
        Of their sums of squares and products.
    """

    reach: float
    weighted: np.ndarray
    inverse: np.ndarray

    @classmethod
    def of(cls, x: np.ndarray, reach: float, order: int, kernel: Kernel) -> Polynomial:
        """Prepare a fit of ``order`` at 0 on ascending ``x``; refuses too few distinct values inside."""
        u = x / reach
        weight = kernel_weights(u, kernel)
        require_distinct(x[weight > 0], order)
        powers = np.empty((order + 1, len(x)))
        powers[0] = 1.0
        for k in range(order):
            powers[k + 1] = powers[k] * u
        weighted = powers * weight
        return cls(reach, weighted, np.linalg.inv(products(powers, weighted)))

    def coefficients(self, y: np.ndarray) -> np.ndarray:
        """Coefficients, shape (order + 1, columns), for ``y`` of shape (n, columns)."""
        scaled = self.inverse @ products(self.weighted, y.T)
        return scaled / self.reach ** np.arange(len(scaled))[:, None]

    def weights(self, which: int) -> np.ndarray:
        """Weights, shape (n,), whose sum with y is coefficient ``which``."""
        return np.einsum("i,in->n", self.inverse[which], self.weighted) / self.reach**which


def kernel_weights(u: np.ndarray, kernel: Kernel) -> np.ndarray:
    """Kernel at ``u`` = distance / bandwidth, up to a constant.

    >>> kernel_weights(np.array([0.0, 0.5, 1.0, 2.0]), "triangular")
    array([1. , 0.5, 0. , 0. ])
    """
    if kernel == "triangular":
        return np.maximum(0.0, 1 - np.abs(u))
    if kernel == "epanechnikov":
        return np.maximum(0.0, 1 - u * u)
    return (np.abs(u) <= 1).astype(float)


def evaluate(x: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """Polynomial at ``x``, shape (n, columns), by Horner's rule."""
    value = np.zeros((coefficients.shape[1], len(x)))
    for row in coefficients[::-1]:
        value = value * x + row[:, None]
    return value.T


def products(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Sums of products of the rows of ``a`` (i, n) with those of ``b`` (j, n), shape (i, j)."""
    return np.einsum("in,jn->ij", a, b)


def require_distinct(x: np.ndarray, order: int) -> None:
    """Refuse fewer distinct values of ascending ``x`` than a polynomial of ``order`` needs."""
    distinct = np.count_nonzero(x[1:] != x[:-1]) + 1 if len(x) else 0
    if distinct < order + 1:
        raise DegenerateFit(f"{distinct} distinct scores on one side; a fit of order {order} needs more")
