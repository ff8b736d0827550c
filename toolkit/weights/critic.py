"""CRITIC weights: a factor weighs more the more it varies and the less it repeats other factors.

Method
------
Factors are stretched to 0..1; the weight is in proportion to the standard deviation times the sum of
1 − correlation with every other factor (Diakoulaki, Mavrotas and Papayannakis 1995, Computers &
Operations Research 22).

Does not show
-------------
Importance. A factor that has nothing to do with the others is rewarded for it, be it noise.
Outcomes are never looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from toolkit.weights.weighting import Weighting, matrix_of


def critic_weights(values: object, names: Sequence[str] | None = None) -> Weighting:
    """CRITIC weights of a table; a constant factor gets none.

    Parameters
    ----------
    values : DataFrame or array, shape (customers, factors)
        No missing values; higher is better in every factor.
    names : sequence of str, optional

    Raises
    ------
    ParameterError
        Where values are missing, or nothing tells the factors apart.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> points = np.array([[0, 0, 100], [50, 50, 50], [100, 100, 0]])
    >>> toolkit.critic_weights(points, ["spend", "orders", "recency"]).weights.round(3).to_dict()
    {'spend': 0.25, 'orders': 0.25, 'recency': 0.5}
    """
    found, named = matrix_of(values, names)
    low, high = found.min(axis=0), found.max(axis=0)
    varies = high > low
    stretched = (found - low)[:, varies] / (high - low)[varies]
    deviation = stretched.std(axis=0)
    centred = (stretched - stretched.mean(axis=0)) / deviation
    conflict = (
        (1 - centred.T @ centred / len(found)).sum(axis=1) if varies.sum() > 1 else np.ones(varies.sum())
    )
    raw = np.zeros(len(named))
    raw[varies] = deviation * np.maximum(conflict, 0.0)
    return Weighting.of("critic", raw, named)
