"""Concentration: how much of a total comes from how few customers.

Method
------
Curve: share of the total held by the largest customers, read from the top (the Lorenz curve turned
round). Gini = 2 Σ i x₍ᵢ₎ / (n Σ x) − (n + 1) / n with x rising. Herfindahl-Hirschman index = Σ sᵢ²;
its inverse is the number of equal customers who would be as concentrated. ABC counts follow the
sentence of :mod:`toolkit.schemes.pareto`.

Does not show
-------------
With negative values (losses) the Gini coefficient is not bounded by 1 and is not given; ``peak``
says how far above the total the curve climbs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from toolkit.schemes.pareto import place_shares, taken_shares
from toolkit.shown import shown

ABC_LINES = MappingProxyType({"A": 0.8, "B": 0.95, "C": 1.0})
CURVE_STEPS = 100


@shown("customers", "gini", "top_10", "top_20")
@dataclass(frozen=True, slots=True)
class Concentration:
    """Concentration of one measure over customers.

    Attributes
    ----------
    customers : int
    total : float
        In the unit of the measure.
    curve : DataFrame, one row per hundredth of the customers
        columns ``customers_share``, ``value_share`` (0..1), largest customers first, from (0, 0) to
        (1, 1).
    gini : float
        0 all equal, towards 1 one customer has everything; NaN where a value is negative.
    hhi, effective_customers : float
        Index 1/n..1, and its inverse; NaN where a value is negative.
    top_10, top_20 : float
        Share of the total held by the largest tenth and fifth of customers.
    peak : float
        Highest point of the curve; 1 where no value is negative.
    abc : DataFrame, index grade best first
        columns ``customers``, ``customers_share``, ``value_share`` (of the total).
    """

    customers: int
    total: float
    curve: pd.DataFrame
    gini: float
    hhi: float
    effective_customers: float
    top_10: float
    top_20: float
    peak: float
    abc: pd.DataFrame


def concentration(values: np.ndarray, lines: Mapping[str, float] = ABC_LINES) -> Concentration:
    """Concentration of ``values``, shape (customers,); missing values are left out.

    Parameters
    ----------
    values : array of float
    lines : mapping of grade to cumulative share
        Best first; the last share is 1.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> found = toolkit.concentration(np.array([90.0, 5.0, 3.0, 2.0]))
    >>> found
    Concentration(4 customers, Gini 0.665, top 10% 36.0%, top 20% 72.0%)
    >>> round(found.hhi, 4), round(0.9**2 + 0.05**2 + 0.03**2 + 0.02**2, 4)
    (0.8138, 0.8138)
    """
    values = np.asarray(values, dtype=float)
    falling = np.sort(values[~np.isnan(values)])[::-1]
    size, total = len(falling), float(falling.sum())
    reached = _reached(falling)
    steps = np.linspace(0.0, 1.0, CURVE_STEPS + 1)
    heights = np.interp(steps * size, np.arange(size + 1), reached)
    shares_make_sense = size > 0 and falling[-1] >= 0 and total > 0
    hhi = float(((falling / total) ** 2).sum()) if shares_make_sense else np.nan
    return Concentration(
        customers=size,
        total=total,
        curve=pd.DataFrame({"customers_share": steps, "value_share": heights}),
        gini=gini(falling) if shares_make_sense else np.nan,
        hhi=hhi,
        effective_customers=1 / hhi,
        top_10=float(np.interp(0.1 * size, np.arange(size + 1), reached)),
        top_20=float(np.interp(0.2 * size, np.arange(size + 1), reached)),
        peak=float(reached.max()),
        abc=_abc(falling, lines),
    )


def gini(values: np.ndarray) -> float:
    """Gini coefficient of values that are not negative and not all zero.

    >>> import numpy as np
    >>> from toolkit import gini
    >>> round(gini(np.array([1.0, 2.0, 3.0, 4.0])), 12)
    0.25
    """
    rising = np.sort(np.asarray(values, dtype=float))
    size = len(rising)
    weighted = (np.arange(1, size + 1) * rising).sum()
    return float(2 * weighted / (size * rising.sum()) - (size + 1) / size)


def _reached(falling: np.ndarray) -> np.ndarray:
    """Share of the total held by the largest 0, 1, ... n customers; NaN where the total is not positive."""
    climb = np.concatenate(([0.0], np.cumsum(falling)))
    return climb / climb[-1] if climb[-1] > 0 else np.full(len(climb), np.nan)


def _abc(falling: np.ndarray, lines: Mapping[str, float]) -> pd.DataFrame:
    grades, size, total = list(lines), len(falling), falling.sum()
    place = np.where(falling > 0, place_shares(taken_shares(falling), tuple(lines.values())), len(grades) - 1)
    customers = np.bincount(place, minlength=len(grades))
    held = np.bincount(place, falling, minlength=len(grades))
    return pd.DataFrame(
        {
            "customers": customers,
            "customers_share": customers / size if size else np.nan,
            "value_share": held / total if total > 0 else np.nan,
        },
        index=pd.Index(grades, name="grade"),
    )
