"""How much hangs on the largest customers, by margin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.shown import shown


@shown("largest", "top_ten", "equal_customers")
@dataclass(frozen=True, slots=True)
class Dependence:
    """Dependence on the largest customers.

    Attributes
    ----------
    hhi : float
        Sum of squared shares of the margin, customers with a margin below zero left out; 1/n..1.
    equal_customers : float
        Customers of one size that would be as concentrated.
    largest, top_ten : float
        Share of that margin which would go with the largest customer, and with the ten largest.
    """

    hhi: float
    equal_customers: float
    largest: float
    top_ten: float


def dependence(margin: np.ndarray) -> Dependence:
    """Dependence of ``margin``, shape (customers,); missing values count as nothing.

    >>> import numpy as np
    >>> from toolkit.service import dependence
    >>> dependence(np.array([50.0, 50.0, -10.0])).hhi
    0.5
    """
    falling = np.sort(np.clip(np.nan_to_num(np.asarray(margin, dtype=float)), 0, None))[::-1]
    total = falling.sum()
    if not total:
        return Dependence(np.nan, np.nan, np.nan, np.nan)
    shares = falling / total
    hhi = float((shares**2).sum())
    return Dependence(hhi, 1 / hhi, float(shares[0]), float(shares[:10].sum()))
